// R3: a guard of the write must hold for some thread of every block that reads.
//
// REQUIRES: cuda
// RUN: not %reprise check %s --kernel first --grid 4 --block 64 \
// RUN:   --arg 0x10000 --alloc 0x10000:1024 | FileCheck %s --check-prefix=NO
// RUN: %reprise check %s --kernel first --grid 2 --block 64 \
// RUN:   --arg 0x10000 --alloc 0x10000:1024 | FileCheck %s --check-prefix=YES
// RUN: not %reprise check %s --kernel data --grid 4 --block 64 \
// RUN:   --arg 0x10000 --arg 0x20000 --alloc 0x10000:1024 \
// RUN:   --alloc 0x20000:1024 | FileCheck %s --check-prefix=NO
// RUN: %reprise explain %s --kernel one | FileCheck %s --check-prefix=ONE

// NO: verdict {{ *}}{{clobbers|unknown}}
// YES: verdict {{ *}}idempotent

/// Two blocks write.
__global__ void first(volatile int *x) {
  volatile int *mine = x + blockIdx.x * blockDim.x;
  if (blockIdx.x < 2)
    mine[threadIdx.x] = 1;
  __syncthreads();
  int other = mine[blockDim.x - 1 - threadIdx.x];
  __syncthreads();
  mine[threadIdx.x] = other;
}

__global__ void data(volatile int *x, const int *y) {
  volatile int *mine = x + blockIdx.x * blockDim.x;
  if (y[threadIdx.x])
    mine[threadIdx.x] = 1;
  __syncthreads();
  int other = mine[blockDim.x - 1 - threadIdx.x];
  __syncthreads();
  mine[threadIdx.x] = other;
}

/// One thread writes for all.
// ONE: class {{ *}}{{idempotent|conditional}}
// ONE: read {{.*}}never live-in (R3)
__global__ void one(volatile int *x, volatile int *out) {
  if (threadIdx.x == 0)
    x[blockIdx.x] = 7;
  __syncthreads();
  out[blockIdx.x * blockDim.x + threadIdx.x] = x[blockIdx.x];
}
