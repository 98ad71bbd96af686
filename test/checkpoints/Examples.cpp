//===- Examples.cpp - Small launches of the examples ----------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One table for each file of examples/. Sizes leave a rest in each grid and
// each loop.
//
//===----------------------------------------------------------------------===//

#include "Host.h"

using namespace reprise::suites;

static float value(size_t I) {
  return static_cast<float>(I % 97) * 0.25f - 8.0f;
}

static void vectorSet(Host &H) {
  auto *A = H.buffer<float>("A", 500, value);
  H.launch("vectorSet", 8, 64, A, 3.0f, 490).is(Idempotent);
}

static void vectorInc(Host &H) {
  auto *A = H.buffer<float>("A", 500, value);
  H.launch("vectorInc", 8, 64, A, 490).is(Clobbers);
}

static void vectorAdd(Host &H) {
  auto *A = H.buffer<float>("A", 500, value);
  auto *B = H.buffer<float>("B", 500, value);
  H.launch("vectorAdd", 8, 64, A, B, B, 490).is(Idempotent);
  H.launch("vectorAdd", 8, 64, A, B, A, 490).is(Clobbers);
}

static void gemmTiled(Host &H) {
  const int N = 72;
  auto *A = H.buffer<float>("A", N * N, value);
  auto *B = H.buffer<float>("B", N * N, value);
  auto *C = H.buffer<float>("C", N * N, value);
  H.launch("gemmTiled", {3, 3}, {16, 16}, C, A, B, 40, 44, 70, N, N, N)
      .is(Idempotent);
}

static void transpose(Host &H) {
  auto *A = H.buffer<float>("A", 100 * 50, value);
  auto *B = H.buffer<float>("B", 100 * 50, value);
  H.launch("transpose", {4, 2}, {32, 8}, A, B, 100, 50).is(Idempotent);
}

static void stencil2d(Host &H) {
  auto *A = H.buffer<float>("A", 50 * 20, value);
  auto *B = H.buffer<float>("B", 50 * 20, value);
  H.launch("stencil2d", {2, 3}, {32, 8}, A, B, 50, 20).is(Idempotent);
}

static void stencil3d(Host &H) {
  auto *A = H.buffer<float>("A", 34 * 18 * 12, value);
  auto *B = H.buffer<float>("B", 34 * 18 * 12, value);
  H.launch("stencil3d", {2, 2}, {16, 8}, A, B, 34, 18, 12).is(Idempotent);
}

static void blockReduce(Host &H) {
  auto *Sums = H.buffer<float>("Sums", 4, value);
  auto *In = H.buffer<float>("In", 5000, value);
  H.launch("blockReduce", 4, 256, Sums, In, 5000).is(Idempotent);
}

static void scan(Host &H) {
  auto *Out = H.buffer<float>("Out", 1000, value);
  auto *Sums = H.buffer<float>("Sums", 4, value);
  auto *In = H.buffer<float>("In", 1000, value);
  H.launch("blockScan", 4, 256, Out, Sums, In, 1000).is(Idempotent);
  H.launch("blockScan", 4, 256, In, Sums, In, 1000).is(Clobbers);
}

static void histogram(Host &H) {
  auto *Bins = H.buffer<unsigned>("Bins", 256, [](size_t I) { return I % 3; });
  auto *Data = H.buffer<unsigned char>("Data", 3000,
                                       [](size_t I) { return I * 7 % 251; });
  H.launch("histogram", 4, 128, Bins, Data, 3000).is(Clobbers);
}

static void softmax(Host &H) {
  auto *Out = H.buffer<float>("Out", 5 * 300, value);
  auto *In = H.buffer<float>("In", 5 * 300, value);
  H.launch("softmaxRows", 5, 128, Out, In, 300, 300).is(Idempotent);
  H.launch("softmaxRows", 5, 128, In, In, 300, 300).is(Clobbers);
}

static void layerNorm(Host &H) {
  auto *Out = H.buffer<float>("Out", 5 * 300, value);
  auto *In = H.buffer<float>("In", 5 * 300, value);
  auto *Gamma = H.buffer<float>("Gamma", 300, value);
  auto *Beta = H.buffer<float>("Beta", 300, value);
  H.launch("layerNorm", 5, 128, Out, In, Gamma, Beta, 300, 1e-5f)
      .is(Idempotent);
}

static void embeddingGather(Host &H) {
  auto *Out = H.buffer<float>("Out", 16 * 90, value);
  auto *Table = H.buffer<float>("Table", 50 * 90, value);
  auto *Indices =
      H.buffer<int>("Indices", 16, [](size_t I) { return I * 11 % 50; });
  H.launch("embeddingGather", 16, 32, Out, Table, Indices, 16, 90)
      .is(Idempotent);
}

static void geluInPlace(Host &H) {
  auto *X = H.buffer<float>("X", 1000, value);
  H.launch("geluInPlace", 3, 64, X, 1000).is(Clobbers);
}

static const Registration All[] = {
    {"examples", "activation_inplace", geluInPlace},
    {"examples", "block_reduce", blockReduce},
    {"examples", "embedding_gather", embeddingGather},
    {"examples", "gemm_tiled", gemmTiled},
    {"examples", "histogram", histogram},
    {"examples", "layer_norm", layerNorm},
    {"examples", "scan", scan},
    {"examples", "softmax", softmax},
    {"examples", "stencil2d", stencil2d},
    {"examples", "stencil3d", stencil3d},
    {"examples", "transpose", transpose},
    {"examples", "vector_add", vectorAdd},
    {"examples", "vector_inc", vectorInc},
    {"examples", "vector_set", vectorSet},
};
