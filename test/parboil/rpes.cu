//===- rpes.cu - Integrals over electron pairs (Parboil rpes) -------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Atoms and shells are behind textures over CUDA arrays. One thread reads what
// the block has to do.
//
//===----------------------------------------------------------------------===//

// REQUIRES: cuda
// RUN: %suites --oracle parboil/rpes | FileCheck %s

// CHECK: parboil/rpes DoReduction conditional conditional
// CHECK-SAME: 2 2 0 0 0 1
// CHECK: parboil/rpes ComputeX conditional conditional
// CHECK-SAME: 3 3 0 0 0 1

#include "Inputs/Rpes.h"

#if SUITE_DEVICE

__global__ void ComputeX(uint4 *d_Work, float *d_Output, int Offset,
                         cudaTextureObject_t texCoors,
                         cudaTextureObject_t texSprms) {
  __shared__ float Values[Threads];
  __shared__ uint4 Shared;
  int T = threadIdx.x;
  if (T == 0)
    Shared = d_Work[Offset + blockIdx.x];
  __syncthreads();
  uint4 Mine = Shared;
  Quad N = unpack<4>(Mine.x);
  int Local = (Offset + blockIdx.x) * Threads + T - Mine.w * Threads;
  float Result = 0;
  if (Local < __mul24(N.A, __mul24(N.B, __mul24(N.C, N.D)))) {
    Quad Where = unpack<8>(Mine.y), First = unpack<8>(Mine.z);
    int Rest = Local, Volume = __mul24(N.B, __mul24(N.C, N.D));
    First.A += static_cast<int>(__fdividef(Rest, Volume));
    Rest -= __mul24(static_cast<int>(__fdividef(Rest, Volume)), Volume);
    First.B += Rest / __mul24(N.C, N.D);
    Rest %= __mul24(N.C, N.D);
    First.C += Rest / N.D;
    First.D += Rest % N.D;
    float4 Atom[4] = {
        tex1D<float4>(texCoors, Where.A), tex1D<float4>(texCoors, Where.B),
        tex1D<float4>(texCoors, Where.C), tex1D<float4>(texCoors, Where.D)};
    float2 Shell[4] = {
        tex1D<float2>(texSprms, First.A), tex1D<float2>(texSprms, First.B),
        tex1D<float2>(texSprms, First.C), tex1D<float2>(texSprms, First.D)};
    Result = integral(Atom, Shell);
  }
  Values[T] = Result;
  __syncthreads();
  float Sum = blockSum(Values);
  if (T == 0)
    d_Output[Offset + blockIdx.x] = Sum;
}

#else

static void launches(Host &H) {
  compute(H, [&](uint4 *Work, float *Output, uint32_t Count, uint32_t Grid) {
    uint64_t Coordinates =
        H.arrayTexture<float4>("Coors", 20, 0, 4, [](size_t I) {
          return float4{float(I), float(I % 3), float(I % 2), 1};
        });
    uint64_t Shells = H.arrayTexture<float2>("Sprms", 4, 0, 2, [](size_t I) {
      return float2{0.5f + float(I), 0.25f};
    });
    for (uint32_t I = 0; I < Count; I += Grid)
      H.launch("ComputeX", std::min(Grid, Count - I), Threads, Work, Output,
               int(I), Coordinates, Shells)
          .is(Idempotent);
  });
}
SUITE(parboil, rpes)

#endif
