//===- huffman.cu - Huffman encoder (Rodinia huffman) ---------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Counts symbols, encodes each block of 256 words on its own, adds up the
// blocks' sizes with a scan that is done in place on its upper level, and joins
// the blocks. Words that two blocks share are filled with atomic or.
//
//===----------------------------------------------------------------------===//

// REQUIRES: cuda
// RUN: %suites --oracle rodinia/huffman | FileCheck %s

// pack2: a position of 32 bits is taken for one in 512 MiB, beyond its buffer,
// unless cut at the buffer's end (A1). And R4 has to allow stores beside or.
// CHECK-DAG: rodinia/huffman histo_kernel non-idempotent non-idempotent 96 0 96 0 0 6
// CHECK-DAG: rodinia/huffman vlc_encode_kernel_sm64huff conditional conditional 30 30 0 0 0 3
// CHECK-DAG: rodinia/huffman prescan<true, false> conditional conditional 2 2 0 0 0 1
// CHECK-DAG: rodinia/huffman prescan<true, true> conditional conditional 1 1 0 0 0 1
// CHECK-DAG: rodinia/huffman prescan<false, false> conditional conditional 2 0 2 0 0 3
// CHECK-DAG: rodinia/huffman prescan<false, true> conditional conditional 1 1 0 0 0 1
// CHECK-DAG: rodinia/huffman uniformAdd non-idempotent non-idempotent 3 0 3 0 0 2
// CHECK-DAG: rodinia/huffman pack2 conditional non-idempotent 3 0 0 3 3 3
// CHECK: condition: rodinia/huffman prescan<true, false>: disjoint(
// CHECK: problems: 0

#include "Suite.h"

#if !SUITE_DEVICE
#include <bit>
#endif

constexpr unsigned Symbols = 256, Threads = 256, BanksLog = 4;

#if SUITE_DEVICE

__global__ void histo_kernel(unsigned char *buffer, long size,
                             unsigned *histo) {
  __shared__ unsigned counts[Symbols];
  counts[threadIdx.x] = 0;
  __syncthreads();
  for (int i = threadIdx.x + blockIdx.x * blockDim.x; i < size;
       i += blockDim.x * gridDim.x)
    atomicAdd(&counts[buffer[i]], 1);
  __syncthreads();
  atomicAdd(&histo[threadIdx.x], counts[threadIdx.x]);
}

// Sets the last Count bits of Bits in a word of zeros, from bit Start on.
__device__ void putBits(unsigned *word, unsigned start, unsigned count,
                        unsigned bits) {
  atomicOr(word, bits << (32 - start - count));
}

