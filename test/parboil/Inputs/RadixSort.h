//===- RadixSort.h - Sorting by digits of four bits -----------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What mri-gridding sorts with. For each digit, tiles of 1024 pairs are sorted
// in place and their digits counted; the counts are scanned; then each pair
// goes to its place in other buffers.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TEST_PARBOIL_INPUTS_RADIXSORT_H
#define REPRISE_TEST_PARBOIL_INPUTS_RADIXSORT_H

#include "Scan.h"

static constexpr unsigned SortThreads = 256, SortTile = 4 * SortThreads;
static constexpr unsigned DigitBits = 4, Digits = 1 << DigitBits;

#if SUITE_DEVICE

__device__ inline unsigned digit(unsigned Key, int Iteration) {
  return Key >> (DigitBits * Iteration) & (Digits - 1);
}

__global__ void splitSort(int numElems, int iter, unsigned *keys,
                          unsigned *values, unsigned *histo) {
  __shared__ unsigned Flags[SortTile], Counts[Digits];
  const unsigned T = threadIdx.x, First = blockIdx.x * SortTile + 4 * T;
  const bool Valid = First < unsigned(numElems);
  uint4 Keys = make_uint4(~0u, ~0u, ~0u, ~0u), Values = {};
  if (Valid) {
    Keys = *reinterpret_cast<uint4 *>(keys + First);
    Values = *reinterpret_cast<uint4 *>(values + First);
  }
  if (T < Digits)
    Counts[T] = 0;
  __syncthreads();
  const unsigned Key[4] = {Keys.x, Keys.y, Keys.z, Keys.w};
  const unsigned Value[4] = {Values.x, Values.y, Values.z, Values.w};
  unsigned At[4];
#pragma unroll
  for (int E = 0; E < 4; ++E) {
    atomicAdd(&Counts[digit(Key[E], iter)], 1u);
    At[E] = 4 * T + E;
  }
  // Bit by bit: those without it to the front. A scan counts the ones without
  // in the lower half of a word and the others in the upper one.
  for (unsigned Bit = DigitBits * iter; Bit < DigitBits * (iter + 1); ++Bit) {
#pragma unroll
    for (int E = 0; E < 4; ++E)
      Flags[At[E]] = 1u << (16 * (Key[E] >> Bit & 1));
    sweepUp(Flags, SortTile);
    unsigned Zeros = Flags[SortTile - 1] & 0xffff;
    __syncthreads();
    if (T == 0)
      Flags[SortTile - 1] = 0;
    sweepDown(Flags, SortTile);
#pragma unroll
    for (int E = 0; E < 4; ++E) {
      unsigned Set = Key[E] >> Bit & 1;
      At[E] = (Flags[At[E]] >> (16 * Set) & 0xffff) + (Set ? Zeros : 0);
    }
    __syncthreads();
  }
  if (Valid)
#pragma unroll
    for (int E = 0; E < 4; ++E) {
      keys[blockIdx.x * SortTile + At[E]] = Key[E];
      values[blockIdx.x * SortTile + At[E]] = Value[E];
    }
  if (T < Digits)
    histo[gridDim.x * T + blockIdx.x] = Counts[T];
}

__global__ void splitRearrange(int numElems, int iter, unsigned *keys_i,
                               unsigned *keys_o, unsigned *values_i,
                               unsigned *values_o, unsigned *histo) {
  __shared__ unsigned Starts[Digits], Tile[SortTile];
  int T = threadIdx.x, First = blockIdx.x * SortTile + 4 * T;
  if (T < Digits)
    Starts[T] = histo[gridDim.x * T + blockIdx.x];
  uint4 Keys = make_uint4(~0u, ~0u, ~0u, ~0u), Values = {};
  if (First < numElems) {
    Keys = *reinterpret_cast<uint4 *>(keys_i + First);
    Values = *reinterpret_cast<uint4 *>(values_i + First);
  }
  uint4 D = make_uint4(digit(Keys.x, iter), digit(Keys.y, iter),
                       digit(Keys.z, iter), digit(Keys.w, iter));
  reinterpret_cast<uint4 *>(Tile)[T] = D;
  __syncthreads();
  uint4 To = make_uint4(Starts[D.x], Starts[D.y], Starts[D.z], Starts[D.w]);
  for (int I = 4 * T - 1; I >= 0 && Tile[I] == D.x; --I)
    ++To.x;
  To.y = D.y == D.x ? To.x + 1 : To.y;
  To.z = D.z == D.y ? To.y + 1 : To.z;
  To.w = D.w == D.z ? To.z + 1 : To.w;
  if (First >= numElems)
    return;
  keys_o[To.x] = Keys.x;
  values_o[To.x] = Values.x;
  keys_o[To.y] = Keys.y;
  values_o[To.y] = Values.y;
  keys_o[To.z] = Keys.z;
  values_o[To.z] = Values.z;
  keys_o[To.w] = Keys.w;
  values_o[To.w] = Values.w;
}

#else

/// Keys are at most Largest. The buffers may be others afterwards.
static inline void sort(Host &H, int Count, unsigned Largest, unsigned *&Keys,
                        unsigned *&Values) {
  unsigned Blocks = (Count + SortTile - 1) / SortTile;
  auto *Histogram = H.buffer<unsigned>("histo", Digits * Blocks);
  auto *OtherKeys = H.buffer<unsigned>("keys_o", Count);
  auto *OtherValues = H.buffer<unsigned>("values_o", Count);
  for (int I = 0; Largest > 0; ++I, Largest >>= DigitBits) {
    H.launch("splitSort", Blocks, SortThreads, Count, I, Keys, Values,
             Histogram)
        .is(Clobbers);
    scanLargeArray(H, Blocks * Digits, Histogram);
    H.launch("splitRearrange", Blocks, SortThreads, Count, I, Keys, OtherKeys,
             Values, OtherValues, Histogram)
        .is(Idempotent);
    std::swap(Keys, OtherKeys);
    std::swap(Values, OtherValues);
  }
  for (unsigned *Done : {OtherKeys, OtherValues, Histogram})
    H.release(Done);
}

#endif

#endif // REPRISE_TEST_PARBOIL_INPUTS_RADIXSORT_H
