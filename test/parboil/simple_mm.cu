//===- simple_mm.cu - Matrix product in square tiles (Parboil simple_mm) --===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The block walks along a band of A and a band of B, one tile of each in shared
// memory at a time, and writes one tile of C.
//
//===----------------------------------------------------------------------===//

// REQUIRES: cuda
// RUN: %suites --oracle parboil/simple_mm | FileCheck %s

// CHECK: parboil/simple_mm matrixMul conditional conditional
// CHECK-SAME: 1 1 0 0 0 1
// CHECK: condition: parboil/simple_mm matrixMul: disjoint(

#include "Suite.h"

static constexpr int Tile = 16;

#if SUITE_DEVICE

__global__ void matrixMul(float *C, float *A, float *B, int wA, int wB) {
  __shared__ float TileA[Tile][Tile], TileB[Tile][Tile];
  int X = threadIdx.x, Y = threadIdx.y;
  int Start = wA * Tile * blockIdx.y, Last = Start + wA - 1;
  float Sum = 0;
  for (int FromA = Start, FromB = Tile * blockIdx.x; FromA <= Last;
       FromA += Tile, FromB += Tile * wB) {
    __syncthreads();
    TileA[Y][X] = A[FromA + wA * Y + X];
    TileB[Y][X] = B[FromB + wB * Y + X];
    __syncthreads();
    for (int K = 0; K < Tile; ++K)
      Sum += TileA[Y][K] * TileB[K][X];
  }
  int Corner = wB * Tile * blockIdx.y + Tile * blockIdx.x;
  C[Corner + wB * Y + X] = Sum;
}

#else

static void launches(Host &H) {
  int WidthA = H.size(3, 2) * Tile, HeightA = H.size(5, 2) * Tile,
      WidthB = H.size(4, 3) * Tile;
  auto Value = [](size_t I) { return float(I % 7); };
  auto *A = H.buffer<float>("A", size_t(WidthA) * HeightA, Value);
  auto *B = H.buffer<float>("B", size_t(WidthB) * WidthA, Value);
  auto *C = H.buffer<float>("C", size_t(WidthB) * HeightA);
  H.launch("matrixMul", {uint32_t(WidthB / Tile), uint32_t(HeightA / Tile)},
           {Tile, Tile}, C, A, B, WidthA, WidthB)
      .is(Idempotent);
}
SUITE(parboil, simple_mm)

#endif
