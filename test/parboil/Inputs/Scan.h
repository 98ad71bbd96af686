//===- Scan.h - Prefix sums of large arrays, in place ---------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What mri-gridding scans with: blocks of 1024 elements, then a tree over the
// blocks' sums, up and down, then the sums are added to the blocks.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TEST_PARBOIL_INPUTS_SCAN_H
#define REPRISE_TEST_PARBOIL_INPUTS_SCAN_H

#include "Suite.h"

static constexpr unsigned ScanBlock = 1024;

#if SUITE_DEVICE

/// Sums of pairs, of pairs of pairs, and so on, of Size numbers of the block.
__device__ inline void sweepUp(unsigned *Data, unsigned Size) {
  for (unsigned Stride = 1; Stride < Size; Stride *= 2) {
    __syncthreads();
    for (unsigned P = threadIdx.x; P < Size / (2 * Stride); P += blockDim.x) {
      unsigned A = 2 * Stride * P + Stride - 1;
      Data[A + Stride] += Data[A];
    }
  }
  __syncthreads();
}

/// Makes the sums of all that are before, given that of the last element.
__device__ inline void sweepDown(unsigned *Data, unsigned Size) {
  for (unsigned Stride = Size / 2; Stride > 0; Stride /= 2) {
    __syncthreads();
    for (unsigned P = threadIdx.x; P < Size / (2 * Stride); P += blockDim.x) {
      unsigned A = 2 * Stride * P + Stride - 1, Old = Data[A];
      Data[A] = Data[A + Stride];
      Data[A + Stride] += Old;
    }
  }
  __syncthreads();
}

__global__ void scan_L1_kernel(unsigned n, unsigned *data, unsigned *inter) {
  __shared__ unsigned Sums[ScanBlock];
  unsigned T = threadIdx.x;
  unsigned A = blockIdx.x * 2 * blockDim.x + T, B = A + blockDim.x;
  Sums[T] = A < n ? data[A] : 0;
  Sums[T + blockDim.x] = B < n ? data[B] : 0;
  sweepUp(Sums, 2 * blockDim.x);
  if (T == 0) {
    inter[blockIdx.x] = Sums[2 * blockDim.x - 1];
    Sums[2 * blockDim.x - 1] = 0;
  }
  sweepDown(Sums, 2 * blockDim.x);
  if (A < n)
    data[A] = Sums[T];
  if (B < n)
    data[B] = Sums[T + blockDim.x];
}

/// Every iter-th element; two for each thread.
template <class F>
__device__ inline void sweepStrided(unsigned *data, unsigned iter, F Sweep) {
  extern __shared__ unsigned Sums[];
  unsigned T = threadIdx.x, All = blockIdx.x * blockDim.x + T;
  unsigned A = 2 * iter * All + iter - 1, B = A + iter;
  Sums[2 * T] = data[A];
  Sums[2 * T + 1] = data[B];
  Sweep(Sums, 2 * blockDim.x);
  data[A] = Sums[2 * T];
  data[B] = Sums[2 * T + 1];
}

__global__ void scan_inter1_kernel(unsigned *data, unsigned iter) {
  sweepStrided(data, iter, sweepUp);
}

__global__ void scan_inter2_kernel(unsigned *data, unsigned iter) {
  sweepStrided(data, iter, sweepDown);
}

__global__ void uniformAdd(unsigned n, unsigned *data, unsigned *inter) {
  __shared__ unsigned Before;
  if (threadIdx.x == 0)
    Before = inter[blockIdx.x];
  __syncthreads();
  unsigned A = blockIdx.x * 2 * blockDim.x + threadIdx.x, B = A + blockDim.x;
  if (A < n)
    data[A] += Before;
  if (B < n)
    data[B] += Before;
}

#else

/// Count elements, at most 65535 blocks.
static inline void scanLargeArray(Host &H, unsigned Count, unsigned *Data) {
  unsigned Blocks = (Count + ScanBlock - 1) / ScanBlock;
  // The tree with the fewest leaves that has one for each block.
  unsigned Leaves = Blocks * ScanBlock, Fan = ScanBlock;
  for (unsigned F = 128; F <= ScanBlock; F *= 2) {
    unsigned Size = F;
    while (Size < Blocks)
      Size *= F;
    if (Size <= Leaves) {
      Leaves = Size;
      Fan = F;
    }
  }
  auto *Inter = H.buffer<unsigned>("inter", Leaves);
  H.launch("scan_L1_kernel", Blocks, ScanBlock / 2, Count, Data, Inter)
      .is(Clobbers);
  unsigned Stride = 1;
  for (unsigned D = Leaves; D > 1; D /= Fan, Stride *= Fan)
    H.launch("scan_inter1_kernel", D / Fan, Fan / 2, Inter, Stride)
        .shared(Fan * sizeof(unsigned))
        .is(Clobbers);
  H.fill(Inter + Leaves - 1, 0, sizeof(unsigned));
  for (unsigned D = Fan; D <= Leaves; D *= Fan) {
    Stride /= Fan;
    H.launch("scan_inter2_kernel", D / Fan, Fan / 2, Inter, Stride)
        .shared(Fan * sizeof(unsigned))
        .is(Clobbers);
  }
  H.launch("uniformAdd", Blocks, ScanBlock / 2, Count, Data, Inter)
      .is(Clobbers);
  H.release(Inter);
}

#endif

#endif // REPRISE_TEST_PARBOIL_INPUTS_SCAN_H
