//===- scan_sort.cu - Prefix sums, sorting, top-k (PyTorch) ---------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A block scans a row in pieces of twice its size. Short rows are sorted by a
// block in shared memory and written back in place; longer ones step by step in
// global memory. Top-k finds the k-th value bit by bit, then gathers what is
// larger, then what is equal.
//
//===----------------------------------------------------------------------===//

// REQUIRES: cuda
// RUN: %suites --oracle frameworks/scan_sort | FileCheck %s
// Not yet: places that are counted in shared memory, and are all taken in the
// end; the class of a sort in place.

// CHECK: frameworks/scan_sort tensor_kernel_scan_innermost_dim conditional conditional 101 100 0 1 0 2
// CHECK: frameworks/scan_sort bitonicSortKVInPlace conditional non-idempotent 1 0 1 0 0 1
// CHECK: frameworks/scan_sort bitonic_merge_global non-idempotent non-idempotent 210 0 0 210 0 21
// CHECK: frameworks/scan_sort gatherTopK unknown conditional 100 0 0 100 100 1

// CHECK: condition: frameworks/scan_sort tensor_kernel_scan_innermost_dim: disjoint(tgt[0 .. 8((row_size - 1) / 2) + 8blockDim.x + 4num_rows*row_size +

#include "Suite.h"

#if SUITE_DEVICE

/// Rows of a block lie along threadIdx.y.
__global__ void tensor_kernel_scan_innermost_dim(float *tgt, const float *src,
                                                 unsigned num_rows,
                                                 unsigned row_size) {
  extern __shared__ float Buffer[];
  unsigned Width = blockDim.x;
  float *Row = Buffer + 2 * Width * threadIdx.y;
  for (unsigned Block = blockIdx.x * blockDim.y; Block < num_rows;
       Block += blockDim.y * gridDim.x) {
    unsigned At = Block + threadIdx.y;
    float Total = 0;
    const float *In = src + At * row_size;
    float *Out = tgt + At * row_size;
    bool IsRow = At < num_rows;
    for (unsigned Start = 0; Start < row_size; Start += 2 * Width) {
      unsigned C1 = Start + threadIdx.x, C2 = C1 + Width;
      if (IsRow) {
        Row[threadIdx.x] = C1 < row_size ? In[C1] : 0;
        Row[Width + threadIdx.x] = C2 < row_size ? In[C2] : 0;
        if (threadIdx.x == 0)
          Row[0] += Total;
      }
      __syncthreads();
      for (unsigned D = 1; D <= Width; D <<= 1) {
        if (IsRow) {
          unsigned A = threadIdx.x / D * 2 * D + D;
          Row[A + threadIdx.x % D] += Row[A - 1];
        }
        __syncthreads();
      }
      if (IsRow) {
        if (C1 < row_size)
          Out[C1] = Row[threadIdx.x];
        if (C2 < row_size)
          Out[C2] = Row[Width + threadIdx.x];
        Total = Row[2 * Width - 1];
      }
      __syncthreads();
    }
  }
}

__device__ void order(float &A, float &B, long &IA, long &IB, bool Up) {
  if ((A > B) != Up)
    return;
  float V = A;
  A = B, B = V;
  long I = IA;
  IA = IB, IB = I;
}

/// Up to 2 blockDim.x keys a row with the places they came from.
__global__ void bitonicSortKVInPlace(float *keys, long *values, int rowSize) {
  __shared__ float Keys[2048];
  __shared__ long Values[2048];
  int Size = 2 * blockDim.x;
  float *KeyRow = keys + static_cast<long>(blockIdx.x) * rowSize;
  long *ValueRow = values + static_cast<long>(blockIdx.x) * rowSize;
  for (int I = threadIdx.x; I < Size; I += blockDim.x) {
    bool IsKey = I < rowSize;
    Keys[I] = IsKey ? KeyRow[I] : 3e38f;
    Values[I] = IsKey ? ValueRow[I] : 0;
  }
  for (int Length = 2; Length <= Size; Length *= 2)
    for (int Stride = Length / 2; Stride > 0; Stride /= 2) {
      __syncthreads();
      int I = 2 * threadIdx.x - (threadIdx.x & (Stride - 1));
      order(Keys[I], Keys[I + Stride], Values[I], Values[I + Stride],
            (threadIdx.x & (Length / 2)) == 0);
    }
  __syncthreads();
  for (int I = threadIdx.x; I < rowSize; I += blockDim.x) {
    KeyRow[I] = Keys[I];
    ValueRow[I] = Values[I];
  }
}

/// One exchange step in global memory.
__global__ void bitonic_merge_global(float *keys, int length, int size,
                                     int stride) {
  int Thread = blockIdx.x * blockDim.x + threadIdx.x;
  if (Thread >= length / 2)
    return;
  int I = 2 * Thread - (Thread & (stride - 1));
  float A = keys[I], B = keys[I + stride];
  if ((A > B) == ((Thread & (size / 2)) == 0)) {
    keys[I] = B;
    keys[I + stride] = A;
  }
}

