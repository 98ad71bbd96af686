//===- attention.cu - Attention: scores, tiles, and one token at a time ---===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The naive form writes scores and reads them in a second kernel. The tiled
// form keeps a tile of keys and values in shared memory and corrects its sums
// when the maximum grows. Decoders append the token's key and value to a cache
// and read the earlier ones: FasterTransformer in one kernel and in a layout of
// 16-byte pieces, vLLM through a table of pages.
//
//===----------------------------------------------------------------------===//

// REQUIRES: cuda
// RUN: %suites --oracle frameworks/attention | FileCheck %s

// CHECK: frameworks/attention attention_scores_kernel conditional conditional 12 12 0 0 0 1
// CHECK: frameworks/attention attention_context_kernel conditional conditional 12 12 0 0 0 1
// CHECK: frameworks/attention flash_fwd_kernel conditional conditional 24 12 12 0 0 2
// CHECK: frameworks/attention masked_multihead_attention_kernel conditional conditional 6144 6144 0 0 0 5
// CHECK: frameworks/attention paged_attention_kernel conditional conditional 4096 4096 0 0 0 1

// CHECK: condition: frameworks/attention attention_scores_kernel: disjoint(scores[0 .. 4tokens*gridDim.x + 4tokens*tokens*gridDim.y - 4tokens*tokens), q[0
// CHECK: condition: frameworks/attention attention_context_kernel: disjoint(out[0 .. 4blockDim.x + 256gridDim.y*gridDim.x - 256), weights[0 ..
// CHECK: condition: frameworks/attention flash_fwd_kernel: disjoint(o[0 .. 4gridDim.y*q_head_stride + 4seqlen_q*q_row_stride + 256 - 4q_row_stride -
// CHECK: condition: frameworks/attention masked_multihead_attention_kernel: disjoint(P.KeyCache[16P.Step - 16 .. 256gridDim.x*P.MaxTokens +
// CHECK: condition: frameworks/attention paged_attention_kernel: disjoint(out[0 .. 256gridDim.y*gridDim.x), context_lens[0 .. 4gridDim.y)) and

#include "Suite.h"

constexpr int HeadSize = 64, Tile = 32, PageTokens = 16;

/// One decoding step of FasterTransformer's masked attention.
struct DecodeParams {
  float *Out;
  const float *Q, *K, *V; ///< Of the new token; V and K follow Q per batch.
  float *KeyCache, *ValueCache;
  const int *Lengths; ///< Tokens of the prompt, per sequence; may be null.
  int Stride;         ///< Between tokens of q, k and v.
  int Batch, MaxTokens, Heads, Step;
  float Scale;
};

#if SUITE_DEVICE

/// scores = scale q k^T, a block for a row of a head.
__global__ void attention_scores_kernel(const float *q, const float *k,
                                        float *scores, int tokens, float scale,
                                        bool causal) {
  __shared__ float Query[HeadSize];
  int Head = blockIdx.y, Row = blockIdx.x;
  const float *Q = q + (Head * tokens + Row) * HeadSize;
  if (threadIdx.x < HeadSize)
    Query[threadIdx.x] = Q[threadIdx.x];
  __syncthreads();
  for (int Key = threadIdx.x; Key < tokens; Key += blockDim.x) {
    float Sum = -1e30f;
    if (!causal || Key <= Row) {
      const float *K = k + (Head * tokens + Key) * HeadSize;
      Sum = 0;
      for (int D = 0; D < HeadSize; ++D)
        Sum += Query[D] * K[D];
      Sum *= scale;
    }
    scores[(Head * tokens + Row) * tokens + Key] = Sum;
  }
}

/// out = weights v, into tokens x heads x HeadSize.
__global__ void attention_context_kernel(const float *weights, const float *v,
                                         float *out, int tokens) {
  int Head = blockIdx.y, Row = blockIdx.x, D = threadIdx.x;
  float Sum = 0;
  for (int Key = 0; Key < tokens; ++Key)
    Sum += weights[(Head * tokens + Row) * tokens + Key] *
           v[(Head * tokens + Key) * HeadSize + D];
  out[(Row * gridDim.y + Head) * HeadSize + D] = Sum;
}

