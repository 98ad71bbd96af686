// Shared memory behind a generic pointer of a device function is not global.
//
// REQUIRES: cuda
// RUN: %reprise audit %s | FileCheck %s

// CHECK: twice idempotent
__device__ __noinline__ void bump(int *p) { *p += 1; }
__global__ void twice(int *to) {
  __shared__ int tile[64];
  tile[threadIdx.x] = threadIdx.x;
  bump(tile + threadIdx.x);
  to[threadIdx.x] = tile[threadIdx.x];
}
