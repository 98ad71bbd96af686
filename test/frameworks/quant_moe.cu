//===- quant_moe.cu - Quantised weights and mixtures of experts (vLLM) ----===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Activations are scaled to 8 bits row by row, weights of 4 bits are unpacked
// group by group. Tokens choose experts; they are sorted by expert into blocks,
// and a product reads the rows of a block through their numbers.
//
//===----------------------------------------------------------------------===//

// REQUIRES: cuda
// RUN: %suites --oracle frameworks/quant_moe | FileCheck %s

// CHECK: frameworks/quant_moe dynamic_scaled_int8_quant_kernel conditional conditional 128 128 0 0 0 1
// CHECK: frameworks/quant_moe dequantize_weights_kernel conditional conditional 224 224 0 0 0 1
// CHECK: frameworks/quant_moe topk_softmax_kernel conditional conditional 32 32 0 0 0 1
// CHECK: frameworks/quant_moe moe_align_block_size_kernel conditional conditional 32 32 0 0 0 1
// CHECK: frameworks/quant_moe fused_moe_kernel conditional conditional 64 64 0 0 0 1
// CHECK: frameworks/quant_moe moe_sum_kernel<2> conditional conditional 32 32 0 0 0 1

// CHECK: condition: frameworks/quant_moe dynamic_scaled_int8_quant_kernel: disjoint(scale[0 .. 4gridDim.x), input[0 .. 4hidden_size*gridDim.x)) and disjoint(out[0
// CHECK: condition: frameworks/quant_moe dequantize_weights_kernel: disjoint(C[0 .. 32words*rows), B[0 .. 4words*rows)) and disjoint(C[0 .. 32words*rows),
// CHECK: condition: frameworks/quant_moe topk_softmax_kernel: disjoint(topk_weights[0 .. 4tokens*k), gating[0 .. 4tokens*experts)) and
// CHECK: condition: frameworks/quant_moe moe_align_block_size_kernel: disjoint(total_tokens_post_pad[0 .. 4), topk_ids[0 .. 4blockDim.x*((blockDim.x + numel -
// CHECK: condition: frameworks/quant_moe fused_moe_kernel: disjoint(c[*], num_tokens_post_padded[0 .. 4)) and disjoint(c[*], sorted_token_ids[0 ..
// CHECK: condition: frameworks/quant_moe moe_sum_kernel<2>: disjoint(out[0 .. 4d*gridDim.x), input[0 .. 8d*gridDim.x))

#include "Suite.h"

#if SUITE_DEVICE

constexpr int MostExperts = 64;

__global__ void dynamic_scaled_int8_quant_kernel(const float *input,
                                                 signed char *out, float *scale,
                                                 int hidden_size) {
  __shared__ float Warps[32];
  const float *Row = input + blockIdx.x * hidden_size;
  float Max = 0;
  for (int I = threadIdx.x; I < hidden_size; I += blockDim.x)
    Max = fmaxf(Max, fabsf(Row[I]));
  for (int D = 16; D > 0; D /= 2)
    Max = fmaxf(Max, __shfl_xor_sync(~0u, Max, D));
  if (threadIdx.x % 32 == 0)
    Warps[threadIdx.x / 32] = Max;
  __syncthreads();
  for (int W = 0; W < blockDim.x / 32; ++W)
    Max = fmaxf(Max, Warps[W]);
  if (threadIdx.x == 0)
    scale[blockIdx.x] = Max / 127;
  float Inverse = Max > 0 ? 127 / Max : 0;
  for (int I = threadIdx.x; I < hidden_size; I += blockDim.x)
    out[blockIdx.x * hidden_size + I] =
        static_cast<signed char>(__float2int_rn(Row[I] * Inverse));
}

/// B: row x column / 8, eight columns a word. A scale and a zero point for each
/// group of rows; zero points are packed as well.
__global__ void dequantize_weights_kernel(const int *B, const float *scaling,
                                          const int *zeros, float *C, int G,
                                          int rows, int words) {
  int Word = blockIdx.x * blockDim.x + threadIdx.x;
  int Row = blockIdx.y * blockDim.y + threadIdx.y;
  if (Word >= words || Row >= rows)
    return;
  int Packed = B[Row * words + Word];
  int Zeros = zeros[Row / G * words + Word];
  const float *Scales = scaling + (Row / G * words + Word) * 8;
  float *Out = C + (Row * words + Word) * 8;
#pragma unroll
  for (int I = 0; I < 8; ++I) {
    // Columns come as 0, 2, 4, 6, 1, 3, 5, 7.
    int Shift = (I / 2 + I % 2 * 4) * 4;
    Out[I] = ((Packed >> Shift & 15) - (Zeros >> Shift & 15)) * Scales[I];
  }
}

