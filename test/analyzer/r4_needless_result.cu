// The result is used, though a pass finds that it makes no difference.
//
// RUN: %reprise audit %s | FileCheck %s
// CHECK-DAG: needless non-idempotent
// CHECK-DAG: nothing non-idempotent

extern "C" __global__ void needless(int *a, int *b, int n) {
  int i = threadIdx.x;
  int old = atomicOr(&a[i], 1);
  if (i >= n || (old < 18 && i >= n))
    b[i] = 1;
}

// Passes make an or of it.
extern "C" __global__ void nothing(int *a) { atomicAdd(&a[threadIdx.x], 0); }
