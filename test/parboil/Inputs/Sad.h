//===- Sad.h - Sums of absolute differences for larger blocks -------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the variants of Parboil's sad share: sums for blocks of 4 x 4 pixels are
// added up for seven sizes of blocks, all in one array. A row of sums is
// RowSums long; with M macroblocks, the rows of 4 x 4 start at row 25 M, those
// of 8 x 4 at 17 M, 4 x 8 at 9 M, 8 x 8 at 5 M, 16 x 8 at 3 M, 8 x 16 at M and
// 16 x 16 at 0. The kernels read from one part of the array and write others.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TEST_PARBOIL_INPUTS_SAD_H
#define REPRISE_TEST_PARBOIL_INPUTS_SAD_H

#include "Suite.h"

static constexpr int Range = 16, Width = 2 * Range + 1;
static constexpr int Positions = Width * Width, RowSums = 1096;
static constexpr int PositionsPerThread = 18;
static constexpr int SadThreads =
    (Positions + PositionsPerThread - 1) / PositionsPerThread;

#if SUITE_DEVICE

/// Two sums at a time: none of them overflows.
__global__ void larger_sad_calc_8(unsigned short *blk_sad, int mb_width,
                                  int mb_height) {
  int X = threadIdx.y & 1, Y = threadIdx.y >> 1;
  int Blocks = __mul24(mb_width, mb_height);
  int Block = (__mul24(blockIdx.y, mb_width) + blockIdx.x) * RowSums;
  auto Row = [&](int First, int Rows, int Each) {
    return reinterpret_cast<unsigned *>(blk_sad + (First + Rows) * RowSums +
                                        Block * Each);
  };
  const unsigned *In = Row(__mul24(Blocks, 25), Y * 8 + X * 2, 16);
  unsigned *Out6 = Row((Blocks << 4) + Blocks, Y * 4 + X * 2, 8);
  unsigned *Out5 = Row((Blocks << 3) + Blocks, Y * 4 + X, 8);
  unsigned *Out4 = Row((Blocks << 2) + Blocks, Y * 2 + X, 4);
  constexpr int Step = RowSums / 2;
  for (int P = threadIdx.x; P < (Positions + 1) / 2; P += 32) {
    unsigned A = In[P], B = In[P + Step];
    unsigned C = In[P + 4 * Step], D = In[P + 5 * Step];
    Out6[P] = A + C;
    Out6[P + Step] = B + D;
    Out5[P] = A + B;
    Out5[P + 2 * Step] = C + D;
    Out4[P] = (A + B) + (C + D);
  }
}

__global__ void larger_sad_calc_16(unsigned short *blk_sad, int mb_width,
                                   int mb_height) {
  int Blocks = __mul24(mb_width, mb_height) * RowSums;
  int Block = (__mul24(blockIdx.y, mb_width) + blockIdx.x) * RowSums;
  auto Row = [&](int Offset) {
    return reinterpret_cast<unsigned *>(blk_sad + Offset);
  };
  const unsigned *In = Row(((Blocks + Block) << 2) + Blocks);
  unsigned *Out3 = Row(((Blocks + Block) << 1) + Blocks);
  unsigned *Out2 = Row(Blocks + Block * 2);
  unsigned *Out1 = Row(Block);
  constexpr int Step = RowSums / 2;
  for (int P = threadIdx.x; P < (Positions + 1) / 2; P += 32) {
    unsigned A = In[P], B = In[P + Step];
    unsigned C = In[P + 2 * Step], D = In[P + 3 * Step];
    Out3[P] = A + C;
    Out3[P + Step] = B + D;
    Out2[P] = A + B;
    Out2[P + Step] = C + D;
    Out1[P] = (A + B) + (C + D);
  }
}

#else

/// One frame of 176 x 144 pixels against another, which is a CUDA array.
static inline void compare(Host &H, uint32_t Shared) {
  int MW = H.size(11, 2), MH = H.size(9, 1), Blocks = MW * MH;
  auto *Frame =
      H.buffer<unsigned short>("cur_image", size_t(Blocks) * 256, [](size_t I) {
        return static_cast<unsigned short>(I * 7 % 256);
      });
  uint64_t Reference = H.arrayTexture<unsigned short>(
      "ref", size_t(MW) * 16, size_t(MH) * 16, 1,
      [](size_t I) { return static_cast<unsigned short>(I * 5 % 256); });
  auto *Sums = H.buffer<unsigned short>("sads", size_t(41) * RowSums * Blocks);
  Dim3 Grid(MW, MH);
  H.launch("mb_sad_calc", {MW * 4u, MH * 4u}, SadThreads, Sums, Frame, MW, MH,
           Reference)
      .shared(Shared)
      .is(Idempotent);
  H.launch("larger_sad_calc_8", Grid, {32, 4}, Sums, MW, MH).is(Idempotent);
  H.launch("larger_sad_calc_16", Grid, 32, Sums, MW, MH).is(Idempotent);
}

#endif

#endif // REPRISE_TEST_PARBOIL_INPUTS_SAD_H
