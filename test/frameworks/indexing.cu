//===- indexing.cu - Embeddings, gather and scatter (PyTorch) -------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Indices come from memory. Rows that are read through them are only read;
// scattered writes add up with atomics, or overwrite. Updates in place under a
// mask write only some elements, and never read those they write.
//
//===----------------------------------------------------------------------===//

// REQUIRES: cuda
// RUN: %suites --oracle frameworks/indexing | FileCheck %s

// CHECK: frameworks/indexing embedding_forward_kernel conditional conditional 3 3 0 0 0 1
// CHECK: frameworks/indexing embedding_backward_kernel non-idempotent non-idempotent 3 0 0 3 0 1
// CHECK: frameworks/indexing embedding_bag_kernel conditional conditional 26 26 0 0 0 1
// CHECK: frameworks/indexing index_select_kernel conditional conditional 24 24 0 0 0 1
// CHECK: frameworks/indexing gather_kernel conditional conditional 1 1 0 0 0 1
// CHECK: frameworks/indexing scatter_add_kernel non-idempotent non-idempotent 1 0 1 0 0 1
// CHECK: frameworks/indexing index_put_kernel conditional conditional 1 1 0 0 0 1
// CHECK: frameworks/indexing masked_fill_kernel conditional conditional 12 12 0 0 0 1
// CHECK: frameworks/indexing where_kernel conditional conditional 24 12 0 12 0 2

// CHECK: condition: frameworks/indexing embedding_forward_kernel: disjoint(output[0 .. 4count*dim), indices[0 .. 8count)) and disjoint(output[0 ..
// CHECK: condition: frameworks/indexing embedding_bag_kernel: disjoint(output[0 .. 4gridDim.x*dim), offsets[0 .. 4gridDim.x)) and disjoint(output[0 ..
// CHECK: condition: frameworks/indexing index_select_kernel: disjoint(dst[0 .. 4total), indices[0 .. 8((total - 1) / inner) + 8)) and disjoint(dst[0
// CHECK: condition: frameworks/indexing gather_kernel: disjoint(out[0 .. 4total), index[0 .. 8total)) and disjoint(out[0 .. 4total), in[*])
// CHECK: condition: frameworks/indexing index_put_kernel: disjoint(self[*], index[*]) and disjoint(self[*], values[*])
// CHECK: condition: frameworks/indexing masked_fill_kernel: disjoint(self[0 .. 4N), mask[0 .. N))
// CHECK: condition: frameworks/indexing where_kernel: disjoint(out[0 .. 4N), condition[0 .. N)) and disjoint(out[0 .. 4N), self[0 .. 4N))

#include "FastDivision.h"

#if SUITE_DEVICE

/// A block of threadIdx.y rows, threadIdx.x along the embedding.
__global__ void embedding_forward_kernel(const long *indices,
                                         const float *weight, float *output,
                                         long count, int dim) {
  long Row = static_cast<long>(blockIdx.x) * blockDim.y + threadIdx.y;
  if (Row >= count)
    return;
  long Word = indices[Row];
  for (int D = threadIdx.x; D < dim; D += blockDim.x)
    output[Row * dim + D] = weight[Word * dim + D];
}

/// Rows of one word stand together in sorted; the first of them adds all.
__global__ void embedding_backward_kernel(const long *sorted,
                                          const long *original,
                                          const float *grad_output,
                                          float *grad_weight, int count,
                                          int dim, long padding) {
  int I = blockIdx.x * 4 + threadIdx.y;
  if (I >= count || (I > 0 && sorted[I] == sorted[I - 1]))
    return;
  do {
    if (sorted[I] != padding) {
      long Word = sorted[I] * dim, From = original[I] * dim;
#pragma unroll
      for (int K = 0; K < 4; ++K) {
        int D = threadIdx.x + blockIdx.y * blockDim.x * 4 + K * blockDim.x;
        if (D < dim)
          grad_weight[Word + D] += grad_output[From + D];
      }
    }
    ++I;
  } while (I < count && sorted[I] == sorted[I - 1]);
}

