// R2 refused: the write may be skipped.
//
// REQUIRES: cuda
// RUN: %reprise audit %s | FileCheck %s

// CHECK: scratch conditional
__global__ void scratch(volatile int *x) {
  long long i = threadIdx.x;
  if (i & 1)
    x[i] = 1;
  x[i] = x[i] + 1;
}
