//===- particlefilter_naive.cu - Resampling (Rodinia particlefilter) ------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The variant that leaves all but one step to the host. Each thread searches a
// table with a loop that ends when it finds something, and copies the particle
// that it found.
//
//===----------------------------------------------------------------------===//

// REQUIRES: cuda
// RUN: %suites --oracle rodinia/particlefilter_naive | FileCheck %s

// CHECK: rodinia/particlefilter_naive kernel conditional conditional 9 9 0 0 0 2
// CHECK: condition: rodinia/particlefilter_naive kernel: disjoint(
// CHECK: problems: 0

#include "Suite.h"

#if SUITE_DEVICE

__global__ void kernel(double *arrayX, double *arrayY, double *CDF, double *u,
                       double *xj, double *yj, int Nparticles) {
  int i = blockDim.x * blockIdx.x + threadIdx.x;
  if (i < Nparticles) {
    int found = -1;
    for (int k = 0; k < Nparticles; ++k)
      if (CDF[k] >= u[i]) {
        found = k;
        break;
      }
    if (found == -1)
      found = Nparticles - 1;
    xj[i] = arrayX[found];
    yj[i] = arrayY[found];
  }
}

#else

static void launches(Host &H) {
  int Particles = H.size(1000, 300), Frames = H.size(10, 3);
  auto Count = size_t(Particles);
  constexpr unsigned Threads = 128;
  unsigned Blocks = (unsigned(Particles) + Threads - 1) / Threads;
  auto *X = H.buffer<double>("arrayX", Count,
                             [](size_t I) { return 64.0 + double(I % 9); });
  auto *Y = H.buffer<double>("arrayY", Count,
                             [](size_t I) { return 64.0 - double(I % 7); });
  auto *XJ = H.buffer<double>("xj", Count);
  auto *YJ = H.buffer<double>("yj", Count);
  auto *CDF = H.buffer<double>(
      "CDF", Count, [=](size_t I) { return double(I + 1) / double(Count); });
  auto *U = H.buffer<double>(
      "u", Count, [=](size_t I) { return (0.3 + double(I)) / double(Count); });
  for (int Frame = 1; Frame < Frames; ++Frame)
    H.launch("kernel", Blocks, Threads, X, Y, CDF, U, XJ, YJ, Particles)
        .is(Idempotent);
}
SUITE(rodinia, particlefilter_naive)

#endif
