//===- srad_v2.cu - Removal of speckle, in tiles (Rodinia srad) -----------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Tiles of 16x16 with the borders of their neighbours. Blocks at the edge of
// the image load a border outside first, and then overwrite it by one inside:
// the first row of blocks reads before the image, the last one behind it. There
// C starts, which srad_cuda_1 writes: bytes are read live-in and written,
// although no thread uses what it read. Reads count here whether they are used
// or not (docs/semantics.md), so these launches clobber.
//
//===----------------------------------------------------------------------===//

// REQUIRES: cuda
// RUN: %suites --oracle rodinia/srad_v2 | FileCheck %s

// CHECK: rodinia/srad_v2 srad_cuda_1 conditional conditional 2 0 2 0 0 2
// CHECK: rodinia/srad_v2 srad_cuda_2 non-idempotent non-idempotent 2 0 2 0 0 2
// CHECK: condition: rodinia/srad_v2 srad_cuda_1: disjoint(
// CHECK: problems: 0

#include "Suite.h"

constexpr int Side = 16;

#if SUITE_DEVICE

using Tile = float[Side][Side];

__global__ void srad_cuda_1(float *E_C, float *W_C, float *N_C, float *S_C,
                            float *J_cuda, float *C_cuda, int cols, int rows,
                            float q0sqr) {
  __shared__ Tile inside, result, north, south, east, west;
  int bx = blockIdx.x, by = blockIdx.y;
  int tx = threadIdx.x, ty = threadIdx.y;
  int tile = cols * Side * by + Side * bx;
  int index = tile + cols * ty + tx;

  north[ty][tx] = J_cuda[tile + tx - cols];
  south[ty][tx] = J_cuda[tile + cols * Side + tx];
  if (by == 0)
    north[ty][tx] = J_cuda[Side * bx + tx];
  else if (by == gridDim.y - 1)
    south[ty][tx] = J_cuda[cols * Side * (gridDim.y - 1) + Side * bx +
                           cols * (Side - 1) + tx];
  __syncthreads();
  west[ty][tx] = J_cuda[tile + cols * ty - 1];
  east[ty][tx] = J_cuda[tile + cols * ty + Side];
  if (bx == 0)
    west[ty][tx] = J_cuda[cols * Side * by + cols * ty];
  else if (bx == gridDim.x - 1)
    east[ty][tx] = J_cuda[cols * Side * by + Side * (gridDim.x - 1) +
                          cols * ty + Side - 1];
  __syncthreads();
  inside[ty][tx] = J_cuda[index];
  __syncthreads();

  float here = inside[ty][tx];
  float n = (ty == 0 ? north[ty][tx] : inside[ty - 1][tx]) - here;
  float s = (ty == Side - 1 ? south[ty][tx] : inside[ty + 1][tx]) - here;
  float w = (tx == 0 ? west[ty][tx] : inside[ty][tx - 1]) - here;
  float e = (tx == Side - 1 ? east[ty][tx] : inside[ty][tx + 1]) - here;
  float gradient = (n * n + s * s + w * w + e * e) / (here * here);
  float laplacian = (n + s + w + e) / here;
  float divisor = 1 + 0.25f * laplacian;
  float variation =
      (0.5f * gradient - laplacian * laplacian / 16) / (divisor * divisor);
  float c = 1 / (1 + (variation - q0sqr) / (q0sqr * (1 + q0sqr)));
  if (c < 0)
    result[ty][tx] = 0;
  else if (c > 1)
    result[ty][tx] = 1;
  else
    result[ty][tx] = c;
  __syncthreads();

  C_cuda[index] = result[ty][tx];
  E_C[index] = e;
  W_C[index] = w;
  S_C[index] = s;
  N_C[index] = n;
}

__global__ void srad_cuda_2(float *E_C, float *W_C, float *N_C, float *S_C,
                            float *J_cuda, float *C_cuda, int cols, int rows,
                            float lambda, float q0sqr) {
  __shared__ Tile south, east, inside, result, image;
  int bx = blockIdx.x, by = blockIdx.y;
  int tx = threadIdx.x, ty = threadIdx.y;
  int tile = cols * Side * by + Side * bx;
  int index = tile + cols * ty + tx;

  image[ty][tx] = J_cuda[index];
  __syncthreads();
  south[ty][tx] = C_cuda[tile + cols * Side + tx];
  if (by == gridDim.y - 1)
    south[ty][tx] = C_cuda[cols * Side * (gridDim.y - 1) + Side * bx +
                           cols * (Side - 1) + tx];
  __syncthreads();
  east[ty][tx] = C_cuda[tile + cols * ty + Side];
  if (bx == gridDim.x - 1)
    east[ty][tx] = C_cuda[cols * Side * by + Side * (gridDim.x - 1) +
                          cols * ty + Side - 1];
  __syncthreads();
  inside[ty][tx] = C_cuda[index];
  __syncthreads();

  float here = inside[ty][tx];
  float s = ty == Side - 1 ? south[ty][tx] : inside[ty + 1][tx];
  float e = tx == Side - 1 ? east[ty][tx] : inside[ty][tx + 1];
  float divergence =
      here * N_C[index] + s * S_C[index] + here * W_C[index] + e * E_C[index];
  result[ty][tx] = image[ty][tx] + 0.25f * lambda * divergence;
  __syncthreads();
  J_cuda[index] = result[ty][tx];
}

#else

static void launches(Host &H) {
  int Rows = H.size(2048, 48), Cols = H.size(2048, 64), Iterations = 2;
  size_t Size = size_t(Rows) * size_t(Cols);
  // A GPU has other memory in front of the image, which may be read.
  if (H.reduced())
    H.buffer<float>("before", 2 * size_t(Cols));
  auto *J = H.buffer<float>(
      "J", Size, [](size_t I) { return 1.0f + float(I * 37 % 101) / 64; });
  auto *C = H.buffer<float>("C", Size);
  auto *E = H.buffer<float>("E_C", Size);
  auto *W = H.buffer<float>("W_C", Size);
  auto *S = H.buffer<float>("S_C", Size);
  auto *N = H.buffer<float>("N_C", Size);
  Dim3 Grid(unsigned(Cols / Side), unsigned(Rows / Side));
  for (int I = 0; I < Iterations; ++I) {
    // The host computes it from a part of the image.
    float Variance = 0.08f - 0.01f * float(I);
    H.launch("srad_cuda_1", Grid, {Side, Side}, E, W, N, S, J, C, Cols, Rows,
             Variance)
        .is(Clobbers);
    H.launch("srad_cuda_2", Grid, {Side, Side}, E, W, N, S, J, C, Cols, Rows,
             0.5f, Variance)
        .is(Clobbers);
  }
}
SUITE(rodinia, srad_v2)

#endif
