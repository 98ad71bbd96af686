//===- nw.cu - Alignment of two sequences (Rodinia nw) --------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Fills a matrix of scores tile by tile. A launch does the tiles of one
// anti-diagonal: each reads the row above, the column to its left and the
// corner, and writes its inside, all in one buffer. The borders belong to tiles
// of earlier launches, so every launch is idempotent. That takes the exact
// places: as intervals, reads and writes overlap.
//
//===----------------------------------------------------------------------===//

// REQUIRES: cuda
// RUN: %suites --oracle rodinia/nw | FileCheck %s

// CHECK: rodinia/nw needle_cuda_shared_1 conditional conditional 128 128 0 0 0 3
// CHECK: rodinia/nw needle_cuda_shared_2 conditional conditional 127 127 0 0 0 2
// CHECK: condition: rodinia/nw needle_cuda_shared_1: disjoint(
// CHECK: condition: rodinia/nw needle_cuda_shared_2: disjoint(
// CHECK: problems: 0

#include "Suite.h"

constexpr int Tile = 16;

#if SUITE_DEVICE

__device__ void relax(int (*score)[Tile + 1], const int (*weight)[Tile],
                      int row, int col, int penalty) {
  int diagonal = score[row - 1][col - 1] + weight[row - 1][col - 1];
  int left = score[row][col - 1] - penalty;
  int above = score[row - 1][col] - penalty;
  score[row][col] = max(diagonal, max(left, above));
}

__device__ void fillTile(const int *referrence, int *matrix_cuda, int cols,
                         int penalty, int tileCol, int tileRow) {
  __shared__ int score[Tile + 1][Tile + 1];
  __shared__ int weight[Tile][Tile];
  int t = threadIdx.x;
  // One above and one to the left of the tile.
  int corner = cols * Tile * tileRow + Tile * tileCol;
  int inside = corner + cols + 1 + t;

  if (t == 0)
    score[0][0] = matrix_cuda[corner];
  for (int k = 0; k < Tile; ++k)
    weight[k][t] = referrence[inside + cols * k];
  __syncthreads();
  score[t + 1][0] = matrix_cuda[corner + cols + cols * t];
  __syncthreads();
  score[0][t + 1] = matrix_cuda[corner + 1 + t];
  __syncthreads();

  for (int m = 0; m < Tile; ++m) {
    if (t <= m)
      relax(score, weight, m - t + 1, t + 1, penalty);
    __syncthreads();
  }
  for (int m = Tile - 2; m >= 0; --m) {
    if (t <= m)
      relax(score, weight, Tile - t, t + Tile - m, penalty);
    __syncthreads();
  }
  for (int k = 0; k < Tile; ++k)
    matrix_cuda[inside + k * cols] = score[k + 1][t + 1];
}

/// The i-th anti-diagonal of the upper left half.
__global__ void needle_cuda_shared_1(int *referrence, int *matrix_cuda,
                                     int cols, int penalty, int i,
                                     int block_width) {
  int bx = blockIdx.x;
  fillTile(referrence, matrix_cuda, cols, penalty, bx, i - 1 - bx);
}

/// The anti-diagonal with i tiles of the lower right half.
__global__ void needle_cuda_shared_2(int *referrence, int *matrix_cuda,
                                     int cols, int penalty, int i,
                                     int block_width) {
  int bx = blockIdx.x;
  fillTile(referrence, matrix_cuda, cols, penalty, bx + block_width - i,
           block_width - bx - 1);
}

#else

static void launches(Host &H) {
  int Length = H.size(2048, 3 * Tile), Penalty = 10;
  int Cols = Length + 1, Width = Length / Tile;
  size_t Size = size_t(Cols) * size_t(Cols);
  auto *Referrence = H.buffer<int>(
      "referrence", Size, [](size_t I) { return int(I * 7 % 11) - 4; });
  auto *Matrix = H.buffer<int>("matrix", Size, [=](size_t I) {
    int Row = int(I) / Cols, Col = int(I) % Cols;
    return Row == 0 ? -Col * Penalty : Col == 0 ? -Row * Penalty : 0;
  });
  for (int I = 1; I <= Width; ++I)
    H.launch("needle_cuda_shared_1", I, Tile, Referrence, Matrix, Cols, Penalty,
             I, Width)
        .is(Idempotent);
  for (int I = Width - 1; I >= 1; --I)
    H.launch("needle_cuda_shared_2", I, Tile, Referrence, Matrix, Cols, Penalty,
             I, Width)
        .is(Idempotent);
}
SUITE(rodinia, nw)

#endif