/// A thread for a query, Tile of them in a block. lse holds the logarithm of
/// each row's sum for the backward pass and may be null.
__global__ void flash_fwd_kernel(const float *q, const float *k, const float *v,
                                 float *o, float *lse, int seqlen_q,
                                 int seqlen_k, long q_row_stride,
                                 long q_head_stride, long k_row_stride,
                                 long k_head_stride, float scale,
                                 bool is_causal) {
  __shared__ float Keys[Tile][HeadSize], Values[Tile][HeadSize];
  int Head = blockIdx.y, Row = blockIdx.x * Tile + threadIdx.x;
  bool IsRow = Row < seqlen_q;
  float Query[HeadSize], Acc[HeadSize], Max = -1e30f, Sum = 0;
  for (int D = 0; D < HeadSize; ++D) {
    Query[D] = IsRow ? q[Row * q_row_stride + Head * q_head_stride + D] : 0;
    Acc[D] = 0;
  }
  int Last = seqlen_k;
  if (is_causal)
    Last = min(Last, static_cast<int>(blockIdx.x + 1) * Tile);
  for (int Start = 0; Start < Last; Start += Tile) {
    for (int I = threadIdx.x; I < Tile * HeadSize; I += Tile) {
      int Key = Start + I / HeadSize, D = I % HeadSize;
      bool IsKey = Key < seqlen_k;
      long At = Key * k_row_stride + Head * k_head_stride + D;
      Keys[I / HeadSize][D] = IsKey ? k[At] : 0;
      Values[I / HeadSize][D] = IsKey ? v[At] : 0;
    }
    __syncthreads();
    for (int J = 0; J < Tile; ++J) {
      int Key = Start + J;
      if (Key >= seqlen_k || (is_causal && Key > Row))
        break;
      float Score = 0;
      for (int D = 0; D < HeadSize; ++D)
        Score += Query[D] * Keys[J][D];
      Score *= scale;
      float New = fmaxf(Max, Score), Old = __expf(Max - New);
      float P = __expf(Score - New);
      Sum = Sum * Old + P;
      for (int D = 0; D < HeadSize; ++D)
        Acc[D] = Acc[D] * Old + P * Values[J][D];
      Max = New;
    }
    __syncthreads();
  }
  if (!IsRow)
    return;
  for (int D = 0; D < HeadSize; ++D)
    o[Row * q_row_stride + Head * q_head_stride + D] = Acc[D] / Sum;
  if (lse)
    lse[Head * seqlen_q + Row] = Max + __logf(Sum);
}

/// A block for a head of a sequence. Keys lie as batch x head x HeadSize/4 x
/// token x 4. The new key goes to the token's place, earlier ones are read.
__global__ void masked_multihead_attention_kernel(DecodeParams P) {
  extern __shared__ float Scores[];
  __shared__ float Query[HeadSize], NewKey[HeadSize], Total;
  int Head = blockIdx.x, Sequence = blockIdx.y, Thread = threadIdx.x;
  int Length = P.Lengths ? P.Lengths[Sequence] : P.Step;
  int Row = Sequence * P.Heads + Head, Last = P.Step - 1;
  int At = Sequence * P.Stride + Head * HeadSize + Thread;
  if (Thread < HeadSize) {
    Query[Thread] = P.Q[At];
    float K = P.K[At];
    NewKey[Thread] = K;
    P.KeyCache[Row * P.MaxTokens * HeadSize + (Thread / 4) * P.MaxTokens * 4 +
               Last * 4 + Thread % 4] = K;
  }
  __syncthreads();
  const float *Keys = P.KeyCache + Row * P.MaxTokens * HeadSize;
  for (int Token = Thread; Token < Last; Token += blockDim.x) {
    float Score = 0;
    for (int Piece = 0; Piece < HeadSize / 4; ++Piece) {
      float4 K = *reinterpret_cast<const float4 *>(
          Keys + Piece * P.MaxTokens * 4 + Token * 4);
      const float *Q = Query + 4 * Piece;
      Score += Q[0] * K.x + Q[1] * K.y + Q[2] * K.z + Q[3] * K.w;
    }
    bool IsPadding = Token >= Length && Token < P.Step - 2;
    Scores[Token] = IsPadding ? 0 : __expf(Score * P.Scale);
  }
  if (Thread == 0) {
    float Score = 0;
    for (int D = 0; D < HeadSize; ++D)
      Score += Query[D] * NewKey[D];
    Scores[Last] = __expf(Score * P.Scale);
  }
  __syncthreads();
  if (Thread == 0) {
    Total = 0;
    for (int Token = 0; Token <= Last; ++Token)
      Total += Scores[Token];
  }
  __syncthreads();
  if (Thread >= HeadSize)
    return;
  float *Values = P.ValueCache + Row * P.MaxTokens * HeadSize;
  float Sum = 0;
  for (int Token = 0; Token < Last; ++Token)
    Sum += Scores[Token] * Values[Token * HeadSize + Thread];
  float New = P.V[At];
  Values[Last * HeadSize + Thread] = New;
  P.Out[Row * HeadSize + Thread] = (Sum + Scores[Last] * New) / Total;
}

