// Atomics in shared memory are none in global memory.
//
// REQUIRES: cuda
// RUN: %reprise audit %s | FileCheck %s

// CHECK: count idempotent
__global__ void count(int *to) {
  __shared__ int sum;
  if (threadIdx.x == 0)
    sum = 0;
  __syncthreads();
  atomicAdd(&sum, 1);
  __syncthreads();
  if (threadIdx.x == 0)
    to[blockIdx.x] = sum;
}
