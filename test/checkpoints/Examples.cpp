//===- Examples.cpp - Launches of the examples ----------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One table for each file of examples/. Small sizes leave a rest in each grid
// and each loop; the usual ones fill a GPU.
//
//===----------------------------------------------------------------------===//

#include "Host.h"

using namespace reprise::suites;

static float value(size_t I) {
  return static_cast<float>(I % 97) * 0.25f - 8.0f;
}

/// A vector, and a grid of blocks of 64 threads that has a thread for nearly
/// each element.
struct Vector {
  size_t Elements;
  int Used;
  unsigned Blocks;
  explicit Vector(const Host &H)
      : Elements(H.size<size_t>(1 << 24, 500)),
        Used(static_cast<int>(Elements) - 10),
        Blocks(static_cast<unsigned>((Elements + 63) / 64)) {}
};

static void vectorSet(Host &H) {
  Vector V(H);
  auto *A = H.buffer<float>("A", V.Elements, value);
  H.launch("vectorSet", V.Blocks, 64, A, 3.0f, V.Used).is(Idempotent);
}

static void vectorInc(Host &H) {
  Vector V(H);
  auto *A = H.buffer<float>("A", V.Elements, value);
  H.launch("vectorInc", V.Blocks, 64, A, V.Used).is(Clobbers);
}

static void vectorAdd(Host &H) {
  Vector V(H);
  auto *A = H.buffer<float>("A", V.Elements, value);
  auto *B = H.buffer<float>("B", V.Elements, value);
  H.launch("vectorAdd", V.Blocks, 64, A, B, B, V.Used).is(Idempotent);
  H.launch("vectorAdd", V.Blocks, 64, A, B, A, V.Used).is(Clobbers);
}

static void gemmTiled(Host &H) {
  const int N = H.size(2048, 72);
  auto *A = H.buffer<float>("A", size_t(N) * N, value);
  auto *B = H.buffer<float>("B", size_t(N) * N, value);
  auto *C = H.buffer<float>("C", size_t(N) * N, value);
  unsigned Blocks = H.size(128u, 3u);
  H.launch("gemmTiled", {Blocks, Blocks}, {16, 16}, C, A, B, H.size(2040, 40),
           H.size(2044, 44), H.size(2046, 70), N, N, N)
      .is(Idempotent);
}

static void transpose(Host &H) {
  int Columns = H.size(4100, 100), Rows = H.size(4050, 50);
  auto *A = H.buffer<float>("A", size_t(Columns) * Rows, value);
  auto *B = H.buffer<float>("B", size_t(Columns) * Rows, value);
  H.launch("transpose", {H.size(129u, 4u), H.size(127u, 2u)}, {32, 8}, A, B,
           Columns, Rows)
      .is(Idempotent);
}

static void stencil2d(Host &H) {
  int Nx = H.size(4090, 50), Ny = H.size(4090, 20);
  auto *A = H.buffer<float>("A", size_t(Nx) * Ny, value);
  auto *B = H.buffer<float>("B", size_t(Nx) * Ny, value);
  H.launch("stencil2d", {H.size(128u, 2u), H.size(512u, 3u)}, {32, 8}, A, B, Nx,
           Ny)
      .is(Idempotent);
}

static void stencil3d(Host &H) {
  int Nx = H.size(514, 34), Ny = H.size(514, 18), Nz = H.size(64, 12);
  auto *A = H.buffer<float>("A", size_t(Nx) * Ny * Nz, value);
  auto *B = H.buffer<float>("B", size_t(Nx) * Ny * Nz, value);
  H.launch("stencil3d", {H.size(32u, 2u), H.size(64u, 2u)}, {16, 8}, A, B, Nx,
           Ny, Nz)
      .is(Idempotent);
}

static void blockReduce(Host &H) {
  unsigned Blocks = H.size(1024u, 4u);
  int N = H.size(1 << 24, 5000);
  auto *Sums = H.buffer<float>("Sums", Blocks, value);
  auto *In = H.buffer<float>("In", N, value);
  H.launch("blockReduce", Blocks, 256, Sums, In, N).is(Idempotent);
}

static void scan(Host &H) {
  unsigned Blocks = H.size(1u << 16, 4u);
  int N = static_cast<int>(Blocks) * 256 - 24;
  auto *Out = H.buffer<float>("Out", N, value);
  auto *Sums = H.buffer<float>("Sums", Blocks, value);
  auto *In = H.buffer<float>("In", N, value);
  H.launch("blockScan", Blocks, 256, Out, Sums, In, N).is(Idempotent);
  H.launch("blockScan", Blocks, 256, In, Sums, In, N).is(Clobbers);
}

static void histogram(Host &H) {
  int N = H.size(1 << 24, 3000);
  auto *Bins = H.buffer<unsigned>("Bins", 256, [](size_t I) { return I % 3; });
  auto *Data =
      H.buffer<unsigned char>("Data", N, [](size_t I) { return I * 7 % 251; });
  H.launch("histogram", H.size(1024u, 4u), 128, Bins, Data, N).is(Clobbers);
}

static void softmax(Host &H) {
  unsigned Rows = H.size(8192u, 5u);
  int Columns = H.size(2000, 300);
  auto *Out = H.buffer<float>("Out", size_t(Rows) * Columns, value);
  auto *In = H.buffer<float>("In", size_t(Rows) * Columns, value);
  H.launch("softmaxRows", Rows, 128, Out, In, Columns, Columns).is(Idempotent);
  H.launch("softmaxRows", Rows, 128, In, In, Columns, Columns).is(Clobbers);
}

static void layerNorm(Host &H) {
  unsigned Rows = H.size(8192u, 5u);
  int Columns = H.size(2000, 300);
  auto *Out = H.buffer<float>("Out", size_t(Rows) * Columns, value);
  auto *In = H.buffer<float>("In", size_t(Rows) * Columns, value);
  auto *Gamma = H.buffer<float>("Gamma", Columns, value);
  auto *Beta = H.buffer<float>("Beta", Columns, value);
  H.launch("layerNorm", Rows, 128, Out, In, Gamma, Beta, Columns, 1e-5f)
      .is(Idempotent);
}

static void embeddingGather(Host &H) {
  int N = H.size(32768, 16), Width = H.size(1000, 90), Rows = H.size(10000, 50);
  auto *Out = H.buffer<float>("Out", size_t(N) * Width, value);
  auto *Table = H.buffer<float>("Table", size_t(Rows) * Width, value);
  auto *Indices =
      H.buffer<int>("Indices", N, [=](size_t I) { return I * 11 % Rows; });
  H.launch("embeddingGather", static_cast<unsigned>(N), H.size(128u, 32u), Out,
           Table, Indices, N, Width)
      .is(Idempotent);
}

static void geluInPlace(Host &H) {
  int N = H.size(1 << 24, 1000);
  auto *X = H.buffer<float>("X", N, value);
  H.launch("geluInPlace", H.size(1024u, 3u), H.size(256u, 64u), X, N)
      .is(Clobbers);
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
