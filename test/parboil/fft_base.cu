//===- fft_base.cu - Fourier transforms, a stage a launch (Parboil fft) ---===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Each launch does one stage of all transforms, from one buffer to the other;
// then they are swapped. What a thread writes is at a place that a division and
// a remainder by the stage's stride give.
//
//===----------------------------------------------------------------------===//

// REQUIRES: cuda
// RUN: %suites --oracle parboil/fft_base | FileCheck %s

// CHECK: parboil/fft_base GPU_FFT_Global conditional conditional
// CHECK-SAME: 8 8 0 0 0 5
// CHECK: condition: parboil/fft_base GPU_FFT_Global: disjoint(

#include "Suite.h"

static constexpr int Radix = 2;

#if SUITE_DEVICE

__global__ void GPU_FFT_Global(int Ns, float2 *data0, float2 *data1, int N) {
  float2 V[Radix];
  int T = threadIdx.x;
  data0 += blockIdx.x * N;
  data1 += blockIdx.x * N;
  float Angle = -2 * 3.14159265f * (T % Ns) / (Ns * Radix);
  for (int R = 0; R < Radix; ++R) {
    float2 In = data0[T + R * N / Radix];
    float C = cosf(R * Angle), S = sinf(R * Angle);
    V[R] = make_float2(In.x * C - In.y * S, In.x * S + In.y * C);
  }
  float2 A = V[0], B = V[1];
  V[0] = make_float2(A.x + B.x, A.y + B.y);
  V[1] = make_float2(A.x - B.x, A.y - B.y);
  int To = T / Ns * Ns * Radix + T % Ns;
  for (int R = 0; R < Radix; ++R)
    data1[To + R * Ns] = V[R];
}

#else

static void launches(Host &H) {
  int N = H.size(256, 32);
  uint32_t Batch = H.size(1024, 3);
  size_t Count = size_t(N) * Batch;
  auto *Source = H.buffer<float2>(
      "source", Count, [](size_t I) { return float2{float(I % 9), 1}; });
  auto *Work = H.buffer<float2>("work", Count);
  for (int Ns = 1; Ns < N; Ns *= Radix) {
    H.launch("GPU_FFT_Global", Batch, uint32_t(N / Radix), Ns, Source, Work, N)
        .is(Idempotent);
    std::swap(Source, Work);
  }
}
SUITE(parboil, fft_base)

#endif
