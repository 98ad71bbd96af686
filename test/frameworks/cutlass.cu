//===- cutlass.cu - A product with tile iterators (CUTLASS) ---------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Blocks take tiles in an order that keeps neighbours together. Iterators hold
// an address and a mask: host code computes by how many bytes they move on. The
// first tile is the rest of K, all others are full. The epilogue walks over
// rows of the output, and of a source if there is one; a row vector may stand
// for it.
//
//===----------------------------------------------------------------------===//

// REQUIRES: cuda
// RUN: %suites --oracle frameworks/cutlass | FileCheck %s
// Not yet: a pointer that is null guards what is read through it.

// CHECK: frameworks/cutlass cutlass_gemm<false, false> conditional conditional 76 76 0 0 0 2
// CHECK: frameworks/cutlass cutlass_gemm<true, false> conditional conditional 64 32 0 32 0 2
// CHECK: frameworks/cutlass cutlass_gemm<true, true> conditional conditional 49 49 0 0 0 2

// CHECK: condition: frameworks/cutlass cutlass_gemm<false, false>: disjoint(P.D[0 .. P.ParamsD.Stride*((blockDim.x - 1) / 8) + 3P.ParamsD.IncRow +
// CHECK: condition: frameworks/cutlass cutlass_gemm<true, false>: disjoint(P.D[0 .. P.ParamsD.Stride*((blockDim.x - 1) / 8) + 3P.ParamsD.IncRow +
// CHECK: condition: frameworks/cutlass cutlass_gemm<true, true>: disjoint(P.D[0 .. P.ParamsD.Stride*((blockDim.x - 1) / 8) + 3P.ParamsD.IncRow +

#include "Suite.h"

constexpr int TileM = 32, TileN = 32, TileK = 16, Vector = 4;

/// All in bytes: between rows, between a thread's accesses of a tile, from the
/// last of them to the next tile's first.
struct IteratorParams {
  long Stride, IncStrided, IncNext;
};

struct EpilogueParams {
  long Stride, IncRow, IncGroup; ///< In bytes.
};

struct CutlassParams {
  int M, N, K;
  int TilesM, TilesN, LogSwizzle;
  IteratorParams ParamsA, ParamsB;
  EpilogueParams ParamsC, ParamsD;
  const float *A, *B, *C;
  float *D;
  float Alpha, Beta;
  const float *AlphaPointer; ///< Instead of Alpha, where it is not null.
};

#if SUITE_DEVICE

constexpr int Accesses = 2;

/// Reads Accesses vectors of each tile.
struct TileIterator {
  const IteratorParams &P;
  const char *Pointer;
  unsigned Mask = 0;

  __device__ void load(float4 (&Fragment)[Accesses]) {
#pragma unroll
    for (int S = 0; S < Accesses; ++S) {
      Fragment[S] = Mask >> S & 1 ? *reinterpret_cast<const float4 *>(Pointer)
                                  : float4{0, 0, 0, 0};
      Pointer += S + 1 < Accesses ? P.IncStrided : P.IncNext;
    }
  }
};

