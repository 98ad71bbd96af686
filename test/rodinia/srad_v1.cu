//===- srad_v1.cu - Removal of speckle, with index tables (Rodinia srad) --===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The neighbours of a pixel come from tables of rows and columns, so the first
// step reads the image at loaded places and writes five other buffers. The sums
// are reduced in place: the first element of each block takes its total. The
// other kernels update the image in place.
//
//===----------------------------------------------------------------------===//

// REQUIRES: cuda
// Class of reduce: sums are read in a loop that starts and ends at varying
// numbers. It is conditional as blocks without elements (d_no) read nothing.
// RUN: %suites --oracle rodinia/srad_v1 | FileCheck %s

// CHECK: rodinia/srad_v1 extract non-idempotent non-idempotent 1 0 1 0 0 1
// CHECK: rodinia/srad_v1 prepare conditional conditional 100 100 0 0 0 2
// CHECK: rodinia/srad_v1 reduce unknown non-idempotent 200 0 0 200 0 4
// CHECK: rodinia/srad_v1 srad conditional conditional 100 100 0 0 0 2
// CHECK: rodinia/srad_v1 srad2 non-idempotent non-idempotent 100 0 100 0 0 2
// CHECK: rodinia/srad_v1 compress non-idempotent non-idempotent 1 0 1 0 0 1
// CHECK: condition: rodinia/srad_v1 prepare: disjoint(
// CHECK: condition: rodinia/srad_v1 srad: disjoint(
// CHECK: problems: 0

#include "Suite.h"

constexpr int Threads = 512;

#if SUITE_DEVICE

__global__ void extract(long d_Ne, float *d_I) {
  int pixel = int(blockIdx.x) * Threads + threadIdx.x;
  if (pixel < d_Ne)
    d_I[pixel] = expf(d_I[pixel] / 255);
}

__global__ void prepare(long d_Ne, float *d_I, float *d_sums, float *d_sums2) {
  int pixel = int(blockIdx.x) * Threads + threadIdx.x;
  if (pixel < d_Ne) {
    d_sums[pixel] = d_I[pixel];
    d_sums2[pixel] = d_I[pixel] * d_I[pixel];
  }
}

/// Sums neighbours in pairs; the last thread of each group of i has its total.
__device__ void addPairs(float *sum, float *sum2, int count) {
  int t = threadIdx.x;
  for (int i = 2; i <= count; i *= 2) {
    if ((t + 1) % i == 0 && t < count) {
      sum[t] += sum[t - i / 2];
      sum2[t] += sum2[t - i / 2];
    }
    __syncthreads();
  }
}

__global__ void reduce(long d_Ne, int d_no, int d_mul, float *d_sums,
                       float *d_sums2) {
  __shared__ float sum[Threads];
  __shared__ float sum2[Threads];
  int b = blockIdx.x, t = threadIdx.x;
  int element = b * Threads + t;
  int inLast = Threads - int(gridDim.x * Threads - d_no);
  if (element < d_no) {
    sum[t] = d_sums[element * d_mul];
    sum2[t] = d_sums2[element * d_mul];
  }
  __syncthreads();

  if (inLast == Threads || b != gridDim.x - 1) {
    addPairs(sum, sum2, Threads);
    if (t == Threads - 1) {
      d_sums[b * d_mul * Threads] = sum[t];
      d_sums2[b * d_mul * Threads] = sum2[t];
    }
    return;
  }
  // The last block: a power of two in pairs, the rest one by one. The rest is
  // read without d_mul, as the original does.
  int paired = 0;
  for (int i = 2; i <= Threads; i *= 2)
    if (inLast >= i)
      paired = i;
  addPairs(sum, sum2, paired);
  if (t == paired - 1) {
    for (int i = b * Threads + paired; i < b * Threads + inLast; ++i) {
      sum[t] += d_sums[i];
      sum2[t] += d_sums2[i];
    }
    d_sums[b * d_mul * Threads] = sum[t];
    d_sums2[b * d_mul * Threads] = sum2[t];
  }
}

/// Pixels are stored by columns.
struct Place {
  int row, col;
};
__device__ Place placeOf(int pixel, int rows) {
  Place p = {(pixel + 1) % rows - 1, (pixel + 1) / rows};
  if ((pixel + 1) % rows == 0) {
    p.row = rows - 1;
    p.col -= 1;
  }
  return p;
}

