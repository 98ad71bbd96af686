//===- cat_split.cu - Concatenation and split (PyTorch) -------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Tables of tensors travel in the parameters, as many as fit: addresses, sizes,
// where each part begins. A row of blocks takes one of them. Concatenated parts
// are found in strided outputs, parts of a split are copied as bytes.
//
//===----------------------------------------------------------------------===//

// REQUIRES: cuda
// RUN: %suites --oracle frameworks/cat_split | FileCheck %s

// CHECK: frameworks/cat_split split_with_sizes_copy_out_contiguous conditional conditional 12 12 0 0 0 1
// CHECK: frameworks/cat_split fused_concatenate_kernel conditional conditional 4 4 0 0 0 1
// CHECK: frameworks/cat_split CatArrayBatchedCopy<4> conditional conditional 24 24 0 0 0 1
// CHECK: frameworks/cat_split CatArrayBatchedCopy<2> conditional conditional 24 24 0 0 0 1

// CHECK: condition: frameworks/cat_split fused_concatenate_kernel: disjoint(concat[0 .. 4rightColumns*rows + 4leftColumns*rows), left[0 ..

#include "Suite.h"

constexpr int MaxInputs = 128, MaxParts = 64;

/// Inputs of one launch. Numbers are of elements.
struct CatInputs {
  const float *Input[MaxInputs];
  unsigned Offset[MaxInputs];  ///< In the dimension that is concatenated.
  unsigned DimSize[MaxInputs]; ///< Of that dimension.
  unsigned Elements[MaxInputs];
};
struct CatShape {
  unsigned Size[4], Stride[4]; ///< Of the output.
};

/// Outputs of one launch; sizes in bytes.
struct SplitParts {
  char *Target[MaxParts];
  unsigned long Begin[MaxParts], Bytes[MaxParts];
};

#if SUITE_DEVICE

/// Offset in the output of an input's element. The concatenated dimension has
/// the input's size there.
template <int Dims>
__device__ unsigned offsetInOutput(CatShape Shape, int Dim, unsigned DimSize,
                                   unsigned Linear) {
  unsigned Offset = 0;
#pragma unroll
  for (int D = Dims - 1; D >= 1; --D) {
    unsigned Size = D == Dim ? DimSize : Shape.Size[D];
    unsigned Next = Linear / Size;
    Offset += (Linear - Next * Size) * Shape.Stride[D];
    Linear = Next;
  }
  return Offset + Linear * Shape.Stride[0];
}

template <int Dims>
__global__ void CatArrayBatchedCopy(float *output, CatInputs inputs,
                                    CatShape os, int concatDim,
                                    unsigned dimStride) {
  unsigned Thread = blockIdx.x * blockDim.x + threadIdx.x;
  unsigned Elements = inputs.Elements[blockIdx.y];
  if (Thread >= Elements)
    return;
  const float *Data = inputs.Input[blockIdx.y];
  unsigned DimSize = inputs.DimSize[blockIdx.y];
  unsigned Start = inputs.Offset[blockIdx.y] * dimStride;
  for (; Thread < Elements; Thread += gridDim.x * blockDim.x)
    output[Start + offsetInOutput<Dims>(os, concatDim, DimSize, Thread)] =
        Data[Thread];
}

/// Rows of Row bytes are cut into parts of whole 16-byte words.
__global__ void split_with_sizes_copy_out_contiguous(const char *src,
                                                     SplitParts parts,
                                                     unsigned long row) {
  unsigned Part = blockIdx.y;
  unsigned long Bytes = parts.Bytes[Part];
  const char *From = src + blockIdx.z * row + parts.Begin[Part];
  char *To = parts.Target[Part] + blockIdx.z * Bytes;
  for (unsigned long I = 16ul * (blockIdx.x * blockDim.x + threadIdx.x);
       I < Bytes; I += 16ul * gridDim.x * blockDim.x)
    *reinterpret_cast<uint4 *>(To + I) =
        *reinterpret_cast<const uint4 *>(From + I);
}

/// A concatenation of two along the rows without tables, as compilers fuse it.
__global__ void fused_concatenate_kernel(float *concat, const float *left,
                                         const float *right, int rows,
                                         int leftColumns, int rightColumns) {
  int Columns = leftColumns + rightColumns;
  int I = blockIdx.x * blockDim.x + threadIdx.x;
  if (I < rows * Columns) {
    int Row = I / Columns, Column = I % Columns;
    concat[I] = Column < leftColumns
                    ? left[Row * leftColumns + Column]
                    : right[Row * rightColumns + Column - leftColumns];
  }
}

