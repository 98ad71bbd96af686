// The machine code of kernels is the same, to the last byte, with twins beside
// them and without the plugin: of kernels that share functions and variables
// with their twins, and of all examples.
//
// REQUIRES: nvcc
// RUN: %python %S/Inputs/same_kernels.py %cuda_path/bin/ptxas %plugin %t %s \
// RUN:   -- %clangxx_cuda | FileCheck %s
// RUN: %python %S/Inputs/same_kernels.py %cuda_path/bin/ptxas %plugin %t \
// RUN:   %examples/*.cu -- %clangxx_cuda | FileCheck --check-prefix=ALL %s

// CHECK-DAG: same {{.*}} .text._Z5scale6Params
// CHECK-DAG: same {{.*}} .nv.shared._Z5scale6Params
// CHECK-DAG: same-but-for-arrays {{.*}} .text._Z4tellPKi
// CHECK-DAG: twin {{.*}} .text.__reprise_twin__Z5scale6Params
// CHECK-NOT: differs
// ALL-DAG: twin gemm_tiled.cu
// ALL-DAG: same vector_set.cu
// ALL-NOT: differs
// ALL-NOT: same-but

#include <cstdio>

struct Params {
  float *to;
  const float *from;
  int n;
};
__device__ float total;
__device__ __noinline__ float twice(float x) { return 2 * x + x * x; }
__global__ void scale(Params p) {
  __shared__ float tile[128];
  for (int i = blockIdx.x * blockDim.x + threadIdx.x; i < p.n;
       i += gridDim.x * blockDim.x) {
    tile[threadIdx.x] = p.from[i];
    __syncthreads();
    p.to[i] = twice(tile[127 - threadIdx.x]);
  }
  atomicAdd(&total, 1.0f);
  p.n = 0;
}
__global__ void tell(const int *x) { printf("%d\n", *x); }
