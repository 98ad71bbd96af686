// IR that was optimised before gives the classes of IR that was not.
//
// REQUIRES: cuda
// RUN: %clangxx_cuda --cuda-device-only -S -emit-llvm -O0 %s -o %t.0.ll
// RUN: %clangxx_cuda --cuda-device-only -S -emit-llvm -O1 %s -o %t.1.ll
// RUN: %clangxx_cuda --cuda-device-only -S -emit-llvm -O3 %s -o %t.3.ll
// RUN: %reprise audit %t.0.ll | FileCheck %s
// RUN: %reprise audit %t.1.ll | FileCheck %s
// RUN: %reprise audit %t.3.ll | FileCheck %s

// CHECK: {{^}}set idempotent
__global__ void set(int *x, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n)
    x[i] = 1;
}
// CHECK: {{^}}add non-idempotent
__global__ void add(float *y, const float *x, float a, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n)
    y[i] += a * x[i];
}
// CHECK: {{^}}stride conditional
__global__ void stride(int *to, const int *from, int n) {
  for (int i = blockIdx.x * blockDim.x + threadIdx.x; i < n;
       i += gridDim.x * blockDim.x)
    to[i] = from[i];
}
// CHECK: {{^}}rows conditional
__global__ void rows(float *to, const float *from, int k) {
  float sum = 0;
  for (int j = 0; j < k; ++j)
    sum += from[threadIdx.x * k + j];
  to[threadIdx.x] = sum;
}
// CHECK: {{^}}reverse idempotent
__global__ void reverse(int *to) {
  __shared__ int tile[128];
  tile[threadIdx.x] = threadIdx.x;
  __syncthreads();
  to[threadIdx.x] = tile[127 - threadIdx.x];
}
// CHECK: {{^}}enabled conditional {{.*}}not (
__global__ void enabled(int *x, int on) {
  if (on)
    x[threadIdx.x] += 1;
}
// CHECK: {{^}}mark unknown
__global__ void mark(int **list) { *list[threadIdx.x] = 1; }
