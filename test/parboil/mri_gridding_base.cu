//===- mri_gridding_base.cu - Samples onto a grid (Parboil mri-gridding) --===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The base variant: sorted samples are an array of structs, and a thread has
// one point of the grid.
//
//===----------------------------------------------------------------------===//

// REQUIRES: cuda
// The classes of scan_L1_kernel and splitSort are not found: stores under
// guards, and at places that data decide, are not seen to meet the loads.
// RUN: %suites --oracle parboil/mri_gridding_base | FileCheck %s

// CHECK-DAG: parboil/mri_gridding_base scan_L1_kernel conditional non-idempotent 8 0 8 0 0 4
// CHECK-DAG: parboil/mri_gridding_base scan_inter1_kernel non-idempotent non-idempotent 9 0 9 0 0 4
// CHECK-DAG: parboil/mri_gridding_base scan_inter2_kernel non-idempotent non-idempotent 9 0 9 0 0 4
// CHECK-DAG: parboil/mri_gridding_base uniformAdd non-idempotent non-idempotent 8 0 8 0 0 4
// CHECK-DAG: parboil/mri_gridding_base splitSort unknown non-idempotent 7 0 0 7 0 3
// CHECK-DAG: parboil/mri_gridding_base splitRearrange conditional conditional 7 7 0 0 0 3
// CHECK-DAG: parboil/mri_gridding_base binning_kernel non-idempotent non-idempotent 1 0 1 0 0 1
// CHECK-DAG: parboil/mri_gridding_base reorder_kernel conditional conditional 1 1 0 0 0 1
// CHECK-DAG: parboil/mri_gridding_base gridding_GPU conditional conditional 1 1 0 0 0 1

#include "Inputs/MriGridding.h"

#if SUITE_DEVICE

__global__ void binning_kernel(unsigned n, ReconstructionSample *sample_g,
                               unsigned *idxKey_g, unsigned *idxValue_g,
                               unsigned *binCount_g, unsigned binsize,
                               unsigned gridNumElems) {
  unsigned I = blockIdx.x * blockDim.x + threadIdx.x;
  if (I >= n)
    return;
  unsigned Cell = cellOf(sample_g[I]), Key = Cell;
  // Too many for one cell are left to the host.
  if (atomicAdd(binCount_g + Cell, 1u) >= binsize) {
    atomicSub(binCount_g + Cell, 1u);
    Key = gridNumElems;
  }
  idxKey_g[I] = Key;
  idxValue_g[I] = I;
}

__global__ void reorder_kernel(int n, unsigned *idxValue_g,
                               ReconstructionSample *samples_g,
                               ReconstructionSample *sortedSample_g) {
  unsigned I = blockIdx.x * blockDim.x + threadIdx.x;
  if (I < unsigned(n))
    sortedSample_g[I] = samples_g[idxValue_g[I]];
}

__global__ void gridding_GPU(ReconstructionSample *sample_g,
                             unsigned *binStartAddr_g, float2 *gridData_g,
                             float *sampleDensity_g, float beta) {
  const int Rows = gridSize_c[1] / blockDim.y;
  const int Z0 = blockDim.z * (blockIdx.y / Rows);
  const int Y0 = blockDim.y * (blockIdx.y % Rows), X0 = blockIdx.x * blockDim.x;
  const int X = X0 + threadIdx.x, Y = Y0 + threadIdx.y, Z = Z0 + threadIdx.z;
  Point P;
  forSamples(
      binStartAddr_g, X0, Y0, Z0, blockDim.z,
      [&](unsigned I) { return sample_g[I]; },
      [&](const ReconstructionSample &S) {
        P.add(S,
              (S.kX - X) * (S.kX - X) + (S.kY - Y) * (S.kY - Y) +
                  (S.kZ - Z) * (S.kZ - Z),
              beta);
      });
  const int At = Z * size_xy_c + Y * gridSize_c[0] + X;
  gridData_g[At] = P.Sum;
  sampleDensity_g[At] = P.Density;
}

#else

static void launches(Host &H) {
  regrid(
      H, 1,
      [&](uint32_t Blocks, int Count, unsigned *Order,
          ReconstructionSample *Given, ReconstructionSample *Sorted, unsigned) {
        H.launch("reorder_kernel", Blocks, 512, Count, Order, Given, Sorted)
            .is(Idempotent);
      },
      [&](Dim3 Grid, Dim3 Block, ReconstructionSample *Sorted, unsigned,
          unsigned *Starts, float2 *Data, float *Density, float Beta) {
        H.launch("gridding_GPU", Grid, Block, Sorted, Starts, Data, Density,
                 Beta)
            .is(Idempotent);
      });
}
SUITE(parboil, mri_gridding_base)

#endif
