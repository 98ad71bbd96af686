// What is recorded can be replayed: `check` decides each line as the launch was
// decided, and `verify` runs it.
//
// REQUIRES: nvcc, interposer, emulated
// RUN: rm -rf %t && mkdir %t
// RUN: %nvcc -cudart shared -gencode arch=compute_90,code=[sm_90,compute_90] %s -o %t/app
// RUN: %reprise audit %t/app --db %t/app.reprise >%t/audit
// RUN: %reprise run --emulated --db %t/app.reprise --mode record --log %t/log -- %t/app 2>%t/err
// RUN: FileCheck --check-prefix=REPORT %s <%t/err
// RUN: not %reprise check %t/app --launches %t/log | FileCheck --check-prefix=CHECK %s
// RUN: %reprise verify %t/app --launches %t/log | FileCheck --check-prefix=VERIFY %s
//
// REPORT: 3 launches seen, 3 decided: 2 idempotent, 1 clobber, 0 unknown
// REPORT: 3 were recorded, 0 left out
//
// CHECK: 3 launches: 1 clobbers, 2 idempotent
// CHECK-NOT: differ
//
// VERIFY-NOT: disagree
// VERIFY: 3 launches

__global__ void shift(float *to, const float *from, int n, int by) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n)
    to[i] = from[i + by];
}

int main() {
  const int n = 256;
  float *a, *b;
  cudaMalloc(&a, 2 * n * sizeof *a);
  cudaMalloc(&b, 2 * n * sizeof *b);
  cudaMemset(a, 0, 2 * n * sizeof *a);
  shift<<<2, 128>>>(b, a, n, 0);
  shift<<<2, 128>>>(a, a, n, n);
  shift<<<2, 128>>>(a, a, n, 1);
  return cudaDeviceSynchronize();
}
