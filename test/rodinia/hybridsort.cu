//===- hybridsort.cu - Bucket sort, then merge sort (Rodinia hybridsort) --===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Scatters a list into 1024 buckets and sorts each bucket by merging vectors of
// four. Counters in shared memory have the thread's number in their upper bits.
// The merge passes read through a texture that is bound to the other list in
// each pass; where a bucket starts is in constant memory.
//
//===----------------------------------------------------------------------===//

// REQUIRES: cuda
// RUN: %suites --oracle rodinia/hybridsort | FileCheck %s

// Textures: what memory a handle stands for is not known at launch.
// CHECK-DAG: rodinia/hybridsort histogram1024Kernel non-idempotent non-idempotent 4 0 4 0 0 1
// CHECK-DAG: rodinia/hybridsort bucketcount conditional conditional 4 4 0 0 0 1
// CHECK-DAG: rodinia/hybridsort bucketprefixoffset non-idempotent non-idempotent 4 0 4 0 0 1
// CHECK-DAG: rodinia/hybridsort bucketsort conditional conditional 4 4 0 0 0 1
// CHECK-DAG: rodinia/hybridsort mergeSortFirst conditional conditional 4 4 0 0 0 1
// CHECK-DAG: rodinia/hybridsort mergeSortPass conditional conditional 44 44 0 0 0 2
// CHECK-DAG: rodinia/hybridsort mergepack conditional conditional 4 4 0 0 0 1
// CHECK: problems: 0

#include "Suite.h"

#if !SUITE_DEVICE
#include <algorithm>
#endif

constexpr int DivisionsLog = 10, Divisions = 1 << DivisionsLog;
constexpr int WarpLog = 5;
// The threads of a block share one warp's counters.
constexpr int BucketThreads = 1 << WarpLog, BucketBand = 128;
constexpr int HistogramWarps = 3, HistogramBlocks = 64;

#if SUITE_DEVICE

constexpr unsigned CountMask = 0x07ffffff;

// Adds 1 to a counter that the threads of a warp share; the old count. A thread
// whose store got lost finds another one's tag, and tries again.
__device__ unsigned increment(volatile unsigned *counters, unsigned which,
                              unsigned tag) {
  unsigned count;
  do {
    count = tag | ((counters[which] & CountMask) + 1);
    counters[which] = count;
  } while (counters[which] != count);
  return (count & CountMask) - 1;
}

__global__ void histogram1024Kernel(unsigned *d_Result, float *d_Data,
                                    float minimum, float maximum, int dataN) {
  volatile __shared__ unsigned counts[HistogramWarps * Divisions];
  int first = __mul24(blockIdx.x, blockDim.x) + threadIdx.x;
  int all = __mul24(blockDim.x, gridDim.x);
  unsigned tag = threadIdx.x << (32 - WarpLog);
  int warpBase = __mul24(threadIdx.x >> WarpLog, Divisions);
  for (int i = threadIdx.x; i < HistogramWarps * Divisions; i += blockDim.x)
    counts[i] = 0;
  __syncthreads();
  for (int i = first; i < dataN; i += all) {
    unsigned bin = (d_Data[i] - minimum) / (maximum - minimum) * Divisions;
    increment(counts + warpBase, bin & (Divisions - 1), tag);
  }
  __syncthreads();
  for (int i = threadIdx.x; i < Divisions; i += blockDim.x) {
    unsigned sum = 0;
    for (int base = 0; base < HistogramWarps * Divisions; base += Divisions)
      sum += counts[base + i] & CountMask;
    atomicAdd(d_Result + i, sum);
  }
}

__global__ void bucketcount(cudaTextureObject_t texPivot, float *input,
                            int *indice, unsigned *d_prefixoffsets, int size) {
  volatile __shared__ unsigned counts[Divisions];
  unsigned tag = threadIdx.x << (32 - WarpLog);
  int warpBase = (threadIdx.x >> WarpLog) * Divisions;
  int all = blockDim.x * gridDim.x;
  for (int i = threadIdx.x; i < Divisions; i += blockDim.x)
    counts[i] = 0;
  __syncthreads();
  for (int i = blockIdx.x * blockDim.x + threadIdx.x; i < size; i += all) {
    float value = input[i];
    int at = Divisions / 2 - 1;
    float pivot = tex1Dfetch<float>(texPivot, at);
    for (int jump = Divisions / 4; jump >= 1; jump /= 2) {
      at = value < pivot ? at - jump : at + jump;
      pivot = tex1Dfetch<float>(texPivot, at);
    }
    int bucket = value < pivot ? at : at + 1;
    indice[i] =
        (increment(counts + warpBase, bucket, tag) << DivisionsLog) + bucket;
  }
  __syncthreads();
  int base = blockIdx.x * Divisions;
  for (int i = threadIdx.x; i < Divisions; i += blockDim.x)
    d_prefixoffsets[base + i] = counts[i] & CountMask;
}

