//===- norms.cu - Normalisation over rows and channels --------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Layer norm and RMS norm take a block for a row, batch norm a block for a
// channel. Moments are combined with Welford's recurrence. Some forms work in
// place: the residual of a decoder layer, running means.
//
//===----------------------------------------------------------------------===//

// REQUIRES: cuda
// RUN: %suites --oracle frameworks/norms | FileCheck %s
// Not yet: a pointer that is null guards what is done with it.

// CHECK: frameworks/norms vectorized_layer_norm_kernel conditional conditional 26 25 1 0 0 2
// CHECK: frameworks/norms rms_norm_kernel conditional conditional 66 66 0 0 0 2
// CHECK: frameworks/norms fused_add_rms_norm_kernel non-idempotent non-idempotent 128 0 128 0 0 2
// CHECK: frameworks/norms batch_norm_collect_statistics_kernel conditional conditional 18 9 9 0 0 2
// CHECK: frameworks/norms batch_norm_transform_input_kernel conditional conditional 18 9 9 0 0 2

// CHECK: condition: frameworks/norms vectorized_layer_norm_kernel: disjoint(Y[0 .. 16(N / 4) + 4N*gridDim.x - 4N), X[0 .. 16(N / 4) + 4N*gridDim.x - 4N))
// CHECK: condition: frameworks/norms rms_norm_kernel: disjoint(out[0 .. 4hidden_size*gridDim.x), input[0 .. 4hidden_size*gridDim.x)) and
// CHECK: condition: frameworks/norms batch_norm_transform_input_kernel: disjoint(output[0 .. 4Pixels*gridDim.x + 4Batch*Pixels*Channels - 4Pixels*Channels),

#include "Suite.h"

#if SUITE_DEVICE

struct Moments {
  float Mean, M2, Count;
};

__device__ Moments push(Moments A, float V) {
  float Delta = V - A.Mean, Count = A.Count + 1, Mean = A.Mean + Delta / Count;
  return {Mean, A.M2 + Delta * (V - Mean), Count};
}
__device__ Moments merge(Moments A, Moments B) {
  float Count = A.Count + B.Count;
  if (Count == 0)
    return {0, 0, 0};
  float Delta = B.Mean - A.Mean, Share = B.Count / Count;
  return {A.Mean + Delta * Share, A.M2 + B.M2 + Delta * Delta * A.Count * Share,
          Count};
}
__device__ Moments mergeWarp(Moments A) {
  for (int D = 16; D > 0; D >>= 1)
    A = merge(A,
              {__shfl_down_sync(~0u, A.Mean, D), __shfl_down_sync(~0u, A.M2, D),
               __shfl_down_sync(~0u, A.Count, D)});
  return A;
}
__device__ float sumBlock(float V) {
  __shared__ float Warps[32];
  for (int D = 16; D > 0; D >>= 1)
    V += __shfl_xor_sync(~0u, V, D);
  if (threadIdx.x % 32 == 0)
    Warps[threadIdx.x / 32] = V;
  __syncthreads();
  V = threadIdx.x < blockDim.x / 32 ? Warps[threadIdx.x] : 0;
  if (threadIdx.x < 32)
    for (int D = 16; D > 0; D >>= 1)
      V += __shfl_xor_sync(~0u, V, D);
  if (threadIdx.x == 0)
    Warps[0] = V;
  __syncthreads();
  return Warps[0];
}

