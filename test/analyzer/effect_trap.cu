// So does __trap.
//
// REQUIRES: cuda
// RUN: %reprise audit %s | FileCheck %s

// CHECK: set idempotent
__global__ void set(int *to, int n) {
  if (n < 0)
    __trap();
  to[threadIdx.x] = n;
}
