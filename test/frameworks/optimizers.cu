//===- optimizers.cu - Optimizer steps over many tensors (PyTorch) --------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Parameters and their state are updated in place. The fused forms take tables
// of addresses in their parameters: up to 110 or so tensors in lists of one to
// four, and for each block its tensor and its chunk.
//
//===----------------------------------------------------------------------===//

// REQUIRES: cuda
// RUN: %suites --oracle frameworks/optimizers | FileCheck %s
// Not yet: tables of pointers in a parameter, indexed by what another table
// says.

// CHECK: frameworks/optimizers adam_kernel non-idempotent non-idempotent 1 0 1 0 0 1
// CHECK: frameworks/optimizers sgd_momentum_kernel non-idempotent non-idempotent 322 0 322 0 0 2
// CHECK: frameworks/optimizers multi_tensor_fused_adam unknown non-idempotent 12 0 0 12 0 2
// CHECK: frameworks/optimizers multi_tensor_scale unknown conditional 24 0 0 24 12 2
// CHECK: frameworks/optimizers multi_tensor_l2norm conditional conditional 12 12 0 0 0 1

#include "Suite.h"

constexpr int MaxBlocks = 320, Chunk = 65536, Threads = 512, Unroll = 4;

/// Depth lists of at most Max tensors.
template <int Depth, int Max> struct TensorTable {
  void *Address[Depth][Max];
  long Elements[Max];
  unsigned char TensorOfBlock[MaxBlocks];
  int ChunkOfBlock[MaxBlocks];
};

struct AdamOptions {
  float Lr, Beta1, Beta2, Decay, Epsilon;
  float Correction1, Correction2;
  bool Decoupled;
};

#if SUITE_DEVICE

__device__ void adam(float &Param, float Grad, float &Average, float &Square,
                     const AdamOptions &O) {
  if (O.Decay != 0) {
    if (O.Decoupled)
      Param -= O.Lr * O.Decay * Param;
    else
      Grad += O.Decay * Param;
  }
  Average += (1 - O.Beta1) * (Grad - Average);
  Square = O.Beta2 * Square + (1 - O.Beta2) * Grad * Grad;
  Param -= O.Lr / O.Correction1 * Average /
           (sqrtf(Square / O.Correction2) + O.Epsilon);
}

/// A tensor of its own.
__global__ void adam_kernel(float *param, const float *grad, float *exp_avg,
                            float *exp_avg_sq, int N, AdamOptions O) {
  for (int I = blockIdx.x * blockDim.x + threadIdx.x; I < N;
       I += gridDim.x * blockDim.x) {
    float Param = param[I], Average = exp_avg[I], Square = exp_avg_sq[I];
    adam(Param, grad[I], Average, Square, O);
    param[I] = Param, exp_avg[I] = Average, exp_avg_sq[I] = Square;
  }
}

__global__ void sgd_momentum_kernel(float *param, const float *grad,
                                    float *momentum, int N, float lr,
                                    float factor, float decay, bool nesterov,
                                    bool first) {
  int I = blockIdx.x * blockDim.x + threadIdx.x;
  if (I >= N)
    return;
  float P = param[I], G = grad[I] + decay * P;
  float M = first ? G : factor * momentum[I] + G;
  momentum[I] = M;
  param[I] = P - lr * (nesterov ? G + factor * M : M);
}

/// Lists: parameters, gradients, averages, squares. found_inf may be null;
/// where it points to 1 the step does not happen.
__global__ void __launch_bounds__(Threads)
    multi_tensor_fused_adam(TensorTable<4, 36> T, AdamOptions O,
                            const float *found_inf) {
  if (found_inf && *found_inf == 1)
    return;
  int Tensor = T.TensorOfBlock[blockIdx.x];
  long First = static_cast<long>(T.ChunkOfBlock[blockIdx.x]) * Chunk;
  long Count = min(T.Elements[Tensor] - First, static_cast<long>(Chunk));
  auto *Param = static_cast<float *>(T.Address[0][Tensor]) + First;
  auto *Grad = static_cast<const float *>(T.Address[1][Tensor]) + First;
  auto *Average = static_cast<float *>(T.Address[2][Tensor]) + First;
  auto *Square = static_cast<float *>(T.Address[3][Tensor]) + First;
  for (long Start = 0; Start < Count; Start += Threads * Unroll)
#pragma unroll
    for (int U = 0; U < Unroll; ++U) {
      long I = Start + threadIdx.x + U * Threads;
      if (I < Count)
        adam(Param[I], Grad[I], Average[I], Square[I], O);
    }
}

/// out = alpha in for each pair of tensors: gradients are unscaled.
__global__ void __launch_bounds__(Threads)
    multi_tensor_scale(TensorTable<2, 64> T, float alpha) {
  int Tensor = T.TensorOfBlock[blockIdx.x];
  long First = static_cast<long>(T.ChunkOfBlock[blockIdx.x]) * Chunk;
  long Count = min(T.Elements[Tensor] - First, static_cast<long>(Chunk));
  auto *In = static_cast<const float *>(T.Address[0][Tensor]) + First;
  auto *Out = static_cast<float *>(T.Address[1][Tensor]) + First;
  for (long Start = 0; Start < Count; Start += Threads * Unroll)
#pragma unroll
    for (int U = 0; U < Unroll; ++U) {
      long I = Start + threadIdx.x + U * Threads;
      if (I < Count)
        Out[I] = alpha * In[I];
    }
}

