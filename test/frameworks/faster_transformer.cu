//===- faster_transformer.cu - Layers and beams (FasterTransformer) -------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Bias, activation, residual and norm are fused, and work in place where the
// product before them left its result. Beam search keeps the best beams of each
// batch: candidates in scratch memory that a second kernel joins, then parents,
// lengths and flags that later steps read.
//
//===----------------------------------------------------------------------===//

// REQUIRES: cuda
// RUN: %suites --oracle frameworks/faster_transformer | FileCheck %s
// Not yet: a thread writes its own elements in one loop and reads them in
// another; the class of a strike-out.

// CHECK: frameworks/faster_transformer add_bias_input_layernorm non-idempotent non-idempotent 24 0 24 0 0 1
// CHECK: frameworks/faster_transformer add_bias_gelu non-idempotent non-idempotent 12 0 12 0 0 1
// CHECK: frameworks/faster_transformer embedding_lookup_sin_position_encoding conditional conditional 64 64 0 0 0 3
// CHECK: frameworks/faster_transformer remove_padding conditional conditional 1 1 0 0 0 1
// CHECK: frameworks/faster_transformer getPaddingOffset conditional conditional 1 1 0 0 0 1
// CHECK: frameworks/faster_transformer topk_stage_2 unknown non-idempotent 64 0 0 64 0 3
// CHECK: frameworks/faster_transformer update_kernel non-idempotent non-idempotent 64 0 64 0 0 3
// CHECK: frameworks/faster_transformer gather_tree_kernel conditional conditional 1 1 0 0 0 1
// CHECK: frameworks/faster_transformer topk_stage_1<4> unknown conditional 64 0 0 64 64 3

// CHECK: condition: frameworks/faster_transformer embedding_lookup_sin_position_encoding: disjoint(from_tensor[0 .. 4batch_size*hidden_units), all_ids[4batch_size*step -
// CHECK: condition: frameworks/faster_transformer remove_padding: disjoint(tgt[0 .. 4n*gridDim.x), padding_offset[0 .. 4gridDim.x)) and disjoint(tgt[0 ..
// CHECK: condition: frameworks/faster_transformer getPaddingOffset: disjoint(padding_offset[*], sequence_length[0 .. 4batch_size)) and
// CHECK: condition: frameworks/faster_transformer gather_tree_kernel: disjoint(beams[-8589934592batch_size*beam_width .. 4batch_size*beam_width*max_time),

#include "Suite.h"

struct BeamHypotheses {
  int *OutputIds, *ParentIds;
  const int *WordIds, *ParentBeams;
  int *SequenceLengths;
  bool *Finished;
  int Batch, Beams, Step, EndId;
};

#if SUITE_DEVICE

__device__ float sumBlock(float V) {
  __shared__ float Warps[32];
  for (int D = 16; D > 0; D /= 2)
    V += __shfl_xor_sync(~0u, V, D);
  __syncthreads();
  if (threadIdx.x % 32 == 0)
    Warps[threadIdx.x / 32] = V;
  __syncthreads();
  V = threadIdx.x % 32 < blockDim.x / 32 ? Warps[threadIdx.x % 32] : 0;
  for (int D = 16; D > 0; D /= 2)
    V += __shfl_xor_sync(~0u, V, D);
  return V;
}

/// out = norm(out + bias + input), a block for a row, a thread for a column.
__global__ void add_bias_input_layernorm(float *out, const float *input,
                                         const float *bias, const float *gamma,
                                         const float *beta, int n) {
  int C = threadIdx.x, At = blockIdx.x * n + C;
  float V = out[At] + input[At] + bias[C];
  float Mean = sumBlock(V) / n;
  float Variance = sumBlock((V - Mean) * (V - Mean)) / n;
  out[At] = (V - Mean) * rsqrtf(Variance + 1e-6f) * gamma[C] + beta[C];
}