/// PyTorch: N is a multiple of 4; the block has 32 x 4 threads.
__global__ void vectorized_layer_norm_kernel(int N, float eps, const float *X,
                                             const float *gamma,
                                             const float *beta, float *mean,
                                             float *rstd, float *Y) {
  extern __shared__ float Buffer[];
  auto Row = blockIdx.x;
  auto *In = reinterpret_cast<const float4 *>(X + Row * N);
  auto *Scale = reinterpret_cast<const float4 *>(gamma);
  auto *Shift = reinterpret_cast<const float4 *>(beta);
  auto *Out = reinterpret_cast<float4 *>(Y + Row * N);
  const int Threads = blockDim.x * blockDim.y, Vectors = N / 4;
  const int Thread = threadIdx.x + threadIdx.y * blockDim.x;
  Moments A = {0, 0, 0};
  for (int I = Thread; I < Vectors; I += Threads) {
    float4 V = In[I];
    A = push(push(push(push(A, V.x), V.y), V.z), V.w);
  }
  A = mergeWarp(A);
  for (int Half = blockDim.y / 2; Half > 0; Half /= 2) {
    if (threadIdx.x == 0 && threadIdx.y >= Half && threadIdx.y < 2 * Half) {
      float *To = Buffer + 3 * (threadIdx.y - Half);
      To[0] = A.Mean, To[1] = A.M2, To[2] = A.Count;
    }
    __syncthreads();
    if (threadIdx.x == 0 && threadIdx.y < Half) {
      const float *From = Buffer + 3 * threadIdx.y;
      A = merge(A, {From[0], From[1], From[2]});
    }
    __syncthreads();
  }
  if (threadIdx.x == 0 && threadIdx.y == 0)
    Buffer[0] = A.Mean, Buffer[1] = A.M2 / N;
  __syncthreads();
  float Mean = Buffer[0], Rstd = rsqrtf(Buffer[1] + eps);
  for (int I = Thread; I < Vectors; I += Threads) {
    float4 V = In[I], R;
    float4 S = Scale ? Scale[I] : float4{1, 1, 1, 1};
    float4 B = Shift ? Shift[I] : float4{0, 0, 0, 0};
    R.x = S.x * (V.x - Mean) * Rstd + B.x;
    R.y = S.y * (V.y - Mean) * Rstd + B.y;
    R.z = S.z * (V.z - Mean) * Rstd + B.z;
    R.w = S.w * (V.w - Mean) * Rstd + B.w;
    Out[I] = R;
  }
  if (Thread == 0)
    mean[Row] = Mean, rstd[Row] = Rstd;
}

/// Llama's norm, a block for a token.
__global__ void rms_norm_kernel(float *out, const float *input,
                                const float *weight, float epsilon,
                                int hidden_size) {
  float Squares = 0;
  for (int I = threadIdx.x; I < hidden_size; I += blockDim.x) {
    float V = input[blockIdx.x * hidden_size + I];
    Squares += V * V;
  }
  float Scale = rsqrtf(sumBlock(Squares) / hidden_size + epsilon);
  for (int I = threadIdx.x; I < hidden_size; I += blockDim.x)
    out[blockIdx.x * hidden_size + I] =
        input[blockIdx.x * hidden_size + I] * Scale * weight[I];
}

/// The same after residual += input; the result replaces the input.
__global__ void fused_add_rms_norm_kernel(float *input, float *residual,
                                          const float *weight, float epsilon,
                                          int hidden_size) {
  float Squares = 0;
  for (int I = threadIdx.x; I < hidden_size; I += blockDim.x) {
    float V = input[blockIdx.x * hidden_size + I];
    V += residual[blockIdx.x * hidden_size + I];
    Squares += V * V;
    residual[blockIdx.x * hidden_size + I] = V;
  }
  float Scale = rsqrtf(sumBlock(Squares) / hidden_size + epsilon);
  for (int I = threadIdx.x; I < hidden_size; I += blockDim.x)
    input[blockIdx.x * hidden_size + I] =
        residual[blockIdx.x * hidden_size + I] * Scale * weight[I];
}

/// A block for a channel of N x C x S. The running means may be null.
__global__ void batch_norm_collect_statistics_kernel(
    const float *input, int Batch, int Channels, int Pixels, float epsilon,
    float momentum, float *save_mean, float *save_invstd, float *running_mean,
    float *running_var) {
  __shared__ Moments Warps[32];
  int Channel = blockIdx.x, Thread = threadIdx.x + threadIdx.y * blockDim.x;
  Moments A = {0, 0, 0};
  for (int B = threadIdx.y; B < Batch; B += blockDim.y)
    for (int P = threadIdx.x; P < Pixels; P += blockDim.x)
      A = push(A, input[(B * Channels + Channel) * Pixels + P]);
  A = mergeWarp(A);
  if (Thread % 32 == 0)
    Warps[Thread / 32] = A;
  __syncthreads();
  if (Thread >= 32)
    return;
  A = Thread < blockDim.x * blockDim.y / 32 ? Warps[Thread] : Moments{0, 0, 0};
  A = mergeWarp(A);
  if (Thread == 0) {
    save_mean[Channel] = A.Mean;
    save_invstd[Channel] = rsqrtf(A.M2 / A.Count + epsilon);
    if (running_mean)
      running_mean[Channel] =
          (1 - momentum) * running_mean[Channel] + momentum * A.Mean;
    if (running_var)
      running_var[Channel] = (1 - momentum) * running_var[Channel] +
                             momentum * A.M2 / (A.Count - 1);
  }
}

