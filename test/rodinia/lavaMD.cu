//===- lavaMD.cu - Forces between particles in boxes (Rodinia lavaMD) -----===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A block goes through the neighbours of its box, which a table lists, and adds
// to the forces in global memory particle by particle. Two structs are passed
// by value.
//
//===----------------------------------------------------------------------===//

// REQUIRES: cuda
// RUN: %suites --oracle rodinia/lavaMD | FileCheck %s

// CHECK: rodinia/lavaMD kernel_gpu_cuda non-idempotent non-idempotent 1 0 {{1 0|0 1}} 0 1
// CHECK: problems: 0

#include "Suite.h"

constexpr int Particles = 100; // Of a box.
constexpr int Threads = 128;

struct Vector {
  double V, X, Y, Z;
};
struct Neighbour {
  int X, Y, Z, Number;
  long Offset;
};
struct Box {
  int X, Y, Z, Number;
  long Offset;
  int Count;
  Neighbour Around[26];
};
struct Parameters {
  double Alpha;
};
struct Dimensions {
  int CurArg, ArchArg, CoresArg, BoxesArg;
  long Boxes, BoxBytes, Particles, VectorBytes, ChargeBytes;
};

#if SUITE_DEVICE

__global__ void kernel_gpu_cuda(Parameters d_par_gpu, Dimensions d_dim_gpu,
                                Box *d_box_gpu, Vector *d_rv_gpu,
                                double *d_qv_gpu, Vector *d_fv_gpu) {
  __shared__ Vector home[Particles];
  __shared__ Vector other[Particles];
  __shared__ double charge[Particles];
  int b = blockIdx.x;
  if (b >= d_dim_gpu.Boxes)
    return;
  double a2 = 2.0 * d_par_gpu.Alpha * d_par_gpu.Alpha;
  int first = d_box_gpu[b].Offset;
  Vector *position = &d_rv_gpu[first];
  Vector *force = &d_fv_gpu[first];
  for (int t = threadIdx.x; t < Particles; t += Threads)
    home[t] = position[t];
  __syncthreads();

  // The box itself is its own first neighbour.
  for (int k = 0; k < 1 + d_box_gpu[b].Count; ++k) {
    int number = k == 0 ? b : d_box_gpu[b].Around[k - 1].Number;
    int start = d_box_gpu[number].Offset;
    for (int t = threadIdx.x; t < Particles; t += Threads) {
      other[t] = d_rv_gpu[start + t];
      charge[t] = d_qv_gpu[start + t];
    }
    __syncthreads();
    for (int t = threadIdx.x; t < Particles; t += Threads)
      for (int j = 0; j < Particles; ++j) {
        double product = home[t].X * other[j].X + home[t].Y * other[j].Y +
                         home[t].Z * other[j].Z;
        double potential = exp(-a2 * (home[t].V + other[j].V - product));
        double strength = 2 * potential;
        force[t].V += charge[j] * potential;
        force[t].X += charge[j] * (strength * (home[t].X - other[j].X));
        force[t].Y += charge[j] * (strength * (home[t].Y - other[j].Y));
        force[t].Z += charge[j] * (strength * (home[t].Z - other[j].Z));
      }
    __syncthreads();
  }
}

#else

/// NX * NY * NZ boxes, each with the boxes around it.
static std::vector<Box> makeBoxes(int NX, int NY, int NZ) {
  std::vector<Box> Boxes;
  auto Number = [=](int X, int Y, int Z) { return (Z * NY + Y) * NX + X; };
  for (int Z = 0; Z < NZ; ++Z)
    for (int Y = 0; Y < NY; ++Y)
      for (int X = 0; X < NX; ++X) {
        Box B = {X, Y, Z, Number(X, Y, Z), 0, 0, {}};
        B.Offset = long(B.Number) * Particles;
        for (int C = std::max(Z - 1, 0); C <= std::min(Z + 1, NZ - 1); ++C)
          for (int D = std::max(Y - 1, 0); D <= std::min(Y + 1, NY - 1); ++D)
            for (int E = std::max(X - 1, 0); E <= std::min(X + 1, NX - 1); ++E)
              if (Number(E, D, C) != B.Number)
                B.Around[B.Count++] = {E, D, C, Number(E, D, C),
                                       long(Number(E, D, C)) * Particles};
        Boxes.push_back(B);
      }
  return Boxes;
}

static void launches(Host &H) {
  int NX = H.size(10, 2), NY = H.size(10, 1), NZ = H.size(10, 1);
  std::vector<Box> Boxes = makeBoxes(NX, NY, NZ);
  Dimensions D = {};
  D.CurArg = D.BoxesArg = NX;
  D.Boxes = long(Boxes.size());
  D.BoxBytes = D.Boxes * long(sizeof(Box));
  D.Particles = D.Boxes * Particles;
  D.VectorBytes = D.Particles * long(sizeof(Vector));
  D.ChargeBytes = D.Particles * long(sizeof(double));
  auto Count = size_t(D.Particles);
  auto Tenths = [](size_t I) { return double(I * 7 % 10 + 1) / 10; };

  auto *Table = H.buffer<Box>("box", Boxes);
  auto *Positions = H.buffer<Vector>("rv", Count, [=](size_t I) {
    return Vector{Tenths(I), Tenths(I + 3), Tenths(I / 2), Tenths(I / 3)};
  });
  auto *Charges = H.buffer<double>("qv", Count, Tenths);
  auto *Forces = H.buffer<Vector>("fv", Count);
  H.launch("kernel_gpu_cuda", unsigned(D.Boxes), Threads, Parameters{0.5}, D,
           Table, Positions, Charges, Forces)
      .is(Clobbers);
}
SUITE(rodinia, lavaMD)

#endif
