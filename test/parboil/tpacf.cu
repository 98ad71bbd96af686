//===- tpacf.cu - Angular correlation in tiles (Parboil tpacf) ------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The block keeps a tile of the first set in shared memory and goes with it
// through all points of the second.
//
//===----------------------------------------------------------------------===//

// REQUIRES: cuda
// RUN: %suites --oracle parboil/tpacf | FileCheck %s

// CHECK: parboil/tpacf gen_hists conditional conditional
// CHECK-SAME: 1 1 0 0 0 1
// CHECK: condition: parboil/tpacf gen_hists: disjoint(

#include "Inputs/Tpacf.h"

#if SUITE_DEVICE

__global__ void gen_hists(unsigned long *histograms, float *all_x_data,
                          float *all_y_data, float *all_z_data, int NUM_SETS,
                          int NUM_ELEMENTS) {
  __shared__ float3 Tile[Threads];
  __shared__ unsigned Counts[Bins][Histograms];
  unsigned Block = blockIdx.x, T = threadIdx.x, Count = NUM_ELEMENTS;
  bool Self = Block < unsigned(NUM_SETS + 1);
  clear(Counts);
  Coordinates First{all_x_data, all_y_data, all_z_data}, Second;
  if (Self) {
    Second = {all_x_data + NUM_ELEMENTS * Block,
              all_y_data + NUM_ELEMENTS * Block,
              all_z_data + NUM_ELEMENTS * Block};
    First = Second;
  } else {
    Second = {all_x_data + NUM_ELEMENTS * (Block - NUM_SETS),
              all_y_data + NUM_ELEMENTS * (Block - NUM_SETS),
              all_z_data + NUM_ELEMENTS * (Block - NUM_SETS)};
  }
  for (unsigned I = 0; I < Count; I += Threads) {
    if (T + I < Count)
      Tile[T] = First[T + I];
    __syncthreads();
    for (unsigned J = Self ? I + 1 : 0; J < Count; J += Threads) {
      float3 Point = {};
      if (T + J < Count)
        Point = Second[T + J];
      for (unsigned K = 0; K < Threads && K + I < Count; ++K)
        vote(Counts, Tile[K], Point, (!Self || T + J > I + K) && T + J < Count);
    }
    __syncthreads();
  }
  merge(Counts, histograms);
}

#else

static void launches(Host &H) { correlate(H); }
SUITE(parboil, tpacf)

#endif