/// A warp for a token; experts lie in its registers.
__global__ void topk_softmax_kernel(const float *gating, float *topk_weights,
                                    int *topk_indices,
                                    int *token_expert_indices, int tokens,
                                    int experts, int k) {
  int Token = blockIdx.x * blockDim.y + threadIdx.y, Lane = threadIdx.x;
  if (Token >= tokens)
    return;
  float V[MostExperts / 32], Sum = 0;
#pragma unroll
  for (int I = 0; I < MostExperts / 32; ++I) {
    int Expert = I * 32 + Lane;
    V[I] = Expert < experts ? __expf(gating[Token * experts + Expert]) : 0;
    Sum += V[I];
  }
  for (int D = 16; D > 0; D /= 2)
    Sum += __shfl_xor_sync(~0u, Sum, D);
  for (int Turn = 0; Turn < k; ++Turn) {
    float Best = V[0];
    int Where = Lane;
#pragma unroll
    for (int I = 1; I < MostExperts / 32; ++I)
      if (V[I] > Best)
        Best = V[I], Where = I * 32 + Lane;
    for (int D = 16; D > 0; D /= 2) {
      float Other = __shfl_xor_sync(~0u, Best, D);
      int At = __shfl_xor_sync(~0u, Where, D);
      if (Other > Best || (Other == Best && At < Where))
        Best = Other, Where = At;
    }
    if (Lane == 0) {
      topk_weights[Token * k + Turn] = Best / Sum;
      topk_indices[Token * k + Turn] = Where;
      token_expert_indices[Token * k + Turn] = Turn * tokens + Token;
    }
    if (Where % 32 == Lane)
#pragma unroll
      for (int I = 0; I < MostExperts / 32; ++I)
        if (I == Where / 32)
          V[I] = -1;
  }
}

/// One block: expert by expert, each filled up to blocks of block_size.
__global__ void
moe_align_block_size_kernel(const int *topk_ids, int *sorted_token_ids,
                            int *expert_ids, int *total_tokens_post_pad,
                            int num_experts, int block_size, int numel) {
  __shared__ int Counts[MostExperts + 1][MostExperts], Starts[MostExperts + 1];
  int T = threadIdx.x, Each = (numel + blockDim.x - 1) / blockDim.x;
  int Begin = T * Each, End = min(numel, Begin + Each);
  for (int E = 0; E < num_experts; ++E)
    Counts[T + 1][E] = 0;
  for (int I = Begin; I < End; ++I)
    ++Counts[T + 1][topk_ids[I]];
  __syncthreads();
  if (T < num_experts) {
    Counts[0][T] = 0;
    for (int I = 1; I <= blockDim.x; ++I)
      Counts[I][T] += Counts[I - 1][T];
  }
  __syncthreads();
  if (T == 0) {
    Starts[0] = 0;
    for (int E = 0; E < num_experts; ++E)
      Starts[E + 1] = Starts[E] + (Counts[blockDim.x][E] + block_size - 1) /
                                      block_size * block_size;
    *total_tokens_post_pad = Starts[num_experts];
  }
  __syncthreads();
  if (T < num_experts)
    for (int I = Starts[T]; I < Starts[T + 1]; I += block_size)
      expert_ids[I / block_size] = T;
  for (int I = Begin; I < End; ++I) {
    int Expert = topk_ids[I];
    sorted_token_ids[Counts[T][Expert] + Starts[Expert]] = I;
    ++Counts[T][Expert];
  }
}

/// A block for 16 sorted tokens of one expert and 32 columns of its matrix.
__global__ void fused_moe_kernel(const float *a, const float *b, float *c,
                                 const float *topk_weights,
                                 const int *sorted_token_ids,
                                 const int *expert_ids,
                                 const int *num_tokens_post_padded, int N,
                                 int K, int num_valid_tokens, int top_k) {
  if (static_cast<int>(blockIdx.y) * 16 >= *num_tokens_post_padded)
    return;
  int Token = sorted_token_ids[blockIdx.y * 16 + threadIdx.y];
  int Column = blockIdx.x * 32 + threadIdx.x;
  long Expert = expert_ids[blockIdx.y];
  if (Token >= num_valid_tokens || Column >= N)
    return;
  float Sum = 0;
  for (int I = 0; I < K; ++I)
    Sum += a[static_cast<long>(Token / top_k) * K + I] *
           b[Expert * N * K + static_cast<long>(Column) * K + I];
  c[static_cast<long>(Token) * N + Column] = Sum * topk_weights[Token];
}