__global__ void add_bias_gelu(float *out, const float *bias, int m, int n) {
  for (int I = blockIdx.x * blockDim.x + threadIdx.x; I < m * n;
       I += blockDim.x * gridDim.x) {
    float V = out[I] + bias[I % n];
    out[I] =
        0.5f * V * (1 + tanhf(0.7978845608f * (V + 0.044715f * V * V * V)));
  }
}

__global__ void embedding_lookup_sin_position_encoding(
    float *from_tensor, const float *embedding_table,
    const float *position_encoding, const int *all_ids, int batch_size,
    int hidden_units, int step, float scale) {
  for (int I = blockIdx.x * blockDim.x + threadIdx.x;
       I < batch_size * hidden_units; I += blockDim.x * gridDim.x) {
    int Row = I / hidden_units, C = I % hidden_units;
    int Word = all_ids[(step - 1) * batch_size + Row];
    from_tensor[I] = embedding_table[Word * hidden_units + C] * scale +
                     position_encoding[(step - 1) * hidden_units + C];
  }
}

/// Padding is gone: rows that count are moved together.
__global__ void remove_padding(float *tgt, const float *src,
                               const int *padding_offset, int n) {
  int Row = blockIdx.x, From = Row + padding_offset[Row];
  for (int C = threadIdx.x; C < n; C += blockDim.x)
    tgt[Row * n + C] = src[From * n + C];
}

/// Which rows those are. One thread.
__global__ void getPaddingOffset(int *valid_word_num, int *padding_offset,
                                 const int *sequence_length, int batch_size,
                                 int max_seq_len) {
  int Total = 0, Skipped = 0, At = 0;
  for (int B = 0; B < batch_size; ++B) {
    int Length = sequence_length[B];
    for (int I = 0; I < Length; ++I)
      padding_offset[At++] = Skipped;
    Skipped += max_seq_len - Length;
    Total += Length;
  }
  valid_word_num[0] = Total;
}

/// The best K words of each beam's part of the vocabulary: a copy of the
/// scores is in tmp, where words that were taken are struck out.
template <int Parts>
__global__ void topk_stage_1(const float *log_probs, float *tmp_log_probs,
                             int *topk_tmp_id_buf, float *topk_tmp_val_buf,
                             const bool *finished, int k, int vocab_size,
                             int end_id) {
  __shared__ float Best[64];
  __shared__ int Where[64];
  int T = threadIdx.x, Beam = blockIdx.x / Parts, Part = blockIdx.x % Parts;
  int Row = Beam * vocab_size, To = Beam * Parts * k + Part * k;
  if (finished && finished[Beam]) {
    if (T < k) {
      bool IsEnd = Part == 0 && T == 0;
      topk_tmp_id_buf[To + T] = Row + end_id;
      topk_tmp_val_buf[To + T] = IsEnd ? log_probs[Row + end_id] : -1e20f;
    }
    return;
  }
  for (int I = T + Part * blockDim.x; I < vocab_size; I += blockDim.x * Parts)
    tmp_log_probs[Row + I] = log_probs[Row + I];
  for (int Turn = 0; Turn < k; ++Turn) {
    Best[T] = -3e38f, Where[T] = -1;
    for (int I = T + Part * blockDim.x; I < vocab_size; I += blockDim.x * Parts)
      if (tmp_log_probs[Row + I] > Best[T])
        Best[T] = tmp_log_probs[Row + I], Where[T] = Row + I;
    for (int Half = blockDim.x / 2; Half > 0; Half /= 2) {
      __syncthreads();
      if (T < Half && Best[T + Half] > Best[T])
        Best[T] = Best[T + Half], Where[T] = Where[T + Half];
    }
    if (T == 0) {
      topk_tmp_id_buf[To + Turn] = Where[0];
      topk_tmp_val_buf[To + Turn] = Best[0];
      if (Where[0] >= 0)
        tmp_log_probs[Where[0]] = -3e38f;
    }
    __syncthreads();
  }
}

