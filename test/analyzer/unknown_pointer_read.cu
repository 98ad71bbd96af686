// Reads through loaded pointers alone clobber nothing.
//
// REQUIRES: cuda
// RUN: %reprise audit %s | FileCheck %s

// CHECK: walk idempotent
__global__ void walk(int *const *list) {
  int sum = 0;
  for (int i = 0; i < 8; ++i)
    sum += *list[i];
  if (sum == 42)
    __trap();
}
