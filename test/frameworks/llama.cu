//===- llama.cu - What a decoder's step does besides products (vLLM) ------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Rotary embedding in place, new keys and values into their pages, pages copied
// where sequences share and then part, the gated activation, and the choice of
// the next token. Slots and pages are numbers in memory; a step that is padded
// has slots of -1.
//
//===----------------------------------------------------------------------===//

// REQUIRES: cuda
// RUN: %suites --oracle frameworks/llama | FileCheck %s
// Not yet: the class of what turns in place.

// CHECK: frameworks/llama rotary_embedding_kernel conditional non-idempotent 66 0 66 0 0 4
// CHECK: frameworks/llama reshape_and_cache_kernel conditional conditional 64 64 0 0 0 2
// CHECK: frameworks/llama kv_append_kernel conditional conditional 2048 2048 0 0 0 3
// CHECK: frameworks/llama copy_blocks_kernel unknown conditional 1 0 0 1 1 1
// CHECK: frameworks/llama act_and_mul_kernel conditional conditional 64 64 0 0 0 2
// CHECK: frameworks/llama repetition_penalty_kernel non-idempotent non-idempotent 1 0 0 1 0 1
// CHECK: frameworks/llama greedy_sample_kernel non-idempotent non-idempotent 1 0 1 0 0 1

// CHECK: condition: frameworks/llama reshape_and_cache_kernel: disjoint(key_cache[0 .. 16block_size*((head_size - 1) / 4) + 16block_size +
// CHECK: condition: frameworks/llama kv_append_kernel: disjoint(cache[4row_size*past .. 4row_size*capacity*((rows*row_size - 1) / row_size) +
// CHECK: condition: frameworks/llama act_and_mul_kernel: disjoint(out[0 .. 4d*gridDim.x), input[0 .. 8d*gridDim.x))

#include "Suite.h"

#if SUITE_DEVICE

constexpr int Piece = 4; ///< Elements of 16 bytes.

/// positions: token; cos_sin_cache: position x rot_dim. NeoX order: the first
/// half of a head turns with the second. key may be null.
__global__ void rotary_embedding_kernel(const long *positions, float *query,
                                        float *key, const float *cos_sin_cache,
                                        int rot_dim, long query_stride,
                                        long key_stride, int num_heads,
                                        int num_kv_heads, int head_size) {
  int Token = blockIdx.x, Half = rot_dim / 2;
  const float *Cos = cos_sin_cache + positions[Token] * rot_dim;
  const float *Sin = Cos + Half;
  for (int I = threadIdx.x; I < num_heads * Half; I += blockDim.x) {
    float *Head = query + Token * query_stride + (I / Half) * head_size;
    int D = I % Half;
    float X = Head[D], Y = Head[Half + D];
    Head[D] = X * Cos[D] - Y * Sin[D];
    Head[Half + D] = Y * Cos[D] + X * Sin[D];
  }
  if (!key)
    return;
  for (int I = threadIdx.x; I < num_kv_heads * Half; I += blockDim.x) {
    float *Head = key + Token * key_stride + (I / Half) * head_size;
    int D = I % Half;
    float X = Head[D], Y = Head[Half + D];
    Head[D] = X * Cos[D] - Y * Sin[D];
    Head[Half + D] = Y * Cos[D] + X * Sin[D];
  }
}

/// Keys lie as page x head x size / Piece x token x Piece.
__global__ void reshape_and_cache_kernel(const float *key, const float *value,
                                         float *key_cache, float *value_cache,
                                         const long *slot_mapping,
                                         int key_stride, int value_stride,
                                         int num_heads, int head_size,
                                         int block_size) {
  long Token = blockIdx.x, Slot = slot_mapping[Token];
  if (Slot < 0)
    return;
  long Page = Slot / block_size, At = Slot % block_size;
  for (int I = threadIdx.x; I < num_heads * head_size; I += blockDim.x) {
    int Head = I / head_size, D = I % head_size;
    key_cache[Page * num_heads * head_size * block_size +
              Head * head_size * block_size + D / Piece * block_size * Piece +
              At * Piece + D % Piece] = key[Token * key_stride + I];
    value_cache[Page * num_heads * head_size * block_size +
                Head * head_size * block_size + D * block_size + At] =
        value[Token * value_stride + I];
  }
}