__global__ void vlc_encode_kernel_sm64huff(unsigned *data,
                                           const unsigned *gm_codewords,
                                           const unsigned *gm_codewordlens,
                                           unsigned *cw32, unsigned *cw32len,
                                           unsigned *cw32idx, unsigned *out,
                                           unsigned *outidx) {
  extern __shared__ unsigned sm[];
  __shared__ unsigned last;
  unsigned *codes = sm, *lengths = sm + Symbols, *bits = sm + 2 * Symbols;
  unsigned k = threadIdx.x, kn = blockIdx.x * blockDim.x + k;
  codes[k] = gm_codewords[k];
  lengths[k] = gm_codewordlens[k];
  unsigned word = data[kn];
  __syncthreads();

  unsigned long long code = 0;
  unsigned length = 0;
  for (int i = 3; i >= 0; i--) {
    unsigned char symbol = word >> (i * 8);
    unsigned char count = lengths[symbol];
    code = (code << count) | codes[symbol];
    length += count;
  }
  bits[k] = length;

  // Exclusive sum of the lengths: up a tree, and down.
  unsigned stride = 1;
  for (unsigned d = blockDim.x / 2; d > 0; d /= 2, stride *= 2) {
    __syncthreads();
    if (k < d)
      bits[stride * (2 * k + 2) - 1] += bits[stride * (2 * k + 1) - 1];
  }
  __syncthreads();
  if (k == 0)
    bits[blockDim.x - 1] = 0;
  for (unsigned d = 1; d < blockDim.x; d *= 2) {
    stride /= 2;
    __syncthreads();
    if (k < d) {
      unsigned a = stride * (2 * k + 1) - 1, b = stride * (2 * k + 2) - 1;
      unsigned left = bits[a];
      bits[a] = bits[b];
      bits[b] += left;
    }
  }
  __syncthreads();
  if (k == blockDim.x - 1) {
    outidx[blockIdx.x] = bits[k] + length;
    last = (bits[k] + length) / 32;
  }
  unsigned at = bits[k] / 32, start = bits[k] % 32;
  bits[k] = 0;
  __syncthreads();

  // A code of up to 64 bits lies in up to three words.
  unsigned part = min(length, 32 - start);
  if (part)
    putBits(&bits[at], start, part, unsigned(code >> (length - part)));
  length -= part;
  if (length) {
    part = min(length, 32u);
    unsigned long long mask = (1ull << part) - 1;
    putBits(&bits[at + 1], 0, part, unsigned(code >> (length - part) & mask));
    length -= part;
  }
  if (length)
    putBits(&bits[at + 2], 0, length, unsigned(code & ((1ull << length) - 1)));
  __syncthreads();
  if (k <= last)
    out[kn] = bits[k];
}

// An index in shared memory, with a gap after each row of banks.
__device__ int spread(int i) { return i + (i >> BanksLog); }

template <bool storeSum, bool isNP2>
__global__ void prescan(unsigned *g_odata, const unsigned *g_idata,
                        unsigned *g_blockSums, int n, int blockIndex,
                        int baseIndex) {
  extern __shared__ unsigned s_data[];
  int thread = threadIdx.x, half = blockDim.x;
  int base = baseIndex == 0 ? __mul24(blockIdx.x, half << 1) : baseIndex;
  int a = base + thread, b = a + half;
  bool hasB = !isNP2 || thread + half < n;
  s_data[spread(thread)] = g_idata[a];
  s_data[spread(thread + half)] = hasB ? g_idata[b] : 0;

  unsigned stride = 1;
  for (int d = half; d > 0; d >>= 1, stride *= 2) {
    __syncthreads();
    if (thread < d) {
      int left = __mul24(__mul24(2, stride), thread) + stride - 1;
      s_data[spread(left + stride)] += s_data[spread(left)];
    }
  }
  if (thread == 0) {
    int end = spread(2 * half - 1);
    if (storeSum)
      g_blockSums[blockIndex == 0 ? blockIdx.x : blockIndex] = s_data[end];
    s_data[end] = 0;
  }
  for (int d = 1; d <= half; d *= 2) {
    stride >>= 1;
    __syncthreads();
    if (thread < d) {
      int left = __mul24(__mul24(2, stride), thread) + stride - 1;
      unsigned t = s_data[spread(left)];
      s_data[spread(left)] = s_data[spread(left + stride)];
      s_data[spread(left + stride)] += t;
    }
  }
  __syncthreads();
  g_odata[a] = s_data[spread(thread)];
  if (hasB)
    g_odata[b] = s_data[spread(thread + half)];
}

template __global__ void prescan<true, false>(unsigned *, const unsigned *,
                                              unsigned *, int, int, int);
template __global__ void prescan<true, true>(unsigned *, const unsigned *,
                                             unsigned *, int, int, int);
template __global__ void prescan<false, false>(unsigned *, const unsigned *,
                                               unsigned *, int, int, int);
template __global__ void prescan<false, true>(unsigned *, const unsigned *,
                                              unsigned *, int, int, int);

