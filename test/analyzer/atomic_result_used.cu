// Data chooses where an atomic's result is stored; the atomic decides.
//
// REQUIRES: cuda
// RUN: %reprise audit %s | FileCheck %s

// CHECK: append non-idempotent {{.*}}reads and writes next[0] at once
__global__ void append(int *list, int *next) {
  int slot = atomicAdd(next, 1);
  list[slot] = threadIdx.x;
}
