//===- gemm_tiled.cu - Matrix product through shared tiles ----------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// C = A * B with leading dimensions, two tiles in shared memory, and guards for
// sizes that are not multiples of the tile. Idempotent as long as C overlaps
// neither A nor B. C may lie between the rows of A: then the address ranges
// overlap, but no byte is shared.
//
//===----------------------------------------------------------------------===//

#include "support.h"

constexpr int Tile = 16;

__global__ void gemmTiled(float *C, const float *A, const float *B, int M,
                          int N, int K, int lda, int ldb, int ldc) {
  __shared__ float TileA[Tile][Tile];
  __shared__ float TileB[Tile][Tile];
  int row = blockIdx.y * Tile + threadIdx.y;
  int col = blockIdx.x * Tile + threadIdx.x;
  float Sum = 0.0f;

  for (int k = 0; k < K; k += Tile) {
    int ka = k + threadIdx.x;
    int kb = k + threadIdx.y;
    TileA[threadIdx.y][threadIdx.x] =
        row < M && ka < K ? A[row * lda + ka] : 0.0f;
    TileB[threadIdx.y][threadIdx.x] =
        kb < K && col < N ? B[kb * ldb + col] : 0.0f;
    __syncthreads();
    for (int j = 0; j < Tile; ++j)
      Sum += TileA[threadIdx.y][j] * TileB[j][threadIdx.x];
    __syncthreads();
  }
  if (row < M && col < N)
    C[row * ldc + col] = Sum;
}

static void reference(float *C, const float *A, const float *B, int M, int N,
                      int K, int Lda, int Ldb, int Ldc) {
  for (int I = 0; I < M; ++I)
    for (int J = 0; J < N; ++J) {
      float Sum = 0.0f;
      for (int L = 0; L < K; ++L)
        Sum += A[I * Lda + L] * B[L * Ldb + J];
      C[I * Ldc + J] = Sum;
    }
}

static dim3 gridFor(int M, int N) {
  return dim3((N + Tile - 1) / Tile, (M + Tile - 1) / Tile);
}

int main() {
  const dim3 Block(Tile, Tile);

  // Three matrices, sizes that are multiples of the tile.
  {
    const int M = 64, N = 48, K = 32;
    std::vector<float> A = testData(M * K, 1), B = testData(K * N, 2);
    std::vector<float> Want(M * N);
    Buffer<float> DevA(A), DevB(B), DevC(M * N);
    gemmTiled<<<gridFor(M, N), Block>>>(DevC.data(), DevA.data(), DevB.data(),
                                        M, N, K, K, N, N);
    finishLaunch();
    reference(Want.data(), A.data(), B.data(), M, N, K, K, N, N);
    expectNear("disjoint", DevC.read(), Want);
  }

  // Sizes that are not.
  {
    const int M = 50, N = 37, K = 23;
    std::vector<float> A = testData(M * K, 3), B = testData(K * N, 4);
    std::vector<float> Want(M * N);
    Buffer<float> DevA(A), DevB(B), DevC(M * N);
    gemmTiled<<<gridFor(M, N), Block>>>(DevC.data(), DevA.data(), DevB.data(),
                                        M, N, K, K, N, N);
    finishLaunch();
    reference(Want.data(), A.data(), B.data(), M, N, K, K, N, N);
    expectNear("odd sizes", DevC.read(), Want);
  }

  // C in the columns beside A: one buffer of M rows with K + N columns.
  {
    const int M = 64, N = 64, K = 64, Ld = K + N;
    std::vector<float> AC = testData(M * Ld, 5), B = testData(K * N, 6);
    Buffer<float> DevAC(AC), DevB(B);
    gemmTiled<<<gridFor(M, N), Block>>>(DevAC.data() + K, DevAC.data(),
                                        DevB.data(), M, N, K, Ld, N, Ld);
    finishLaunch();
    std::vector<float> Want = AC;
    reference(Want.data() + K, AC.data(), B.data(), M, N, K, Ld, N, Ld);
    expectNear("side by side", DevAC.read(), Want);
  }
}
