// Members of a struct at an offset from loaded data are updated in turn: that
// of one is not replaced by the write of another.
//
// REQUIRES: cuda
// RUN: %reprise audit %s | FileCheck %s

struct Pair {
  double V, X;
};

// CHECK: members {{ *}}non-idempotent
__global__ void members(Pair *p, const int *first, int n) {
  int t = first[blockIdx.x] + threadIdx.x;
  for (int k = 0; k < n; ++k) {
    p[t].V += k;
    p[t].X += k;
  }
}

// The second write is to half of the first member.
// CHECK: overlapping {{ *}}unknown
__global__ void overlapping(char *p, const int *first, int n) {
  int t = first[blockIdx.x] + threadIdx.x;
  for (int k = 0; k < n; ++k) {
    *(int *)(p + 16l * t + 4) = 1;
    *(double *)(p + 16l * t) += k;
  }
}

// Elements of 8 bytes: the write may be to the element that is read.
// CHECK: elements {{ *}}unknown
__global__ void elements(double *p, const int *first, int n) {
  int t = first[blockIdx.x] + threadIdx.x, u = first[n];
  for (int k = 0; k < n; ++k) {
    p[u] = 1;
    p[t] += k;
  }
}
