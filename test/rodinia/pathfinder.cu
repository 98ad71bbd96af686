//===- pathfinder.cu - Cheapest path through a grid (Rodinia pathfinder) --===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A launch goes down several rows at once. Blocks overlap by a halo that grows
// with the number of rows; a thread writes only if its own column was still
// exact in the last row. Two buffers of results take turns.
//
//===----------------------------------------------------------------------===//

// REQUIRES: cuda
// RUN: %suites --oracle rodinia/pathfinder | FileCheck %s

// CHECK: rodinia/pathfinder dynproc_kernel conditional conditional 5 5 0 0 0 3
// CHECK: condition: rodinia/pathfinder dynproc_kernel: disjoint(
// CHECK: problems: 0

#include "Suite.h"

constexpr int Threads = 256;
constexpr int Halo = 1;

#if SUITE_DEVICE

__global__ void dynproc_kernel(int iteration, int *gpuWall, int *gpuSrc,
                               int *gpuResults, int cols, int rows,
                               int startStep, int border) {
  __shared__ int cost[Threads];
  __shared__ int next[Threads];
  int t = threadIdx.x;
  int first = (Threads - iteration * Halo * 2) * int(blockIdx.x) - border;
  int last = first + Threads - 1;
  int column = first + t;

  // The threads whose columns exist.
  int lowest = first < 0 ? -first : 0;
  int highest = last > cols - 1 ? Threads - 1 - (last - cols + 1) : Threads - 1;
  int west = max(t - 1, lowest), east = min(t + 1, highest);
  bool exists = t >= lowest && t <= highest;

  if (column >= 0 && column <= cols - 1)
    cost[t] = gpuSrc[column];
  __syncthreads();
  bool computed = false;
  for (int i = 0; i < iteration; ++i) {
    computed = false;
    if (t >= i + 1 && t <= Threads - i - 2 && exists) {
      computed = true;
      int least = min(min(cost[west], cost[t]), cost[east]);
      next[t] = least + gpuWall[cols * (startStep + i) + column];
    }
    __syncthreads();
    if (i == iteration - 1)
      break;
    if (computed)
      cost[t] = next[t];
    __syncthreads();
  }
  if (computed)
    gpuResults[column] = next[t];
}

#else

static void launches(Host &H) {
  int Cols = H.size(100000, 600), Rows = H.size(100, 13);
  int Height = H.size(20, 5);
  int Border = Height * Halo, Inside = Threads - 2 * Border;
  int Blocks = (Cols + Inside - 1) / Inside;
  auto Cost = [](size_t I) { return int(I * 13 % 10); };
  int *Result[2] = {H.buffer<int>("result0", size_t(Cols), Cost),
                    H.buffer<int>("result1", size_t(Cols))};
  auto *Wall = H.buffer<int>("wall", size_t(Cols) * size_t(Rows - 1), Cost);
  int Source = 1, Target = 0;
  for (int T = 0; T < Rows - 1; T += Height) {
    std::swap(Source, Target);
    H.launch("dynproc_kernel", Blocks, Threads, std::min(Height, Rows - T - 1),
             Wall, Result[Source], Result[Target], Cols, Rows, T, Border)
        .is(Idempotent);
  }
}
SUITE(rodinia, pathfinder)

#endif
