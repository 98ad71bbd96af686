//===- cutcp_base.cu - Potential within a cutoff (Parboil cutcp, base) ----===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Four blocks share a region and a thread has one point. The two lowest bits of
// the block's number choose the part of the region. Its address and the number
// of its bin are kept in shared memory.
//
//===----------------------------------------------------------------------===//

// REQUIRES: cuda
// The pointer that is written through comes from shared memory.
// RUN: %suites --oracle parboil/cutcp_base | FileCheck %s

// CHECK: parboil/cutcp_base cuda_cutoff_potential_lattice
// CHECK-SAME: conditional conditional 11 11 0 0 0 1

#include "Inputs/Cutcp.h"

#if SUITE_DEVICE

__global__ void cuda_cutoff_potential_lattice(int binDim_x, int binDim_y,
                                              float4 *binZeroAddr, float h,
                                              float cutoff2, float inv_cutoff2,
                                              float *regionZeroAddr,
                                              int zRegionIndex) {
  __shared__ float Cache[CachedBins * BinFloats];
  __shared__ float *Part;
  __shared__ int3 Bin;
  const int Thread = (threadIdx.z * 8 + threadIdx.y) * 8 + threadIdx.x;
  Part = regionZeroAddr +
         ((zRegionIndex * gridDim.y + blockIdx.y) * (gridDim.x >> 2) +
          (blockIdx.x >> 2)) *
             RegionFloats +
         (blockIdx.x & 3) * (RegionFloats / 4);
  float X = (8 * (blockIdx.x >> 2) + threadIdx.x) * h;
  float Y = (8 * blockIdx.y + threadIdx.y) * h;
  float Z = (8 * zRegionIndex + 2 * (blockIdx.x & 3) + threadIdx.z) * h;
  Bin.x = middle(blockIdx.x >> 2, h);
  Bin.y = middle(blockIdx.y, h);
  Bin.z = middle(zRegionIndex, h);

  float Energy = 0;
  int Neighbour = Thread >> 4, Count = CachedBins;
  for (int Done = 0; Done < NbrListLen; Done += Count) {
    Neighbour = cacheBins(Cache, Thread, Neighbour, Bin, binZeroAddr, binDim_x,
                          binDim_y);
    __syncthreads();
    if (Done + CachedBins > NbrListLen)
      Count = NbrListLen - Done;
    for (int B = 0; B < Count; ++B)
      for (int A = 0; A < BinDepth; ++A) {
        const float *Atom = Cache + B * BinFloats + A * 4;
        if (Atom[3] == 0)
          break;
        float DX = Atom[0] - X, DY = Atom[1] - Y, DZ = Atom[2] - Z;
        Energy += potential(Atom[3], DX * DX + DY * DY + DZ * DZ, cutoff2,
                            inv_cutoff2);
      }
    __syncthreads();
  }
  Part[Thread] = Energy;
}

#else

static void launches(Host &H) {
  computePotential(H, "cuda_cutoff_potential_lattice", 4, {8, 8, 2});
}
SUITE(parboil, cutcp_base)

#endif
