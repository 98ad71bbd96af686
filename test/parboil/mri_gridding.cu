//===- mri_gridding.cu - Samples onto a grid (Parboil mri-gridding) -------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Sorted samples are two arrays, passed in a struct: parts of one allocation. A
// thread has four points of the grid, a plane apart.
//
//===----------------------------------------------------------------------===//

// REQUIRES: cuda
// The classes of scan_L1_kernel and splitSort are not found: stores under
// guards, and at places that data decide, are not seen to meet the loads.
// RUN: %suites --oracle parboil/mri_gridding | FileCheck %s

// CHECK-DAG: parboil/mri_gridding scan_L1_kernel conditional non-idempotent 8 0 8 0 0 4
// CHECK-DAG: parboil/mri_gridding scan_inter1_kernel non-idempotent non-idempotent 9 0 9 0 0 4
// CHECK-DAG: parboil/mri_gridding scan_inter2_kernel non-idempotent non-idempotent 9 0 9 0 0 4
// CHECK-DAG: parboil/mri_gridding uniformAdd non-idempotent non-idempotent 8 0 8 0 0 4
// CHECK-DAG: parboil/mri_gridding splitSort unknown non-idempotent 7 0 0 7 0 3
// CHECK-DAG: parboil/mri_gridding splitRearrange conditional conditional 7 7 0 0 0 3
// CHECK-DAG: parboil/mri_gridding binning_kernel non-idempotent non-idempotent 1 0 0 1 0 1
// CHECK-DAG: parboil/mri_gridding reorder_kernel conditional conditional 1 1 0 0 0 1
// CHECK-DAG: parboil/mri_gridding gridding_GPU conditional conditional 1 1 0 0 0 1

#include "Inputs/MriGridding.h"

struct SampleArrays {
  float2 *data;
  float4 *loc;
};

#if SUITE_DEVICE

__global__ void binning_kernel(unsigned n, ReconstructionSample *sample_g,
                               unsigned *idxKey_g, unsigned *idxValue_g,
                               unsigned *binCount_g, unsigned binsize,
                               unsigned gridNumElems) {
  unsigned I = blockIdx.x * blockDim.x + threadIdx.x;
  if (I >= n)
    return;
  unsigned Cell = cellOf(sample_g[I]), Key = gridNumElems;
  // Too many for one cell are left to the host.
  if (binCount_g[Cell] < binsize) {
    if (atomicAdd(binCount_g + Cell, 1u) < binsize)
      Key = Cell;
    else
      atomicSub(binCount_g + Cell, 1u);
  }
  idxKey_g[I] = Key;
  idxValue_g[I] = I;
}

__global__ void reorder_kernel(int n, unsigned *idxValue_g,
                               ReconstructionSample *samples_g,
                               SampleArrays sortedSampleSoA_g) {
  unsigned I = blockIdx.x * blockDim.x + threadIdx.x;
  if (I >= unsigned(n))
    return;
  ReconstructionSample S = samples_g[idxValue_g[I]];
  sortedSampleSoA_g.data[I] = make_float2(S.real, S.imag);
  sortedSampleSoA_g.loc[I] = make_float4(S.kX, S.kY, S.kZ, S.sdc);
}

__global__ void gridding_GPU(SampleArrays sortedSampleSoA_g,
                             unsigned *binStartAddr_g, float2 *gridData_g,
                             float *sampleDensity_g, float beta) {
  const int Rows = gridSize_c[1] / blockDim.y;
  const int Z0 = 4 * blockDim.z * (blockIdx.y / Rows);
  const int Y0 = blockDim.y * (blockIdx.y % Rows), X0 = blockIdx.x * blockDim.x;
  const int X = X0 + threadIdx.x, Y = Y0 + threadIdx.y, Z = Z0 + threadIdx.z;
  Point Points[4];
  forSamples(
      binStartAddr_g, X0, Y0, Z0, 4 * blockDim.z,
      [&](unsigned I) {
        float2 D = sortedSampleSoA_g.data[I];
        float4 L = sortedSampleSoA_g.loc[I];
        return ReconstructionSample{D.x, D.y, L.x, L.y, L.z, L.w};
      },
      [&](const ReconstructionSample &S) {
        float Flat = (S.kX - X) * (S.kX - X) + (S.kY - Y) * (S.kY - Y);
#pragma unroll
        for (int P = 0; P < 4; ++P) {
          float DZ = S.kZ - (Z + P * int(blockDim.z));
          Points[P].add(S, Flat + DZ * DZ, beta);
        }
      });
  const int At = Z * size_xy_c + Y * gridSize_c[0] + X;
#pragma unroll
  for (int P = 0; P < 4; ++P) {
    gridData_g[At + P * int(blockDim.z) * size_xy_c] = Points[P].Sum;
    sampleDensity_g[At + P * int(blockDim.z) * size_xy_c] = Points[P].Density;
  }
}

#else

static void launches(Host &H) {
  auto Split = [](ReconstructionSample *Sorted, unsigned Padded) {
    auto *Floats = reinterpret_cast<float *>(Sorted);
    return SampleArrays{reinterpret_cast<float2 *>(Floats),
                        reinterpret_cast<float4 *>(Floats + 2 * Padded)};
  };
  regrid(
      H, 4,
      [&](uint32_t Blocks, int Count, unsigned *Order,
          ReconstructionSample *Given, ReconstructionSample *Sorted,
          unsigned Padded) {
        H.launch("reorder_kernel", Blocks, 512, Count, Order, Given,
                 Split(Sorted, Padded))
            .is(Idempotent);
      },
      [&](Dim3 Grid, Dim3 Block, ReconstructionSample *Sorted, unsigned Padded,
          unsigned *Starts, float2 *Data, float *Density, float Beta) {
        H.launch("gridding_GPU", Grid, Block, Split(Sorted, Padded), Starts,
                 Data, Density, Beta)
            .is(Idempotent);
      });
}
SUITE(parboil, mri_gridding)

#endif
