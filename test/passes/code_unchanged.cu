// Kernels compile to the very same code with the plugin and without it.
//
// REQUIRES: cuda
// RUN: %clangxx_cuda --cuda-device-only -S -O0 %s -o %t.a
// RUN: %clangxx_cuda --cuda-device-only -S -O0 -fpass-plugin=%plugin %s -o %t.b
// RUN: %python %S/Inputs/same_code.py %t.a %t.b
// RUN: %clangxx_cuda --cuda-device-only -S -O1 %s -o %t.a
// RUN: %clangxx_cuda --cuda-device-only -S -O1 -fpass-plugin=%plugin %s -o %t.b
// RUN: %python %S/Inputs/same_code.py %t.a %t.b
// RUN: %clangxx_cuda --cuda-device-only -S -O3 %s -o %t.a
// RUN: %clangxx_cuda --cuda-device-only -S -O3 -fpass-plugin=%plugin %s -o %t.b
// RUN: %python %S/Inputs/same_code.py %t.a %t.b
// RUN: %clangxx_cuda --cuda-device-only -S -emit-llvm -O3 %s -o %t.a
// RUN: %clangxx_cuda --cuda-device-only -S -emit-llvm -O3 \
// RUN:   -fpass-plugin=%plugin %s -o %t.b
// RUN: %python %S/Inputs/same_code.py %t.a %t.b

#include <cstdio>

struct Params {
  float *to;
  const float *from;
  int n;
};
__device__ float total;
__device__ __noinline__ float twice(float x) { return 2 * x; }
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
