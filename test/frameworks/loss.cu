//===- loss.cu - Losses and convolution by depth (PyTorch) ----------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Negative log likelihood of rows, alone and added up, and the way back, which
// writes one element a row. The depthwise convolution reads its bias only where
// there is one.
//
//===----------------------------------------------------------------------===//

// REQUIRES: cuda
// RUN: %suites --oracle frameworks/loss | FileCheck %s
// Not yet: a pointer that is null guards what is read through it.

// CHECK: frameworks/loss nll_loss_forward_no_reduce conditional conditional 1 1 0 0 0 1
// CHECK: frameworks/loss nll_loss_forward_reduce conditional conditional 1 1 0 0 0 1
// CHECK: frameworks/loss nll_loss_backward_reduce conditional conditional 1 1 0 0 0 1
// CHECK: frameworks/loss fused_cross_entropy_backward_kernel non-idempotent non-idempotent 1 0 1 0 0 1
// CHECK: frameworks/loss conv_depthwise2d_forward_kernel<3> conditional conditional 13 13 0 0 0 1
// CHECK: frameworks/loss conv_depthwise2d_forward_kernel<0> conditional conditional 18 18 0 0 0 1

// CHECK: condition: frameworks/loss nll_loss_forward_no_reduce: disjoint(output[0 .. 4batch_size), target[0 .. 8batch_size)) and disjoint(output[0 ..
// CHECK: condition: frameworks/loss nll_loss_forward_reduce: disjoint(total_weight[0 .. 4), target[0 .. 8nframe)) and disjoint(output[0 .. 4),
// CHECK: condition: frameworks/loss nll_loss_backward_reduce: disjoint(grad_input[*], grad_output[0 .. 4)) and disjoint(grad_input[*], total_weight[0
// CHECK: condition: frameworks/loss conv_depthwise2d_forward_kernel<3>: disjoint(output[0 .. 4total), bias[0 .. 4S.Channels)) and disjoint(output[0 .. 4total),
// CHECK: condition: frameworks/loss conv_depthwise2d_forward_kernel<0>: disjoint(output[0 .. 4total), bias[0 .. 4S.Channels)) and disjoint(output[0 .. 4total),

#include "Suite.h"

struct DepthwiseShape {
  int Channels, Width, Height, OutWidth, OutHeight;
  int Kernel, Stride, Pad;
};

#if SUITE_DEVICE

constexpr int Threads = 32;

__global__ void nll_loss_forward_no_reduce(long batch_size, const float *input,
                                           const long *target, float *output,
                                           const float *weight, long n_classes,
                                           long ignore_index) {
  for (long I = blockIdx.x * blockDim.x + threadIdx.x; I < batch_size;
       I += blockDim.x * gridDim.x) {
    long Class = target[I];
    if (Class == ignore_index) {
      output[I] = 0;
      continue;
    }
    output[I] = -(weight ? weight[Class] : 1) * input[I * n_classes + Class];
  }
}

/// One block for all rows.
__global__ void nll_loss_forward_reduce(float *output, float *total_weight,
                                        const float *input, const long *target,
                                        const float *weights, bool size_average,
                                        long nframe, long n_classes,
                                        long ignore_index) {
  __shared__ float Sums[Threads], Weights[Threads];
  int T = threadIdx.x;
  Sums[T] = Weights[T] = 0;
  for (long I = T; I < nframe; I += Threads) {
    long Class = target[I];
    if (Class == ignore_index)
      continue;
    float W = weights ? weights[Class] : 1;
    Sums[T] -= input[I * n_classes + Class] * W;
    Weights[T] += W;
  }
  __syncthreads();
  if (T != 0)
    return;
  float Sum = 0, Weight = 0;
  for (int I = 0; I < Threads; ++I)
    Sum += Sums[I], Weight += Weights[I];
  *total_weight = Weight;
  *output = size_average ? Sum / Weight : Sum;
}

__global__ void
nll_loss_backward_reduce(float *grad_input, const float *grad_output,
                         const long *target, const float *weights,
                         const float *total_weight, bool size_average,
                         long nframe, long n_classes, long ignore_index) {
  float Scale = -(size_average ? *grad_output / *total_weight : *grad_output);
  for (long I = blockIdx.x * blockDim.x + threadIdx.x; I < nframe;
       I += blockDim.x * gridDim.x) {
    long Class = target[I];
    if (Class != ignore_index)
      grad_input[I * n_classes + Class] =
          weights ? weights[Class] * Scale : Scale;
  }
}

/// Gradient of log softmax and likelihood, in place of the logits; a block for
/// a row. lse has the logarithms of the rows' sums.
__global__ void fused_cross_entropy_backward_kernel(float *logits,
                                                    const float *lse,
                                                    const long *target,
                                                    int classes, float scale) {
  long Class = target[blockIdx.x];
  float *Row = logits + static_cast<long>(blockIdx.x) * classes;
  float Lse = lse[blockIdx.x];
  for (int C = threadIdx.x; C < classes; C += blockDim.x)
    Row[C] = (__expf(Row[C] - Lse) - (C == Class)) * scale;
}

