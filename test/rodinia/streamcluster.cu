//===- streamcluster.cu - Gain of a new centre (Rodinia streamcluster) ----===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// For each point, what it would save if it moved to point x. The result is
// added to a row of the point: in its last column, or in a column that two
// loads lead to. The host clears the rows before, but they are read all the
// same.
//
//===----------------------------------------------------------------------===//

// REQUIRES: cuda
// RUN: %suites --oracle rodinia/streamcluster | FileCheck %s

// CHECK: rodinia/streamcluster kernel_compute_cost non-idempotent non-idempotent 179 0 {{[0-9]+ [0-9]+}} 0 2
// CHECK: problems: 0

#include "Suite.h"

struct Point {
  float Weight;
  float *Coord; // On the host.
  long Assign;
  float Cost;
};

#if SUITE_DEVICE

__device__ float squaredDistance(int a, int b, int num, int dim,
                                 const float *coord) {
  float sum = 0;
  for (int i = 0; i < dim; ++i) {
    float difference = coord[i * num + a] - coord[i * num + b];
    sum += difference * difference;
  }
  return sum;
}

__global__ void kernel_compute_cost(int num, int dim, long x, Point *p, int K,
                                    int stride, float *coord_d,
                                    float *work_mem_d, int *center_table_d,
                                    bool *switch_membership_d) {
  int block = blockIdx.x + gridDim.x * blockIdx.y;
  int point = blockDim.x * block + threadIdx.x;
  if (point >= num)
    return;
  float *row = &work_mem_d[point * stride];
  float cost = squaredDistance(point, x, num, dim, coord_d) * p[point].Weight;
  if (cost < p[point].Cost) {
    switch_membership_d[point] = true;
    row[K] += cost - p[point].Cost;
  } else {
    row[center_table_d[p[point].Assign]] += p[point].Cost - cost;
  }
}

#else

static void launches(Host &H) {
  int Num = H.size(65536, 600), Dim = H.size(256, 4);
  int Least = H.size(10, 2), Most = H.size(20, 3);
  // One round of the search. The number of centres changes as it goes; here
  // it takes all values in turn.
  int Calls = H.size(179, 2);
  auto Count = size_t(Num);
  constexpr unsigned Threads = 512;
  unsigned Blocks = (unsigned(Num) + Threads - 1) / Threads;

  int *Centers = nullptr;
  bool *Switched = nullptr;
  Point *Points = nullptr;
  float *Coords = nullptr;
  for (int Call = 0; Call < Calls; ++Call) {
    int K = Least + Call % (Most - Least + 1), Stride = K + 1;
    size_t Cells = size_t(Stride) * (Count + 1);
    auto *Work = H.buffer<float>("work_mem", Cells);
    if (Call == 0) {
      Centers = H.buffer<int>("center_table", Count,
                              [=](size_t I) { return int(I) % Least; });
      Switched = H.buffer<bool>("switch_membership", Count);
      Points = H.buffer<Point>("p", Count, [=](size_t I) {
        return Point{1, nullptr, long(I % size_t(Least)), float(I % 50)};
      });
      Coords = H.buffer<float>("coord", Count * size_t(Dim),
                               [](size_t I) { return float(I * 29 % 17) / 4; });
    }
    H.fill(Switched, 0, Count);
    H.launch("kernel_compute_cost", Blocks, Threads, Num, Dim,
             long(Call * 101 % Num), Points, K, Stride, Coords, Work, Centers,
             Switched)
        .is(Clobbers);
    H.release(Work);
  }
}
SUITE(rodinia, streamcluster)

#endif
