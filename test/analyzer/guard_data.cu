// A guard on data is no way out: every launch that gets there clobbers.
//
// REQUIRES: cuda
// RUN: %reprise audit %s | FileCheck %s

// CHECK: relu non-idempotent {{.*}}reads x[4i], then writes it at guard_data.cu:[[#@LINE+4]]
__global__ void relu(float *x, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n && x[i] < 0)
    x[i] = 0;
}
