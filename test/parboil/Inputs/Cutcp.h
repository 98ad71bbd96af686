//===- Cutcp.h - Bins of atoms around a lattice ---------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the variants of Parboil's cutcp share. Space is cut into bins of eight
// atoms and the lattice into regions of 8 x 8 x 8 points. A block goes through
// a list of neighbours, in constant memory, of the bin that its region's middle
// is in. Offsets are negative too: the pointer to the bins is that of the
// lattice's origin, inside the allocation.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TEST_PARBOIL_INPUTS_CUTCP_H
#define REPRISE_TEST_PARBOIL_INPUTS_CUTCP_H

#include "Suite.h"

#if !SUITE_DEVICE
#include <cmath>
#endif

static constexpr int MaxNeighbours = 11 * 11 * 11;
static constexpr int BinDepth = 8, BinFloats = 4 * BinDepth, CachedBins = 32;
static constexpr float BinLength = 4;
static constexpr int RegionFloats = 8 * 8 * 8;

#if SUITE_DEVICE

__constant__ int NbrListLen;
__constant__ int3 NbrList[MaxNeighbours];

/// Copies up to four bins into the block's cache; 16 threads share a bin.
__device__ inline int cacheBins(float *Cache, int Thread, int Neighbour,
                                int3 Bin, const float4 *binZeroAddr,
                                int binDim_x, int binDim_y) {
  int Group = BinFloats * (Thread >> 4), Lane = Thread & 15;
  for (int N = 0; N < 4 && Neighbour < NbrListLen; ++N, Neighbour += 8) {
    int I = Bin.x + NbrList[Neighbour].x;
    int J = Bin.y + NbrList[Neighbour].y;
    int K = Bin.z + NbrList[Neighbour].z;
    const float *From = reinterpret_cast<const float *>(binZeroAddr) +
                        (__mul24(K, binDim_y) + J) * binDim_x * BinFloats +
                        I * BinFloats;
    float *To = Cache + Group + N * 8 * BinFloats;
    To[Lane] = From[Lane];
    To[Lane + 16] = From[Lane + 16];
  }
  return Neighbour;
}

/// What an atom of charge Q at the square distance R2 adds.
__device__ inline float potential(float Q, float R2, float cutoff2,
                                  float inv_cutoff2) {
  if (R2 >= cutoff2)
    return 0;
  float S = 1 - R2 * inv_cutoff2;
  return Q * rsqrtf(R2) * S * S;
}

/// The bin of the middle of a region.
__device__ inline int middle(int Region, float h) {
  return static_cast<int>(floorf((8 * Region + 4) * h * (1 / BinLength)));
}

#else

/// One launch for each plane of regions. The usual lattice is that of a cube of
/// water with edges of 40 Angstrom, the small one has two regions.
static inline void computePotential(Host &H, const char *Kernel,
                                    uint32_t BlocksPerRegion, Dim3 Block) {
  int RX = H.size(11, 2), RY = H.size(11, 1), RZ = H.size(11, 1);
  float Spacing = 0.5f, Cutoff = H.size(12.0f, 8.0f);
  int C = int(std::ceil(Cutoff / BinLength));
  auto Bins = [&](int Regions) {
    return int(std::ceil(8 * Regions * Spacing / BinLength)) + 2 * C;
  };
  int BX = Bins(RX), BY = Bins(RY), BZ = Bins(RZ);
  std::vector<int3> Neighbours;
  float Reach = Cutoff + std::sqrt(3.0f) * BinLength;
  for (int K = -C; K <= C; ++K)
    for (int J = -C; J <= C; ++J)
      for (int I = -C; I <= C; ++I)
        if ((I * I + J * J + K * K) * BinLength * BinLength < Reach * Reach)
          Neighbours.push_back({I, J, K});

  auto *Regions =
      H.buffer<float>("regionZero", size_t(RX) * RY * RZ * RegionFloats);
  // Three atoms in each bin; no charge ends the list.
  auto *Atoms = H.buffer<float4>(
      "binBase", size_t(BX) * BY * BZ * BinDepth, [](size_t I) {
        float Q = I % BinDepth < 3 ? 1.0f : 0.0f;
        return float4{float(I % 23), float(I % 7), 1.5f, Q};
      });
  H.setSymbol("NbrListLen", int(Neighbours.size()));
  H.setSymbol("NbrList", Neighbours);
  float4 *Zero = Atoms + ((C * BY + C) * BX + C) * BinDepth;
  for (int Z = 0; Z < RZ; ++Z)
    H.launch(Kernel, {RX * BlocksPerRegion, uint32_t(RY)}, Block, BX, BY, Zero,
             Spacing, Cutoff * Cutoff, 1 / (Cutoff * Cutoff), Regions, Z)
        .is(Idempotent);
}

#endif

#endif // REPRISE_TEST_PARBOIL_INPUTS_CUTCP_H
