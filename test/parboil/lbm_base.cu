//===- lbm_base.cu - Lattice Boltzmann (Parboil lbm, base) ----------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A grid is an array of cells.
//
//===----------------------------------------------------------------------===//

// REQUIRES: cuda
// RUN: %suites --oracle parboil/lbm_base | FileCheck %s

// CHECK: parboil/lbm_base performStreamCollide_kernel conditional conditional
// CHECK-SAME: 100 100 0 0 0 1
// CHECK: condition: parboil/lbm_base performStreamCollide_kernel: disjoint(

#include "Inputs/Lbm.h"

LBM_INDEX(int X, int Y, int Z, int Entry) {
  return Entry + Entries * (X + Y * PaddedX + Z * PaddedX * PaddedY);
}

#if SUITE_DEVICE

__global__ void performStreamCollide_kernel(float *srcGrid, float *dstGrid) {
  streamAndCollide(srcGrid, dstGrid);
}

#else

static void launches(Host &H) { simulate(H); }
SUITE(parboil, lbm_base)

#endif
