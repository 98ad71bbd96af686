// Two guards on arguments are both in the condition.
//
// REQUIRES: cuda
// RUN: %reprise audit %s | FileCheck %s

// CHECK: scale conditional {{.*}}not (low < high and enabled != 0)
__global__ void scale(float *x, int low, int high, int enabled) {
  if (low < high)
    if (enabled != 0)
      x[threadIdx.x] *= 2;
}
