//===- MriFhd.h - Rho and phi of an MRI image -----------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the variants of Parboil's mri-fhd share: the product of two arrays of
// complex numbers.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TEST_PARBOIL_INPUTS_MRIFHD_H
#define REPRISE_TEST_PARBOIL_INPUTS_MRIFHD_H

#include "Suite.h"

static constexpr int RhoPhiThreads = 512, FhThreads = 256, TileSamples = 512;

#if SUITE_DEVICE

__global__ void ComputeRhoPhiGPU(int numK, float *phiR, float *phiI, float *dR,
                                 float *dI, float *realRhoPhi,
                                 float *imagRhoPhi) {
  int K = blockIdx.x * RhoPhiThreads + threadIdx.x;
  if (K >= numK)
    return;
  float PhiR = phiR[K], PhiI = phiI[K], DR = dR[K], DI = dI[K];
  realRhoPhi[K] = PhiR * DR + PhiI * DI;
  imagRhoPhi[K] = PhiR * DI - PhiI * DR;
}

/// Adds one sample of k-space to the sums of one point.
__device__ static void add(float Turns, float RhoPhiR, float RhoPhiI,
                           float &OutR, float &OutI) {
  float Angle = 6.2831853f * Turns, Cos = cosf(Angle), Sin = sinf(Angle);
  OutR += RhoPhiR * Cos - RhoPhiI * Sin;
  OutI += RhoPhiI * Cos + RhoPhiR * Sin;
}

#else

static inline float sample(size_t I) { return float(I % 13) / 13; }

/// What the kernel reads.
struct RhoPhiInput {
  float *PhiR, *PhiI, *DR, *DI;
};
static inline RhoPhiInput rhoPhiInput(Host &H, int NumK) {
  auto *PhiR = H.buffer<float>("phiR", NumK, sample);
  auto *PhiI = H.buffer<float>("phiI", NumK, sample);
  auto *DR = H.buffer<float>("dR", NumK, sample);
  auto *DI = H.buffer<float>("dI", NumK, sample);
  return {PhiR, PhiI, DR, DI};
}

static inline void computeRhoPhi(Host &H, int NumK, const RhoPhiInput &In,
                                 float *Real, float *Imaginary) {
  H.launch("ComputeRhoPhiGPU", (NumK + RhoPhiThreads - 1) / RhoPhiThreads,
           RhoPhiThreads, NumK, In.PhiR, In.PhiI, In.DR, In.DI, Real, Imaginary)
      .is(Idempotent);
}

#endif

#endif // REPRISE_TEST_PARBOIL_INPUTS_MRIFHD_H
