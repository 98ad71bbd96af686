// Dynamic shared memory is not global.
//
// REQUIRES: cuda
// RUN: %reprise audit %s | FileCheck %s

// CHECK: turn idempotent
extern __shared__ int tile[];
__global__ void turn(int *to) {
  tile[threadIdx.x] = threadIdx.x;
  __syncthreads();
  to[threadIdx.x] = ++tile[blockDim.x - 1 - threadIdx.x];
}
