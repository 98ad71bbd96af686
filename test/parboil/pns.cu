//===- pns.cu - Petri net simulation (Parboil pns) ------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A block simulates one trajectory in its part of a buffer: places of a byte
// each, which it sets first, and a word for each place that says in which step
// somebody wanted it. Those words are read before they are set.
//
//===----------------------------------------------------------------------===//

// REQUIRES: cuda
// RUN: %suites --oracle parboil/pns | FileCheck %s

// CHECK: parboil/pns PetrinetKernel unknown non-idempotent
// CHECK-SAME: 1 0 0 1 0 1

#include "Suite.h"

static constexpr int Threads = 256, Numbers = 624;

#if SUITE_DEVICE

__shared__ unsigned Random[Numbers];

/// Fills Random with the numbers of one step.
__device__ static void draw(unsigned Seed, unsigned Step) {
  __syncthreads();
  for (int I = threadIdx.x; I < Numbers; I += Threads) {
    unsigned X = (Seed * 0x9e3779b9u ^ Step) + I * 0x85ebca6bu;
    X = (X ^ X >> 15) * 0xc2b2ae35u;
    X = (X ^ X >> 13) * 0x27d4eb2fu;
    Random[I] = X ^ X >> 16;
  }
  __syncthreads();
}

/// Fires transition (Row, Column) where both its inputs hold a token and no
/// neighbour wants them.
__device__ static void fire(signed char *Places, int *Wanted, int Row,
                            int Column, int Step, int N, int Active) {
  bool Fires = false;
  int Above = 0, Below = 0, Side = 0, Mark1 = 0, Mark2 = 0;
  if (threadIdx.x < Active) {
    Above = Row == 0 ? N + N - 1 : Row - 1;
    Side = Row & 1 ? (Column == N - 1 ? 0 : Column + 1) : Column;
    Below = Row == N + N - 1 ? 0 : Row + 1;
    Mark1 = Places[Above * N + Side];
    Mark2 = Places[Row * N + Column];
    if (Mark1 > 0 && Mark2 > 0) {
      Fires = true;
      Wanted[Row * N + Column] = Step;
    }
  }
  __syncthreads();
  if (Fires)
    Fires = (Step & 1) == (Row & 1) ||
            (Wanted[Above * N + Side] != Step &&
             Wanted[Below * N + (Side == 0 ? N - 1 : Side - 1)] != Step);
  if (Fires) {
    Places[Above * N + Side] = Mark1 - 1;
    Places[Row * N + Column] = Mark2 - 1;
  }
  __syncthreads();
  if (Fires) {
    Places[Below * N + Side]++;
    Places[Row * N + (Column == N - 1 ? 0 : Column + 1)]++;
  }
  __syncthreads();
}

__device__ static void simulate(int *Words, int N, int Steps, unsigned Seed) {
  int Count = (N + N) * N;
  auto *Places = reinterpret_cast<signed char *>(Words);
  int *Wanted = Words + (Count >> 2);
  unsigned T = threadIdx.x;
  for (int Step = 0; Step < Steps; Step += Numbers / 2) {
    draw(Seed, Step);
    int At = Random[T] % Count;
    fire(Places, Wanted, At / N, At % N, Step + 7, N, Threads);
    At = Random[T + Threads] % Count;
    fire(Places, Wanted, At / N, At % N, Step + 11, N, Threads);
    if (T < Numbers - 2 * Threads)
      At = Random[T + 2 * Threads] % Count;
    fire(Places, Wanted, At / N, At % N, Step + 13, N, Numbers - 2 * Threads);
  }
}

__global__ void PetrinetKernel(int *g_s, float *g_v, int *g_m, int n, int s,
                               int seed) {
  int Count = n * n * 2, T = threadIdx.x;
  int *Words = g_s + blockIdx.x * ((Count >> 2) + Count);
  // One token in each place, four places at a time.
  int Rounds = Count >> 10;
  for (int I = 0; I < Rounds; ++I)
    Words[T + I * Threads] = 0x01010101;
  if (T < (Count >> 2) - Rounds * Threads)
    Words[T + Rounds * Threads] = 0x01010101;
  __syncthreads();
  simulate(Words, n, s, blockIdx.x + seed);

  float Sum = 0;
  int Most = 0;
  auto Add = [&](int Four) {
    for (int B = 0; B < 4; ++B, Four >>= 8) {
      int Tokens = Four & 0xff;
      Sum += Tokens * Tokens;
      Most = max(Most, Tokens);
    }
  };
  for (int I = 0; I < Rounds; ++I)
    Add(Words[T + I * Threads]);
  if (T < (Count >> 2 & 0xff))
    Add(Words[T + Rounds * Threads]);
  __shared__ float Sums[Threads];
  __shared__ int Mosts[Threads];
  Sums[T] = Sum;
  Mosts[T] = Most;
  __syncthreads();
  for (int S = Threads >> 1; S > 0; S >>= 1) {
    if (T < S) {
      Sums[T] += Sums[T + S];
      Mosts[T] = max(Mosts[T], Mosts[T + S]);
    }
    __syncthreads();
  }
  if (T == 0) {
    g_v[blockIdx.x] = Sums[0] / Count - 1;
    g_m[blockIdx.x] = Mosts[0];
  }
}

#else

static void launches(Host &H) {
  int N = H.size(2000, 16), Steps = H.size(4, 400), Trajectories = 3;
  // As many trajectories at a time as 750 MB hold.
  int Places = 2 * N * N;
  int Bytes = Places * int(sizeof(int) + sizeof(char));
  int Blocks = H.size(750000000 / (Bytes + 8), 3);
  auto *Scratch = H.buffer<int>("g_places", size_t(Bytes) * Blocks / 4);
  auto *Variances = H.buffer<float>("g_vars", Blocks);
  auto *Maxima = H.buffer<int>("g_maxs", Blocks);
  H.launch("PetrinetKernel", uint32_t(Trajectories), Threads, Scratch,
           Variances, Maxima, N, Steps, 5489)
      .is(Clobbers);
}
SUITE(parboil, pns)

#endif