/// The same without pages: a row of each sequence's own buffer, at the end.
__global__ void kv_append_kernel(const float *key, float *cache, int rows,
                                 int row_size, int past, int capacity) {
  int I = blockIdx.x * blockDim.x + threadIdx.x;
  if (I >= rows * row_size)
    return;
  int Row = I / row_size, D = I % row_size;
  cache[(static_cast<long>(Row) * capacity + past) * row_size + D] = key[I];
}

/// Caches of all layers are found through tables of addresses.
__global__ void copy_blocks_kernel(const long *key_cache_ptrs,
                                   const long *value_cache_ptrs,
                                   const long *block_mapping,
                                   int numel_per_block) {
  int Layer = blockIdx.x, Pair = blockIdx.y;
  auto *Keys = reinterpret_cast<float *>(key_cache_ptrs[Layer]);
  auto *Values = reinterpret_cast<float *>(value_cache_ptrs[Layer]);
  long From = block_mapping[2 * Pair] * numel_per_block;
  long To = block_mapping[2 * Pair + 1] * numel_per_block;
  for (int I = threadIdx.x; I < numel_per_block; I += blockDim.x)
    Keys[To + I] = Keys[From + I];
  for (int I = threadIdx.x; I < numel_per_block; I += blockDim.x)
    Values[To + I] = Values[From + I];
}

/// Gate and value stand side by side in a row.
__global__ void act_and_mul_kernel(float *out, const float *input, int d) {
  long Token = blockIdx.x;
  for (int I = threadIdx.x; I < d; I += blockDim.x) {
    float Gate = input[Token * 2 * d + I], V = input[Token * 2 * d + d + I];
    out[Token * d + I] = Gate / (1 + __expf(-Gate)) * V;
  }
}

/// Scores of tokens that were said already become smaller.
__global__ void repetition_penalty_kernel(float *logits, const float *penalties,
                                          const int *tokens, const int *lengths,
                                          int vocab_size, int max_length) {
  int Row = blockIdx.x;
  float Penalty = penalties[Row];
  for (int I = threadIdx.x; I < lengths[Row]; I += blockDim.x) {
    long At =
        static_cast<long>(Row) * vocab_size + tokens[Row * max_length + I];
    float Logit = logits[At];
    logits[At] = Logit < 0 ? Logit * Penalty : Logit / Penalty;
  }
}

__global__ void greedy_sample_kernel(const float *logits, int *output_ids,
                                     int *sequence_lengths, int vocab_size,
                                     int step, int max_length) {
  __shared__ float Best[1024];
  __shared__ int Where[1024];
  const float *Row = logits + static_cast<long>(blockIdx.x) * vocab_size;
  int T = threadIdx.x;
  Best[T] = -3e38f, Where[T] = 0;
  for (int I = T; I < vocab_size; I += blockDim.x)
    if (Row[I] > Best[T])
      Best[T] = Row[I], Where[T] = I;
  for (int Half = blockDim.x / 2; Half > 0; Half /= 2) {
    __syncthreads();
    if (T < Half && Best[T + Half] > Best[T])
      Best[T] = Best[T + Half], Where[T] = Where[T + Half];
  }
  if (T == 0) {
    output_ids[blockIdx.x * max_length + step] = Where[0];
    ++sequence_lengths[blockIdx.x];
  }
}

#else

static float value(size_t I) { return float(I % 61) * 0.03f - 0.9f; }