/// KernelSize 0: any.
template <int KernelSize>
__global__ void
conv_depthwise2d_forward_kernel(const float *input, float *output,
                                const float *weight, const float *bias,
                                bool biasEnabled, int total, DepthwiseShape S) {
  int K = KernelSize ? KernelSize : S.Kernel;
  for (int I = blockIdx.x * blockDim.x + threadIdx.x; I < total;
       I += gridDim.x * blockDim.x) {
    int Row = I / S.OutWidth, W = I - Row * S.OutWidth;
    int Map = Row / S.OutHeight, H = Row - Map * S.OutHeight;
    int Batch = Map / S.Channels, C = Map - Batch * S.Channels;
    float Value = biasEnabled ? bias[C] : 0;
    int Plane = (Batch * S.Channels + C) * S.Height * S.Width;
    int At = C * K * K;
#pragma unroll
    for (int Y = 0; Y < K; ++Y)
#pragma unroll
      for (int X = 0; X < K; ++X) {
        int HIn = -S.Pad + H * S.Stride + Y, WIn = -S.Pad + W * S.Stride + X;
        if (HIn >= 0 && HIn < S.Height && WIn >= 0 && WIn < S.Width)
          Value += weight[At] * input[Plane + HIn * S.Width + WIn];
        ++At;
      }
    output[I] = Value;
  }
}

template __global__ void
conv_depthwise2d_forward_kernel<3>(const float *, float *, const float *,
                                   const float *, bool, int, DepthwiseShape);
template __global__ void
conv_depthwise2d_forward_kernel<0>(const float *, float *, const float *,
                                   const float *, bool, int, DepthwiseShape);

#else

static float value(size_t I) { return float(I % 43) * -0.1f; }

static void launches(Host &H) {
  // ImageNet: 256 images, 1000 classes; GPT-2: 8192 tokens, 50257 words.
  float *None = nullptr;
  long Rows = H.size(256, 50), Classes = H.size(1000, 20);
  auto *Input = H.buffer<float>("log_probs", size_t(Rows * Classes), value);
  auto *Target = H.buffer<long>("target", size_t(Rows), [=](size_t I) {
    return I % 9 ? long(I) * 3 % Classes : -100;
  });
  auto *Each = H.buffer<float>("losses", size_t(Rows));
  auto *Loss = H.buffer<float>("loss", 1);
  auto *Total = H.buffer<float>("total_weight", 1);
  auto *Weight = H.buffer<float>("class_weight", size_t(Classes),
                                 [](size_t I) { return 1 + I % 2; });
  auto *Gradient = H.buffer<float>("grad_input", size_t(Rows * Classes));
  auto *One = H.buffer<float>("grad_output", 1, [](size_t) { return 1; });
  H.launch("nll_loss_forward_no_reduce", unsigned(Rows + 1023) / 1024, 1024,
           Rows, Input, Target, Each, Weight, Classes, -100l)
      .is(Idempotent);
  H.launch("nll_loss_forward_reduce", 1, 32, Loss, Total, Input, Target, None,
           true, Rows, Classes, -100l)
      .is(Idempotent);
  H.launch("nll_loss_backward_reduce", 1, 32, Gradient, One, Target, Weight,
           Total, true, Rows, Classes, -100l)
      .is(Idempotent);

  long Tokens = H.size(8192, 6);
  int Words = H.size(50257, 300);
  auto *Logits =
      H.buffer<float>("logits", size_t(Tokens) * size_t(Words), value);
  auto *Lse = H.buffer<float>("lse", size_t(Tokens));
  auto *Next = H.buffer<long>("next", size_t(Tokens),
                              [=](size_t I) { return long(I) * 31 % Words; });
  H.launch("fused_cross_entropy_backward_kernel", unsigned(Tokens),
           H.size(1024, 64), Logits, Lse, Next, Words, 1.0f / 8192)
      .is(Clobbers);

  // MobileNet: 3 x 3 on 32 x 112 x 112; ConvNeXt: 7 x 7 on 96 x 56 x 56.
  for (int Kernel : {3, 7}) {
    DepthwiseShape S = {};
    S.Channels = H.size(Kernel == 3 ? 32 : 96, 3);
    S.Width = S.Height = S.OutWidth = S.OutHeight =
        H.size(Kernel == 3 ? 112 : 56, 9);
    S.Kernel = Kernel, S.Stride = 1, S.Pad = Kernel / 2;
    int Count = H.size(32, 2) * S.Channels * S.Width * S.Height;
    auto *X = H.buffer<float>("x", size_t(Count), value);
    auto *Y = H.buffer<float>("y", size_t(Count));
    auto *Taps = H.buffer<float>(
        "taps", size_t(S.Channels) * size_t(Kernel * Kernel), value);
    auto *Bias =
        Kernel == 7 ? H.buffer<float>("bias", size_t(S.Channels), value) : None;
    H.launch(Kernel == 3 ? "conv_depthwise2d_forward_kernel<3>"
                         : "conv_depthwise2d_forward_kernel<0>",
             unsigned(Count + 511) / 512, 512, X, Y, Taps, Bias, Bias != None,
             Count, S)
        .is(Idempotent)
        .times(Kernel == 3 ? 13 : 18);
  }
}
SUITE(frameworks, loss)

#endif
