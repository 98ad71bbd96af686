//===- Histo.h - Saturating histogram in four kernels ---------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the variants of Parboil's histo share: an estimate of the range of bins
// from a sample, a table of where each value's counter is, and the host code. A
// range is as many bins as a block has counters of eight bits for.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TEST_PARBOIL_INPUTS_HISTO_H
#define REPRISE_TEST_PARBOIL_INPUTS_HISTO_H

#include "Suite.h"

static constexpr unsigned Kilobytes = 24, BinsPerBlock = Kilobytes * 1024;
static constexpr unsigned ScanBlocks = 14, MainThreads = 768;
static constexpr unsigned PrescanBlocks = 64, PrescanThreads = 512;
static constexpr unsigned Unroll = 16;

#if SUITE_DEVICE

/// Lowest and highest range, ten standard deviations around the mean: an
/// eighth of the input is looked at.
__global__ void histo_prescan_kernel(unsigned *input, int size,
                                     unsigned *minmax) {
  __shared__ float Means[PrescanThreads], Deviations[PrescanThreads];
  unsigned T = threadIdx.x;
  int Part = size / gridDim.x, First = blockIdx.x * Part + T;
  int End = blockIdx.x * Part + Part / 8;
  float Mean = 0, Deviation = 0;
  unsigned Count = 0;
  for (int I = First; I < End; I += blockDim.x, ++Count)
    Mean += input[I];
  Mean /= Count;
  for (int I = First; I < End; I += blockDim.x)
    Deviation += (input[I] - Mean) * (input[I] - Mean);
  Means[T] = Mean;
  Deviations[T] = sqrtf(Deviation / Count);
  for (unsigned S = PrescanThreads / 2; S > 0; S >>= 1) {
    __syncthreads();
    if (T < S) {
      Means[T] += Means[T + S];
      Deviations[T] += Deviations[T + S];
    }
  }
  if (T == 0) {
    Mean = Means[0] / PrescanThreads;
    Deviation = Deviations[0] / PrescanThreads;
    atomicMin(minmax,
              static_cast<unsigned>(Mean - 10 * Deviation) / BinsPerBlock);
    atomicMax(minmax + 1,
              static_cast<unsigned>(Mean + 10 * Deviation) / BinsPerBlock);
  }
}

/// Range, word of the range's counters in two parts, first bit in the word.
__device__ inline uchar4 place(unsigned Bin) {
  return make_uchar4(Bin / BinsPerBlock, (Bin >> 10) % Kilobytes,
                     (Bin >> 2) % 256, Bin % 4 * 8);
}
__device__ inline unsigned binOf(uchar4 P) {
  return P.x * BinsPerBlock + P.w / 8 + (P.z << 2) + (P.y << 10);
}

/// Two values at a time, 16 rows for each block.
__global__ void histo_intermediates_kernel(uint2 *input, unsigned height,
                                           unsigned width, unsigned input_pitch,
                                           uchar4 *sm_mappings) {
  unsigned Row = Unroll * blockIdx.x;
  const uint2 *From = input + Row * input_pitch + threadIdx.x;
  unsigned To = Row * width + threadIdx.x;
  bool Odd = width % 2 && threadIdx.x == blockDim.x - 1;
#pragma unroll
  for (unsigned I = 0; I < Unroll; ++I) {
    uint2 Bins = *From;
    sm_mappings[To] = place(Bins.x);
    if (!Odd)
      sm_mappings[To + blockDim.x] = place(Bins.y);
    From += input_pitch;
    To += width;
  }
}

/// Counts up to 255 what is in none of the ranges that blocks count.
__device__ inline void countOutside(unsigned *global_histo, unsigned Low,
                                    unsigned High, uchar4 P) {
  if (P.x >= Low && P.x <= High)
    return;
  unsigned Bin = binOf(P), Shift = Bin % 2 ? 16 : 0;
  if ((global_histo[Bin / 2] >> Shift & 0xffff) < 255)
    atomicAdd(&global_histo[Bin / 2], 1u << Shift);
}

/// Counts in shared memory. A counter that overflows adds 256 to its global
/// one, and takes back what it carried into its neighbours.
__device__ inline void countInside(unsigned *global_overflow,
                                   unsigned (*Counters)[256], unsigned Range,
                                   uchar4 P) {
  if (P.x != Range)
    return;
  unsigned Old = atomicAdd(&Counters[P.y][P.z], 1u << P.w);
  if ((Old >> P.w & 0xff) != 0xff)
    return;
  unsigned Bin = binOf(P);
  atomicAdd(&global_overflow[Bin], 256);
  for (unsigned Shift = P.w + 8; Shift < 32; Shift += 8) {
    bool Carries = (Old >> Shift & 0xff) == 0xff;
    atomicAdd(&global_overflow[++Bin], Carries ? 0xffu : 0xffffffffu);
    if (!Carries)
      break;
  }
}

