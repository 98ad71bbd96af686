//===- stencil.cu - Seven-point stencil in tiles (Parboil stencil) --------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The block keeps a tile of the current plane in shared memory, two columns for
// each thread. Neighbours outside the tile come from global memory.
//
//===----------------------------------------------------------------------===//

// REQUIRES: cuda
// RUN: %suites --oracle parboil/stencil | FileCheck %s

// CHECK: parboil/stencil block2D_hybrid_coarsen_x conditional conditional
// CHECK-SAME: 100 100 0 0 0 2
// CHECK: condition: parboil/stencil block2D_hybrid_coarsen_x: disjoint(

#include "Inputs/Stencil.h"

#if SUITE_DEVICE

__global__ void block2D_hybrid_coarsen_x(float c0, float c1, float *A0,
                                         float *Anext, int nx, int ny, int nz) {
  extern __shared__ float Tile[];
  const int Width = blockDim.x * 2;
  const int I = blockIdx.x * Width + threadIdx.x, I2 = I + blockDim.x;
  const int J = blockIdx.y * blockDim.y + threadIdx.y;
  const int S = threadIdx.x + threadIdx.y * Width, S2 = S + blockDim.x;
  Tile[S] = 0;
  Tile[S2] = 0;
  __syncthreads();

  const bool Left = threadIdx.x == 0, Right = threadIdx.x == blockDim.x - 1;
  const bool Lowest = threadIdx.y == 0, Highest = threadIdx.y == blockDim.y - 1;
  const bool Loads = I < nx && J < ny, Loads2 = I2 < nx && J < ny;
  const bool Stores = I > 0 && J > 0 && I < nx - 1 && J < ny - 1;
  const bool Stores2 = J > 0 && I2 < nx - 1 && J < ny - 1;
  float Below = 0, Below2 = 0, Above = 0, Above2 = 0;
  if (Loads) {
    Below = A0[AT(nx, ny, I, J, 0)];
    Tile[S] = A0[AT(nx, ny, I, J, 1)];
  }
  if (Loads2) {
    Below2 = A0[AT(nx, ny, I2, J, 0)];
    Tile[S2] = A0[AT(nx, ny, I2, J, 1)];
  }
  __syncthreads();

  for (int K = 1; K < nz - 1; ++K) {
    if (Loads)
      Above = A0[AT(nx, ny, I, J, K + 1)];
    if (Stores) {
      float North = Highest ? A0[AT(nx, ny, I, J + 1, K)] : Tile[S + Width];
      float South = Lowest ? A0[AT(nx, ny, I, J - 1, K)] : Tile[S - Width];
      float West = Left ? A0[AT(nx, ny, I - 1, J, K)] : Tile[S - 1];
      float Around = Above + Below + North + South + Tile[S + 1] + West;
      Anext[AT(nx, ny, I, J, K)] = Around * c1 - Tile[S] * c0;
    }
    if (Loads2)
      Above2 = A0[AT(nx, ny, I2, J, K + 1)];
    if (Stores2) {
      float North = Highest ? A0[AT(nx, ny, I2, J + 1, K)] : Tile[S2 + Width];
      float South = Lowest ? A0[AT(nx, ny, I2, J - 1, K)] : Tile[S2 - Width];
      float East = Right ? A0[AT(nx, ny, I2 + 1, J, K)] : Tile[S2 + 1];
      float Around = Above2 + Below2 + North + South + East + Tile[S2 - 1];
      Anext[AT(nx, ny, I2, J, K)] = Around * c1 - Tile[S2] * c0;
    }
    __syncthreads();
    Below = Tile[S];
    Tile[S] = Above;
    Below2 = Tile[S2];
    Tile[S2] = Above2;
    __syncthreads();
  }
}

#else

static void launches(Host &H) {
  int NX = H.size(512, 70), NY = H.size(512, 7), NZ = H.size(64, 5);
  uint32_t X = 32, Y = 4;
  iterate(H, "block2D_hybrid_coarsen_x",
          {(NX + 2 * X - 1) / (2 * X), (NY + Y - 1) / Y}, {X, Y},
          X * 2 * Y * sizeof(float), NX, NY, NZ);
}
SUITE(parboil, stencil)

#endif