/// What the chosen experts said of a token is added up.
template <int TopK>
__global__ void moe_sum_kernel(float *out, const float *input, int d) {
  long Token = blockIdx.x;
  for (int I = threadIdx.x; I < d; I += blockDim.x) {
    float Sum = 0;
#pragma unroll
    for (int K = 0; K < TopK; ++K)
      Sum += input[Token * TopK * d + K * d + I];
    out[Token * d + I] = Sum;
  }
}

template __global__ void moe_sum_kernel<2>(float *, const float *, int);

#else

static float value(size_t I) { return float(I * 37 % 101) * 0.02f - 1; }

static void launches(Host &H) {
  // Llama 2 7B with 8-bit activations, and with weights of 4 bits.
  int Tokens = H.size(512, 6), Hidden = H.size(4096, 96);
  size_t Size = size_t(Tokens) * size_t(Hidden);
  auto *X = H.buffer<float>("x", Size, value);
  auto *Q = H.buffer<signed char>("q", Size);
  auto *Scale = H.buffer<float>("scale", Tokens);
  H.launch("dynamic_scaled_int8_quant_kernel", Tokens, H.size(1024, 64), X, Q,
           Scale, Hidden)
      .is(Idempotent)
      .times(128);
  int Rows = H.size(4096, 64), Group = H.size(128, 16), Words = H.size(1376, 5);
  size_t Cells = size_t(Rows) * size_t(Words), Groups = Cells / size_t(Group);
  auto *Packed =
      H.buffer<int>("packed", Cells, [](size_t I) { return I * 2654435761u; });
  auto *Scales = H.buffer<float>("scales", Groups * 8, value);
  auto *Zeros =
      H.buffer<int>("zeros", Groups, [](size_t I) { return I * 40503u; });
  auto *Weight = H.buffer<float>("weight", Cells * 8);
  H.launch("dequantize_weights_kernel",
           {unsigned(Words + 7) / 8, unsigned(Rows + 7) / 8}, {8, 8}, Packed,
           Scales, Zeros, Weight, Group, Rows, Words)
      .is(Idempotent)
      .times(224);

  // Mixtral: 8 experts, 2 for each token.
  int Many = H.size(256, 20), Experts = 8, K = 2, Chosen = Many * K;
  int Model = H.size(4096, 24), Inner = H.size(14336, 40);
  int Padded = Chosen + Experts * 15, Blocks = (Padded + 15) / 16;
  auto *Gating = H.buffer<float>("gating", size_t(Many * Experts), value);
  auto *Weights = H.buffer<float>("topk_weights", Chosen);
  auto *Indices = H.buffer<int>("topk_ids", Chosen);
  auto *Sources = H.buffer<int>("token_expert", Chosen);
  auto *Sorted = H.buffer<int>("sorted", size_t(Blocks) * 16,
                               [=](size_t) { return Chosen; });
  auto *ExpertIds = H.buffer<int>("expert_ids", Blocks);
  auto *Total = H.buffer<int>("total", 1);
  auto *A = H.buffer<float>("a", size_t(Many) * size_t(Model), value);
  auto *B = H.buffer<float>(
      "b", size_t(Experts) * size_t(Inner) * size_t(Model), value);
  auto *C = H.buffer<float>("c", size_t(Chosen) * size_t(Inner));
  auto *Sum = H.buffer<float>("sum", size_t(Many) * size_t(Inner));
  H.launch("topk_softmax_kernel", unsigned(Many + 3) / 4, {32, 4}, Gating,
           Weights, Indices, Sources, Many, Experts, K)
      .is(Idempotent)
      .times(32);
  H.launch("moe_align_block_size_kernel", 1, H.size(64, 32), Indices, Sorted,
           ExpertIds, Total, Experts, 16, Chosen)
      .is(Idempotent)
      .times(32);
  H.launch("fused_moe_kernel", {unsigned(Inner + 31) / 32, unsigned(Blocks)},
           {32, 16}, A, B, C, Weights, Sorted, ExpertIds, Total, Inner, Model,
           Chosen, K)
      .is(Idempotent)
      .times(64);
  H.launch("moe_sum_kernel<2>", Many, H.size(1024, 32), Sum, C, Inner)
      .is(Idempotent)
      .times(32);
}
SUITE(frameworks, quant_moe)

#endif