/// A block for a head of a sequence; its keys and values are in pages of
/// PageTokens tokens, whose numbers a table has.
__global__ void paged_attention_kernel(float *out, const float *q,
                                       const float *k_cache,
                                       const float *v_cache, float scale,
                                       const int *block_tables,
                                       const int *context_lens, int max_blocks,
                                       int kv_block_stride) {
  extern __shared__ float Scores[];
  __shared__ float Total;
  int Head = blockIdx.x, Sequence = blockIdx.y, Tokens = context_lens[Sequence];
  const int *Pages = block_tables + Sequence * max_blocks;
  const float *Q = q + (Sequence * gridDim.x + Head) * HeadSize;
  for (int T = threadIdx.x; T < Tokens; T += blockDim.x) {
    const float *K =
        k_cache + static_cast<long>(Pages[T / PageTokens]) * kv_block_stride +
        (Head * PageTokens + T % PageTokens) * HeadSize;
    float Score = 0;
    for (int D = 0; D < HeadSize; ++D)
      Score += Q[D] * K[D];
    Scores[T] = __expf(Score * scale);
  }
  __syncthreads();
  if (threadIdx.x == 0) {
    Total = 0;
    for (int T = 0; T < Tokens; ++T)
      Total += Scores[T];
  }
  __syncthreads();
  for (int D = threadIdx.x; D < HeadSize; D += blockDim.x) {
    float Sum = 0;
    for (int T = 0; T < Tokens; ++T)
      Sum +=
          Scores[T] *
          v_cache[static_cast<long>(Pages[T / PageTokens]) * kv_block_stride +
                  (Head * PageTokens + T % PageTokens) * HeadSize + D];
    out[(Sequence * gridDim.x + Head) * HeadSize + D] = Sum / Total;
  }
}

#else

static float value(size_t I) { return float(I % 19) * 0.0625f - 0.5f; }