/// The sum of squares of each chunk.
__global__ void __launch_bounds__(Threads)
    multi_tensor_l2norm(TensorTable<1, 110> T, float *partial) {
  __shared__ float Warps[Threads / 32];
  int Tensor = T.TensorOfBlock[blockIdx.x];
  long First = static_cast<long>(T.ChunkOfBlock[blockIdx.x]) * Chunk;
  long Count = min(T.Elements[Tensor] - First, static_cast<long>(Chunk));
  auto *In = static_cast<const float *>(T.Address[0][Tensor]) + First;
  float Sum = 0;
  for (long I = threadIdx.x; I < Count; I += Threads)
    Sum += In[I] * In[I];
  for (int D = 16; D > 0; D /= 2)
    Sum += __shfl_xor_sync(~0u, Sum, D);
  if (threadIdx.x % 32 == 0)
    Warps[threadIdx.x / 32] = Sum;
  __syncthreads();
  if (threadIdx.x == 0) {
    for (int W = 1; W < Threads / 32; ++W)
      Sum += Warps[W];
    partial[blockIdx.x] = Sum;
  }
}

#else

static float value(size_t I) { return float(I % 37) * 0.01f; }

/// A table of tensors as long as Sizes says, every Chunk elements a block.
template <int Depth, int Max>
static unsigned fill(Host &H, TensorTable<Depth, Max> &T,
                     const std::vector<long> &Sizes, int Lists) {
  unsigned Blocks = 0;
  for (size_t I = 0; I < Sizes.size(); ++I) {
    T.Elements[I] = Sizes[I];
    for (int L = 0; L < Lists; ++L)
      T.Address[L][I] = H.buffer<float>("tensor", size_t(Sizes[I]), value);
    for (long At = 0; At * Chunk < Sizes[I] && Blocks < MaxBlocks; ++At) {
      T.TensorOfBlock[Blocks] = static_cast<unsigned char>(I);
      T.ChunkOfBlock[Blocks++] = static_cast<int>(At);
    }
  }
  return Blocks;
}

static void launches(Host &H) {
  AdamOptions O = {1e-4f, 0.9f, 0.999f, 0.01f, 1e-8f, 0.1f, 0.001f, true};
  // The embedding of BERT-base, by itself.
  int N = H.size(30522 * 768, 3000);
  auto *Param = H.buffer<float>("param", N, value);
  auto *Grad = H.buffer<float>("grad", N, value);
  auto *Average = H.buffer<float>("exp_avg", N, value);
  auto *Square = H.buffer<float>("exp_avg_sq", N, value);
  H.launch("adam_kernel", H.size(132 * 4, 5), 256, Param, Grad, Average, Square,
           N, O)
      .is(Clobbers);
  // ResNet-50: the first step makes the momentum.
  for (bool IsFirst : {true, false})
    H.launch("sgd_momentum_kernel", unsigned(N + 255) / 256, 256, Param, Grad,
             Average, N, 0.1f, 0.9f, 1e-4f, false, IsFirst)
        .is(Clobbers)
        .times(161);

  // A layer of GPT-2: weights and biases of attention and MLP.
  long Width = H.size(768l, 60l);
  std::vector<long> Layer = {
      Width, Width, 3 * Width * Width, 3 * Width, Width * Width,     Width,
      Width, Width, 4 * Width * Width, 4 * Width, 4 * Width * Width, Width};
  TensorTable<4, 36> Fused = {};
  unsigned Blocks = fill(H, Fused, Layer, 4);
  float *None = nullptr;
  auto *FoundInf = H.buffer<float>("found_inf", 1);
  H.launch("multi_tensor_fused_adam", Blocks, Threads, Fused, O, None)
      .is(Clobbers)
      .times(6);
  H.launch("multi_tensor_fused_adam", Blocks, Threads, Fused, O, FoundInf)
      .is(Clobbers)
      .times(6);

  TensorTable<2, 64> Scaled = {};
  Blocks = fill(H, Scaled, Layer, 2);
  H.launch("multi_tensor_scale", Blocks, Threads, Scaled, 1.0f / 65536)
      .is(Idempotent)
      .times(12);
  // In place, as gradients are clipped.
  for (size_t I = 0; I < Layer.size(); ++I)
    Scaled.Address[1][I] = Scaled.Address[0][I];
  H.launch("multi_tensor_scale", Blocks, Threads, Scaled, 0.5f)
      .is(Clobbers)
      .times(12);

  TensorTable<1, 110> Norms = {};
  Blocks = fill(H, Norms, Layer, 1);
  auto *Partial = H.buffer<float>("partial", MaxBlocks);
  H.launch("multi_tensor_l2norm", Blocks, Threads, Norms, Partial)
      .is(Idempotent)
      .times(12);
}
SUITE(frameworks, optimizers)

#endif
