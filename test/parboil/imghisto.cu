//===- imghisto.cu - Histogram of an image (Parboil imghisto) -------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A block has several padded copies of the histogram in shared memory; threads
// read in turns, a warp at a time. At the end each bin is added to the global
// one.
//
//===----------------------------------------------------------------------===//

// REQUIRES: cuda
// RUN: %suites --oracle parboil/imghisto | FileCheck %s

// CHECK: parboil/imghisto histo_R_per_block_kernel
// CHECK-SAME: non-idempotent non-idempotent 1 0 1 0 0 1

#include "Suite.h"

#if SUITE_DEVICE

__global__ void histo_R_per_block_kernel(unsigned *histo, unsigned *data,
                                         int size, int BINS, int BINSp, int R) {
  extern __shared__ unsigned Counts[];
  const int T = threadIdx.x;
  const unsigned Warp = T >> 5, Lane = T & 31;
  const unsigned Copy = BINSp * (T % R);
  const int Warps = blockDim.x / 32;
  const int First = (size / Warps) * Warp + 32 * blockIdx.x + Lane;
  const int End = (size / Warps) * (Warp + 1);
  for (int I = T; I < BINSp * R; I += blockDim.x)
    Counts[I] = 0;
  __syncthreads();
  for (int I = First; I < End; I += 32 * gridDim.x)
    atomicAdd(&Counts[Copy + ((data[I] * BINS) >> 12)], 1u);
  __syncthreads();
  for (int I = T; I < BINS; I += blockDim.x) {
    unsigned Sum = 0;
    for (int C = 0; C < BINSp * R; C += BINSp)
      Sum += Counts[C + I];
    atomicAdd(histo + I, Sum);
  }
}

#else

static void launches(Host &H) {
  int Pixels = H.size(4096 * 4096, 3000), Bins = 256;
  uint32_t Blocks = H.size(140u, 2u), Threads = H.size(1024u, 128u);
  auto *Data = H.buffer<unsigned>(
      "data", Pixels, [](size_t I) { return unsigned(I * 37 % 4096); });
  H.buffer<unsigned>("temp", Bins);
  auto *Histogram = H.buffer<unsigned>("histo", Bins);
  int Padded = Bins + 1, Copies = 48 * 1024 / (Padded * 4);
  H.launch("histo_R_per_block_kernel", Blocks, Threads, Histogram, Data, Pixels,
           Bins, Padded, Copies)
      .shared(Padded * Copies * 4)
      .is(Clobbers);
}
SUITE(parboil, imghisto)

#endif
