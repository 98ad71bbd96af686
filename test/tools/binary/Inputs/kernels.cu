struct Mixed {
  int A;
  double B;
  char C[20];
};
struct Large {
  char C[5000];
};
extern "C" {
__global__ void mixed(float *a, const int *b, int n, Mixed s, char z) {
  a[threadIdx.x] = b[n] + s.A + s.B + s.C[n] + z;
}
__global__ void narrow(short q, double *p) { *p = q; }
__global__ void none() {}
__global__ void large(int *p, Large l, int i) { *p = l.C[i]; }
}