__global__ void uniformAdd(unsigned *g_data, unsigned *uniforms, int n,
                           int blockOffset, int baseIndex) {
  __shared__ unsigned uniform;
  if (threadIdx.x == 0)
    uniform = uniforms[blockIdx.x + blockOffset];
  unsigned at = __mul24(blockIdx.x, blockDim.x << 1) + baseIndex + threadIdx.x;
  __syncthreads();
  g_data[at] += uniform;
  g_data[at + blockDim.x] += (threadIdx.x + blockDim.x < n) * uniform;
}

__global__ void pack2(unsigned *srcData, unsigned *cindex, unsigned *cindex2,
                      unsigned *dstData, unsigned original_num_block_elements) {
  unsigned tid = blockDim.x * blockIdx.x + threadIdx.x;
  unsigned *from = srcData + tid * original_num_block_elements;
  unsigned bitsize = cindex[tid], pos = cindex2[tid];
  unsigned *to = dstData + pos / 32, bit = pos % 32;

  // A word moved on by bit: what stays in the word, and what enters the next.
  auto moved = [=](unsigned word) {
    return (unsigned long long)word << 32 >> bit;
  };
  unsigned long long now = moved(from[0]);
  atomicOr(&to[0], unsigned(now >> 32));
  unsigned i = 1;
  for (; i < bitsize / 32; i++) {
    // No other block has a part in this word.
    unsigned carry = unsigned(now);
    now = moved(from[i]);
    to[i] = carry | unsigned(now >> 32);
  }
  if (bit != 0 || bitsize % 32 != 0)
    atomicOr(&to[i], unsigned(now));
  if (bitsize % 32 != 0) {
    now = moved(from[i]);
    atomicOr(&to[i], unsigned(now >> 32));
    atomicOr(&to[i + 1], unsigned(now));
  }
}

#else

static int sharedBytes(int Threads) {
  return sizeof(unsigned) * (2 * Threads + (2 * Threads >> BanksLog));
}

// Scans Count elements; Sums has the sums of the blocks of the next level.
// Last blocks that are neither full nor a power of two would reach over the
// end.
static void scan(Host &H, unsigned *Out, const unsigned *In, int Count,
                 unsigned *Sums) {
  unsigned *None = nullptr;
  int Full = 2 * Threads, Blocks = (Count + Full - 1) / Full;
  if (Blocks == 1) {
    bool Power = std::has_single_bit(unsigned(Count));
    int Half = Power ? Count / 2 : int(std::bit_floor(unsigned(Count)));
    H.launch(Power ? "prescan<false, false>" : "prescan<false, true>", 1, Half,
             Out, In, None, Power ? 2 * Half : Count, 0, 0)
        .shared(sharedBytes(Half))
        .is(Out == In ? Clobbers : Idempotent);
    return;
  }
  int Last = Count - (Blocks - 1) * Full; // Elements of the last block.
  int Whole = Last == Full ? Blocks : Blocks - 1;
  bool Power = std::has_single_bit(unsigned(Last));
  int LastThreads =
      Power ? std::max(1, Last / 2) : int(std::bit_floor(unsigned(Last)));
  H.launch("prescan<true, false>", Whole, Threads, Out, In, Sums, Full, 0, 0)
      .shared(sharedBytes(Threads))
      .is(Idempotent);
  if (Last != Full)
    H.launch("prescan<true, true>", 1, LastThreads, Out, In, Sums, Last,
             Blocks - 1, Count - Last)
        .shared(sharedBytes(LastThreads))
        .is(Idempotent);
  scan(H, Sums, Sums, Blocks, nullptr);
  H.launch("uniformAdd", Whole, Threads, Out, Sums, Count - Last, 0, 0)
      .is(Clobbers);
  if (Last != Full)
    H.launch("uniformAdd", 1, LastThreads, Out, Sums, Last, Blocks - 1,
             Count - Last)
        .is(Clobbers);
}