/// Mean of the words of each bag.
__global__ void embedding_bag_kernel(const int *input, const int *offsets,
                                     const float *weight, float *output,
                                     int words, int bags, int dim) {
  int Bag = blockIdx.x, Begin = offsets[Bag];
  int End = Bag + 1 < bags ? offsets[Bag + 1] : words;
  for (int D = threadIdx.x; D < dim; D += blockDim.x) {
    float Sum = 0;
    for (int I = Begin; I < End; ++I)
      Sum += weight[static_cast<long>(input[I]) * dim + D];
    output[Bag * dim + D] = End > Begin ? Sum / (End - Begin) : 0;
  }
}

__global__ void index_select_kernel(float *dst, const float *src,
                                    const long *indices, unsigned total,
                                    unsigned inner) {
  for (unsigned I = blockIdx.x * blockDim.x + threadIdx.x; I < total;
       I += gridDim.x * blockDim.x) {
    unsigned Row = I / inner, Column = I % inner;
    dst[Row * inner + Column] = src[indices[Row] * inner + Column];
  }
}

/// Along the last dimension.
__global__ void gather_kernel(float *out, const float *in, const long *index,
                              int total, int outColumns, int inColumns) {
  int I = blockIdx.x * blockDim.x + threadIdx.x;
  if (I < total)
    out[I] = in[static_cast<long>(I / outColumns) * inColumns + index[I]];
}

__global__ void scatter_add_kernel(float *self, const float *src,
                                   const long *index, int total, int srcColumns,
                                   int selfColumns) {
  int I = blockIdx.x * blockDim.x + threadIdx.x;
  if (I < total)
    atomicAdd(&self[static_cast<long>(I / srcColumns) * selfColumns + index[I]],
              src[I]);
}

/// self[index] = values, of any shape.
__global__ void index_put_kernel(float *self, const float *values,
                                 const long *index, int N,
                                 OffsetCalculator<3> Calculator, long selfSize,
                                 long selfStride) {
  int I = blockIdx.x * 512 + threadIdx.x;
#pragma unroll
  for (int K = 0; K < 4; ++K) {
    if (I < N) {
      unsigned Offset[3];
      Calculator.offsets(I, Offset);
      long At = *reinterpret_cast<const long *>(
          reinterpret_cast<const char *>(index) + Offset[2]);
      if (At < 0)
        At += selfSize;
      *reinterpret_cast<float *>(reinterpret_cast<char *>(self) + Offset[0] +
                                 At * selfStride) =
          *reinterpret_cast<const float *>(
              reinterpret_cast<const char *>(values) + Offset[1]);
    }
    I += 128;
  }
}

__global__ void masked_fill_kernel(float *self, const bool *mask, float value,
                                   int N) {
  int I = blockIdx.x * blockDim.x + threadIdx.x;
  if (I < N && mask[I])
    self[I] = value;
}

/// The same as a select: every element is read and written.
__global__ void where_kernel(float *out, const bool *condition,
                             const float *self, float other, int N) {
  int I = blockIdx.x * blockDim.x + threadIdx.x;
  if (I < N)
    out[I] = condition[I] ? self[I] : other;
}

#else

static float value(size_t I) { return float(I % 31) - 15; }

