//===- mri_fhd.cu - F(H) d of an MRI image (Parboil mri-fhd) --------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Samples come in tiles of constant memory. Each launch adds a tile to all
// points: the last tile's remainder first, then four samples at a time.
//
//===----------------------------------------------------------------------===//

// REQUIRES: cuda
// RUN: %suites --oracle parboil/mri_fhd | FileCheck %s

// CHECK: parboil/mri_fhd ComputeRhoPhiGPU conditional conditional
// CHECK-SAME: 1 1 0 0 0 1
// CHECK: parboil/mri_fhd ComputeFH_GPU non-idempotent non-idempotent
// CHECK-SAME: 4 0 4 0 0 2
// CHECK: condition: parboil/mri_fhd ComputeRhoPhiGPU: disjoint(

#include "Inputs/MriFhd.h"

struct FhdSample {
  float Kx, Ky, Kz, RhoPhiR, RhoPhiI;
};

#if SUITE_DEVICE

__constant__ FhdSample c[TileSamples];

__device__ static void addTile(int K, float X, float Y, float Z, float &OutR,
                               float &OutI) {
  const FhdSample &S = c[K];
  add(S.Kx * X + S.Ky * Y + S.Kz * Z, S.RhoPhiR, S.RhoPhiI, OutR, OutI);
}

__global__ void ComputeFH_GPU(int numK, int kGlobalIndex, float *x, float *y,
                              float *z, float *outR, float *outI) {
  int I = blockIdx.x * FhThreads + threadIdx.x;
  float X = x[I], Y = y[I], Z = z[I], Real = outR[I], Imaginary = outI[I];
  int K = 0, Left = numK - kGlobalIndex;
  if (Left < TileSamples)
    for (; K < Left % 4 && kGlobalIndex < numK; ++K, ++kGlobalIndex)
      addTile(K, X, Y, Z, Real, Imaginary);
  for (; K < TileSamples && kGlobalIndex < numK; K += 4, kGlobalIndex += 4) {
    addTile(K, X, Y, Z, Real, Imaginary);
    addTile(K + 1, X, Y, Z, Real, Imaginary);
    addTile(K + 2, X, Y, Z, Real, Imaginary);
    addTile(K + 3, X, Y, Z, Real, Imaginary);
  }
  outR[I] = Real;
  outI[I] = Imaginary;
}

#else

static void launches(Host &H) {
  int NumX = H.size(64 * 64 * 64, 2 * FhThreads), NumK = H.size(2048, 530);
  RhoPhiInput In = rhoPhiInput(H, NumK);
  auto *Real = H.buffer<float>("realRhoPhi", NumK);
  auto *Imaginary = H.buffer<float>("imagRhoPhi", NumK);
  computeRhoPhi(H, NumK, In, Real, Imaginary);
  for (float *Done : {Real, Imaginary, In.PhiR, In.PhiI, In.DR, In.DI})
    H.release(Done);

  auto *X = H.buffer<float>("x", NumX, sample);
  auto *Y = H.buffer<float>("y", NumX, sample);
  auto *Z = H.buffer<float>("z", NumX, sample);
  auto *OutR = H.buffer<float>("outR", NumX);
  auto *OutI = H.buffer<float>("outI", NumX);
  for (int First = 0; First < NumK; First += TileSamples) {
    H.setSymbol("c", std::vector<FhdSample>(std::min(TileSamples, NumK - First),
                                            FhdSample{0.1f, 0.2f, 0.3f, 1, 2}));
    H.launch("ComputeFH_GPU", (NumX + FhThreads - 1) / FhThreads, FhThreads,
             NumK, First, X, Y, Z, OutR, OutI)
        .is(Clobbers);
  }
}
SUITE(parboil, mri_fhd)

#endif
