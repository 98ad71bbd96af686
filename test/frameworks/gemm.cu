//===- gemm.cu - Matrix products (CUTLASS, PyTorch) -----------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Row-major C = alpha A B + beta C with tiles in shared memory. C is read only
// where beta is not 0. Split-K: parts go to a workspace that a second kernel
// adds up, or straight into C with atomics, or a semaphore lets the blocks of a
// tile take turns. Batches come as strides or as arrays of pointers.
//
//===----------------------------------------------------------------------===//

// REQUIRES: cuda
// RUN: %suites --oracle frameworks/gemm | FileCheck %s
// Not yet: pointers in an array in memory.

// CHECK: frameworks/gemm gemm_kernel conditional conditional 49 37 12 0 0 5
// CHECK: frameworks/gemm gemm_splitk_parallel_kernel conditional conditional 16 16 0 0 0 1
// CHECK: frameworks/gemm reduce_splitk_kernel conditional conditional 16 16 0 0 0 1
// CHECK: frameworks/gemm gemm_splitk_atomic_kernel non-idempotent non-idempotent 1 0 1 0 0 1
// CHECK: frameworks/gemm gemm_splitk_serial_kernel conditional conditional 2 1 1 0 0 2
// CHECK: frameworks/gemm gemm_strided_batched_kernel conditional conditional 12 12 0 0 0 1
// CHECK: frameworks/gemm gemm_batched_kernel unknown conditional 12 0 0 12 12 1

// CHECK: condition: frameworks/gemm gemm_kernel: disjoint(P.D[0 .. 4P.N + 4P.M*P.Ldd - 4P.Ldd), P.A[0 .. 4P.M*P.Lda + 4P.K - 4P.Lda)) and
// CHECK: condition: frameworks/gemm gemm_splitk_parallel_kernel: disjoint(workspace[0 .. 4gridDim.z*P.M*P.N), P.A[0 .. 64((P.K - 1) / 16) + 4blockDim.x +
// CHECK: condition: frameworks/gemm reduce_splitk_kernel: disjoint(d[0 .. 4ldd*((4((m*n - 1) / 4)) / n) + 4n + 12), workspace[0 .. 16((m*n - 1) /
// CHECK: condition: frameworks/gemm gemm_splitk_serial_kernel: disjoint(P.D[0 .. 4P.N + 4P.M*P.Ldd - 4P.Ldd), P.A[0 .. 64((P.K - 1) / 16) + 4blockDim.x
// CHECK: condition: frameworks/gemm gemm_strided_batched_kernel: disjoint(P.D[0 .. 4gridDim.z*strideD + 4P.N + 4P.M*P.Ldd - 4strideD - 4P.Ldd), P.A[0 ..

#include "Suite.h"

constexpr int Tile = 16;

struct GemmParams {
  int M, N, K;
  const float *A;
  int Lda;
  const float *B;
  int Ldb;
  const float *C;
  int Ldc;
  float *D;
  int Ldd;
  float Alpha, Beta;
  int KPerSplit; ///< Of K, for each blockIdx.z.
  int *Semaphores;
};

#if SUITE_DEVICE

/// The part of an element of A B that the columns Begin to End of A give.
__device__ float product(const float *A, int Lda, const float *B, int Ldb,
                         int M, int N, int Begin, int End) {
  __shared__ float TileA[Tile][Tile], TileB[Tile][Tile + 1];
  int Row = blockIdx.y * Tile + threadIdx.y;
  int Column = blockIdx.x * Tile + threadIdx.x;
  float Sum = 0;
  for (int K = Begin; K < End; K += Tile) {
    int KA = K + threadIdx.x, KB = K + threadIdx.y;
    TileA[threadIdx.y][threadIdx.x] =
        Row < M && KA < End ? A[Row * Lda + KA] : 0;
    TileB[threadIdx.y][threadIdx.x] =
        KB < End && Column < N ? B[KB * Ldb + Column] : 0;
    __syncthreads();
#pragma unroll
    for (int I = 0; I < Tile; ++I)
      Sum += TileA[threadIdx.y][I] * TileB[I][threadIdx.x];
    __syncthreads();
  }
  return Sum;
}

__global__ void gemm_kernel(GemmParams P) {
  int Row = blockIdx.y * Tile + threadIdx.y;
  int Column = blockIdx.x * Tile + threadIdx.x;
  float Sum = product(P.A, P.Lda, P.B, P.Ldb, P.M, P.N, 0, P.K);
  if (Row >= P.M || Column >= P.N)
    return;
  float Value = P.Alpha * Sum;
  if (P.Beta != 0)
    Value += P.Beta * P.C[Row * P.Ldc + Column];
  P.D[Row * P.Ldd + Column] = Value;
}

