// __pipeline_memcpy_async reads global memory.
//
// REQUIRES: cuda
// RUN: %reprise audit %s | FileCheck %s

#include <cuda_pipeline.h>

// CHECK: stage conditional {{.*}}disjoint(to[0 .. 16blockDim.x), from[0 .. 16blockDim.x))
__global__ void stage(int4 *to, const int4 *from) {
  __shared__ int4 tile[128];
  __pipeline_memcpy_async(tile + threadIdx.x, from + threadIdx.x, 16);
  __pipeline_commit();
  __pipeline_wait_prior(0);
  __syncthreads();
  to[threadIdx.x] = tile[threadIdx.x];
}