template __global__ void CatArrayBatchedCopy<4>(float *, CatInputs, CatShape,
                                                int, unsigned);
template __global__ void CatArrayBatchedCopy<2>(float *, CatInputs, CatShape,
                                                int, unsigned);

#else

static void launches(Host &H) {
  auto Value = [](size_t I) { return float(I % 101); };
  // DenseNet: maps with growing numbers of channels, 32 images.
  unsigned Batch = H.size(32, 2), Pixels = H.size(28 * 28, 25),
           Growth = H.size(32, 2), First = H.size(128, 3);
  unsigned Inputs = H.size(12, 4), Channels = First + (Inputs - 1) * Growth;
  CatInputs In = {};
  for (unsigned I = 0, At = 0; I < Inputs; ++I) {
    unsigned Own = I ? Growth : First;
    In.Input[I] = H.buffer<float>("map", size_t(Batch) * Own * Pixels, Value);
    In.Offset[I] = At, In.DimSize[I] = Own;
    In.Elements[I] = Batch * Own * Pixels;
    At += Own;
  }
  auto *Dense = H.buffer<float>("dense", size_t(Batch) * Channels * Pixels);
  unsigned Edge = H.size(28u, 5u);
  CatShape Shape = {{Batch, Channels, Edge, Edge},
                    {Channels * Pixels, Pixels, Edge, 1}};
  H.launch("CatArrayBatchedCopy<4>", {H.size(264u, 2u), Inputs}, 512, Dense, In,
           Shape, 1, Pixels)
      .is(Idempotent)
      .times(24);

  // Rows of a key cache and one new row each, side by side.
  unsigned Past = H.size(1023 * 64, 48), New = 64, Heads = H.size(32 * 12, 3);
  CatInputs Pair = {};
  unsigned Sizes[] = {Past, New}, Offsets[] = {0, Past};
  for (unsigned I = 0; I < 2; ++I) {
    Pair.Input[I] = H.buffer<float>("keys", size_t(Heads) * Sizes[I], Value);
    Pair.Offset[I] = Offsets[I], Pair.DimSize[I] = Sizes[I];
    Pair.Elements[I] = Heads * Sizes[I];
  }
  auto *All = H.buffer<float>("all_keys", size_t(Heads) * (Past + New));
  CatShape Rows = {{Heads, Past + New, 1, 1}, {Past + New, 1, 0, 0}};
  H.launch("CatArrayBatchedCopy<2>", {H.size(264u, 1u), 2}, 512, All, Pair,
           Rows, 1, 1u)
      .is(Idempotent)
      .times(24);

  // Q, K and V out of one projection of BERT-base; the parts lie in one
  // allocation behind each other.
  unsigned long Tokens = H.size(16 * 512, 5), Hidden = H.size(768, 48);
  auto *Qkv = H.buffer<float>("qkv", Tokens * 3 * Hidden, Value);
  auto *Split = H.buffer<float>("split", Tokens * 3 * Hidden);
  SplitParts Parts = {};
  for (unsigned long I = 0; I < 3; ++I) {
    Parts.Target[I] = reinterpret_cast<char *>(Split + I * Tokens * Hidden);
    Parts.Begin[I] = I * Hidden * 4, Parts.Bytes[I] = Hidden * 4;
  }
  H.launch("split_with_sizes_copy_out_contiguous", {1, 3, unsigned(Tokens)},
           H.size(192, 32), Qkv, Parts, 3 * Hidden * 4)
      .is(Idempotent)
      .times(12);

  // Skip connections of a U-Net.
  int Lines = H.size(16 * 64, 9), Left = H.size(4096, 50),
      Right = H.size(4096, 31);
  size_t Both = size_t(Lines) * size_t(Left + Right);
  auto *Skip = H.buffer<float>("skip", size_t(Lines) * size_t(Left), Value);
  auto *Up = H.buffer<float>("up", size_t(Lines) * size_t(Right), Value);
  auto *Joined = H.buffer<float>("joined", Both);
  H.launch("fused_concatenate_kernel", unsigned((Both + 1023) / 1024), 1024,
           Joined, Skip, Up, Lines, Left, Right)
      .is(Idempotent)
      .times(4);
}
SUITE(frameworks, cat_split)

#endif