/// Parts lie in the workspace behind each other.
__global__ void gemm_splitk_parallel_kernel(GemmParams P, float *workspace) {
  int Row = blockIdx.y * Tile + threadIdx.y;
  int Column = blockIdx.x * Tile + threadIdx.x;
  int Begin = blockIdx.z * P.KPerSplit, End = min(P.K, Begin + P.KPerSplit);
  float Sum = product(P.A, P.Lda, P.B, P.Ldb, P.M, P.N, Begin, End);
  if (Row < P.M && Column < P.N)
    workspace[(static_cast<long>(blockIdx.z) * P.M + Row) * P.N + Column] = Sum;
}

__global__ void reduce_splitk_kernel(const float *workspace, float *d, int m,
                                     int n, int ldd, int splits, float alpha) {
  int I = (blockIdx.x * blockDim.x + threadIdx.x) * 4;
  if (I >= m * n)
    return;
  float4 Sum = {0, 0, 0, 0};
  for (int S = 0; S < splits; ++S) {
    float4 V = *reinterpret_cast<const float4 *>(
        workspace + static_cast<long>(S) * m * n + I);
    Sum.x += V.x, Sum.y += V.y, Sum.z += V.z, Sum.w += V.w;
  }
  Sum.x *= alpha, Sum.y *= alpha, Sum.z *= alpha, Sum.w *= alpha;
  *reinterpret_cast<float4 *>(d + (I / n) * ldd + I % n) = Sum;
}

__global__ void gemm_splitk_atomic_kernel(GemmParams P) {
  int Row = blockIdx.y * Tile + threadIdx.y;
  int Column = blockIdx.x * Tile + threadIdx.x;
  int Begin = blockIdx.z * P.KPerSplit, End = min(P.K, Begin + P.KPerSplit);
  float Sum = product(P.A, P.Lda, P.B, P.Ldb, P.M, P.N, Begin, End);
  if (Row < P.M && Column < P.N)
    atomicAdd(&P.D[Row * P.Ldd + Column], P.Alpha * Sum);
}

/// The blocks of a tile add to D one after the other; a launch with one block
/// for each tile does not wait.
__global__ void gemm_splitk_serial_kernel(GemmParams P) {
  int Row = blockIdx.y * Tile + threadIdx.y;
  int Column = blockIdx.x * Tile + threadIdx.x;
  int Begin = blockIdx.z * P.KPerSplit, End = min(P.K, Begin + P.KPerSplit);
  float Value = P.Alpha * product(P.A, P.Lda, P.B, P.Ldb, P.M, P.N, Begin, End);
  volatile int *Turn = P.Semaphores + blockIdx.y * gridDim.x + blockIdx.x;
  bool IsThread = threadIdx.x == 0 && threadIdx.y == 0;
  if (gridDim.z > 1) {
    while (IsThread && *Turn != static_cast<int>(blockIdx.z))
      ;
    __syncthreads();
  }
  if (Row < P.M && Column < P.N) {
    if (blockIdx.z > 0)
      Value += P.D[Row * P.Ldd + Column];
    P.D[Row * P.Ldd + Column] = Value;
  }
  if (gridDim.z > 1) {
    __syncthreads();
    if (IsThread) {
      __threadfence();
      *Turn = blockIdx.z + 1 == gridDim.z ? 0 : blockIdx.z + 1;
    }
  }
}

__global__ void gemm_strided_batched_kernel(GemmParams P, long strideA,
                                            long strideB, long strideD) {
  int Row = blockIdx.y * Tile + threadIdx.y;
  int Column = blockIdx.x * Tile + threadIdx.x;
  float Sum = product(P.A + blockIdx.z * strideA, P.Lda,
                      P.B + blockIdx.z * strideB, P.Ldb, P.M, P.N, 0, P.K);
  if (Row < P.M && Column < P.N)
    P.D[blockIdx.z * strideD + Row * P.Ldd + Column] = P.Alpha * Sum;
}

__global__ void gemm_batched_kernel(GemmParams P, const float *const *As,
                                    const float *const *Bs, float *const *Ds) {
  int Row = blockIdx.y * Tile + threadIdx.y;
  int Column = blockIdx.x * Tile + threadIdx.x;
  float Sum =
      product(As[blockIdx.z], P.Lda, Bs[blockIdx.z], P.Ldb, P.M, P.N, 0, P.K);
  if (Row < P.M && Column < P.N)
    Ds[blockIdx.z][Row * P.Ldd + Column] = P.Alpha * Sum;
}

#else

static Dim3 gridFor(const GemmParams &P, unsigned Z = 1) {
  return {unsigned(P.N + Tile - 1) / Tile, unsigned(P.M + Tile - 1) / Tile, Z};
}