/// Numbers in the order of their values.
__device__ unsigned radix(float V) {
  unsigned Bits = __float_as_uint(V);
  return Bits ^ (Bits >> 31 ? ~0u : 1u << 31);
}

/// A block for a slice; a warp's threads take turns by ballot.
__global__ void gatherTopK(const float *input, unsigned sliceSize, unsigned k,
                           float *topK, long *indices) {
  __shared__ unsigned Counts[4], Next;
  const float *Slice = input + blockIdx.x * sliceSize;
  float *Top = topK + blockIdx.x * k;
  long *Where = indices + blockIdx.x * k;
  unsigned Wanted = 0, Mask = 0, Rest = k;
  for (int Shift = 30; Shift >= 0; Shift -= 2) {
    if (threadIdx.x < 4)
      Counts[threadIdx.x] = 0;
    __syncthreads();
    for (unsigned I = threadIdx.x; I < sliceSize; I += blockDim.x) {
      unsigned R = radix(Slice[I]);
      if ((R & Mask) == Wanted)
        atomicAdd(&Counts[R >> Shift & 3], 1u);
    }
    __syncthreads();
    for (int Digit = 3; Digit >= 0; --Digit) {
      if (Counts[Digit] >= Rest || Digit == 0) {
        Wanted |= static_cast<unsigned>(Digit) << Shift;
        break;
      }
      Rest -= Counts[Digit];
    }
    Mask |= 3u << Shift;
    __syncthreads();
  }
  if (threadIdx.x == 0)
    Next = 0;
  __syncthreads();
  for (bool AreEqual : {false, true}) {
    for (unsigned Start = 0; Start < sliceSize; Start += blockDim.x) {
      unsigned I = Start + threadIdx.x;
      unsigned R = I < sliceSize ? radix(Slice[I]) : 0;
      bool Takes = I < sliceSize && (AreEqual ? R == Wanted : R > Wanted);
      unsigned Ballot = __ballot_sync(~0u, Takes), Lane = threadIdx.x % 32;
      unsigned First = 0;
      if (Lane == 0)
        First = atomicAdd(&Next, __popc(Ballot));
      First = __shfl_sync(~0u, First, 0);
      unsigned To = First + __popc(Ballot & ((1u << Lane) - 1));
      if (Takes && To < k) {
        Top[To] = Slice[I];
        Where[To] = I;
      }
    }
    __syncthreads();
  }
}

#else

static float value(size_t I) { return float(I * 7919 % 1009) - 300; }

static void launches(Host &H) {
  // Probabilities of sampling: 8 x 50257, summed up for top-p.
  unsigned Rows = H.size(8, 5), Words = H.size(50257, 150);
  size_t Size = size_t(Rows) * Words;
  auto *Sorted = H.buffer<float>("sorted", Size, value);
  auto *Sums = H.buffer<float>("sums", Size);
  Dim3 Block(H.size(128u, 16u), H.size(4u, 2u));
  H.launch("tensor_kernel_scan_innermost_dim", (Rows + Block.Y - 1) / Block.Y,
           Block, Sums, Sorted, Rows, Words)
      .is(Idempotent)
      .shared(2 * Block.X * Block.Y * 4)
      .times(100);
  // cumsum_ in place.
  H.launch("tensor_kernel_scan_innermost_dim", (Rows + Block.Y - 1) / Block.Y,
           Block, Sorted, Sorted, Rows, Words)
      .is(Clobbers)
      .shared(2 * Block.X * Block.Y * 4);

  // Proposals of a detector: 2000 scores in each of 16 images.
  unsigned Images = H.size(16, 2);
  int Boxes = H.size(2000, 100);
  auto *Scores = H.buffer<float>("scores", Images * size_t(Boxes), value);
  auto *Places = H.buffer<long>("places", Images * size_t(Boxes),
                                [=](size_t I) { return I % size_t(Boxes); });
  H.launch("bitonicSortKVInPlace", Images, H.size(1024, 64), Scores, Places,
           Boxes)
      .is(Clobbers);
  int Length = H.size(1 << 20, 64);
  auto *Keys = H.buffer<float>("keys", size_t(Length), value);
  for (int Of = 2; Of <= Length; Of *= 2)
    for (int Stride = Of / 2; Stride > 0; Stride /= 2)
      H.launch("bitonic_merge_global", unsigned(Length + 1023) / 1024, 512,
               Keys, Length, Of, Stride)
          .is(Clobbers);

  unsigned K = H.size(40, 7);
  auto *Logits = H.buffer<float>("logits", Size, value);
  auto *Top = H.buffer<float>("top", size_t(Rows) * K);
  auto *Where = H.buffer<long>("where", size_t(Rows) * K);
  H.launch("gatherTopK", Rows, H.size(1024, 64), Logits, Words, K, Top, Where)
      .is(Idempotent)
      .times(100);
}
SUITE(frameworks, scan_sort)

#endif
