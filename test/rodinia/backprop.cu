//===- backprop.cu - Training step of a neural network (Rodinia backprop) -===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The forward kernel multiplies a tile of weights with its inputs in shared
// memory, stores the tile where it came from, and writes one sum per column.
// The other kernel adjusts weights and their previous changes in place.
//
//===----------------------------------------------------------------------===//

// REQUIRES: cuda
// RUN: %suites --oracle rodinia/backprop | FileCheck %s

// CHECK: rodinia/backprop bpnn_layerforward_CUDA non-idempotent non-idempotent 1 0 1 0 0 1
// CHECK: rodinia/backprop bpnn_adjust_weights_cuda non-idempotent non-idempotent 1 0 1 0 0 1
// CHECK: problems: 0

#include "Suite.h"

constexpr int Tile = 16;
constexpr float Eta = 0.3f, Momentum = 0.3f;

#if SUITE_DEVICE

__global__ void bpnn_layerforward_CUDA(float *input_cuda,
                                       float *output_hidden_cuda,
                                       float *input_hidden_cuda,
                                       float *hidden_partial_sum, int in,
                                       int hid) {
  __shared__ float node[Tile];
  __shared__ float weight[Tile][Tile];
  int tx = threadIdx.x, ty = threadIdx.y, row = Tile * blockIdx.y + ty;
  // The first row and column belong to the threshold unit.
  int at = (hid + 1) * (row + 1) + tx + 1;
  if (tx == 0)
    node[ty] = input_cuda[row + 1];
  __syncthreads();
  weight[ty][tx] = input_hidden_cuda[at];
  __syncthreads();
  weight[ty][tx] *= node[ty];
  __syncthreads();
  for (int step = 2; step <= Tile; step *= 2) {
    if (ty % step == 0)
      weight[ty][tx] += weight[ty + step / 2][tx];
    __syncthreads();
  }
  input_hidden_cuda[at] = weight[ty][tx];
  __syncthreads();
  if (tx == 0)
    hidden_partial_sum[blockIdx.y * hid + ty] = weight[tx][ty];
}

__global__ void bpnn_adjust_weights_cuda(float *delta, int hid, float *ly,
                                         int in, float *w, float *oldw) {
  int tx = threadIdx.x, ty = threadIdx.y, row = Tile * blockIdx.y + ty + 1;
  int at = (hid + 1) * row + tx + 1, column = tx + 1;
  float gradient = Eta * delta[column] * ly[row];
  w[at] += gradient + Momentum * oldw[at];
  oldw[at] = gradient + Momentum * oldw[at];
  __syncthreads();
  if (ty == 0 && blockIdx.y == 0) {
    w[column] += Eta * delta[column] + Momentum * oldw[column];
    oldw[column] = Eta * delta[column] + Momentum * oldw[column];
  }
}

#else

static void launches(Host &H) {
  int In = H.size(65536, 32), Hid = 16;
  int Blocks = In / Tile, Weights = (In + 1) * (Hid + 1);
  auto Small = [](size_t I) { return float(I % 13) / 13; };
  auto *Input = H.buffer<float>("input_cuda", In + 1, Small);
  auto *Output = H.buffer<float>("output_hidden_cuda", Hid + 1);
  auto *Hidden = H.buffer<float>("input_hidden_cuda", Weights, Small);
  auto *Sums = H.buffer<float>("hidden_partial_sum", Blocks * Tile);
  Dim3 Grid(1, Blocks), Block(Tile, Tile);
  H.launch("bpnn_layerforward_CUDA", Grid, Block, Input, Output, Hidden, Sums,
           In, Hid)
      .is(Clobbers);
  auto *Delta = H.buffer<float>("hidden_delta_cuda", Hid + 1, Small);
  auto *Previous = H.buffer<float>("input_prev_weights_cuda", Weights, Small);
  H.launch("bpnn_adjust_weights_cuda", Grid, Block, Delta, Hid, Input, In,
           Hidden, Previous)
      .is(Clobbers);
}
SUITE(rodinia, backprop)

#endif