__global__ void srad(float d_lambda, int d_Nr, int d_Nc, long d_Ne, int *d_iN,
                     int *d_iS, int *d_jE, int *d_jW, float *d_dN, float *d_dS,
                     float *d_dE, float *d_dW, float d_q0sqr, float *d_c,
                     float *d_I) {
  int pixel = int(blockIdx.x) * Threads + threadIdx.x;
  Place p = placeOf(pixel, d_Nr);
  if (pixel < d_Ne) {
    float here = d_I[pixel];
    float north = d_I[d_iN[p.row] + d_Nr * p.col] - here;
    float south = d_I[d_iS[p.row] + d_Nr * p.col] - here;
    float west = d_I[p.row + d_Nr * d_jW[p.col]] - here;
    float east = d_I[p.row + d_Nr * d_jE[p.col]] - here;
    float gradient =
        (north * north + south * south + west * west + east * east) /
        (here * here);
    float laplacian = (north + south + west + east) / here;
    float divisor = 1 + 0.25f * laplacian;
    float variation =
        (0.5f * gradient - laplacian * laplacian / 16) / (divisor * divisor);
    float c = 1 / (1 + (variation - d_q0sqr) / (d_q0sqr * (1 + d_q0sqr)));
    if (c < 0)
      c = 0;
    else if (c > 1)
      c = 1;
    d_dN[pixel] = north;
    d_dS[pixel] = south;
    d_dW[pixel] = west;
    d_dE[pixel] = east;
    d_c[pixel] = c;
  }
}

__global__ void srad2(float d_lambda, int d_Nr, int d_Nc, long d_Ne, int *d_iN,
                      int *d_iS, int *d_jE, int *d_jW, float *d_dN, float *d_dS,
                      float *d_dE, float *d_dW, float *d_c, float *d_I) {
  int pixel = int(blockIdx.x) * Threads + threadIdx.x;
  Place p = placeOf(pixel, d_Nr);
  if (pixel < d_Ne) {
    float north = d_c[pixel];
    float south = d_c[d_iS[p.row] + d_Nr * p.col];
    float west = d_c[pixel];
    float east = d_c[p.row + d_Nr * d_jE[p.col]];
    float divergence = north * d_dN[pixel] + south * d_dS[pixel] +
                       west * d_dW[pixel] + east * d_dE[pixel];
    d_I[pixel] = d_I[pixel] + 0.25f * d_lambda * divergence;
  }
}

__global__ void compress(long d_Ne, float *d_I) {
  int pixel = int(blockIdx.x) * Threads + threadIdx.x;
  if (pixel < d_Ne)
    d_I[pixel] = logf(d_I[pixel]) * 255;
}

#else

/// 0 to Count - 1, moved by Step, and inside.
static std::vector<int> neighbours(int Count, int Step) {
  std::vector<int> Table;
  for (int I = 0; I < Count; ++I)
    Table.push_back(std::min(std::max(I + Step, 0), Count - 1));
  return Table;
}

static void launches(Host &H) {
  int Rows = H.size(502, 40), Cols = H.size(458, 30);
  int Iterations = H.size(100, 2);
  float Lambda = 0.5f;
  long Ne = long(Rows) * Cols;
  auto Count = size_t(Ne);

  auto *I =
      H.buffer<float>("I", Count, [](size_t P) { return float(P * 31 % 256); });
  auto *North = H.buffer<int>("iN", neighbours(Rows, -1));
  auto *South = H.buffer<int>("iS", neighbours(Rows, 1));
  auto *East = H.buffer<int>("jE", neighbours(Cols, 1));
  auto *West = H.buffer<int>("jW", neighbours(Cols, -1));
  auto *Sums = H.buffer<float>("sums", Count);
  auto *Sums2 = H.buffer<float>("sums2", Count);
  auto *DN = H.buffer<float>("dN", Count);
  auto *DS = H.buffer<float>("dS", Count);
  auto *DW = H.buffer<float>("dW", Count);
  auto *DE = H.buffer<float>("dE", Count);
  auto *C = H.buffer<float>("c", Count);

  auto BlocksFor = [](unsigned N) { return (N + Threads - 1) / Threads; };
  unsigned Blocks = BlocksFor(unsigned(Ne));
  H.launch("extract", Blocks, Threads, Ne, I).is(Clobbers);
  for (int Iteration = 0; Iteration < Iterations; ++Iteration) {
    H.launch("prepare", Blocks, Threads, Ne, I, Sums, Sums2).is(Idempotent);
    int Left = int(Ne), Apart = 1;
    for (unsigned Grid = Blocks;; Grid = BlocksFor(Grid)) {
      H.launch("reduce", Grid, Threads, Ne, Left, Apart, Sums, Sums2)
          .is(Clobbers);
      Left = int(Grid);
      if (Grid == 1)
        break;
      Apart *= Threads;
    }
    // The host computes it from the sums.
    float Variance = 0.05f + 0.001f * float(Iteration);
    H.launch("srad", Blocks, Threads, Lambda, Rows, Cols, Ne, North, South,
             East, West, DN, DS, DW, DE, Variance, C, I)
        .is(Idempotent);
    H.launch("srad2", Blocks, Threads, Lambda, Rows, Cols, Ne, North, South,
             East, West, DN, DS, DW, DE, C, I)
        .is(Clobbers);
  }
  H.launch("compress", Blocks, Threads, Ne, I).is(Clobbers);
}
SUITE(rodinia, srad_v1)

#endif
