//===- cp_base.cu - Coulomb potential (Parboil cp, base) ------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A thread has one point. Each launch adds the atoms that constant memory holds
// to the energy of a plane of points.
//
//===----------------------------------------------------------------------===//

// REQUIRES: cuda
// RUN: %suites --oracle parboil/cp_base | FileCheck %s

// CHECK: parboil/cp_base cenergy non-idempotent non-idempotent
// CHECK-SAME: 10 0 10 0 0 2

#include "Suite.h"

static constexpr int MaxAtoms = 4000, BlockX = 16, BlockY = 8, Points = 1;

#if SUITE_DEVICE

__constant__ float4 atominfo[MaxAtoms];

__global__ void cenergy(int numatoms, float gridspacing, float *energygrid) {
  unsigned X = __umul24(blockIdx.x, blockDim.x) + threadIdx.x;
  unsigned Y = __umul24(blockIdx.y, blockDim.y) + threadIdx.y;
  unsigned At = __umul24(gridDim.x, blockDim.x) * Y + X;
  float PX = gridspacing * X, PY = gridspacing * Y;
  float Energy = 0;
  for (int A = 0; A < numatoms; ++A) {
    float DX = PX - atominfo[A].x, DY = PY - atominfo[A].y;
    float Inverse = 1.0f / sqrtf(DX * DX + DY * DY + atominfo[A].z);
    Energy += atominfo[A].w * Inverse;
  }
  energygrid[At] += Energy;
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
SUITE(parboil, cp_base)

#endif