__global__ void bucketprefixoffset(unsigned *d_prefixoffsets,
                                   unsigned *d_offsets, int blocks) {
  int bucket = blockIdx.x * blockDim.x + threadIdx.x;
  int size = blocks * Divisions, sum = 0;
  for (int i = bucket; i < size; i += Divisions) {
    int count = d_prefixoffsets[i];
    d_prefixoffsets[i] = sum;
    sum += count;
  }
  d_offsets[bucket] = sum;
}

__global__ void bucketsort(float *input, int *indice, float *output, int size,
                           unsigned *d_prefixoffsets, unsigned *l_offsets) {
  volatile __shared__ unsigned offsets[Divisions];
  int base = blockIdx.x * Divisions;
  int warpBase = (threadIdx.x >> WarpLog) * Divisions;
  int all = blockDim.x * gridDim.x;
  for (int i = threadIdx.x; i < Divisions; i += blockDim.x)
    offsets[i] = l_offsets[i & (Divisions - 1)] + d_prefixoffsets[base + i];
  __syncthreads();
  for (int i = blockIdx.x * blockDim.x + threadIdx.x; i < size; i += all) {
    float value = input[i];
    int id = indice[i];
    output[offsets[warpBase + (id & (Divisions - 1))] + (id >> DivisionsLog)] =
        value;
  }
}

__constant__ int constStartAddr[Divisions + 1];
__constant__ int finalStartAddr[Divisions + 1];
__constant__ int nullElems[Divisions];

__device__ void order(float &a, float &b) {
  float low = fminf(a, b);
  b = fmaxf(a, b);
  a = low;
}

__device__ float4 sorted(float4 v) {
  order(v.x, v.y);
  order(v.z, v.w);
  order(v.x, v.z);
  order(v.y, v.w);
  order(v.y, v.z);
  return v;
}

// Of two sorted vectors, the four lowest and the four highest numbers.
__device__ void split(float4 &a, float4 &b) {
  order(a.x, b.w);
  order(a.y, b.z);
  order(a.z, b.y);
  order(a.w, b.x);
  a = sorted(a);
  b = sorted(b);
}

__global__ void mergeSortFirst(cudaTextureObject_t tex, float4 *result,
                               int listsize) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < listsize / 4)
    result[i] = sorted(tex1Dfetch<float4>(tex, i));
}

__global__ void mergeSortPass(cudaTextureObject_t tex, float4 *result,
                              int nrElems, int threadsPerDiv) {
  int thread = blockIdx.x * blockDim.x + threadIdx.x;
  int division = thread / threadsPerDiv;
  if (division >= Divisions)
    return;
  int end = constStartAddr[division + 1], half = nrElems / 2;
  int startA =
      constStartAddr[division] + (thread - division * threadsPerDiv) * nrElems;
  int startB = startA + half;
  float4 *to = result + startA;
  if (startA >= end)
    return;
  if (startB >= end) {
    for (int i = 0; i < end - startA; i++)
      to[i] = tex1Dfetch<float4>(tex, startA + i);
    return;
  }

  int atA = 0, atB = 0, out = 0;
  float4 a = tex1Dfetch<float4>(tex, startA);
  float4 b = tex1Dfetch<float4>(tex, startB);
  while (true) {
    float4 nextA = tex1Dfetch<float4>(tex, startA + atA + 1);
    float4 nextB = tex1Dfetch<float4>(tex, startB + atB + 1);
    split(a, b);
    to[out++] = a;
    bool leftA = atA + 1 < half;
    bool leftB = atB + 1 < half && startB + atB + 1 < end;
    if (!leftA && !leftB)
      break;
    if (leftA && (!leftB || nextA.x < nextB.x)) {
      atA++;
      a = nextA;
    } else {
      atB++;
      a = nextB;
    }
  }
  to[out] = b;
}

__global__ void mergepack(float *orig, float *result) {
  int i = blockIdx.x * blockDim.x + threadIdx.x, division = blockIdx.y;
  if (finalStartAddr[division] + i >= finalStartAddr[division + 1])
    return;
  result[finalStartAddr[division] + i] =
      orig[constStartAddr[division] * 4 + nullElems[division] + i];
}

#else

static float element(size_t I) { return float(I * 7919 % 5003) / 5003; }

