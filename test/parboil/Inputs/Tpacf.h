//===- Tpacf.h - Histograms of angles between points ----------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the variants of Parboil's tpacf share. Block 0 pairs the data with
// itself, the next blocks each random set with itself, the others the data with
// a random set. Groups of threads have histograms of their own in shared
// memory, which are added up at the end.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TEST_PARBOIL_INPUTS_TPACF_H
#define REPRISE_TEST_PARBOIL_INPUTS_TPACF_H

#include "Suite.h"

static constexpr unsigned Threads = 256, Bins = 20, Histograms = 128;

#if SUITE_DEVICE

__constant__ float dev_binb[Bins + 1];

struct Coordinates {
  const float *X, *Y, *Z;
  __device__ float3 operator[](unsigned I) const {
    return make_float3(X[I], Y[I], Z[I]);
  }
};

__device__ inline void clear(unsigned (*Counts)[Histograms]) {
  for (unsigned W = 0; W < Bins * Histograms; W += Threads)
    if (W + threadIdx.x < Bins * Histograms)
      Counts[(W + threadIdx.x) / Histograms][(W + threadIdx.x) % Histograms] =
          0;
}

/// Counts one pair, if Counted.
__device__ inline void vote(unsigned (*Counts)[Histograms], float3 A, float3 B,
                            bool Counted) {
  float Distance = A.x * B.x + A.y * B.y + A.z * B.z;
  unsigned Low = 0, High = Bins;
  while (High > Low + 1) {
    unsigned Middle = (Low + High) / 2;
    if (Distance >= dev_binb[Middle])
      High = Middle;
    else
      Low = Middle;
  }
  if (Distance < dev_binb[Low] && Distance >= dev_binb[High] && Counted)
    atomicAdd(&Counts[High - 1][threadIdx.x / 2], 1u);
}

/// Adds the groups' histograms up and writes the block's.
__device__ inline void merge(unsigned (*Counts)[Histograms],
                             unsigned long *histograms) {
  unsigned Column = threadIdx.x & (Histograms / 2 - 1);
  unsigned Row = threadIdx.x / (Histograms / 2);
  for (unsigned Offset = Histograms / 2; Offset > 0; Offset >>= 1)
    for (unsigned First = 0; First < Bins;
         First += Threads / (Histograms / 2)) {
      __syncthreads();
      if (Column < Offset && First + Row < Bins)
        Counts[First + Row][Column] += Counts[First + Row][Column + Offset];
    }
  __syncthreads();
  unsigned long *To = histograms + Bins * blockIdx.x;
  if (threadIdx.x < Bins)
    To[threadIdx.x] = Counts[threadIdx.x][0];
}

#else

static inline void correlate(Host &H) {
  int Sets = H.size(100, 1), Elements = H.size(4096, 260);
  size_t All = size_t(Elements) * (Sets + 1);
  auto *X = H.buffer<float>("data", 3 * All,
                            [](size_t I) { return float(I * 37 % 101) / 101; });
  auto *Counts =
      H.buffer<unsigned long>("hists", size_t(Bins) * (2 * Sets + 1));
  std::vector<float> Bounds;
  for (unsigned B = 0; B <= Bins; ++B)
    Bounds.push_back(1 - 2 * float(B) / Bins);
  H.setSymbol("dev_binb", Bounds);
  H.launch("gen_hists", uint32_t(2 * Sets + 1), Threads, Counts, X, X + All,
           X + 2 * All, Sets, Elements)
      .is(Idempotent);
}

#endif

#endif // REPRISE_TEST_PARBOIL_INPUTS_TPACF_H
