//===- sgemm_base.cu - Matrix product (Parboil sgemm, base) ---------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// C = alpha A B' + beta C, column by column, a result for each thread. C is
// read also if beta is 0.
//
//===----------------------------------------------------------------------===//

// REQUIRES: cuda
// RUN: %suites --oracle parboil/sgemm_base | FileCheck %s

// CHECK: parboil/sgemm_base mysgemmNT non-idempotent non-idempotent
// CHECK-SAME: 1 0 1 0 0 1

#include "Suite.h"

static constexpr int Tile = 16;

#if SUITE_DEVICE

__global__ void mysgemmNT(const float *A, int lda, const float *B, int ldb,
                          float *C, int ldc, int k, float alpha, float beta) {
  int Row = blockIdx.x * blockDim.x + threadIdx.x;
  int Column = blockIdx.y * blockDim.y + threadIdx.y;
  float Sum = 0;
  for (int K = 0; K < k; ++K)
    Sum += A[Row + K * lda] * B[Column + K * ldb];
  float *Result = C + (Row + Column * ldc);
  *Result = *Result * beta + alpha * Sum;
}

#else

static void launches(Host &H) {
  int M = H.size(1024, 32), N = H.size(1056, 48), K = H.size(992, 9);
  auto Value = [](size_t I) { return float(I % 7); };
  auto *A = H.buffer<float>("A", size_t(M) * K, Value);
  auto *B = H.buffer<float>("B", size_t(N) * K, Value);
  auto *C = H.buffer<float>("C", size_t(M) * N, Value);
  H.launch("mysgemmNT", {uint32_t(M / Tile), uint32_t(N / Tile)}, {Tile, Tile},
           A, M, B, N, C, M, K, 1.0f, 0.0f)
      .is(Clobbers);
}
SUITE(parboil, sgemm_base)

#endif
