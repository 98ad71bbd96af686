//===- sad_base.cu - Sums of absolute differences (Parboil sad, base) -----===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// As sad, with each sum stored by itself; the current image stays in global
// memory. The tile of a block could have several 4 x 4 pixels, but has one.
//
//===----------------------------------------------------------------------===//

// REQUIRES: cuda
// RUN: %suites --oracle parboil/sad_base | FileCheck %s

// CHECK: parboil/sad_base larger_sad_calc_8 conditional conditional
// CHECK-SAME: 1 1 0 0 0 1
// CHECK: parboil/sad_base larger_sad_calc_16 conditional conditional
// CHECK-SAME: 1 1 0 0 0 1
// CHECK: parboil/sad_base mb_sad_calc conditional conditional
// CHECK-SAME: 1 1 0 0 0 1

#include "Inputs/Sad.h"

static constexpr int TileWidth = 1, TileHeight = 1;

#if SUITE_DEVICE

__global__ void mb_sad_calc(unsigned short *blk_sad, unsigned short *frame,
                            int mb_width, int mb_height,
                            cudaTextureObject_t ref) {
  int Group = threadIdx.x / SadThreads;
  int X4 = Group % TileWidth + blockIdx.x * TileWidth;
  int Y4 = Group / TileWidth + blockIdx.y * TileHeight;
  int MX = X4 >> 2, MY = Y4 >> 2, BX = X4 & 3, BY = Y4 & 3;
  if (MX >= mb_width || MY >= mb_height)
    return;
  int Pitch = mb_width * 16;
  int PX = (MX * 4 + BX) * 4, PY = (MY * 4 + BY) * 4;
  int Origin = PY * Pitch + PX;
  int First = threadIdx.x % SadThreads * PositionsPerThread;
  int End = First + PositionsPerThread;
  if (End > Positions)
    End = Positions;
  unsigned short *Row = blk_sad + mb_width * mb_height * RowSums * (9 + 16) +
                        (MY * mb_width + MX) * RowSums * 16 +
                        (4 * BY + BX) * RowSums;
  for (int P = First; P < End; ++P) {
    unsigned short Sum = 0;
    int RefX = PX - Range + P % Width, RefY = PY - Range + P / Width;
    for (int Y = 0; Y < 4; ++Y)
      for (int X = 0; X < 4; ++X)
        Sum += abs(tex2D<unsigned short>(ref, RefX + X, RefY + Y) -
                   frame[Origin + Y * Pitch + X]);
    Row[P] = Sum;
  }
}

#else

static void launches(Host &H) { compare(H, RowSums * sizeof(short)); }
SUITE(parboil, sad_base)

#endif
