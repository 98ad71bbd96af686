// The result is used, though a pass finds that it makes no difference.
//
// RUN: %reprise audit %s | FileCheck %s
// CHECK: needless non-idempotent

extern "C" __global__ void needless(int *a, int *b, int n) {
  int i = threadIdx.x;
  int old = atomicOr(&a[i], 1);
  if (i >= n || (old < 18 && i >= n))
    b[i] = 1;
}