/// Source: where the epilogue reads C. Row: of C only its first row counts.
template <bool HasSource, bool IsRow>
__global__ void __launch_bounds__(64) cutlass_gemm(CutlassParams P) {
  __shared__ float SharedA[TileM][TileK + 1], SharedB[TileK][TileN];
  int Swizzle = 1 << P.LogSwizzle;
  int TM = blockIdx.x >> P.LogSwizzle;
  int TN = (blockIdx.y << P.LogSwizzle) + (blockIdx.x & (Swizzle - 1));
  if (P.TilesM <= TM || P.TilesN <= TN)
    return;
  int T = threadIdx.x;
  int RowA = T / 4, ColumnA = T % 4 * Vector;
  int RowB = T / 8, ColumnB = T % 8 * Vector;
  int Residue = P.K % TileK ? P.K % TileK : TileK;

  TileIterator ItA{P.ParamsA, reinterpret_cast<const char *>(P.A) +
                                  (TM * TileM + RowA) * P.ParamsA.Stride +
                                  ColumnA * 4};
  TileIterator ItB{P.ParamsB, reinterpret_cast<const char *>(P.B) +
                                  RowB * P.ParamsB.Stride +
                                  (TN * TileN + ColumnB) * 4};
#pragma unroll
  for (int S = 0; S < Accesses; ++S) {
    bool InA = TM * TileM + RowA + 16 * S < P.M && ColumnA < Residue;
    bool InB = TN * TileN + ColumnB < P.N && RowB + 8 * S < Residue;
    ItA.Mask |= InA << S, ItB.Mask |= InB << S;
  }
  float4 FragmentA[Accesses], FragmentB[Accesses];
  ItA.load(FragmentA);
  ItB.load(FragmentB);
  // From the rest of K on, tiles are full; the addresses stand one full tile
  // behind the first.
  ItA.Pointer -= (TileK - Residue) * 4;
  ItB.Pointer -= (TileK - Residue) * P.ParamsB.Stride;
  ItA.Mask = ItB.Mask = 0;
#pragma unroll
  for (int S = 0; S < Accesses; ++S) {
    ItA.Mask |= (TM * TileM + RowA + 16 * S < P.M) << S;
    ItB.Mask |= (TN * TileN + ColumnB < P.N) << S;
  }

  float Sum[4][Vector] = {};
  int Row = T / 8, Column = T % 8 * Vector;
  for (int Left = (P.K + TileK - 1) / TileK; Left > 0; --Left) {
#pragma unroll
    for (int S = 0; S < Accesses; ++S) {
      float4 A = FragmentA[S];
      float *To = &SharedA[RowA + 16 * S][ColumnA];
      To[0] = A.x, To[1] = A.y, To[2] = A.z, To[3] = A.w;
      *reinterpret_cast<float4 *>(&SharedB[RowB + 8 * S][ColumnB]) =
          FragmentB[S];
    }
    __syncthreads();
    if (Left <= 1)
      ItA.Mask = ItB.Mask = 0;
    ItA.load(FragmentA);
    ItB.load(FragmentB);
#pragma unroll
    for (int K = 0; K < TileK; ++K)
#pragma unroll
      for (int I = 0; I < 4; ++I)
#pragma unroll
        for (int J = 0; J < Vector; ++J)
          Sum[I][J] += SharedA[Row + 8 * I][K] * SharedB[K][Column + J];
    __syncthreads();
  }

  float Alpha = P.AlphaPointer ? *P.AlphaPointer : P.Alpha;
  long First = TM * TileM + Row, At = (TN * TileN + Column) * 4l;
  char *D = reinterpret_cast<char *>(P.D) + First * P.ParamsD.Stride + At;
  const char *C = reinterpret_cast<const char *>(P.C) + At;
  if (!IsRow)
    C += First * P.ParamsC.Stride;
  if (TN * TileN + Column >= P.N)
    return;
#pragma unroll
  for (int I = 0; I < 4; ++I) {
    if (First + 8 * I < P.M) {
      float4 Source = {0, 0, 0, 0};
      if (HasSource)
        Source = *reinterpret_cast<const float4 *>(C);
      *reinterpret_cast<float4 *>(D) = {Alpha * Sum[I][0] + P.Beta * Source.x,
                                        Alpha * Sum[I][1] + P.Beta * Source.y,
                                        Alpha * Sum[I][2] + P.Beta * Source.z,
                                        Alpha * Sum[I][3] + P.Beta * Source.w};
    }
    D += P.ParamsD.IncRow;
    if (!IsRow)
      C += P.ParamsC.IncRow;
  }
}

template __global__ void cutlass_gemm<false, false>(CutlassParams);
template __global__ void cutlass_gemm<true, false>(CutlassParams);
template __global__ void cutlass_gemm<true, true>(CutlassParams);

#else

