// R2 refused: an atomic reads what it overwrites.
//
// REQUIRES: cuda
// RUN: %reprise audit %s | FileCheck %s

// CHECK: scratch non-idempotent
__global__ void scratch(int *x, int *to) {
  atomicExch(x + threadIdx.x, 1);
  to[threadIdx.x] = x[threadIdx.x];
}