/// The best of all parts and beams of a batch; struck out where they are.
__global__ void topk_stage_2(const int *topk_tmp_id_buf,
                             float *topk_tmp_val_buf, int *ids, int k,
                             int candidates) {
  __shared__ float Best[64];
  __shared__ int Where[64];
  int T = threadIdx.x;
  float *Values = topk_tmp_val_buf + blockIdx.x * candidates;
  for (int Turn = 0; Turn < k; ++Turn) {
    Best[T] = -3e38f, Where[T] = 0;
    for (int I = T; I < candidates; I += blockDim.x)
      if (Values[I] > Best[T])
        Best[T] = Values[I], Where[T] = I;
    for (int Half = blockDim.x / 2; Half > 0; Half /= 2) {
      __syncthreads();
      if (T < Half && Best[T + Half] > Best[T])
        Best[T] = Best[T + Half], Where[T] = Where[T + Half];
    }
    if (T == 0) {
      ids[blockIdx.x * k + Turn] =
          topk_tmp_id_buf[blockIdx.x * candidates + Where[0]];
      Values[Where[0]] = -3e38f;
    }
    __syncthreads();
  }
}

/// Beams take over what their parents were; a thread for a beam.
__global__ void update_kernel(BeamHypotheses H) {
  extern __shared__ int Lengths[];
  int Row = blockIdx.x * H.Beams, T = threadIdx.x;
  bool Was = H.Finished[Row + T];
  Lengths[T] = H.SequenceLengths[Row + T] + !Was;
  __syncthreads();
  int Parent = H.ParentBeams[Row + T], Word = H.WordIds[Row + T];
  H.SequenceLengths[Row + T] = Lengths[Parent];
  H.Finished[Row + T] = Word == H.EndId;
  H.ParentIds[H.Step * H.Batch * H.Beams + Row + T] = Parent;
  H.OutputIds[H.Step * H.Batch * H.Beams + Row + T] = Word;
}

/// From the last step back: each beam's words in order.
__global__ void gather_tree_kernel(int *beams, const int *step_ids,
                                   const int *parent_ids,
                                   const int *max_sequence_lengths,
                                   int max_time, int batch_size, int beam_width,
                                   int end_id) {
  int I = blockIdx.x * blockDim.x + threadIdx.x;
  if (I >= batch_size * beam_width)
    return;
  int Batch = I / beam_width, Beam = I % beam_width;
  int Length = min(max_time, max_sequence_lengths[Batch]);
  int Step = batch_size * beam_width;
  for (int T = max_time - 1; T >= Length; --T)
    beams[T * Step + I] = end_id;
  int Parent = Beam;
  for (int T = Length - 1; T >= 0; --T) {
    int At = T * Step + Batch * beam_width + Parent;
    beams[T * Step + I] = step_ids[At];
    Parent = parent_ids[At];
  }
}

template __global__ void topk_stage_1<4>(const float *, float *, int *, float *,
                                         const bool *, int, int, int);

#else

static float value(size_t I) { return float(I * 31 % 199) * -0.05f; }

/// An encoder of BERT-base with 32 sequences of 128 tokens.
static void encoder(Host &H) {
  int Sequences = H.size(32, 3), Longest = H.size(128, 7);
  int Rows = H.size(32 * 100, 12), Hidden = H.size(768, 64);
  size_t Padded = size_t(Sequences * Longest) * size_t(Hidden),
         Size = size_t(Rows) * size_t(Hidden);
  auto *Source = H.buffer<float>("src", Padded, value);
  auto *Lengths = H.buffer<int>("lengths", Sequences,
                                [=](size_t) { return Rows / Sequences; });
  auto *Valid = H.buffer<int>("valid_word_num", 1);
  auto *Offsets = H.buffer<int>("padding_offset", size_t(Sequences * Longest));
  auto *X = H.buffer<float>("x", Size);
  H.launch("getPaddingOffset", 1, 1, Valid, Offsets, Lengths, Sequences,
           Longest)
      .is(Idempotent);
  H.launch("remove_padding", Rows, H.size(256, 32), X, Source, Offsets, Hidden)
      .is(Idempotent);
  auto *Out = H.buffer<float>("attn_out", Size, value);
  auto *Bias = H.buffer<float>("bias", Hidden, value);
  auto *Gamma = H.buffer<float>("gamma", Hidden, value);
  auto *Beta = H.buffer<float>("beta", Hidden, value);
  H.launch("add_bias_input_layernorm", Rows, Hidden, Out, X, Bias, Gamma, Beta,
           Hidden)
      .is(Clobbers)
      .times(24);
  int Inner = 4 * Hidden;
  auto *Wide = H.buffer<float>("inter", size_t(Rows) * size_t(Inner), value);
  auto *WideBias = H.buffer<float>("inter_bias", Inner, value);
  H.launch("add_bias_gelu", Rows, H.size(768, 64), Wide, WideBias, Rows, Inner)
      .is(Clobbers)
      .times(12);
}

