//===- lud.cu - LU decomposition in place (Rodinia lud) -------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Works on blocks of 16x16 of one matrix: the block on the diagonal, the strips
// below and to the right of it, and what is left. Each kernel overwrites the
// blocks that it read, so no launch is idempotent.
//
//===----------------------------------------------------------------------===//

// REQUIRES: cuda
// RUN: %suites --oracle rodinia/lud | FileCheck %s

// CHECK: rodinia/lud lud_diagonal non-idempotent non-idempotent 16 0 16 0 0 3
// CHECK: rodinia/lud lud_perimeter non-idempotent non-idempotent 15 0 15 0 0 2
// CHECK: rodinia/lud lud_internal non-idempotent non-idempotent 15 0 15 0 0 2
// CHECK: problems: 0

#include "Suite.h"

constexpr int Side = 16;

#if SUITE_DEVICE

__global__ void lud_diagonal(float *m, int matrix_dim, int offset) {
  __shared__ float block[Side][Side];
  int t = threadIdx.x;
  int at = offset * matrix_dim + offset;
  for (int row = 0; row < Side; ++row, at += matrix_dim)
    block[row][t] = m[at + t];
  __syncthreads();

  for (int k = 0; k < Side - 1; ++k) {
    if (t > k) {
      for (int j = 0; j < k; ++j)
        block[t][k] -= block[t][j] * block[j][k];
      block[t][k] /= block[k][k];
    }
    __syncthreads();
    if (t > k)
      for (int j = 0; j <= k; ++j)
        block[k + 1][t] -= block[k + 1][j] * block[j][t];
    __syncthreads();
  }

  // The first row is what it was.
  at = (offset + 1) * matrix_dim + offset;
  for (int row = 1; row < Side; ++row, at += matrix_dim)
    m[at + t] = block[row][t];
}

/// The first half of the threads does the strip to the right, the other half
/// the strip below.
__global__ void lud_perimeter(float *m, int matrix_dim, int offset) {
  __shared__ float diagonal[Side][Side];
  __shared__ float right[Side][Side];
  __shared__ float below[Side][Side];
  bool isRight = threadIdx.x < Side;
  int t = isRight ? threadIdx.x : threadIdx.x - Side;
  int away = (blockIdx.x + 1) * Side;

  if (isRight) {
    int at = offset * matrix_dim + offset;
    for (int row = 0; row < Side / 2; ++row, at += matrix_dim)
      diagonal[row][t] = m[at + t];
    at = offset * matrix_dim + offset;
    for (int row = 0; row < Side; ++row, at += matrix_dim)
      right[row][t] = m[at + away + t];
  } else {
    int at = (offset + Side / 2) * matrix_dim + offset;
    for (int row = Side / 2; row < Side; ++row, at += matrix_dim)
      diagonal[row][t] = m[at + t];
    at = (offset + away) * matrix_dim + offset;
    for (int row = 0; row < Side; ++row, at += matrix_dim)
      below[row][t] = m[at + t];
  }
  __syncthreads();

  if (isRight) {
    for (int row = 1; row < Side; ++row)
      for (int j = 0; j < row; ++j)
        right[row][t] -= diagonal[row][j] * right[j][t];
  } else {
    for (int col = 0; col < Side; ++col) {
      for (int j = 0; j < col; ++j)
        below[t][col] -= below[t][j] * diagonal[j][col];
      below[t][col] /= diagonal[col][col];
    }
  }
  __syncthreads();

  if (isRight) {
    int at = (offset + 1) * matrix_dim + offset;
    for (int row = 1; row < Side; ++row, at += matrix_dim)
      m[at + away + t] = right[row][t];
  } else {
    int at = (offset + away) * matrix_dim + offset;
    for (int row = 0; row < Side; ++row, at += matrix_dim)
      m[at + t] = below[row][t];
  }
}

__global__ void lud_internal(float *m, int matrix_dim, int offset) {
  __shared__ float right[Side][Side];
  __shared__ float below[Side][Side];
  int x = threadIdx.x, y = threadIdx.y;
  int row = offset + (blockIdx.y + 1) * Side;
  int col = offset + (blockIdx.x + 1) * Side;
  right[y][x] = m[(offset + y) * matrix_dim + col + x];
  below[y][x] = m[(row + y) * matrix_dim + offset + x];
  __syncthreads();
  float sum = 0;
  for (int k = 0; k < Side; ++k)
    sum += below[y][k] * right[k][x];
  m[(row + y) * matrix_dim + col + x] -= sum;
}

#else

static void launches(Host &H) {
  int Dim = H.size(256, 3 * Side);
  auto *M = H.buffer<float>("m", size_t(Dim) * size_t(Dim), [=](size_t I) {
    int Row = int(I) / Dim, Col = int(I) % Dim;
    return 1.0f / float(1 + std::abs(Row - Col)) + (Row == Col ? 4.0f : 0);
  });
  int Offset = 0;
  for (; Offset < Dim - Side; Offset += Side) {
    unsigned Blocks = unsigned((Dim - Offset) / Side - 1);
    H.launch("lud_diagonal", 1, Side, M, Dim, Offset).is(Clobbers);
    H.launch("lud_perimeter", Blocks, 2 * Side, M, Dim, Offset).is(Clobbers);
    H.launch("lud_internal", {Blocks, Blocks}, {Side, Side}, M, Dim, Offset)
        .is(Clobbers);
  }
  H.launch("lud_diagonal", 1, Side, M, Dim, Offset).is(Clobbers);
}
SUITE(rodinia, lud)

#endif
