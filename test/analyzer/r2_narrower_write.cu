// R2 refused: the write is narrower than the read.
//
// REQUIRES: cuda
// RUN: %reprise audit %s | FileCheck %s

// CHECK: scratch non-idempotent
__global__ void scratch(volatile long long *x) {
  long long i = threadIdx.x;
  *(volatile int *)(x + i) = 1;
  x[i] = x[i] + 1;
}
