//===- cp.cu - Coulomb potential (Parboil cp) -----------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A thread has eight points of a row, a block's width apart. Each launch adds
// the atoms that constant memory holds to the energy of a plane of points.
//
//===----------------------------------------------------------------------===//

// REQUIRES: cuda
// RUN: %suites --oracle parboil/cp | FileCheck %s

// CHECK: parboil/cp cenergy non-idempotent non-idempotent
// CHECK-SAME: 10 0 10 0 0 2

#include "Suite.h"

static constexpr int MaxAtoms = 4000, BlockX = 16, BlockY = 8, Points = 8;

#if SUITE_DEVICE

__constant__ float4 atominfo[MaxAtoms];

__global__ void cenergy(int numatoms, float gridspacing, float *energygrid) {
  unsigned X = __umul24(blockIdx.x, blockDim.x) * Points + threadIdx.x;
  unsigned Y = __umul24(blockIdx.y, blockDim.y) + threadIdx.y;
  unsigned At = __umul24(gridDim.x, blockDim.x) * Points * Y + X;
  float PX = gridspacing * X, PY = gridspacing * Y;
  float Step = gridspacing * BlockX;
  float Energy[Points] = {};
  for (int A = 0; A < numatoms; ++A) {
    float DY = PY - atominfo[A].y, DX = PX - atominfo[A].x;
    float Rest = DY * DY + atominfo[A].z;
#pragma unroll
    for (int P = 0; P < Points; ++P, DX += Step)
      Energy[P] += atominfo[A].w * (1.0f / sqrtf(DX * DX + Rest));
  }
#pragma unroll
  for (int P = 0; P < Points; ++P)
    energygrid[At + P * BlockX] += Energy[P];
}

#else

static void launches(Host &H) {
  uint32_t Width = H.size(512, 128), Height = H.size(512, 16);
  int Atoms = H.size(40000, 12), AtATime = H.size(MaxAtoms, 8);
  auto *Energy = H.buffer<float>("energy", size_t(Width) * Height);
  for (int First = 0; First < Atoms; First += AtATime) {
    int Count = std::min(AtATime, Atoms - First);
    H.setSymbol("atominfo",
                std::vector<float4>(Count, float4{1.5f, 2.5f, 0.25f, 1}));
    H.launch("cenergy", {Width / (BlockX * Points), Height / BlockY},
             {BlockX, BlockY}, Count, 0.1f, Energy)
        .is(Clobbers);
  }
}
SUITE(parboil, cp)

#endif