static void launches(Host &H) {
  // BERT-base: 16 x 512 tokens, 30522 words.
  int Tokens = H.size(16 * 512, 37), Words = H.size(30522, 50),
      Dim = H.size(768, 40);
  size_t Size = size_t(Tokens) * size_t(Dim);
  auto *Indices = H.buffer<long>("indices", Tokens,
                                 [=](size_t I) { return I * 7 % Words; });
  auto *Weight = H.buffer<float>("weight", size_t(Words) * size_t(Dim), value);
  auto *Output = H.buffer<float>("output", Size);
  H.launch("embedding_forward_kernel", unsigned(Tokens + 3) / 4, {32, 4},
           Indices, Weight, Output, long(Tokens), Dim)
      .is(Idempotent)
      .times(3);
  auto *Sorted =
      H.buffer<long>("sorted", Tokens, [=](size_t I) { return I / 3 % Words; });
  auto *Original = H.buffer<long>(
      "original", Tokens, [=](size_t I) { return (I * 5 + 2) % Tokens; });
  auto *GradWeight =
      H.buffer<float>("grad_weight", size_t(Words) * size_t(Dim));
  H.launch("embedding_backward_kernel",
           {unsigned(Tokens + 3) / 4, unsigned(Dim + 127) / 128}, {32, 4},
           Sorted, Original, Output, GradWeight, Tokens, Dim, 0l)
      .is(Clobbers)
      .times(3);

  // A recommender: 2048 bags of about 20 words.
  int Bags = H.size(2048, 9), Bagged = Bags * 4;
  auto *Input =
      H.buffer<int>("input", Bagged, [=](size_t I) { return I * 11 % Words; });
  auto *Offsets =
      H.buffer<int>("offsets", Bags, [](size_t I) { return I * 4; });
  auto *Means = H.buffer<float>("means", size_t(Bags) * size_t(Dim));
  H.launch("embedding_bag_kernel", Bags, H.size(128, 32), Input, Offsets,
           Weight, Means, Bagged, Bags, Dim)
      .is(Idempotent)
      .times(26);

  // Beams of a translation model change places.
  unsigned Beams = H.size(32, 5), Inner = H.size(16 * 64 * 200, 70);
  auto *Cache = H.buffer<float>("cache", size_t(Beams) * Inner, value);
  auto *Reordered = H.buffer<float>("reordered", size_t(Beams) * Inner);
  auto *Order =
      H.buffer<long>("order", Beams, [=](size_t I) { return I * 3 % Beams; });
  H.launch("index_select_kernel", H.size(132 * 8, 2), 128, Reordered, Cache,
           Order, Beams * Inner, Inner)
      .is(Idempotent)
      .times(24);

  // One logit of each of 8 x 1024 tokens of GPT-2, and its gradient.
  int Rows = H.size(8 * 1024, 60), Logits = H.size(50257, 90);
  auto *All = H.buffer<float>("logits", size_t(Rows) * size_t(Logits), value);
  auto *Labels =
      H.buffer<long>("labels", Rows, [=](size_t I) { return I * 13 % Logits; });
  auto *Picked = H.buffer<float>("picked", Rows);
  unsigned Blocks = unsigned(Rows + 127) / 128;
  H.launch("gather_kernel", Blocks, 128, Picked, All, Labels, Rows, 1, Logits)
      .is(Idempotent);
  H.launch("scatter_add_kernel", Blocks, 128, All, Picked, Labels, Rows, 1,
           Logits)
      .is(Clobbers);

  // table[index] = rows.
  unsigned Put = H.size(4096, 30), Columns = H.size(256, 20);
  auto *Table = H.buffer<float>("table", size_t(Words) * Columns, value);
  auto *NewRows = H.buffer<float>("new_rows", size_t(Put) * Columns, value);
  auto *Where = H.buffer<long>(
      "where", Put, [=](size_t I) { return I % 2 ? -long(I) - 1 : long(I); });
  auto Shape =
      offsetsFor<3>({Columns, Put}, {{4, 0}, {4, 4 * Columns}, {0, 8}});
  int N = int(Put * Columns);
  H.launch("index_put_kernel", unsigned(N + 511) / 512, 128, Table, NewRows,
           Where, N, Shape, long(Words), long(Columns) * 4)
      .is(Idempotent);

  // A causal mask on scores: in place it reads no score.
  int Scores = H.size(48 * 1024 * 1024, 700);
  auto *Attention = H.buffer<float>("attention", Scores, value);
  auto *Masked = H.buffer<float>("masked", Scores);
  auto *Mask =
      H.buffer<uint8_t>("mask", Scores, [](size_t I) { return I % 3 == 0; });
  Blocks = unsigned(Scores + 511) / 512;
  H.launch("masked_fill_kernel", Blocks, 512, Attention, Mask, -1e9f, Scores)
      .is(Idempotent)
      .times(12);
  H.launch("where_kernel", Blocks, 512, Masked, Mask, Attention, -1e9f, Scores)
      .is(Idempotent)
      .times(12);
  H.launch("where_kernel", Blocks, 512, Attention, Mask, Attention, -1e9f,
           Scores)
      .is(Clobbers)
      .times(12);
}
SUITE(frameworks, indexing)

#endif
