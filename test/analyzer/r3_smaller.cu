// R3: what the block has not written stays live-in.
//
// REQUIRES: cuda
// RUN: %reprise check %s --kernel sum --grid 1 --block 64 \
// RUN:   --arg 0x10000 --arg 100 --arg 100 --alloc 0x10000:400 \
// RUN:   | FileCheck %s --check-prefix=YES
// RUN: not %reprise check %s --kernel sum --grid 1 --block 64 \
// RUN:   --arg 0x10000 --arg 100 --arg 101 --alloc 0x10000:404 \
// RUN:   | FileCheck %s --check-prefix=NO
// RUN: not %reprise check %s --kernel wide --grid 1 --block 64 \
// RUN:   --arg 0x10000 --arg 100 --alloc 0x10000:404 \
// RUN:   | FileCheck %s --check-prefix=NO
// RUN: %reprise check %s --kernel wide --grid 1 --block 64 \
// RUN:   --arg 0x10000 --arg 101 --alloc 0x10000:404 \
// RUN:   | FileCheck %s --check-prefix=YES
// RUN: not %reprise check %s --kernel gaps --grid 1 --block 64 \
// RUN:   --arg 0x10000 --arg 100 --alloc 0x10000:800 \
// RUN:   | FileCheck %s --check-prefix=NO
// RUN: not %reprise check %s --kernel fewer --grid 1 --block 64 \
// RUN:   --arg 0x10000 --arg 100 --alloc 0x10000:400 \
// RUN:   | FileCheck %s --check-prefix=NO
// RUN: %reprise check %s --kernel fewer --grid 1 --block 128 \
// RUN:   --arg 0x10000 --arg 100 --alloc 0x10000:400 \
// RUN:   | FileCheck %s --check-prefix=YES

// YES: verdict {{ *}}idempotent
// NO: verdict {{ *}}{{clobbers|unknown}}

/// m elements are read, n were written. All of them are written at the end.
__global__ void sum(volatile int *x, int n, int m) {
  for (int i = threadIdx.x; i < n; i += blockDim.x)
    x[i] = i;
  __syncthreads();
  int total = 0;
  for (int i = 0; i < m; ++i)
    total += x[i];
  __syncthreads();
  for (int i = threadIdx.x; i < m; i += blockDim.x)
    x[i] = total;
}

/// Eight bytes are read where four of them were written.
__global__ void wide(volatile int *x, int n) {
  for (int i = threadIdx.x; i < n; i += blockDim.x)
    x[i] = i;
  __syncthreads();
  long long last = *(volatile long long *)(x + 99 - threadIdx.x % 2 * 2 + 0);
  __syncthreads();
  x[100 + 0 * last] = 1;
}

/// Every other element is written.
__global__ void gaps(volatile int *x, int n) {
  for (int i = threadIdx.x; i < n; i += blockDim.x)
    x[2 * i] = i;
  __syncthreads();
  int next = x[threadIdx.x];
  __syncthreads();
  x[threadIdx.x] = next;
}

/// A step of 128 leaves elements out when the block is smaller.
__global__ void fewer(volatile int *x, int n) {
  for (int i = threadIdx.x; i < n; i += 128)
    x[i] = i;
  __syncthreads();
  int sum = 0;
  for (int i = 0; i < n; ++i)
    sum += x[i];
  __syncthreads();
  for (int i = threadIdx.x; i < n; i += blockDim.x)
    x[i] = sum;
}
