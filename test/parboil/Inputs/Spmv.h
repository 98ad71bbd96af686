//===- Spmv.h - Sparse matrix in jagged diagonals -------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the variants of Parboil's spmv share. Rows are sorted by length and
// stored by diagonals: element K of row R is at jds_ptr_int[K] + R. 32 rows
// have a common length, and a permutation says where each row's result goes.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TEST_PARBOIL_INPUTS_SPMV_H
#define REPRISE_TEST_PARBOIL_INPUTS_SPMV_H

#include "Suite.h"

#if SUITE_DEVICE

__constant__ int jds_ptr_int[5000];
__constant__ int sh_zcnt_int[5000];

/// The vector as an array, or behind a texture.
struct FromMemory {
  const float *X;
  __device__ float operator[](int I) const { return X[I]; }
};
struct FromTexture {
  cudaTextureObject_t X;
  __device__ float operator[](int I) const { return tex1Dfetch<float>(X, I); }
};

/// One row, an element after the other.
template <class Vector>
__device__ float plainRow(const Vector &X, const float *d_data,
                          const int *d_index, int Row) {
  float Sum = 0;
  int Length = sh_zcnt_int[Row / 32];
  for (int K = 0; K < Length; ++K) {
    int At = jds_ptr_int[K] + Row;
    int Column = d_index[At];
    Sum += d_data[At] * X[Column];
  }
  return Sum;
}

/// The same with loads ahead of their use: indices two elements, values one.
template <class Vector>
__device__ float pipelinedRow(const Vector &X, const float *d_data,
                              const int *d_index, int Row) {
  float Sum = 0;
  int Length = sh_zcnt_int[Row >> 5];
  int At = jds_ptr_int[0] + Row;
  float Value = d_data[At];
  int Column = d_index[At];
  float Factor = X[Column];
  if (Length > 1) {
    At = jds_ptr_int[1] + Row;
    Column = d_index[At];
    float NextValue, NextFactor;
    for (int K = 2; K < Length; ++K) {
      NextValue = d_data[At];
      At = jds_ptr_int[K] + Row;
      int NextColumn = d_index[At];
      NextFactor = X[Column];
      Sum += Value * Factor;
      Column = NextColumn;
      Value = NextValue;
      Factor = NextFactor;
    }
    NextValue = d_data[At];
    NextFactor = X[Column];
    Sum += Value * Factor;
    Value = NextValue;
    Factor = NextFactor;
  }
  return Sum + Value * Factor;
}

#else

/// Multiplies 50 times. The usual matrix has the size of Dubcova3.
static inline void multiply(Host &H, const char *Kernel, bool Textured) {
  int Rows = H.size(146689, 100), Depth = H.size(49, 5);
  const int Pad = 32;
  int Warps = (Rows + Pad - 1) / Pad;
  std::vector<int> Lengths, Starts;
  for (int W = 0; W < Warps; ++W)
    Lengths.push_back(Depth - W * Depth / Warps);
  int Elements = 0;
  for (int K = 0; K < Depth; ++K) {
    Starts.push_back(Elements);
    for (int Length : Lengths)
      Elements += Length > K ? Pad : 0;
  }
  auto *Data =
      H.buffer<float>("data", Elements, [](size_t I) { return float(I % 5); });
  auto *Index = H.buffer<int>(
      "indices", Elements, [=](size_t I) { return int(I * 7 % size_t(Rows)); });
  H.buffer<int>("ptr", Depth);
  auto *Permutation =
      H.buffer<int>("perm", Rows, [=](size_t I) { return Rows - 1 - int(I); });
  auto *Counts = H.buffer<int>("nzcnt", Warps);
  auto *X =
      H.buffer<float>("x_vector", Rows, [](size_t I) { return float(I % 3); });
  auto *Result = H.buffer<float>("Ax_vector", Rows);
  H.setSymbol("jds_ptr_int", Starts);
  H.setSymbol("sh_zcnt_int", Lengths);
  // More rows than 15 processors can hold are cut into blocks of 192 threads,
  // fewer into warps.
  uint32_t Block = Warps * Pad > 15 * 1536 ? 1536 / 8 : Pad;
  uint32_t Grid = (Warps * Pad + Block - 1) / Block;
  uint64_t Times = H.size(50, 2);
  if (Textured)
    H.launch(Kernel, Grid, Block, Result, Data, Index, Permutation, X, Counts,
             Rows, H.texture(X, Rows))
        .is(Idempotent)
        .times(Times);
  else
    H.launch(Kernel, Grid, Block, Result, Data, Index, Permutation, X, Counts,
             Rows)
        .is(Idempotent)
        .times(Times);
}

#endif

#endif // REPRISE_TEST_PARBOIL_INPUTS_SPMV_H