/// Translation with 4 beams for each of 32 sentences.
static void beams(Host &H) {
  int Batch = H.size(32, 2), Beams = 4, Words = H.size(32000, 90),
      Hidden = H.size(512, 16), Steps = H.size(64, 3), K = 4, Parts = 4;
  int Rows = Batch * Beams;
  size_t Scores = size_t(Rows) * size_t(Words);
  auto *Table = H.buffer<float>("table", size_t(Words) * size_t(Hidden), value);
  auto *Positions =
      H.buffer<float>("positions", size_t(Steps + 1) * size_t(Hidden), value);
  size_t Cells = size_t(Steps + 1) * size_t(Rows);
  auto *Words0 = H.buffer<int>("output_ids", Cells);
  auto *Parents0 = H.buffer<int>("parent_ids", Cells);
  auto *Embedded = H.buffer<float>("embedded", size_t(Rows) * size_t(Hidden));
  auto *LogProbs = H.buffer<float>("log_probs", Scores, value);
  auto *Copy = H.buffer<float>("tmp_log_probs", Scores);
  int Candidates = Beams * Parts * K;
  auto *Ids = H.buffer<int>("topk_tmp_id", size_t(Batch * Candidates));
  auto *Values = H.buffer<float>("topk_tmp_val", size_t(Batch * Candidates));
  auto *Best = H.buffer<int>("ids", size_t(Batch * K));
  auto *Chosen =
      H.buffer<int>("word_ids", Rows, [](size_t I) { return I % 7; });
  auto *From =
      H.buffer<int>("parents", Rows, [](size_t I) { return I * 3 % 4; });
  auto *Lengths = H.buffer<int>("sequence_lengths", Rows);
  auto *Finished = H.buffer<bool>("finished", Rows);
  BeamHypotheses B = {Words0,   Parents0, Chosen, From, Lengths,
                      Finished, Batch,    Beams,  0,    2};
  for (B.Step = 1; B.Step <= Steps; ++B.Step) {
    H.launch("embedding_lookup_sin_position_encoding", Rows, H.size(256, 32),
             Embedded, Table, Positions, Words0, Rows, Hidden, B.Step, 22.6f)
        .is(Idempotent);
    H.launch("topk_stage_1<4>", unsigned(Rows * Parts), H.size(64, 32),
             LogProbs, Copy, Ids, Values, Finished, K, Words, 2)
        .is(Idempotent);
    H.launch("topk_stage_2", Batch, 32, Ids, Values, Best, K, Candidates)
        .is(Clobbers);
    H.launch("update_kernel", Batch, Beams, B)
        .is(Clobbers)
        .shared(unsigned(Beams) * 4);
  }
  auto *Tree = H.buffer<int>("beams", Cells);
  auto *Longest =
      H.buffer<int>("max_lengths", Batch, [=](size_t) { return Steps; });
  H.launch("gather_tree_kernel", unsigned(Rows + 31) / 32, 32, Tree, Words0,
           Parents0, Longest, Steps, Batch, Beams, 2)
      .is(Idempotent);
}

static void launches(Host &H) {
  encoder(H);
  beams(H);
}
SUITE(frameworks, faster_transformer)

#endif
