// R2 refused: the write went through another pointer, which may point
// elsewhere.
//
// REQUIRES: cuda
// RUN: %reprise audit %s | FileCheck %s

// CHECK-NOT: scratch idempotent
// CHECK: scratch {{non-idempotent|conditional}}
__global__ void scratch(volatile int *x, volatile int *y) {
  long long i = threadIdx.x;
  y[i] = 1;
  x[i] = x[i] + 1;
}
