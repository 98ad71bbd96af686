// R2: a write that is wider than the read covers it.
//
// REQUIRES: cuda
// RUN: %reprise audit %s | FileCheck %s

// CHECK: scratch idempotent
__global__ void scratch(volatile long long *x) {
  long long i = threadIdx.x;
  x[i] = 1;
  x[i] = *(volatile int *)(x + i);
}
