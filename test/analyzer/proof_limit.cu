// A query that reaches its limit proves nothing: conditional, not idempotent.
//
// REQUIRES: cuda
// RUN: %reprise audit --solver-limit 1 %s | FileCheck %s

// CHECK: spread conditional
__global__ void spread(int *x) {
  long long i = blockIdx.x * (long long)blockDim.x + threadIdx.x;
  x[2 * i] = x[2 * i + 1];
}
