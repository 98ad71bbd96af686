//===- sgemm.cu - Tiled matrix product (Parboil sgemm) --------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// C = alpha A B' + beta C, column by column. A thread keeps 16 results of one
// row in registers; the block shares a tile of B. C is read also if beta is 0.
//
//===----------------------------------------------------------------------===//

// REQUIRES: cuda
// RUN: %suites --oracle parboil/sgemm | FileCheck %s

// CHECK: parboil/sgemm mysgemmNT non-idempotent non-idempotent
// CHECK-SAME: 1 0 1 0 0 1

#include "Suite.h"

static constexpr int TileN = 16, TileK = 8, TileM = TileN * TileK;

#if SUITE_DEVICE

__global__ void mysgemmNT(const float *A, int lda, const float *B, int ldb,
                          float *C, int ldc, int k, float alpha, float beta) {
  __shared__ float TileB[TileK][TileN];
  float Sum[TileN] = {};
  int Flat = threadIdx.y * blockDim.x + threadIdx.x;
  int Row = blockIdx.x * TileM + Flat;
  int Column = blockIdx.y * TileN + threadIdx.x;
  for (int K = 0; K < k; K += TileK) {
    TileB[threadIdx.y][threadIdx.x] = B[Column + (K + threadIdx.y) * ldb];
    __syncthreads();
    for (int D = 0; D < TileK; ++D) {
      float V = A[Row + (K + D) * lda];
      for (int N = 0; N < TileN; ++N)
        Sum[N] += V * TileB[D][N];
    }
    __syncthreads();
  }
  int First = ldc * blockIdx.y * TileN + Row;
  for (int N = 0; N < TileN; ++N)
    C[First + N * ldc] = C[First + N * ldc] * beta + alpha * Sum[N];
}

#else

static void launches(Host &H) {
  int M = H.size(1024, 128), N = H.size(1056, 32), K = H.size(992, 16);
  auto Value = [](size_t I) { return float(I % 7); };
  auto *A = H.buffer<float>("A", size_t(M) * K, Value);
  auto *B = H.buffer<float>("B", size_t(N) * K, Value);
  auto *C = H.buffer<float>("C", size_t(M) * N, Value);
  H.launch("mysgemmNT", {uint32_t(M / TileM), uint32_t(N / TileN)},
           {TileN, TileK}, A, M, B, N, C, M, K, 1.0f, 0.0f)
      .is(Clobbers);
}
SUITE(parboil, sgemm)

#endif