/// GPT-2: 12 heads, 1024 tokens, 4 sequences.
static void prompt(Host &H) {
  int Tokens = H.size(1024, 40), Heads = H.size(4 * 12, 2);
  unsigned Rows = unsigned(Tokens);
  size_t Size = size_t(Tokens) * size_t(Heads) * HeadSize;
  auto *Q = H.buffer<float>("q", Size, value);
  auto *K = H.buffer<float>("k", Size, value);
  auto *V = H.buffer<float>("v", Size, value);
  auto *Scores = H.buffer<float>("scores", size_t(Heads) * Rows * Rows, value);
  auto *Out = H.buffer<float>("out", Size);
  Dim3 Grid(Rows, unsigned(Heads));
  H.launch("attention_scores_kernel", Grid, 128, Q, K, Scores, Tokens, 0.125f,
           true)
      .is(Idempotent)
      .times(12);
  H.launch("attention_context_kernel", Grid, HeadSize, Scores, V, Out, Tokens)
      .is(Idempotent)
      .times(12);

  // Q, K and V side by side in one tensor, token by token.
  long HeadStride = HeadSize, RowStride = 3l * Heads * HeadSize;
  auto *Packed = H.buffer<float>("packed", 3 * Size, value);
  auto *Lse = H.buffer<float>("lse", size_t(Heads) * Rows);
  auto *PackedOut = H.buffer<float>("packed_out", 3 * Size);
  float *None = nullptr;
  long Columns = long(Heads) * HeadSize;
  Dim3 Tiles((Rows + Tile - 1) / Tile, unsigned(Heads));
  H.launch("flash_fwd_kernel", Tiles, Tile, Packed, Packed + Columns,
           Packed + 2 * Columns, PackedOut, Lse, Tokens, Tokens, RowStride,
           HeadStride, RowStride, HeadStride, 0.125f, true)
      .is(Idempotent)
      .times(12);
  // Inference: into the queries, which nobody needs any more.
  H.launch("flash_fwd_kernel", Tiles, Tile, Packed, Packed + Columns,
           Packed + 2 * Columns, Packed, None, Tokens, Tokens, RowStride,
           HeadStride, RowStride, HeadStride, 0.125f, false)
      .is(Clobbers)
      .times(12);
}

/// FasterTransformer: GPT-2, 8 sequences, up to 1024 tokens.
static void decode(Host &H) {
  DecodeParams P = {};
  P.Batch = H.size(8, 2), P.Heads = H.size(12, 2);
  P.MaxTokens = H.size(1024, 12);
  P.Stride = 3 * P.Heads * HeadSize;
  P.Scale = 0.125f;
  unsigned Batch = unsigned(P.Batch), Heads = unsigned(P.Heads);
  size_t Row = size_t(Heads) * HeadSize,
         Cache = Batch * Row * size_t(P.MaxTokens);
  auto *Qkv = H.buffer<float>("qkv", Batch * 3 * Row, value);
  P.Q = Qkv, P.K = Qkv + Row, P.V = Qkv + 2 * Row;
  P.KeyCache = H.buffer<float>("key_cache", Cache);
  P.ValueCache = H.buffer<float>("value_cache", Cache);
  P.Lengths = H.buffer<int>("lengths", Batch, [](size_t I) { return I + 4; });
  P.Out = H.buffer<float>("context", Batch * Row);
  int First = H.size(513, 8), Last = P.MaxTokens;
  for (P.Step = First; P.Step <= Last; ++P.Step)
    H.launch("masked_multihead_attention_kernel", {Heads, Batch},
             H.size(128, 64), P)
        .is(Idempotent)
        .shared(unsigned(P.Step) * 4)
        .times(12);
}

/// Llama 2 7B in vLLM: 32 heads, 16 sequences of about 1000 tokens.
static void pages(Host &H) {
  unsigned Sequences = H.size(16, 2), Heads = H.size(32, 2),
           PagesEach = H.size(64, 3), Pages = H.size(4096, 8);
  int PageSize = int(Heads) * PageTokens * HeadSize;
  auto *Q =
      H.buffer<float>("paged_q", size_t(Sequences) * Heads * HeadSize, value);
  size_t Cache = size_t(Pages) * size_t(PageSize);
  auto *K = H.buffer<float>("k_pages", Cache, value);
  auto *V = H.buffer<float>("v_pages", Cache, value);
  auto *Table = H.buffer<int>("block_tables", size_t(Sequences) * PagesEach,
                              [=](size_t I) { return (I * 5 + 3) % Pages; });
  auto *Lengths = H.buffer<int>("context_lens", Sequences,
                                [](size_t I) { return 20 + 9 * I; });
  auto *Out =
      H.buffer<float>("paged_out", size_t(Sequences) * Heads * HeadSize);
  H.launch("paged_attention_kernel", {Heads, Sequences}, H.size(128, 32), Out,
           Q, K, V, 0.125f, Table, Lengths, int(PagesEach), PageSize)
      .is(Idempotent)
      .shared(PagesEach * PageTokens * 4)
      .times(32 * 128);
}

static void launches(Host &H) {
  prompt(H);
  decode(H);
  pages(H);
}
SUITE(frameworks, attention)

#endif
