//===- stencil_fermi.cu - Seven-point stencil (Parboil stencil, Fermi) ----===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A thread climbs through the planes and keeps its column's three values in
// registers. The two lowest planes are loaded by all threads of the grid.
//
//===----------------------------------------------------------------------===//

// REQUIRES: cuda
// RUN: %suites --oracle parboil/stencil_fermi | FileCheck %s

// CHECK: parboil/stencil_fermi block2D_reg_tiling conditional conditional
// CHECK-SAME: 100 100 0 0 0 2
// CHECK: condition: parboil/stencil_fermi block2D_reg_tiling: disjoint(

#include "Inputs/Stencil.h"

#if SUITE_DEVICE

__global__ void block2D_reg_tiling(float c0, float c1, float *A0, float *Anext,
                                   int nx, int ny, int nz) {
  int I = blockIdx.x * blockDim.x + threadIdx.x;
  int J = blockIdx.y * blockDim.y + threadIdx.y;
  float Below = A0[AT(nx, ny, I, J, 0)], Here = A0[AT(nx, ny, I, J, 1)];
  bool Inside = I > 0 && J > 0 && I < nx - 1 && J < ny - 1;
  if (!Inside)
    return;
  for (int K = 1; K < nz - 1; ++K) {
    float Above = A0[AT(nx, ny, I, J, K + 1)];
    float Around = Above + Below + A0[AT(nx, ny, I, J + 1, K)] +
                   A0[AT(nx, ny, I, J - 1, K)] + A0[AT(nx, ny, I + 1, J, K)] +
                   A0[AT(nx, ny, I - 1, J, K)];
    Anext[AT(nx, ny, I, J, K)] = Around * c1 - Here * c0;
    Below = Here;
    Here = Above;
  }
}

#else

static void launches(Host &H) {
  // Every thread has a column: the loads without a guard need it.
  int NX = 512, NY = H.size(512, 4), NZ = H.size(64, 5);
  uint32_t X = 512, Y = 2;
  iterate(H, "block2D_reg_tiling", {(NX + X - 1) / X, (NY + Y - 1) / Y}, {X, Y},
          0, NX, NY, NZ);
}
SUITE(parboil, stencil_fermi)

#endif
