//===- fft.cu - Fourier transforms in shared memory (Parboil fft) ---------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A block transforms 256 numbers in place: it reads them into registers,
// exchanges them through shared memory after each of eight stages, and writes
// them back.
//
//===----------------------------------------------------------------------===//

// REQUIRES: cuda
// It is not seen that the loop that writes covers what the loop that reads
// does.
// RUN: %suites --oracle parboil/fft | FileCheck %s

// CHECK: parboil/fft GPU_FftShMem non-idempotent non-idempotent 1 0 1 0 0 1

#include "Suite.h"

static constexpr int Points = 256, Radix = 2, Threads = Points / Radix;

#if SUITE_DEVICE

/// Writes the thread's values at From, Step apart, and reads others at To.
__device__ static void exchange(float2 *V, int From, int FromStep, int To,
                                int ToStep) {
  __shared__ float Real[Points], Imaginary[Points];
  __syncthreads();
  for (int R = 0; R < Radix; ++R) {
    Real[From + R * FromStep] = V[R].x;
    Imaginary[From + R * FromStep] = V[R].y;
  }
  __syncthreads();
  for (int R = 0; R < Radix; ++R)
    V[R] = make_float2(Real[To + R * ToStep], Imaginary[To + R * ToStep]);
}

__device__ static int expand(int Thread, int Stride) {
  return Thread / Stride * Stride * Radix + Thread % Stride;
}

__global__ void GPU_FftShMem(float2 *data) {
  float2 V[Radix];
  int T = threadIdx.x;
  data += blockIdx.x * Points;
  for (int R = 0; R < Radix; ++R)
    V[R] = data[T + R * Threads];
  for (int Stride = 1; Stride < Points; Stride *= Radix) {
    float Angle = -2 * 3.14159265f * (T % Stride) / (Stride * Radix);
    for (int R = 0; R < Radix; ++R) {
      float C = cosf(R * Angle), S = sinf(R * Angle);
      V[R] = make_float2(V[R].x * C - V[R].y * S, V[R].x * S + V[R].y * C);
    }
    float2 A = V[0], B = V[1];
    V[0] = make_float2(A.x + B.x, A.y + B.y);
    V[1] = make_float2(A.x - B.x, A.y - B.y);
    exchange(V, expand(T, Stride), Stride, expand(T, Threads), Threads);
  }
  for (int R = 0; R < Radix; ++R)
    data[T + R * Threads] = V[R];
}

#else

static void launches(Host &H) {
  uint32_t Batch = H.size(1024, 2);
  size_t Count = size_t(Points) * Batch;
  H.buffer<float2>("shared_source", Count);
  auto *Source = H.buffer<float2>(
      "source", Count, [](size_t I) { return float2{float(I % 9), 1}; });
  H.buffer<float2>("work", Count);
  H.launch("GPU_FftShMem", Batch, Threads, Source).is(Clobbers);
}
SUITE(parboil, fft)

#endif
