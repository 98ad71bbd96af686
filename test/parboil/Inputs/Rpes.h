//===- Rpes.h - Integrals over four shells --------------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the variants of Parboil's rpes share. Work for a block is a record of
// four numbers with packed fields: how many primitives each of four shells has,
// their atoms, their first primitives, and the first block of the same four
// shells. Results of blocks that belong together are then added up; where they
// start and how many they are is in memory.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TEST_PARBOIL_INPUTS_RPES_H
#define REPRISE_TEST_PARBOIL_INPUTS_RPES_H

#include "Suite.h"

static constexpr int Threads = 64;

#if SUITE_DEVICE

/// Four fields of a word, the first one on top.
struct Quad {
  int A, B, C, D;
};
template <int Bits> __device__ inline Quad unpack(unsigned Word) {
  const unsigned Mask = (1u << Bits) - 1;
  auto Field = [&](int N) {
    return static_cast<int>(Word >> (Bits * (3 - N)) & Mask);
  };
  return {Field(0), Field(1), Field(2), Field(3)};
}

__device__ inline float distance2(float4 A, float4 B) {
  float X = A.x - B.x, Y = A.y - B.y, Z = A.z - B.z;
  return X * X + Y * Y + Z * Z;
}

/// Where a pair's product is centred.
__device__ inline float4 centre(float4 A, float4 B, float2 P, float2 Q,
                                float Sum) {
  return make_float4((P.x * A.x + Q.x * B.x) / Sum,
                     (P.x * A.y + Q.x * B.y) / Sum,
                     (P.x * A.z + Q.x * B.z) / Sum, 0);
}

/// The weight of the integral: 1 for small X, falling with its root.
__device__ inline float weight(float X) {
  if (X < 3.0e-7f)
    return 1 - X / 3;
  if (X < 1) {
    float F = ((X * 0.0714285f - 0.2f) * X + 0.333333f);
    return (X + X) * F + __expf(-X);
  }
  return 1 / sqrtf(1.273239545f * X);
}

/// The integral of four primitives at four atoms.
__device__ inline float integral(const float4 *Atom, const float2 *Shell) {
  float Sum12 = Shell[0].x + Shell[1].x, Sum34 = Shell[2].x + Shell[3].x;
  float Exponent =
      Shell[0].x * Shell[1].x / Sum12 * distance2(Atom[0], Atom[1]) +
      Shell[2].x * Shell[3].x / Sum34 * distance2(Atom[2], Atom[3]);
  float Factor = Shell[0].y * Shell[1].y * Shell[2].y * Shell[3].y *
                 __expf(-Exponent) / (Sum12 * Sum34) *
                 (1 / sqrtf(Sum12 + Sum34));
  if (Factor * Factor <= 1.0e-23f)
    return 0;
  float4 P = centre(Atom[0], Atom[1], Shell[0], Shell[1], Sum12);
  float4 Q = centre(Atom[2], Atom[3], Shell[2], Shell[3], Sum34);
  return 34.98683666f * Factor *
         weight(distance2(P, Q) * (Sum12 * Sum34 / (Sum12 + Sum34)));
}

/// Adds the block's values up; the sum is valid in its first thread.
__device__ inline float blockSum(float *Values) {
  for (unsigned S = blockDim.x >> 1; S > 0; S >>= 1) {
    if (threadIdx.x < S)
      Values[threadIdx.x] += Values[threadIdx.x + S];
    __syncthreads();
  }
  return Values[0];
}

__global__ void DoReduction(float *d_ReductionSum, float *d_Output,
                            uint2 *d_FinalReduce, int block_size, int Offset) {
  __shared__ float Values[Threads];
  int T = threadIdx.x;
  uint2 Part = d_FinalReduce[blockIdx.x + Offset];
  int First = Part.x, Count = Part.y;
  Values[T] = T < Count ? d_Output[First + T] : 0.0f;
  __syncthreads();
  float Sum = blockSum(Values);
  if (T == 0)
    d_ReductionSum[blockIdx.x + Offset] = Sum;
}

#else

/// What the original finds out about its molecule, here one whose shells have
/// three primitives and one in turn.
struct Work {
  std::vector<uint4> Blocks;
  std::vector<uint2> Sums;
  uint32_t MostBlocks = 0;
};
static inline Work distribute(int Shells) {
  Work W;
  auto Primitives = [](int Shell) { return Shell % 2 ? 1u : 3u; };
  auto First = [](int Shell) { return Shell % 2 ? 3u : 0u; };
  auto Atom = [](int Shell) { return unsigned(Shell) / 2; };
  auto Pack = [](auto Field, const int(&S)[4], unsigned Bits) {
    unsigned Word = 0;
    for (int Shell : S)
      Word = Word << Bits | Field(Shell);
    return Word;
  };
  for (int A = 0; A < Shells; ++A)
    for (int B = A; B < Shells; ++B)
      for (int C = B; C < Shells; ++C)
        for (int D = C; D < Shells; ++D) {
          const int S[4] = {A, B, C, D};
          uint32_t Count = 1;
          for (int Shell : S)
            Count *= Primitives(Shell);
          uint32_t Blocks = (Count + Threads - 1) / Threads;
          auto Start = uint32_t(W.Blocks.size());
          W.Sums.push_back({Start, Blocks});
          W.MostBlocks = std::max(W.MostBlocks, Blocks);
          for (uint32_t N = 0; N < Blocks; ++N)
            W.Blocks.push_back({Pack(Primitives, S, 4), Pack(Atom, S, 8),
                                Pack(First, S, 8), Start});
        }
  return W;
}

/// All blocks, as many at a time as a grid has, then all sums. Launch gets the
/// buffers of work and output, and makes one launch of Grid blocks from Offset.
template <class F> void compute(Host &H, F Launch) {
  const uint32_t Grid = 65535;
  Work W = distribute(H.size(40, 3));
  auto *Sums = H.buffer<float>("ReductionSum", W.Sums.size());
  auto *Output = H.buffer<float>("Output", W.Blocks.size());
  auto *Blocks = H.buffer<uint4>("Block_Work", W.Blocks);
  auto *Parts = H.buffer<uint2>("FinalReduce", W.Sums);
  Launch(Blocks, Output, uint32_t(W.Blocks.size()), Grid);
  for (uint32_t I = 0; I < W.Sums.size(); I += Grid)
    H.launch("DoReduction", std::min(Grid, uint32_t(W.Sums.size()) - I),
             W.MostBlocks, Sums, Output, Parts, int(W.MostBlocks), int(I))
        .is(Idempotent);
}

#endif

#endif // REPRISE_TEST_PARBOIL_INPUTS_RPES_H