static void launches(Host &H) {
  // Llama 3 8B: 32 heads, 8 of keys, 128 wide. A prompt of 2048 tokens, then 64
  // sequences with one token each.
  int Heads = H.size(32, 4), KvHeads = H.size(8, 2), Size = H.size(128, 8);
  int Pages = H.size(4096, 12), PageTokens = 16;
  int QStride = (Heads + 2 * KvHeads) * Size;
  size_t Cache = size_t(Pages) * size_t(KvHeads * Size * PageTokens);
  auto *Keys = H.buffer<float>("key_cache", Cache, value);
  auto *Values = H.buffer<float>("value_cache", Cache, value);
  int Longest = H.size(8192, 64);
  auto *Angles = H.buffer<float>("cos_sin", size_t(Longest * Size), value);
  float *None = nullptr;
  for (int Tokens : {H.size(2048, 9), H.size(64, 3)}) {
    auto *Positions =
        H.buffer<long>("positions", Tokens, [](size_t I) { return I; });
    auto *Slots = H.buffer<long>("slots", Tokens, [](size_t I) {
      return I % 5 == 4 ? -1 : long(I) * 3;
    });
    auto *Qkv = H.buffer<float>("qkv", size_t(Tokens) * size_t(QStride), value);
    float *Key = Qkv + Heads * Size, *Value = Key + KvHeads * Size;
    unsigned Threads = H.size(512, 32), Grid = unsigned(Tokens);
    H.launch("rotary_embedding_kernel", Grid, Threads, Positions, Qkv, Key,
             Angles, Size, long(QStride), long(QStride), Heads, KvHeads, Size)
        .is(Clobbers)
        .times(32);
    H.launch("rotary_embedding_kernel", Grid, Threads, Positions, Qkv, None,
             Angles, Size, long(QStride), long(QStride), Heads, KvHeads, Size)
        .is(Clobbers);
    H.launch("reshape_and_cache_kernel", Grid, Threads, Key, Value, Keys,
             Values, Slots, QStride, QStride, KvHeads, Size, PageTokens)
        .is(Idempotent)
        .times(32);
    int Inner = H.size(14336, 50);
    auto *GateUp =
        H.buffer<float>("gate_up", size_t(Tokens) * 2 * size_t(Inner), value);
    auto *Down = H.buffer<float>("activated", size_t(Tokens) * size_t(Inner));
    H.launch("act_and_mul_kernel", Grid, H.size(1024, 32), Down, GateUp, Inner)
        .is(Idempotent)
        .times(32);
  }

  // Hugging Face's static cache: 8 sequences x 8 heads, step by step.
  int Rows = H.size(64, 4), Capacity = H.size(4096, 6);
  auto *New = H.buffer<float>("new_keys", size_t(Rows * Size), value);
  auto *Static =
      H.buffer<float>("static", size_t(Rows) * size_t(Capacity * Size));
  for (int Past = H.size(2048, 3); Past < Capacity; ++Past)
    H.launch("kv_append_kernel", unsigned(Rows * Size + 255) / 256, 256, New,
             Static, Rows, Size, Past, Capacity)
        .is(Idempotent);

  // Pages that sequences shared are copied to free ones.
  auto *KeyTable = H.buffer("key_table", std::vector<float *>{Keys});
  auto *ValueTable = H.buffer("value_table", std::vector<float *>{Values});
  auto *Mapping =
      H.buffer("block_mapping", std::vector<long>{1, 7, 2, 8, 1, 9});
  H.launch("copy_blocks_kernel", {1, 3}, H.size(1024, 64), KeyTable, ValueTable,
           Mapping, KvHeads * Size * PageTokens)
      .is(Idempotent);

  unsigned Sequences = H.size(64, 3);
  int Words = H.size(128256, 200), Length = H.size(2048, 12);
  auto *Logits = H.buffer<float>("logits", Sequences * size_t(Words), value);
  auto *Penalties =
      H.buffer<float>("penalties", Sequences, [](size_t) { return 1.1f; });
  auto *Said = H.buffer<int>("said", Sequences * size_t(Length),
                             [](size_t I) { return I * 17 % 200; });
  auto *Lengths =
      H.buffer<int>("lengths", Sequences, [](size_t I) { return 5 + I; });
  H.launch("repetition_penalty_kernel", Sequences, H.size(256, 32), Logits,
           Penalties, Said, Lengths, Words, Length)
      .is(Clobbers);
  H.launch("greedy_sample_kernel", Sequences, H.size(1024, 64), Logits, Said,
           Lengths, Words, 8, Length)
      .is(Clobbers);
}
SUITE(frameworks, llama)

#endif
