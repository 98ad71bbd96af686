//===- sad.cu - Sums of absolute differences (Parboil sad) ----------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A block compares 4 x 4 pixels with a window of the reference image, which is
// behind a texture. Its sums are gathered in shared memory and copied out eight
// bytes at a time, with padding that nobody has set.
//
//===----------------------------------------------------------------------===//

// REQUIRES: cuda
// RUN: %suites --oracle parboil/sad | FileCheck %s

// CHECK: parboil/sad larger_sad_calc_8 conditional conditional
// CHECK-SAME: 1 1 0 0 0 1
// CHECK: parboil/sad larger_sad_calc_16 conditional conditional
// CHECK-SAME: 1 1 0 0 0 1
// CHECK: parboil/sad mb_sad_calc conditional conditional
// CHECK-SAME: 1 1 0 0 0 1

#include "Inputs/Sad.h"

#if SUITE_DEVICE

__global__ void mb_sad_calc(unsigned short *blk_sad, unsigned short *frame,
                            int mb_width, int mb_height,
                            cudaTextureObject_t ref) {
  __shared__ unsigned short Pixels[16];
  extern __shared__ uint2 Sums[];
  auto *Single = reinterpret_cast<unsigned short *>(Sums);
  int T = threadIdx.x;
  int MX = blockIdx.x >> 2, MY = blockIdx.y >> 2;
  int BX = blockIdx.x & 3, BY = blockIdx.y & 3;
  bool Valid = MX < mb_width && MY < mb_height;
  if (T >> 4 < 1 && Valid) {
    int Pitch = mb_width * 16;
    int Origin = (blockIdx.y << 2) * Pitch + (blockIdx.x << 2);
    Pixels[T] = frame[Origin + (T >> 2) * Pitch + (T & 3)];
  }
  __syncthreads();

  if (Valid) {
    int First = T % SadThreads * PositionsPerThread;
    int End = min(First + PositionsPerThread, Positions);
    int Row = First / Width, Column = First - Row * Width;
    int RefX = (MX * 4 + BX) * 4 - Range;
    int RefY = (MY * 4 + BY) * 4 - Range + Row;
    for (int P = First; P < End; P += 3) {
      unsigned short Sum[3] = {};
      for (int Y = 0; Y < 4; ++Y)
#pragma unroll
        for (int X = 0; X < 6; ++X) {
          int V = tex2D<unsigned short>(ref, RefX + Column + X, RefY + Y);
#pragma unroll
          for (int S = 0; S < 3; ++S)
            if (X >= S && X < S + 4)
              Sum[S] += abs(V - Pixels[Y * 4 + X - S]);
        }
      for (int S = 0; S < 3; ++S)
        Single[P + S] = Sum[S];
      Column += 3;
      if (Column >= Width) {
        Column -= Width;
        ++RefY;
      }
    }
  }
  __syncthreads();

  if (T >> 5 < 1 && Valid) {
    unsigned short *Row =
        blk_sad + (__umul24(__umul24(mb_width, mb_height), 25) +
                   (__umul24(MY, mb_width) + MX) * 16 + 4 * BY + BX) *
                      RowSums;
    for (int I = T; I < RowSums / 4; I += 32)
      reinterpret_cast<uint2 *>(Row)[I] = Sums[I];
  }
}

#else

static void launches(Host &H) { compare(H, RowSums * sizeof(short)); }
SUITE(parboil, sad)

#endif
