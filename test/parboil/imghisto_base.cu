//===- imghisto_base.cu - Histogram of an image (Parboil imghisto, base) --===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A block has one histogram in shared memory. At the end each bin is added to
// the global one.
//
//===----------------------------------------------------------------------===//

// REQUIRES: cuda
// RUN: %suites --oracle parboil/imghisto_base | FileCheck %s

// CHECK: parboil/imghisto_base histo_R_per_block_kernel
// CHECK-SAME: non-idempotent non-idempotent 1 0 1 0 0 1

#include "Suite.h"

#if SUITE_DEVICE

__global__ void histo_R_per_block_kernel(unsigned *histo, unsigned *data,
                                         int size, int BINS) {
  extern __shared__ unsigned Counts[];
  const int T = threadIdx.x;
  for (int I = T; I < BINS; I += blockDim.x)
    Counts[I] = 0;
  __syncthreads();
  for (int I = blockIdx.x * blockDim.x + T; I < size;
       I += blockDim.x * gridDim.x)
    atomicAdd(&Counts[(data[I] * BINS) >> 12], 1u);
  __syncthreads();
  for (int I = T; I < BINS; I += blockDim.x)
    atomicAdd(histo + I, Counts[I]);
}

#else

static void launches(Host &H) {
  int Pixels = H.size(4096 * 4096, 3000), Bins = 256;
  uint32_t Blocks = H.size(140u, 2u), Threads = H.size(1024u, 128u);
  auto *Data = H.buffer<unsigned>(
      "data", Pixels, [](size_t I) { return unsigned(I * 37 % 4096); });
  H.buffer<unsigned>("temp", Bins);
  auto *Histogram = H.buffer<unsigned>("histo", Bins);
  H.launch("histo_R_per_block_kernel", Blocks, Threads, Histogram, Data, Pixels,
           Bins)
      .shared(Bins * 4)
      .is(Clobbers);
}
SUITE(parboil, imghisto_base)

#endif
