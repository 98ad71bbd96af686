// A vector load is one access of 16 bytes.
//
// REQUIRES: cuda
// RUN: %reprise explain %s --kernel copy | FileCheck %s

// CHECK: read from[16threadIdx.x] 16
// CHECK: write to[16threadIdx.x] 16
__global__ void copy(float4 *to, const float4 *from) {
  to[threadIdx.x] = from[threadIdx.x];
}