__global__ void
batch_norm_transform_input_kernel(const float *input, float *output,
                                  const float *mean, const float *invstd,
                                  const float *weight, const float *bias,
                                  int Batch, int Channels, int Pixels) {
  int Channel = blockIdx.x;
  float Mean = mean[Channel], Scale = invstd[Channel];
  float Gamma = weight ? weight[Channel] : 1, Beta = bias ? bias[Channel] : 0;
  for (int B = threadIdx.y + blockIdx.y * blockDim.y; B < Batch;
       B += blockDim.y * gridDim.y)
    for (int P = threadIdx.x; P < Pixels; P += blockDim.x) {
      int I = (B * Channels + Channel) * Pixels + P;
      output[I] = Gamma * (input[I] - Mean) * Scale + Beta;
    }
}

#else

static void launches(Host &H) {
  auto Value = [](size_t I) { return float(I % 23) * 0.25f - 2; };
  float *None = nullptr;
  // BERT-base: 16 sequences of 512 tokens.
  int Rows = H.size(16 * 512, 5), Hidden = H.size(768, 140);
  size_t Size = size_t(Rows) * size_t(Hidden);
  auto *X = H.buffer<float>("x", Size, Value);
  auto *Gamma = H.buffer<float>("gamma", Hidden, Value);
  auto *Beta = H.buffer<float>("beta", Hidden, Value);
  auto *Mean = H.buffer<float>("mean", Rows);
  auto *Rstd = H.buffer<float>("rstd", Rows);
  auto *Y = H.buffer<float>("y", Size);
  H.launch("vectorized_layer_norm_kernel", Rows, {32, 4}, Hidden, 1e-5f, X,
           Gamma, Beta, Mean, Rstd, Y)
      .is(Idempotent)
      .shared(3 * 4 * 4)
      .times(25);
  // Without an affine part, and into the input's own storage.
  H.launch("vectorized_layer_norm_kernel", Rows, {32, 4}, Hidden, 1e-5f, X,
           None, None, Mean, Rstd, X)
      .is(Clobbers)
      .shared(3 * 4 * 4);

  // Llama 2 7B: a prompt, then one token at a time for 8 sequences.
  int Model = H.size(4096, 200);
  for (int Tokens : {H.size(2048, 6), H.size(8, 2)}) {
    size_t Count = size_t(Tokens) * size_t(Model);
    auto *In = H.buffer<float>("hidden", Count, Value);
    auto *Out = H.buffer<float>("normed", Count);
    auto *Residual = H.buffer<float>("residual", Count, Value);
    auto *Weight = H.buffer<float>("weight", Model, Value);
    unsigned Threads = H.size(1024, 64);
    H.launch("rms_norm_kernel", Tokens, Threads, Out, In, Weight, 1e-6f, Model)
        .is(Idempotent)
        .times(33);
    H.launch("fused_add_rms_norm_kernel", Tokens, Threads, In, Residual, Weight,
             1e-6f, Model)
        .is(Clobbers)
        .times(64);
  }

  // ResNet-50: the second stage, training.
  int Batch = H.size(32, 3), Channels = H.size(128, 4),
      Pixels = H.size(784, 49);
  size_t Maps = size_t(Batch) * size_t(Channels) * size_t(Pixels);
  auto *Input = H.buffer<float>("input", Maps, Value);
  auto *Output = H.buffer<float>("output", Maps);
  auto *SaveMean = H.buffer<float>("save_mean", Channels);
  auto *SaveInvstd = H.buffer<float>("save_invstd", Channels);
  auto *RunningMean = H.buffer<float>("running_mean", Channels, Value);
  auto *RunningVar = H.buffer<float>("running_var", Channels, Value);
  auto *Weight = H.buffer<float>("bn_weight", Channels, Value);
  auto *Bias = H.buffer<float>("bn_bias", Channels, Value);
  H.launch("batch_norm_collect_statistics_kernel", Channels, 512, Input, Batch,
           Channels, Pixels, 1e-5f, 0.1f, SaveMean, SaveInvstd, RunningMean,
           RunningVar)
      .is(Clobbers)
      .times(9);
  H.launch("batch_norm_collect_statistics_kernel", Channels, 512, Input, Batch,
           Channels, Pixels, 1e-5f, 0.1f, SaveMean, SaveInvstd, None, None)
      .is(Idempotent)
      .times(9);
  Dim3 Grid(Channels, H.size(2, 1));
  H.launch("batch_norm_transform_input_kernel", Grid, {128, 4}, Input, Output,
           SaveMean, SaveInvstd, Weight, Bias, Batch, Channels, Pixels)
      .is(Idempotent)
      .times(9);
  // Inference in place with the running means.
  H.launch("batch_norm_transform_input_kernel", Grid, {128, 4}, Output, Output,
           RunningMean, RunningVar, Weight, Bias, Batch, Channels, Pixels)
      .is(Clobbers)
      .times(9);
}
SUITE(frameworks, norms)

#endif
