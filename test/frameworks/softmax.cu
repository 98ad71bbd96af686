//===- softmax.cu - Softmax over rows -------------------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Short rows: a warp keeps one or two rows in registers (PyTorch). Long rows: a
// block passes three times over its row (PyTorch), or once with a maximum that
// is corrected on the way (online). FasterTransformer's works in place, on
// scores with a mask.
//
//===----------------------------------------------------------------------===//

// REQUIRES: cuda
// RUN: %suites --oracle frameworks/softmax | FileCheck %s
// Not yet: reads from the aligned address below a row on; the class of what is
// surely written in place.

// CHECK: frameworks/softmax cunn_SoftMaxForward conditional conditional 1 0 0 1 1 1
// CHECK: frameworks/softmax online_softmax conditional conditional 1 1 0 0 0 1
// CHECK: frameworks/softmax softmax_kernel conditional non-idempotent 12 0 0 12 0 1
// CHECK: frameworks/softmax softmax_warp_forward<9> conditional conditional 13 12 0 1 0 2

// CHECK: condition: frameworks/softmax cunn_SoftMaxForward: disjoint(output[0 .. 4classes*gridDim.x), input[16((input / 4) / 4) - input ..
// CHECK: condition: frameworks/softmax online_softmax: disjoint(y[0 .. 4columns + 4rows*y_stride - 4y_stride), x[0 .. 4columns + 4rows*x_stride
// CHECK: condition: frameworks/softmax softmax_warp_forward<9>: disjoint(dst[0 .. 8element_count + 8gridDim.x*blockDim.y*stride - 8stride), src[0 ..

#include "Suite.h"

#if SUITE_DEVICE

__device__ float warpMax(float V) {
  for (int D = 16; D > 0; D /= 2)
    V = fmaxf(V, __shfl_xor_sync(~0u, V, D));
  return V;
}
__device__ float warpSum(float V) {
  for (int D = 16; D > 0; D /= 2)
    V += __shfl_xor_sync(~0u, V, D);
  return V;
}
template <bool IsMax> __device__ float blockReduce(float V) {
  __shared__ float Warps[32];
  V = IsMax ? warpMax(V) : warpSum(V);
  __syncthreads();
  if (threadIdx.x % 32 == 0)
    Warps[threadIdx.x / 32] = V;
  __syncthreads();
  V = threadIdx.x % 32 < blockDim.x / 32 ? Warps[threadIdx.x % 32]
      : IsMax                            ? -1e30f
                                         : 0;
  return IsMax ? warpMax(V) : warpSum(V);
}

/// Rows of up to 2^Log elements; blockDim.y warps with two rows each.
template <int Log>
__global__ void softmax_warp_forward(float *dst, const float *src,
                                     int batch_size, int stride,
                                     int element_count) {
  constexpr int Elements = 1 << Log, PerLane = Elements / 32, Rows = 2;
  int First = (blockDim.y * blockIdx.x + threadIdx.y) * Rows;
  int Here = batch_size - First;
  if (Here > Rows)
    Here = Rows;
  int Lane = threadIdx.x;
  src += First * stride + Lane;
  dst += First * stride + Lane;
  float Row[Rows][PerLane];
#pragma unroll
  for (int R = 0; R < Rows; ++R) {
    int Count = R >= Here ? 0 : element_count;
#pragma unroll
    for (int I = 0; I < PerLane; ++I)
      Row[R][I] =
          Lane + I * 32 < Count ? src[R * element_count + I * 32] : -1e30f;
  }
#pragma unroll
  for (int R = 0; R < Rows; ++R) {
    float Max = Row[R][0], Sum = 0;
#pragma unroll
    for (int I = 1; I < PerLane; ++I)
      Max = fmaxf(Max, Row[R][I]);
    Max = warpMax(Max);
#pragma unroll
    for (int I = 0; I < PerLane; ++I)
      Sum += Row[R][I] = __expf(Row[R][I] - Max);
    Sum = warpSum(Sum);
    if (R >= Here)
      break;
#pragma unroll
    for (int I = 0; I < PerLane; ++I) {
      if (Lane + I * 32 >= element_count)
        break;
      dst[R * element_count + I * 32] = Row[R][I] / Sum;
    }
  }
}

/// Loads begin at the first aligned address of the row.
__global__ void cunn_SoftMaxForward(float *output, const float *input,
                                    int classes) {
  constexpr int Vector = 4;
  const float *In = input + static_cast<size_t>(blockIdx.x) * classes;
  float *Out = output + static_cast<size_t>(blockIdx.x) * classes;
  int Shift = (reinterpret_cast<uint64_t>(In) % 16) / sizeof(float);
  float Max = -1e30f;
  const float *Aligned = In;
  int Size = classes;
  if (Shift > 0) {
    Aligned -= Shift;
    Size += Shift;
    if (threadIdx.x >= Shift)
      Max = fmaxf(Max, Aligned[threadIdx.x]);
    Size -= blockDim.x;
    Aligned += blockDim.x;
  }
  int Last = Size % (Vector * blockDim.x);
  for (int I = threadIdx.x; I * Vector < Size - Last; I += blockDim.x) {
    float4 V = reinterpret_cast<const float4 *>(Aligned)[I];
    Max = fmaxf(fmaxf(fmaxf(V.x, V.y), fmaxf(V.z, V.w)), Max);
  }
  for (int I = Size - Last + threadIdx.x; I < Size; I += blockDim.x)
    Max = fmaxf(Max, Aligned[I]);
  Max = blockReduce<true>(Max);
  float Sum = 0;
  for (int I = threadIdx.x; I < classes; I += blockDim.x)
    Sum += __expf(In[I] - Max);
  Sum = blockReduce<false>(Sum);
  for (int I = threadIdx.x; I < classes; I += blockDim.x)
    Out[I] = __expf(In[I] - Max) / Sum;
}

