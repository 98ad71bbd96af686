// The toolkit's headers parse, the ones that clang 19 misses included.
//
// REQUIRES: cuda
// RUN: %clangxx_cuda --cuda-device-only -S -emit-llvm -std=c++17 %s -o - | FileCheck %s

#include <cooperative_groups.h>
#include <cuComplex.h>
#include <cuda_bf16.h>
#include <cuda_fp16.h>
#include <cuda_pipeline.h>
#include <mma.h>

// CHECK: define{{.*}} void @_Z4copyP6__halfPKS_
__global__ void copy(__half *A, const __half *B) {
  A[threadIdx.x] = B[threadIdx.x];
}
