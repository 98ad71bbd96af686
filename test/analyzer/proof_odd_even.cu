// Odd and even elements of one buffer never meet, for any launch.
//
// REQUIRES: cuda
// RUN: %reprise audit %s | FileCheck %s

// CHECK: spread idempotent
__global__ void spread(int *x) {
  long long i = blockIdx.x * (long long)blockDim.x + threadIdx.x;
  x[2 * i] = x[2 * i + 1];
}