/// What a block of the main kernel does before it stores its counters.
__device__ inline void countAll(uchar4 *sm_mappings, unsigned num_elements,
                                unsigned Low, unsigned High,
                                unsigned *global_histo,
                                unsigned *global_overflow,
                                unsigned (*Counters)[256]) {
  unsigned Range = Low + blockIdx.y;
  for (unsigned I = threadIdx.x; I < BinsPerBlock / 4; I += blockDim.x)
    Counters[I / 256][I % 256] = 0;
  __syncthreads();
  for (unsigned I = blockIdx.x * blockDim.x + threadIdx.x; I < num_elements;
       I += blockDim.x * gridDim.x) {
    uchar4 P = sm_mappings[I];
    countInside(global_overflow, Counters, Range, P);
    if (blockIdx.y == 0)
      countOutside(global_histo, Low, High, P);
  }
  __syncthreads();
}

__device__ inline unsigned char saturated(unsigned Count) {
  return min(Count, 255u);
}

/// Four bins outside: out, and back to zero.
__device__ inline void finishOutside(unsigned *global_histo,
                                     unsigned *final_histo, unsigned I) {
  auto *Counts = reinterpret_cast<ushort4 *>(global_histo);
  ushort4 C = Counts[I];
  Counts[I] = make_ushort4(0, 0, 0, 0);
  reinterpret_cast<uchar4 *>(final_histo)[I] = make_uchar4(
      saturated(C.x), saturated(C.y), saturated(C.z), saturated(C.w));
}

#else

/// 20 iterations of the four kernels. SubHistograms is how many buffers of
/// counters the variant has.
static inline void run(Host &H, unsigned SubHistograms) {
  unsigned Width = H.size(996, 64), Height = H.size(1040, 32);
  unsigned HistoWidth = 256, HistoHeight = H.size(8192, 384);
  unsigned Even = (Width + 1) / 2 * 2;
  size_t Allocated = size_t(Width) * HistoHeight;
  if (H.reduced()) // The original counts on an image wider than the histogram.
    Allocated = size_t(HistoWidth) * HistoHeight;
  size_t Rows = (Height + Unroll - 1) / Unroll * Unroll;
  // Most values are in the middle of the histogram, some below and above.
  unsigned Middle = HistoWidth * HistoHeight / 2;
  unsigned Low = Middle / BinsPerBlock, High = Low;
  auto *Input = H.buffer<unsigned>("input", size_t(Even) * Rows, [=](size_t I) {
    return I % 50 ? Middle + unsigned(I % 3) : unsigned(I / 50);
  });
  auto *Ranges = H.buffer<unsigned>("ranges", 2);
  auto *Mappings = H.buffer<uchar4>("sm_mappings", size_t(Width) * Height);
  auto *Sub = H.buffer<unsigned>("global_subhisto", SubHistograms * Allocated);
  auto *Global = H.buffer<unsigned short>("global_histo", Allocated);
  auto *Overflow = H.buffer<unsigned>("global_overflow", Allocated);
  auto *Final = H.buffer<unsigned char>("final_histo", Allocated);
  int Iterations = H.size(20, 1);
  for (int I = 0; I < Iterations; ++I) {
    H.write(Ranges, std::vector<unsigned>{~0u, 0});
    // Each range's limit is met by an atomic whose result nobody uses.
    H.launch("histo_prescan_kernel", H.size(PrescanBlocks, 2u), PrescanThreads,
             Input, int(Height * Width), Ranges)
        .is(Idempotent);
    H.fill(Sub, 0, Allocated * sizeof(unsigned));
    H.launch("histo_intermediates_kernel", (Height + Unroll - 1) / Unroll,
             (Width + 1) / 2, Input, Height, Width, (Width + 1) / 2, Mappings)
        .is(Idempotent);
    H.launch("histo_main_kernel", {H.size(ScanBlocks, 2u), High - Low + 1},
             MainThreads, Mappings, Height * Width, Low, High, HistoHeight,
             HistoWidth, Sub, Global, Overflow)
        .is(Clobbers);
    H.launch("histo_final_kernel", H.size(ScanBlocks * 3, 2u), 512, Low, High,
             HistoHeight, HistoWidth, Sub, Global, Overflow, Final)
        .is(Clobbers);
  }
}

#endif

#endif // REPRISE_TEST_PARBOIL_INPUTS_HISTO_H