// How many numbers fall into each bucket.
static std::vector<int> countBuckets(const Host &H, int Size) {
  std::vector<int> Counts(Divisions);
  for (int I = 0; H.fills() && I < Size; ++I)
    ++Counts[int(element(I) * Divisions)];
  // Random numbers fill buckets nearly equally.
  for (int B = 0; !H.fills() && B < Divisions; ++B)
    Counts[B] = Size / Divisions + (B / 2 * 37 % 205) * (B % 2 ? 1 : -1);
  return Counts;
}

static int blocksFor(int Threads, int Block) {
  return (Threads + Block - 1) / Block;
}

// Sorts the buckets in From; they are padded to multiples of four with numbers
// that come first.
static void mergeSort(Host &H, const std::vector<int> &Counts, float *From,
                      float *To) {
  std::vector<int> Starts = {0}, Final = {0}, Padding;
  int Largest = 0;
  for (int Count : Counts) {
    Padding.push_back((4 - Count % 4) % 4);
    Starts.push_back(Starts.back() + (Count + Padding.back()) / 4);
    Final.push_back(Final.back() + Count);
    Largest = std::max(Largest, Count + Padding.back());
  }
  int Vectors = Starts.back(), List = Vectors * 4;
  auto *Source = reinterpret_cast<float4 *>(From);
  auto *Result = reinterpret_cast<float4 *>(To);
  H.launch("mergeSortFirst", blocksFor(Vectors, 256), 256,
           H.texture(Source, Vectors, 4), Result, List)
      .is(Idempotent);
  H.setSymbol("constStartAddr", Starts);
  H.setSymbol("finalStartAddr", Final);
  H.setSymbol("nullElems", Padding);
  for (int Elements = 2;; Elements *= 2) {
    int PerDivision = blocksFor(Largest, Elements * 4);
    int Needed = PerDivision * Divisions, Block = 208;
    int Grid = blocksFor(Needed, Block);
    if (Grid < 8) {
      Grid = 8;
      Block = blocksFor(Needed, Grid);
    }
    std::swap(Source, Result);
    H.launch("mergeSortPass", Grid, Block, H.texture(Source, Vectors, 4),
             Result, Elements, PerDivision)
        .is(Idempotent);
    if (PerDivision == 1)
      break;
  }
  H.launch("mergepack", Dim3(blocksFor(Largest, 256), Divisions), 256,
           reinterpret_cast<float *>(Result), reinterpret_cast<float *>(Source))
      .is(Idempotent);
}

static void sort(Host &H) {
  int Size = H.size(1 << 22, 9000);
  int Padded = Size + Divisions * 4;
  auto *Input = H.buffer<float>("d_input", Padded, element);
  auto *Output = H.buffer<float>("d_output", Padded);
  auto *Offsets = H.buffer<unsigned>("d_offsets", Divisions);
  auto *Indices = H.buffer<int>("d_indice", Size);
  auto *Pivots = H.buffer<float>("l_pivotpoints", Divisions, [](size_t I) {
    return float(I + 1) / Divisions;
  });
  std::vector<int> Counts = countBuckets(H, Size);
  std::vector<unsigned> Starts = {0};
  for (int Count : Counts)
    Starts.push_back(Starts.back() + (Count + 3) / 4 * 4);
  Starts.pop_back();
  auto *LOffsets = H.buffer<unsigned>("l_offsets", Starts);
  int Blocks = (Size - 1) / (BucketThreads * BucketBand) + 1;
  auto *Prefix =
      H.buffer<unsigned>("d_prefixoffsets", size_t(Blocks) * Divisions);
  auto *Result = H.buffer<unsigned>("d_Result1024", Divisions);

  H.launch("histogram1024Kernel", HistogramBlocks, HistogramWarps << WarpLog,
           Result, Input, 0.0f, 1.0f, Size)
      .is(Clobbers);
  H.launch("bucketcount", Blocks, BucketThreads, H.texture(Pivots, Divisions),
           Input, Indices, Prefix, Size)
      .is(Idempotent);
  H.launch("bucketprefixoffset", Divisions / 128, 128, Prefix, Offsets, Blocks)
      .is(Clobbers);
  H.fill(Output, 0, Padded * sizeof(float));
  H.launch("bucketsort", Blocks, BucketThreads, Input, Indices, Output, Size,
           Prefix, LOffsets)
      .is(Idempotent);
  mergeSort(H, Counts, Output, Input);
  for (const void *Buffer : std::initializer_list<const void *>{
           Indices, Offsets, Pivots, LOffsets, Prefix, Result, Input, Output})
    H.release(Buffer);
}

static void launches(Host &H) {
  for (int Test = 0; Test < H.size(4, 1); ++Test)
    sort(H);
}
SUITE(rodinia, hybridsort)

#endif
