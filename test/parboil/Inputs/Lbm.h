//===- Lbm.h - Lattice Boltzmann step -------------------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the variants of Parboil's lbm share. A cell has 19 densities, one for
// each direction, and its flags. A step reads the own cell of the one grid and
// scatters to the neighbours in the other. Pointers are inside allocations,
// past a margin that the lowest plane's neighbours need.
//
// Who includes this defines lbmIndex(X, Y, Z, Entry): the layout.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TEST_PARBOIL_INPUTS_LBM_H
#define REPRISE_TEST_PARBOIL_INPUTS_LBM_H

#include "Suite.h"

static constexpr int SizeX = 120, SizeY = 120, SizeZ = 150;
static constexpr int PaddedX = SizeX + 8, PaddedY = SizeY, PaddedZ = SizeZ + 4;
static constexpr int PaddedCells = PaddedX * PaddedY * PaddedZ;

/// DO(name, opposite direction, its step in X, Y, Z, its weight).
#define EACH_DIRECTION(DO)                                                     \
  DO(C, C, 0, 0, 0, 1.0f / 3)                                                  \
  DO(N, S, 0, 1, 0, 1.0f / 18)                                                 \
  DO(S, N, 0, -1, 0, 1.0f / 18)                                                \
  DO(E, W, 1, 0, 0, 1.0f / 18)                                                 \
  DO(W, E, -1, 0, 0, 1.0f / 18)                                                \
  DO(T, B, 0, 0, 1, 1.0f / 18)                                                 \
  DO(B, T, 0, 0, -1, 1.0f / 18)                                                \
  DO(NE, SW, 1, 1, 0, 1.0f / 36)                                               \
  DO(NW, SE, -1, 1, 0, 1.0f / 36)                                              \
  DO(SE, NW, 1, -1, 0, 1.0f / 36)                                              \
  DO(SW, NE, -1, -1, 0, 1.0f / 36)                                             \
  DO(NT, SB, 0, 1, 1, 1.0f / 36)                                               \
  DO(NB, ST, 0, 1, -1, 1.0f / 36)                                              \
  DO(ST, NB, 0, -1, 1, 1.0f / 36)                                              \
  DO(SB, NT, 0, -1, -1, 1.0f / 36)                                             \
  DO(ET, WB, 1, 0, 1, 1.0f / 36)                                               \
  DO(EB, WT, 1, 0, -1, 1.0f / 36)                                              \
  DO(WT, EB, -1, 0, 1, 1.0f / 36)                                              \
  DO(WB, ET, -1, 0, -1, 1.0f / 36)

enum Entry {
#define NAME(D, Opposite, DX, DY, DZ, Weight) D,
  EACH_DIRECTION(NAME)
#undef NAME
      Flags,
  Entries
};
enum Flag { Obstacle = 1, Accelerated = 2 };

#if SUITE_DEVICE
#define LBM_INDEX static __device__ constexpr int lbmIndex
#else
#define LBM_INDEX static constexpr int lbmIndex
#endif
LBM_INDEX(int X, int Y, int Z, int Entry);

#if SUITE_DEVICE

/// One cell for each thread; a block is a row.
__device__ inline void streamAndCollide(const float *From, float *To) {
  const float Omega = 1.95f;
  int X = threadIdx.x, Y = blockIdx.x, Z = blockIdx.y;
#define LOAD(D, Opposite, DX, DY, DZ, Weight)                                  \
  float In##D = From[lbmIndex(X, Y, Z, D)];
  EACH_DIRECTION(LOAD)
#undef LOAD
#define NAME(D, Opposite, DX, DY, DZ, Weight) float Out##D = In##Opposite;
  EACH_DIRECTION(NAME)
#undef NAME
  const auto *State =
      reinterpret_cast<const unsigned *>(From + lbmIndex(X, Y, Z, Flags));
  if (!(*State & Obstacle)) {
    float Density = 0, VX = 0, VY = 0, VZ = 0;
#define ADD(D, Opposite, DX, DY, DZ, Weight)                                   \
  Density += In##D, VX += (DX) * In##D, VY += (DY) * In##D, VZ += (DZ) * In##D;
    EACH_DIRECTION(ADD)
#undef ADD
    VX /= Density, VY /= Density, VZ /= Density;
    if (*State & Accelerated)
      VX = 0.005f, VY = 0.002f, VZ = 0;
    float Square = 1.5f * (VX * VX + VY * VY + VZ * VZ) - 1;
#define RELAX(D, Opposite, DX, DY, DZ, Weight)                                 \
  {                                                                            \
    float Along = (DX) * VX + (DY) * VY + (DZ) * VZ;                           \
    Out##D = (1 - Omega) * In##D + (Weight) * Omega * Density *                \
                                       (Along * (4.5f * Along + 3) - Square);  \
  }
    EACH_DIRECTION(RELAX)
#undef RELAX
  }
#define STORE(D, Opposite, DX, DY, DZ, Weight)                                 \
  To[lbmIndex(X + (DX), Y + (DY), Z + (DZ), D)] = Out##D;
  EACH_DIRECTION(STORE)
#undef STORE
}

#else

/// 100 steps; the grids take turns.
static inline void simulate(Host &H) {
  const size_t Margin = lbmIndex(0, 0, 2, 0);
  const size_t Slack = 2 * PaddedX * PaddedY * Entries;
  const size_t Floats = size_t(PaddedCells) * Entries + 2 * Slack;
  float *Source = H.buffer<float>("srcGrid", Floats) + Margin;
  float *Target = H.buffer<float>("dstGrid", Floats) + Margin;
  for (float *Grid : {Source, Target})
    H.write(reinterpret_cast<unsigned *>(Grid + lbmIndex(0, 0, 0, Flags)),
            std::vector<unsigned>{Obstacle, Accelerated});
  int Steps = H.size(100, 1);
  Dim3 Grid(H.size(SizeY, 2), H.size(SizeZ, 2));
  for (int T = 0; T < Steps; ++T) {
    H.launch("performStreamCollide_kernel", Grid, SizeX, Source, Target)
        .is(Idempotent);
    std::swap(Source, Target);
  }
}

#endif

#endif // REPRISE_TEST_PARBOIL_INPUTS_LBM_H