// A file of Blocks KiB.
static void encode(Host &H, int Blocks) {
  // Four symbols with the codes 0, 10, 110 and 111.
  auto Word = [](size_t I) {
    return (I % 7 == 0 ? 0x02000100u : 0x00030001u) + (I % 3 << 8);
  };
  unsigned Words = Blocks * Threads, Part = Words * 4 / 32;
  int Multiprocessors = H.size(108, 2);
  auto *Buffer0 = H.buffer<unsigned char>("dev_buffer0", Part,
                                          [](size_t I) { return I % 4; });
  auto *Buffer1 = H.buffer<unsigned char>("dev_buffer1", Part,
                                          [](size_t I) { return I % 3; });
  auto *Histo = H.buffer<unsigned>("dev_histo", Symbols);
  for (int I = 0; I < H.size(16, 1); ++I)
    for (unsigned char *Buffer : {Buffer0, Buffer1})
      H.launch("histo_kernel", Multiprocessors * 2, Symbols, Buffer, long(Part),
               Histo)
          .is(Clobbers);
  H.release(Histo);
  H.release(Buffer0);
  H.release(Buffer1);

  auto *Source = H.buffer<unsigned>("d_sourceData", Words, Word);
  auto *Dest = H.buffer<unsigned>("d_destData", Words);
  auto *Packed = H.buffer<unsigned>("d_destDataPacked", Words);
  auto *Codes = H.buffer<unsigned>("d_codewords", Symbols, [](size_t I) {
    return I == 1 ? 2 : I == 2 ? 6 : I == 3 ? 7 : 0;
  });
  auto *Lengths = H.buffer<unsigned>("d_codewordlens", Symbols, [](size_t I) {
    return I == 0 ? 1 : I == 1 ? 2 : 3;
  });
  auto *Cw32 = H.buffer<unsigned>("d_cw32", Words);
  auto *Cw32Len = H.buffer<unsigned>("d_cw32len", Words);
  auto *Cw32Idx = H.buffer<unsigned>("d_cw32idx", Words);
  auto *Index = H.buffer<unsigned>("d_cindex", Blocks);
  auto *Index2 = H.buffer<unsigned>("d_cindex2", Blocks);
  for (int I = 0; I < H.size(10, 1); ++I)
    H.launch("vlc_encode_kernel_sm64huff", Blocks, Threads, Source, Codes,
             Lengths, Cw32, Cw32Len, Cw32Idx, Dest, Index)
        .shared((2 * Symbols + Threads) * sizeof(unsigned))
        .is(Idempotent);

  int ScanBlocks = (Blocks + 2 * int(Threads) - 1) / (2 * int(Threads));
  unsigned *Sums = ScanBlocks > 1
                       ? H.buffer<unsigned>("g_scanBlockSums[0]", ScanBlocks)
                       : nullptr;
  scan(H, Index2, Index, Blocks, Sums);
  // No word of the output is read but by an or, which may be repeated (R4).
  // Words that are stored as a whole get the same again; an or with 0 may hit
  // them before or after.
  H.launch("pack2", Blocks / 16, 16, Dest, Index, Index2, Packed, Threads)
      .is(Idempotent);
  if (Sums)
    H.release(Sums);
  for (unsigned *Buffer : {Source, Dest, Packed, Codes, Lengths, Cw32, Cw32Len,
                           Cw32Idx, Index, Index2})
    H.release(Buffer);
}

// The usual file has 1024 KiB. Two more sizes need the other instances of the
// scan.
static void launches(Host &H) {
  encode(H, H.size(1024, 16));
  encode(H, H.size(768, 32));
  encode(H, H.size(300, 48));
  if (H.reduced()) {
    // A scan of more than one block needs many elements.
    int Count = 528;
    auto *In = H.buffer<unsigned>("In", Count, [](size_t I) { return I % 9; });
    scan(H, H.buffer<unsigned>("Out", Count), In, Count,
         H.buffer<unsigned>("Sums", 2));
  }
}
SUITE(rodinia, huffman)

#endif