/// One pass for maximum and sum, one for the result; rows are pitched.
__global__ void online_softmax(const float *x, float *y, int rows, int columns,
                               int x_stride, int y_stride) {
  int Row = blockIdx.x * blockDim.y + threadIdx.y;
  if (Row >= rows)
    return;
  float Max = -1e30f, Sum = 0;
  for (int C = threadIdx.x; C < columns; C += 32) {
    float V = x[Row * x_stride + C], New = fmaxf(Max, V);
    Sum = Sum * __expf(Max - New) + __expf(V - New);
    Max = New;
  }
  float All = warpMax(Max);
  Sum = warpSum(Sum * __expf(Max - All));
  for (int C = threadIdx.x; C < columns; C += 32)
    y[Row * y_stride + C] = __expf(x[Row * x_stride + C] - All) / Sum;
}

/// Batch x head x query rows; attr_mask has 1 where a key counts.
__global__ void softmax_kernel(float *qk_buf, const float *attr_mask,
                               int head_num, int seq_len, float scalar) {
  for (int Query = blockIdx.x; Query < seq_len; Query += gridDim.x) {
    long Scores =
        ((blockIdx.y * static_cast<long>(head_num) + blockIdx.z) * seq_len +
         Query) *
        seq_len;
    long Mask = (blockIdx.y * static_cast<long>(seq_len) + Query) * seq_len;
    float Data[4], Max = -1e20f, Sum = 0;
#pragma unroll
    for (int I = 0; I < 4; ++I) {
      int Key = blockDim.x * I + threadIdx.x;
      if (Key >= seq_len)
        break;
      float Bias = (1 - attr_mask[Mask + Key]) * -10000.0f;
      Data[I] = qk_buf[Scores + Key] * scalar + Bias;
      Max = fmaxf(Max, Data[I]);
    }
    Max = blockReduce<true>(Max);
#pragma unroll
    for (int I = 0; I < 4; ++I) {
      if (blockDim.x * I + threadIdx.x >= seq_len)
        break;
      Sum += Data[I] = __expf(Data[I] - Max);
    }
    Sum = blockReduce<false>(Sum);
#pragma unroll
    for (int I = 0; I < 4; ++I) {
      int Key = blockDim.x * I + threadIdx.x;
      if (Key >= seq_len)
        break;
      qk_buf[Scores + Key] = Data[I] / (Sum + 1e-6f);
    }
  }
}

template __global__ void softmax_warp_forward<9>(float *, const float *, int,
                                                 int, int);

#else

static void launches(Host &H) {
  auto Value = [](size_t I) { return float(I % 29) * 0.125f; };
  // Attention scores of BERT-base: 16 x 12 heads, 512 keys.
  int Rows = H.size(16 * 12 * 512, 13), Keys = H.size(512, 300);
  auto *Scores = H.buffer<float>("scores", size_t(Rows) * size_t(Keys), Value);
  auto *Weights = H.buffer<float>("weights", size_t(Rows) * size_t(Keys));
  H.launch("softmax_warp_forward<9>", (Rows + 7) / 8, {32, 4}, Weights, Scores,
           Rows, Keys, Keys)
      .is(Idempotent)
      .times(12);
  H.launch("softmax_warp_forward<9>", (Rows + 7) / 8, {32, 4}, Scores, Scores,
           Rows, Keys, Keys)
      .is(Clobbers);

  // Logits of GPT-2: rows of an odd length, so that most are not aligned.
  int Tokens = H.size(1024, 5), Words = H.size(50257, 1001);
  size_t Size = size_t(Tokens) * size_t(Words);
  auto *Logits = H.buffer<float>("logits", Size, Value);
  auto *Chances = H.buffer<float>("chances", Size);
  H.launch("cunn_SoftMaxForward", Tokens, H.size(1024, 128), Chances, Logits,
           Words)
      .is(Idempotent);

  int Pitch = (Words + 127) / 128 * 128;
  auto *Pitched =
      H.buffer<float>("pitched", size_t(Tokens) * size_t(Pitch), Value);
  H.launch("online_softmax", (Tokens + 3) / 4, {32, 4}, Pitched, Chances,
           Tokens, Words, Pitch, Words)
      .is(Idempotent);

  // The encoder of FasterTransformer.
  unsigned Batch = H.size(8, 2), Heads = H.size(12, 3);
  int Length = H.size(384, 40);
  auto *Buffer = H.buffer<float>(
      "qk_buf", size_t(Batch) * Heads * size_t(Length) * size_t(Length), Value);
  auto *Mask = H.buffer<float>("attr_mask",
                               size_t(Batch) * size_t(Length) * size_t(Length),
                               [](size_t I) { return I % 3 ? 1.0f : 0.0f; });
  H.launch("softmax_kernel", {unsigned(Length), Batch, Heads}, H.size(96, 32),
           Buffer, Mask, int(Heads), Length, 0.125f)
      .is(Clobbers)
      .times(12);
}
SUITE(frameworks, softmax)

#endif
