// R3 refused: not all threads of the block are sure to come to the barrier.
//
// REQUIRES: cuda
// RUN: %reprise explain %s --kernel some | FileCheck %s
// RUN: %reprise explain %s --kernel left | FileCheck %s
// RUN: %reprise explain %s --kernel turns | FileCheck %s

// CHECK-NOT: R3
__global__ void some(volatile int *x, volatile int *out) {
  x[blockIdx.x * blockDim.x + threadIdx.x] = 1;
  if (threadIdx.x < 32)
    __syncthreads();
  out[threadIdx.x] = x[blockIdx.x * blockDim.x + blockDim.x - 1 - threadIdx.x];
}

/// Those that have left write nothing, and no one waits for them.
__global__ void left(volatile int *x, volatile int *out, int n) {
  if (threadIdx.x >= n)
    return;
  x[blockIdx.x * blockDim.x + threadIdx.x] = 1;
  __syncthreads();
  out[threadIdx.x] = x[blockIdx.x * blockDim.x + blockDim.x - 1 - threadIdx.x];
}

/// Threads go round as often as data say.
__global__ void turns(volatile int *x, volatile int *out, const int *data) {
  for (int i = 0; i < data[threadIdx.x]; ++i) {
    x[blockIdx.x * blockDim.x + threadIdx.x] = 1;
    __syncthreads();
    out[threadIdx.x] =
        x[blockIdx.x * blockDim.x + blockDim.x - 1 - threadIdx.x];
  }
}
