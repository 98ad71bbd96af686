//===- mri_q.cu - Q matrix of an MRI image (Parboil mri-q) ----------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Magnitudes of complex numbers, then sums over all samples in k-space, which
// come in tiles of constant memory: each launch adds a tile to Q.
//
//===----------------------------------------------------------------------===//

// REQUIRES: cuda
// RUN: %suites --oracle parboil/mri_q | FileCheck %s

// CHECK: parboil/mri_q ComputePhiMag_GPU conditional conditional
// CHECK-SAME: 1 1 0 0 0 1
// CHECK: parboil/mri_q ComputeQ_GPU non-idempotent non-idempotent
// CHECK-SAME: 2 0 2 0 0 2
// CHECK: condition: parboil/mri_q ComputePhiMag_GPU: disjoint(

#include "Suite.h"

static constexpr int PhiMagThreads = 512, QThreads = 256, TileSamples = 1024;

struct Sample {
  float Kx, Ky, Kz, PhiMag;
};

#if SUITE_DEVICE

__constant__ Sample ck[TileSamples];

__global__ void ComputePhiMag_GPU(float *phiR, float *phiI, float *phiMag,
                                  int numK) {
  int K = blockIdx.x * PhiMagThreads + threadIdx.x;
  if (K >= numK)
    return;
  float Real = phiR[K], Imaginary = phiI[K];
  phiMag[K] = Real * Real + Imaginary * Imaginary;
}

__device__ static void add(const Sample &S, float X, float Y, float Z,
                           float &Real, float &Imaginary) {
  float Angle = 6.2831853f * (S.Kx * X + S.Ky * Y + S.Kz * Z);
  Real += S.PhiMag * cosf(Angle);
  Imaginary += S.PhiMag * sinf(Angle);
}

__global__ void ComputeQ_GPU(int numK, int kGlobalIndex, float *x, float *y,
                             float *z, float *Qr, float *Qi) {
  int I = blockIdx.x * QThreads + threadIdx.x;
  float X = x[I], Y = y[I], Z = z[I], Real = Qr[I], Imaginary = Qi[I];
  int K = 0;
  if (numK % 2) {
    add(ck[0], X, Y, Z, Real, Imaginary);
    ++K;
    ++kGlobalIndex;
  }
  for (; K < TileSamples && kGlobalIndex < numK; K += 2, kGlobalIndex += 2) {
    add(ck[K], X, Y, Z, Real, Imaginary);
    add(ck[K + 1], X, Y, Z, Real, Imaginary);
  }
  Qr[I] = Real;
  Qi[I] = Imaginary;
}

#else

static void launches(Host &H) {
  int NumX = H.size(64 * 64 * 64, 2 * QThreads), NumK = H.size(2048, 1060);
  auto Value = [](size_t I) { return float(I % 13) / 13; };
  auto *PhiR = H.buffer<float>("phiR", NumK, Value);
  auto *PhiI = H.buffer<float>("phiI", NumK, Value);
  auto *PhiMag = H.buffer<float>("phiMag", NumK);
  H.launch("ComputePhiMag_GPU", (NumK + PhiMagThreads - 1) / PhiMagThreads,
           PhiMagThreads, PhiR, PhiI, PhiMag, NumK)
      .is(Idempotent);
  for (float *Done : {PhiMag, PhiR, PhiI})
    H.release(Done);

  auto *X = H.buffer<float>("x", NumX, Value);
  auto *Y = H.buffer<float>("y", NumX, Value);
  auto *Z = H.buffer<float>("z", NumX, Value);
  auto *Qr = H.buffer<float>("Qr", NumX);
  auto *Qi = H.buffer<float>("Qi", NumX);
  for (int First = 0; First < NumK; First += TileSamples) {
    H.setSymbol("ck", std::vector<Sample>(std::min(TileSamples, NumK - First),
                                          Sample{0.1f, 0.2f, 0.3f, 1}));
    H.launch("ComputeQ_GPU", (NumX + QThreads - 1) / QThreads, QThreads, NumK,
             First, X, Y, Z, Qr, Qi)
        .is(Clobbers);
  }
}
SUITE(parboil, mri_q)

#endif
