// An assertion that fails ends the program; one that holds does nothing.
//
// REQUIRES: cuda
// RUN: %reprise audit %s | FileCheck %s

#include <cassert>

// CHECK: set idempotent
__global__ void set(int *to, int n) {
  assert(n > 0);
  to[threadIdx.x] = n;
}
