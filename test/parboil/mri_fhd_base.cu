//===- mri_fhd_base.cu - F(H) d of an MRI image (Parboil mri-fhd, base) ---===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Samples stay in global memory. Each launch gets pointers to the next tile of
// them and adds it to all points.
//
//===----------------------------------------------------------------------===//

// REQUIRES: cuda
// RUN: %suites --oracle parboil/mri_fhd_base | FileCheck %s

// CHECK: parboil/mri_fhd_base ComputeRhoPhiGPU conditional conditional
// CHECK-SAME: 1 1 0 0 0 1
// CHECK: parboil/mri_fhd_base ComputeFH_GPU non-idempotent non-idempotent
// CHECK-SAME: 4 0 4 0 0 2
// CHECK: condition: parboil/mri_fhd_base ComputeRhoPhiGPU: disjoint(

#include "Inputs/MriFhd.h"

#if SUITE_DEVICE

__global__ void ComputeFH_GPU(int numK, int kGlobalIndex, float *cKx,
                              float *cKy, float *cKz, float *x, float *y,
                              float *z, float *cRhoPhiR, float *cRhoPhiI,
                              float *outR, float *outI) {
  int I = blockIdx.x * FhThreads + threadIdx.x;
  float X = x[I], Y = y[I], Z = z[I], Real = outR[I], Imaginary = outI[I];
  for (int K = 0; K < TileSamples && kGlobalIndex < numK; ++K, ++kGlobalIndex)
    add(cKx[K] * X + cKy[K] * Y + cKz[K] * Z, cRhoPhiR[K], cRhoPhiI[K], Real,
        Imaginary);
  outR[I] = Real;
  outI[I] = Imaginary;
}

#else

static void launches(Host &H) {
  int NumX = H.size(64 * 64 * 64, 2 * FhThreads), NumK = H.size(2048, 530);
  auto *Real = H.buffer<float>("realRhoPhi", NumK);
  auto *Imaginary = H.buffer<float>("imagRhoPhi", NumK);
  RhoPhiInput In = rhoPhiInput(H, NumK);
  computeRhoPhi(H, NumK, In, Real, Imaginary);
  for (float *Done : {In.PhiR, In.PhiI, In.DR, In.DI})
    H.release(Done);

  auto *X = H.buffer<float>("x", NumX, sample);
  auto *Y = H.buffer<float>("y", NumX, sample);
  auto *Z = H.buffer<float>("z", NumX, sample);
  auto *Kx = H.buffer<float>("kx", NumK, sample);
  auto *Ky = H.buffer<float>("ky", NumK, sample);
  auto *Kz = H.buffer<float>("kz", NumK, sample);
  auto *OutR = H.buffer<float>("outR", NumX);
  auto *OutI = H.buffer<float>("outI", NumX);
  for (int First = 0; First < NumK; First += TileSamples)
    H.launch("ComputeFH_GPU", (NumX + FhThreads - 1) / FhThreads, FhThreads,
             NumK, First, Kx + First, Ky + First, Kz + First, X, Y, Z,
             Real + First, Imaginary + First, OutR, OutI)
        .is(Clobbers);
}
SUITE(parboil, mri_fhd_base)

#endif