static void launches(Host &H) {
  auto Value = [](size_t I) { return float(I % 7) - 3; };
  Dim3 Block(Tile, Tile);
  // A linear layer of BERT-base, 8 x 512 tokens.
  int M = H.size(8 * 512, 19), N = H.size(3072, 36), K = H.size(768, 50);
  auto *A = H.buffer<float>("a", size_t(M) * size_t(K), Value);
  auto *B = H.buffer<float>("b", size_t(K) * size_t(N), Value);
  auto *C = H.buffer<float>("c", size_t(M) * size_t(N), Value);
  auto *D = H.buffer<float>("d", size_t(M) * size_t(N));
  GemmParams P = {M, N, K, A, K, B, N, C, N, D, N, 1, 0, K, nullptr};
  H.launch("gemm_kernel", gridFor(P), Block, P).is(Idempotent).times(12);
  P.Beta = 1;
  H.launch("gemm_kernel", gridFor(P), Block, P).is(Idempotent).times(12);
  // addmm_: the result goes into C.
  P.D = C;
  H.launch("gemm_kernel", gridFor(P), Block, P).is(Clobbers).times(12);
  // beta 0 does not read C, so that its being D does not matter.
  P.Beta = 0;
  H.launch("gemm_kernel", gridFor(P), Block, P).is(Idempotent).times(12);
  // The left half of a matrix times a square, into its right half.
  GemmParams Q = P;
  int Half = H.size(1024, 20), Rows = H.size(4096, 18);
  auto *Wide = H.buffer<float>("wide", size_t(Rows) * 2 * size_t(Half), Value);
  auto *Square = H.buffer<float>("square", size_t(Half) * size_t(Half), Value);
  Q.M = Rows, Q.N = Q.K = Half;
  Q.A = Wide, Q.B = Square, Q.Ldb = Half;
  Q.D = Wide + Half, Q.Lda = Q.Ldd = 2 * Half;
  H.launch("gemm_kernel", gridFor(Q), Block, Q).is(Idempotent);

  // The gradient of a weight: few tiles, a long K.
  GemmParams S = {};
  S.M = H.size(256, 20), S.N = H.size(64, 24), S.K = H.size(32 * 56 * 56, 70);
  S.KPerSplit = (S.K + 3) / 4;
  auto *Columns = H.buffer<float>("columns", size_t(S.M) * size_t(S.K), Value);
  auto *Gradient =
      H.buffer<float>("gradient", size_t(S.K) * size_t(S.N), Value);
  size_t Size = size_t(S.M) * size_t(S.N);
  auto *Weight = H.buffer<float>("weight", Size);
  auto *Workspace = H.buffer<float>("workspace", 4 * Size);
  S.A = Columns, S.Lda = S.K, S.B = Gradient, S.Ldb = S.Ldd = S.N;
  S.D = Weight, S.Alpha = 1;
  S.Semaphores = H.buffer<int>("semaphores", 1024);
  H.launch("gemm_splitk_parallel_kernel", gridFor(S, 4), Block, S, Workspace)
      .is(Idempotent)
      .times(16);
  H.launch("reduce_splitk_kernel", unsigned(Size / 4 + 127) / 128, 128,
           Workspace, Weight, S.M, S.N, S.N, 4, 1.0f)
      .is(Idempotent)
      .times(16);
  H.launch("gemm_splitk_atomic_kernel", gridFor(S, 4), Block, S).is(Clobbers);
  H.launch("gemm_splitk_serial_kernel", gridFor(S, 4), Block, S).is(Clobbers);
  GemmParams Whole = S;
  Whole.KPerSplit = S.K;
  H.launch("gemm_splitk_serial_kernel", gridFor(Whole), Block, Whole)
      .is(Idempotent);

  // Heads of BERT-base: scores of 512 x 512, from a packed projection.
  unsigned Heads = H.size(12, 3);
  int Tokens = H.size(512, 17), Head = H.size(64, 16);
  int Packed = int(Heads) * Head;
  auto *Query =
      H.buffer<float>("query", size_t(Tokens) * size_t(Packed), Value);
  auto *Key = H.buffer<float>("key", size_t(Packed) * size_t(Tokens), Value);
  size_t Each = size_t(Tokens) * size_t(Tokens);
  auto *Scores = H.buffer<float>("scores", Heads * Each);
  GemmParams T = {};
  T.M = T.N = Tokens, T.K = Head, T.Alpha = 0.125f;
  T.A = Query, T.Lda = Packed;
  T.B = Key, T.Ldb = Tokens;
  T.D = Scores, T.Ldd = Tokens;
  H.launch("gemm_strided_batched_kernel", gridFor(T, Heads), Block, T,
           long(Head), long(Head) * Tokens, long(Each))
      .is(Idempotent)
      .times(12);
  std::vector<const float *> As, Bs;
  std::vector<float *> Ds;
  for (unsigned I = 0; I < Heads; ++I) {
    As.push_back(Query + I * size_t(Head));
    Bs.push_back(Key + I * size_t(Head) * size_t(Tokens));
    Ds.push_back(Scores + I * Each);
  }
  auto *TableA = H.buffer("table_a", As);
  auto *TableB = H.buffer("table_b", Bs);
  auto *TableD = H.buffer("table_d", Ds);
  H.launch("gemm_batched_kernel", gridFor(T, Heads), Block, T, TableA, TableB,
           TableD)
      .is(Idempotent)
      .times(12);
}
SUITE(frameworks, gemm)

#endif
