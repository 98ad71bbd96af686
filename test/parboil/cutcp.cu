//===- cutcp.cu - Potential within a cutoff (Parboil cutcp) ---------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A block has a region, a thread four of its points. The address of the region
// and the number of its bin are kept in shared memory.
//
//===----------------------------------------------------------------------===//

// REQUIRES: cuda
// The pointer that is written through comes from shared memory.
// RUN: %suites --oracle parboil/cutcp | FileCheck %s

// CHECK: parboil/cutcp cuda_cutoff_potential_lattice6overlap
// CHECK-SAME: conditional conditional 11 11 0 0 0 1

#include "Inputs/Cutcp.h"

#if SUITE_DEVICE

__global__ void cuda_cutoff_potential_lattice6overlap(
    int binDim_x, int binDim_y, float4 *binZeroAddr, float h, float cutoff2,
    float inv_cutoff2, float *regionZeroAddr, int zRegionIndex) {
  __shared__ float Cache[CachedBins * BinFloats];
  __shared__ float *Region;
  __shared__ int3 Bin;
  const int RX = blockIdx.x, RY = blockIdx.y;
  const int Thread =
      (threadIdx.z * blockDim.y + threadIdx.y) * blockDim.x + threadIdx.x;
  Region = regionZeroAddr +
           ((zRegionIndex * gridDim.y + RY) * gridDim.x + RX) * RegionFloats;
  float X = (8 * RX + threadIdx.x) * h, Y = (8 * RY + threadIdx.y) * h;
  float Z = (8 * zRegionIndex + threadIdx.z) * h;
  Bin.x = middle(RX, h);
  Bin.y = middle(RY, h);
  Bin.z = middle(zRegionIndex, h);

  float Energy[4] = {};
  int Neighbour = Thread >> 4, Count = CachedBins;
  for (int Done = 0; Done < NbrListLen; Done += Count) {
    Neighbour = cacheBins(Cache, Thread, Neighbour, Bin, binZeroAddr, binDim_x,
                          binDim_y);
    __syncthreads();
    if (Done + CachedBins > NbrListLen)
      Count = NbrListLen - Done;
    for (int B = 0; B < Count * BinFloats; B += BinFloats)
      for (int A = 0; A < BinDepth; ++A) {
        const float *Atom = Cache + B + A * 4;
        if (Atom[3] == 0)
          break;
        float DX = Atom[0] - X, DZ = Atom[2] - Z, DY = Atom[1] - Y;
        float Rest = DX * DX + DZ * DZ;
#pragma unroll
        for (int P = 0; P < 4; ++P, DY -= 2 * h)
          Energy[P] += potential(Atom[3], DY * DY + Rest, cutoff2, inv_cutoff2);
      }
    __syncthreads();
  }
  int First = (Thread >> 4) * 64 + (Thread & 15);
#pragma unroll
  for (int P = 0; P < 4; ++P)
    Region[First + P * 16] = Energy[P];
}

#else

static void launches(Host &H) {
  computePotential(H, "cuda_cutoff_potential_lattice6overlap", 1, {8, 2, 8});
}
SUITE(parboil, cutcp)

#endif