/// Row-major operands with rows of Lda, Ldb, Ldc, Ldd elements.
static CutlassParams gemm(int M, int N, int K, const float *A, int Lda,
                          const float *B, int Ldb, const float *C, int Ldc,
                          float *D, int Ldd) {
  CutlassParams P = {};
  P.M = M, P.N = N, P.K = K;
  P.TilesM = (M + TileM - 1) / TileM, P.TilesN = (N + TileN - 1) / TileN;
  P.LogSwizzle = P.TilesN >= 6 ? 3 : P.TilesN >= 3 ? 2 : P.TilesN >= 2 ? 1 : 0;
  long StrideA = 4l * Lda, StrideB = 4l * Ldb;
  P.ParamsA = {StrideA, 16 * StrideA, TileK * 4 - 16 * StrideA};
  P.ParamsB = {StrideB, 8 * StrideB, TileK * StrideB - 8 * StrideB};
  P.ParamsC = {4l * Ldc, 32l * Ldc, 0};
  P.ParamsD = {4l * Ldd, 32l * Ldd, 0};
  P.A = A, P.B = B, P.C = C, P.D = D;
  P.Alpha = 1, P.Beta = 1;
  return P;
}

static Dim3 gridFor(const CutlassParams &P) {
  unsigned Swizzle = 1u << P.LogSwizzle;
  return {unsigned(P.TilesM) * Swizzle,
          (unsigned(P.TilesN) + Swizzle - 1) / Swizzle};
}

static void launches(Host &H) {
  auto Value = [](size_t I) { return float(I % 9) - 4; };
  const char *Plain = "cutlass_gemm<false, false>",
             *Source = "cutlass_gemm<true, false>",
             *Bias = "cutlass_gemm<true, true>";
  // Llama 2 7B: the projections of 512 tokens. The down projection is added to
  // the residual.
  int M = H.size(512, 40), Model = H.size(4096, 44), Inner = H.size(11008, 72);
  auto *X = H.buffer<float>("x", size_t(M) * size_t(Model), Value);
  auto *Up = H.buffer<float>("up", size_t(Model) * size_t(Inner), Value);
  auto *Down = H.buffer<float>("down", size_t(Inner) * size_t(Model), Value);
  auto *Wide = H.buffer<float>("wide", size_t(M) * size_t(Inner));
  auto *Residual =
      H.buffer<float>("residual", size_t(M) * size_t(Model), Value);
  auto *Out = H.buffer<float>("out", size_t(M) * size_t(Model));
  CutlassParams P =
      gemm(M, Inner, Model, X, Model, Up, Inner, nullptr, Inner, Wide, Inner);
  H.launch(Plain, gridFor(P), 64, P).is(Idempotent).times(64);
  P = gemm(M, Model, Inner, Wide, Inner, Down, Model, Residual, Model, Out,
           Model);
  H.launch(Source, gridFor(P), 64, P).is(Idempotent).times(32);
  P.D = Residual;
  H.launch(Source, gridFor(P), 64, P).is(Clobbers).times(32);

  // A linear layer of BERT-base with its bias; alpha in device memory.
  int Rows = H.size(16 * 384, 35), Hidden = H.size(768, 36);
  auto *Input = H.buffer<float>("input", size_t(Rows) * size_t(Hidden), Value);
  auto *Weight =
      H.buffer<float>("weight", size_t(Hidden) * size_t(Hidden), Value);
  auto *BiasRow = H.buffer<float>("bias", size_t(Hidden), Value);
  auto *Alpha = H.buffer<float>("alpha", 1, [](size_t) { return 0.5f; });
  auto *Output = H.buffer<float>("output", size_t(Rows) * size_t(Hidden));
  P = gemm(Rows, Hidden, Hidden, Input, Hidden, Weight, Hidden, BiasRow, 0,
           Output, Hidden);
  H.launch(Bias, gridFor(P), 64, P).is(Idempotent).times(48);
  P.AlphaPointer = Alpha;
  H.launch(Bias, gridFor(P), 64, P).is(Idempotent);

  // Of a packed projection, Q's columns times a matrix into V's.
  auto *Packed =
      H.buffer<float>("qkv", size_t(Rows) * 3 * size_t(Hidden), Value);
  P = gemm(Rows, Hidden, Hidden, Packed, 3 * Hidden, Weight, Hidden, nullptr,
           Hidden, Packed + 2 * Hidden, 3 * Hidden);
  H.launch(Plain, gridFor(P), 64, P).is(Idempotent).times(12);
}
SUITE(frameworks, cutlass)

#endif
