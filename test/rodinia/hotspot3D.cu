//===- hotspot3D.cu - Temperature of a stack of layers (Rodinia hotspot3D) ===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Each thread goes up one column of cells. It reads six neighbours, clamped at
// the sides, and writes its cell; the top and bottom layers are peeled off the
// loop. The host swaps input and output after each launch.
//
//===----------------------------------------------------------------------===//

// REQUIRES: cuda
// RUN: %suites --oracle rodinia/hotspot3D | FileCheck %s

// The clamped neighbours: "c + 1 but for the last cell" is read as "c + 0 or
// 1", which reaches the next buffer unless it is cut at the end of its own
// (A1).
// CHECK: rodinia/hotspot3D hotspotOpt1 conditional conditional 100 100 0 0 0 2
// CHECK: condition: rodinia/hotspot3D hotspotOpt1: disjoint(
// CHECK: problems: 0

#include "Suite.h"

#if SUITE_DEVICE

__global__ void hotspotOpt1(float *p, float *tIn, float *tOut, float sdc,
                            int nx, int ny, int nz, float ce, float cw,
                            float cn, float cs, float ct, float cb, float cc) {
  const float ambient = 80.0f;
  int i = blockDim.x * blockIdx.x + threadIdx.x;
  int j = blockDim.y * blockIdx.y + threadIdx.y;
  int layer = nx * ny;
  int c = i + j * nx;
  int w = i == 0 ? c : c - 1, e = i == nx - 1 ? c : c + 1;
  int n = j == 0 ? c : c - nx, s = j == ny - 1 ? c : c + nx;

  auto update = [&](float below, float here, float above) {
    tOut[c] = cc * here + cw * tIn[w] + ce * tIn[e] + cs * tIn[s] +
              cn * tIn[n] + cb * below + ct * above + sdc * p[c] + ct * ambient;
    c += layer;
    w += layer;
    e += layer;
    n += layer;
    s += layer;
  };
  float here = tIn[c], below = here, above = tIn[c + layer];
  update(below, here, above);
  for (int k = 1; k < nz - 1; ++k) {
    below = here;
    here = above;
    above = tIn[c + layer];
    update(below, here, above);
  }
  below = here;
  here = above;
  update(below, here, above);
}

#else

static void launches(Host &H) {
  int Side = H.size(512, 64), Rows = H.size(512, 8), Layers = H.size(8, 4);
  size_t Cells = size_t(Side) * Rows * Layers;
  auto *Power = H.buffer<float>("p_d", Cells,
                                [](size_t I) { return float(I % 5) / 100; });
  auto *In = H.buffer<float>("tIn_d", Cells,
                             [](size_t I) { return 320.0f + float(I % 9); });
  auto *Out = H.buffer<float>("tOut_d", Cells);
  for (int I = 0; I < H.size(100, 2); ++I) {
    H.launch("hotspotOpt1", Dim3(Side / 64, Rows / 4), Dim3(64, 4), Power, In,
             Out, 0.1f, Side, Rows, Layers, 0.05f, 0.05f, 0.05f, 0.05f, 0.01f,
             0.01f, 0.77f)
        .is(Idempotent);
    std::swap(In, Out);
  }
}
SUITE(rodinia, hotspot3D)

#endif
