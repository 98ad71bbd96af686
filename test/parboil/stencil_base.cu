//===- stencil_base.cu - Seven-point stencil (Parboil stencil, base) ------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A block is a row of the grid without its last point. The first thread does
// nothing, so no thread leaves the grid.
//
//===----------------------------------------------------------------------===//

// REQUIRES: cuda
// RUN: %suites --oracle parboil/stencil_base | FileCheck %s

// CHECK: parboil/stencil_base naive_kernel conditional conditional
// CHECK-SAME: 100 100 0 0 0 2
// CHECK: condition: parboil/stencil_base naive_kernel: disjoint(

#include "Inputs/Stencil.h"

#if SUITE_DEVICE

__global__ void naive_kernel(float c0, float c1, float *A0, float *Anext,
                             int nx, int ny, int nz) {
  int I = threadIdx.x, J = blockIdx.x + 1, K = blockIdx.y + 1;
  if (I == 0)
    return;
  float Around = A0[AT(nx, ny, I, J, K + 1)] + A0[AT(nx, ny, I, J, K - 1)] +
                 A0[AT(nx, ny, I, J + 1, K)] + A0[AT(nx, ny, I, J - 1, K)] +
                 A0[AT(nx, ny, I + 1, J, K)] + A0[AT(nx, ny, I - 1, J, K)];
  Anext[AT(nx, ny, I, J, K)] = Around * c1 - A0[AT(nx, ny, I, J, K)] * c0;
}

#else

static void launches(Host &H) {
  int NX = H.size(512, 40), NY = H.size(512, 6), NZ = H.size(64, 5);
  iterate(H, "naive_kernel", {uint32_t(NY - 2), uint32_t(NZ - 2)},
          uint32_t(NX - 1), 0, NX, NY, NZ);
}
SUITE(parboil, stencil_base)

#endif
