//===- rpes_base.cu - Integrals over electron pairs (Parboil rpes, base) --===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Fields of what the block has to do are the indices of atoms and shells.
//
//===----------------------------------------------------------------------===//

// REQUIRES: cuda
// RUN: %suites --oracle parboil/rpes_base | FileCheck %s

// CHECK: parboil/rpes_base DoReduction conditional conditional
// CHECK-SAME: 2 2 0 0 0 1
// CHECK: parboil/rpes_base ComputeX conditional conditional
// CHECK-SAME: 3 3 0 0 0 1

#include "Inputs/Rpes.h"

#if SUITE_DEVICE

__global__ void ComputeX(uint4 *d_Work, float *d_Output, int Offset,
                         float4 *d_Coors, float2 *d_Sprms) {
  __shared__ float Values[Threads];
  int T = threadIdx.x;
  uint4 Mine = d_Work[Offset + blockIdx.x];
  Quad N = unpack<4>(Mine.x);
  int Local = (Offset + blockIdx.x) * Threads + T - Mine.w * Threads;
  float Result = 0;
  if (Local < N.A * N.B * N.C * N.D) {
    Quad Where = unpack<8>(Mine.y), First = unpack<8>(Mine.z);
    int Rest = Local;
    First.A += Rest / (N.B * N.C * N.D);
    Rest %= N.B * N.C * N.D;
    First.B += Rest / (N.C * N.D);
    Rest %= N.C * N.D;
    First.C += Rest / N.D;
    First.D += Rest % N.D;
    float4 Atom[4] = {d_Coors[Where.A], d_Coors[Where.B], d_Coors[Where.C],
                      d_Coors[Where.D]};
    float2 Shell[4] = {d_Sprms[First.A], d_Sprms[First.B], d_Sprms[First.C],
                       d_Sprms[First.D]};
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
    auto *Coordinates = H.buffer<float4>("Coors", 20, [](size_t I) {
      return float4{float(I), float(I % 3), float(I % 2), 1};
    });
    auto *Shells = H.buffer<float2>(
        "Sprms", 4, [](size_t I) { return float2{0.5f + float(I), 0.25f}; });
    for (uint32_t I = 0; I < Count; I += Grid)
      H.launch("ComputeX", std::min(Grid, Count - I), Threads, Work, Output,
               int(I), Coordinates, Shells)
          .is(Idempotent);
  });
}
SUITE(parboil, rpes_base)

#endif
