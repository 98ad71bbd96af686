//===- gaussian.cu - Gaussian elimination (Rodinia gaussian) --------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One kernel makes a column of multipliers, the other subtracts multiples of
// row t from the rows below it, in place.
//
//===----------------------------------------------------------------------===//

// REQUIRES: cuda
// RUN: %suites --oracle rodinia/gaussian | FileCheck %s

// CHECK: rodinia/gaussian Fan1 conditional conditional 18 18 0 0 0 9
// CHECK: rodinia/gaussian Fan2 non-idempotent non-idempotent 18 0 18 0 0 9
// CHECK: condition: rodinia/gaussian Fan1: disjoint(
// CHECK: problems: 0

#include "Suite.h"

#if SUITE_DEVICE

__global__ void Fan1(float *m_cuda, float *a_cuda, int Size, int t) {
  if (threadIdx.x + blockIdx.x * blockDim.x >= Size - 1 - t)
    return;
  int row = blockDim.x * blockIdx.x + threadIdx.x + t + 1;
  m_cuda[Size * row + t] = a_cuda[Size * row + t] / a_cuda[Size * t + t];
}

__global__ void Fan2(float *m_cuda, float *a_cuda, float *b_cuda, int Size,
                     int j1, int t) {
  if (threadIdx.x + blockIdx.x * blockDim.x >= Size - 1 - t)
    return;
  if (threadIdx.y + blockIdx.y * blockDim.y >= Size - t)
    return;
  int row = blockIdx.x * blockDim.x + threadIdx.x + 1 + t;
  int y = blockIdx.y * blockDim.y + threadIdx.y;
  a_cuda[Size * row + y + t] -=
      m_cuda[Size * row + t] * a_cuda[Size * t + y + t];
  if (y == 0)
    b_cuda[row] -= m_cuda[Size * row + y + t] * b_cuda[t];
}

#else

static void eliminate(Host &H, int Size) {
  auto *M = H.buffer<float>("m_cuda", Size * Size);
  // Diagonally dominant, so that no pivot is zero.
  auto *A = H.buffer<float>("a_cuda", Size * Size, [=](size_t I) {
    return I / Size == I % Size ? 10.0f * Size : float(I % 7);
  });
  auto *B = H.buffer<float>("b_cuda", Size, [](size_t) { return 1.0f; });
  int Block = 512, BlockXY = 4;
  int Grid = (Size + Block - 1) / Block;
  int GridXY = (Size + BlockXY - 1) / BlockXY;
  for (int T = 0; T < Size - 1; ++T) {
    H.launch("Fan1", Grid, Block, M, A, Size, T).is(Idempotent);
    // At least one element lies below and right of the pivot.
    H.launch("Fan2", Dim3(GridXY, GridXY), Dim3(BlockXY, BlockXY), M, A, B,
             Size, Size - T, T)
        .is(Clobbers);
  }
  H.release(M);
  H.release(A);
  H.release(B);
}

// The usual run solves a matrix from a file, then one that it makes.
static void launches(Host &H) {
  eliminate(H, H.size(4, 4));
  eliminate(H, H.size(16, 7));
}
SUITE(rodinia, gaussian)

#endif
