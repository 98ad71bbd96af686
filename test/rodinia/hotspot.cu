//===- hotspot.cu - Temperature of a chip (Rodinia hotspot) ---------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Each block loads a tile with a border, makes several steps in shared memory,
// and writes what is left of the tile. Tiles overlap, and those at the chip's
// edge reach over it. The host swaps the two temperatures after each launch.
//
//===----------------------------------------------------------------------===//

// REQUIRES: cuda
// RUN: %suites --oracle rodinia/hotspot | FileCheck %s

// A tile is a diagonal of rows and blocks, not a box: its set of bytes reaches
// into the next buffer unless it is cut at the end of its own (A1).
// CHECK: rodinia/hotspot calculate_temp conditional conditional 1 1 0 0 0 2
// CHECK: condition: rodinia/hotspot calculate_temp: disjoint(
// CHECK: problems: 0

#include "Suite.h"

constexpr int Tile = 16;

#if SUITE_DEVICE

__device__ bool within(int x, int low, int high) {
  return x >= low && x <= high;
}

__global__ void calculate_temp(int iteration, float *power, float *temp_src,
                               float *temp_dst, int grid_cols, int grid_rows,
                               int border_cols, int border_rows, float Cap,
                               float Rx, float Ry, float Rz, float step,
                               float time_elapsed) {
  __shared__ float now[Tile][Tile], heat[Tile][Tile], next[Tile][Tile];
  const float ambient = 80.0f;
  float rate = step / Cap, gx = 1 / Rx, gy = 1 / Ry, gz = 1 / Rz;
  int tx = threadIdx.x, ty = threadIdx.y;

  int inner = Tile - iteration * 2;
  int top = inner * blockIdx.y - border_rows;
  int left = inner * blockIdx.x - border_cols;
  int bottom = top + Tile - 1, right = left + Tile - 1;
  int y = top + ty, x = left + tx;
  int at = grid_cols * y + x;
  if (within(y, 0, grid_rows - 1) && within(x, 0, grid_cols - 1)) {
    now[ty][tx] = temp_src[at];
    heat[ty][tx] = power[at];
  }
  __syncthreads();

  // The part of the tile that lies on the chip.
  int minY = top < 0 ? -top : 0, minX = left < 0 ? -left : 0;
  int maxY =
      bottom > grid_rows - 1 ? Tile - 1 - (bottom - grid_rows + 1) : Tile - 1;
  int maxX =
      right > grid_cols - 1 ? Tile - 1 - (right - grid_cols + 1) : Tile - 1;
  int north = ty - 1 < minY ? minY : ty - 1;
  int south = ty + 1 > maxY ? maxY : ty + 1;
  int west = tx - 1 < minX ? minX : tx - 1;
  int east = tx + 1 > maxX ? maxX : tx + 1;

  bool computed = false;
  for (int i = 0; i < iteration; i++) {
    computed = false;
    if (within(tx, i + 1, Tile - i - 2) && within(ty, i + 1, Tile - i - 2) &&
        within(tx, minX, maxX) && within(ty, minY, maxY)) {
      computed = true;
      float t = now[ty][tx];
      next[ty][tx] =
          t + rate * (heat[ty][tx] +
                      (now[south][tx] + now[north][tx] - 2 * t) * gy +
                      (now[ty][east] + now[ty][west] - 2 * t) * gx +
                      (ambient - t) * gz);
    }
    __syncthreads();
    if (i == iteration - 1)
      break;
    if (computed)
      now[ty][tx] = next[ty][tx];
    __syncthreads();
  }
  if (computed)
    temp_dst[at] = next[ty][tx];
}

#else

static void launches(Host &H) {
  int Size = H.size(512, 30), Height = 2, Steps = H.size(2, 4);
  int Inner = Tile - Height * 2, Blocks = (Size + Inner - 1) / Inner;
  auto Warm = [](size_t I) { return 320.0f + float(I % 9); };
  float *Temp[2];
  Temp[0] = H.buffer<float>("MatrixTemp[0]", size_t(Size) * Size, Warm);
  Temp[1] = H.buffer<float>("MatrixTemp[1]", size_t(Size) * Size);
  auto *Power = H.buffer<float>("MatrixPower", size_t(Size) * Size,
                                [](size_t I) { return float(I % 5) / 1000; });
  int Source = 0;
  for (int T = 0; T < Steps; T += Height, Source = 1 - Source)
    H.launch("calculate_temp", Dim3(Blocks, Blocks), Dim3(Tile, Tile),
             Steps - T < Height ? Steps - T : Height, Power, Temp[Source],
             Temp[1 - Source], Size, Size, Height, Height, 0.5f, 1.0f, 1.0f,
             1000.0f, 1e-4f, 1e-3f)
        .is(Idempotent);
}
SUITE(rodinia, hotspot)

#endif
