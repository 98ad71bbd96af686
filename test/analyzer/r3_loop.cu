// R3 in a loop: the read must come behind the barrier in the same iteration.
//
// REQUIRES: cuda
// RUN: %reprise explain %s --kernel after | FileCheck %s --check-prefix=YES
// RUN: %reprise explain %s --kernel before | FileCheck %s --check-prefix=NO
// RUN: %reprise explain %s --kernel behind | FileCheck %s --check-prefix=NO

// YES: read {{.*}}never live-in (R3)
// NO-NOT: R3
__global__ void after(volatile int *x, volatile int *out, int n) {
  volatile int *mine = x + blockIdx.x * blockDim.x;
  for (int i = 0; i < n; ++i) {
    mine[threadIdx.x] = i;
    __syncthreads();
    out[i] = mine[blockDim.x - 1 - threadIdx.x];
    __syncthreads();
  }
}

/// The first iteration reads what was there.
__global__ void before(volatile int *x, volatile int *out, int n) {
  volatile int *mine = x + blockIdx.x * blockDim.x;
  for (int i = 0; i < n; ++i) {
    out[i] = mine[blockDim.x - 1 - threadIdx.x];
    __syncthreads();
    mine[threadIdx.x] = i;
    __syncthreads();
  }
}

/// The barrier is outside.
__global__ void behind(volatile int *x, volatile int *out, int n) {
  volatile int *mine = x + blockIdx.x * blockDim.x;
  __syncthreads();
  for (int i = 0; i < n; ++i) {
    mine[threadIdx.x] = i;
    out[i] = mine[blockDim.x - 1 - threadIdx.x];
  }
  __syncthreads();
}
