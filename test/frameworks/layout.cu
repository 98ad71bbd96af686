//===- layout.cu - Transposes, permutations, im2col -----------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Data moves to other places. Tiles pass through shared memory so that reads
// and writes both run along rows. FasterTransformer splits a packed projection
// into heads and adds a bias on the way; PyTorch unfolds images to columns.
//
//===----------------------------------------------------------------------===//

// REQUIRES: cuda
// RUN: %suites --oracle frameworks/layout | FileCheck %s
// Not yet: the class of a swap in place.

// CHECK: frameworks/layout transpose_kernel conditional conditional 48 48 0 0 0 1
// CHECK: frameworks/layout transpose_inplace_kernel conditional non-idempotent 1 0 0 1 0 1
// CHECK: frameworks/layout nchw_to_nhwc_kernel conditional conditional 1 1 0 0 0 1
// CHECK: frameworks/layout add_fusedQKV_bias_transpose_kernel conditional conditional 12 12 0 0 0 1
// CHECK: frameworks/layout transpose_4d_kernel conditional conditional 12 12 0 0 0 1
// CHECK: frameworks/layout im2col_kernel conditional conditional 32 32 0 0 0 2

// CHECK: condition: frameworks/layout transpose_kernel: disjoint(out[0 .. 4columns*rows), in[0 .. 4columns*rows))
// CHECK: condition: frameworks/layout nchw_to_nhwc_kernel: disjoint(output[0 .. 4pixels*channels*gridDim.z), input[0 .. 4pixels*channels*gridDim.z))
// CHECK: condition: frameworks/layout transpose_4d_kernel: disjoint(dst[*], src[0 .. 4batch_size*seq_len*head_num*size_per_head))
// CHECK: condition: frameworks/layout im2col_kernel: disjoint(data_col[*], data_im[0 .. 4height*width*(((n - 1) / width_col) / height_col) +

#include "Suite.h"

#if SUITE_DEVICE

constexpr int Tile = 32, TileRows = 8;

__global__ void transpose_kernel(float *out, const float *in, int rows,
                                 int columns) {
  __shared__ float Data[Tile][Tile + 1];
  int X = blockIdx.x * Tile + threadIdx.x;
  int Y = blockIdx.y * Tile + threadIdx.y;
  for (int J = 0; J < Tile; J += TileRows)
    if (X < columns && Y + J < rows)
      Data[threadIdx.y + J][threadIdx.x] = in[(Y + J) * columns + X];
  __syncthreads();
  X = blockIdx.y * Tile + threadIdx.x;
  Y = blockIdx.x * Tile + threadIdx.y;
  for (int J = 0; J < Tile; J += TileRows)
    if (X < rows && Y + J < columns)
      out[(Y + J) * rows + X] = Data[threadIdx.x][threadIdx.y + J];
}

/// A square in place: a block swaps a tile with its mirror image.
__global__ void transpose_inplace_kernel(float *data, int n) {
  __shared__ float Upper[Tile][Tile + 1], Lower[Tile][Tile + 1];
  if (blockIdx.x < blockIdx.y)
    return;
  int X = blockIdx.x * Tile + threadIdx.x, Y = blockIdx.y * Tile + threadIdx.y;
  int MX = blockIdx.y * Tile + threadIdx.x,
      MY = blockIdx.x * Tile + threadIdx.y;
  if (X < n && Y < n)
    Upper[threadIdx.y][threadIdx.x] = data[Y * n + X];
  if (MX < n && MY < n)
    Lower[threadIdx.y][threadIdx.x] = data[MY * n + MX];
  __syncthreads();
  if (MX < n && MY < n)
    data[MY * n + MX] = Upper[threadIdx.x][threadIdx.y];
  if (X < n && Y < n)
    data[Y * n + X] = Lower[threadIdx.x][threadIdx.y];
}

/// A thread for an element, along channels.
__global__ void nchw_to_nhwc_kernel(const float *input, float *output,
                                    int channels, int pixels) {
  __shared__ float Data[Tile][Tile + 1];
  long Image = blockIdx.z * static_cast<long>(channels) * pixels;
  int P = blockIdx.x * Tile + threadIdx.x, C = blockIdx.y * Tile + threadIdx.y;
#pragma unroll
  for (int J = 0; J < Tile; J += TileRows)
    if (P < pixels && C + J < channels)
      Data[threadIdx.y + J][threadIdx.x] =
          input[Image + static_cast<long>(C + J) * pixels + P];
  __syncthreads();
  C = blockIdx.y * Tile + threadIdx.x, P = blockIdx.x * Tile + threadIdx.y;
#pragma unroll
  for (int J = 0; J < Tile; J += TileRows)
    if (P + J < pixels && C < channels)
      output[Image + static_cast<long>(P + J) * channels + C] =
          Data[threadIdx.x][threadIdx.y + J];
}

/// qkv: token x 3 x head x size, to three tensors head by head.
__global__ void
add_fusedQKV_bias_transpose_kernel(float *q_buf, float *k_buf, float *v_buf,
                                   const float *QKV, const float *qkv_bias,
                                   int batch_size, int seq_len, int head_num,
                                   int size_per_head) {
  int Hidden = head_num * size_per_head;
  float *To[3] = {q_buf, k_buf, v_buf};
  for (int I = blockDim.x * blockIdx.x + threadIdx.x;
       I < batch_size * seq_len * 3 * Hidden; I += gridDim.x * blockDim.x) {
    int Bias = I % (3 * Hidden), Token = I / (3 * Hidden),
        Which = Bias / Hidden;
    int Batch = Token / seq_len, At = Token % seq_len;
    int Head = (Bias % Hidden) / size_per_head, D = I % size_per_head;
    To[Which][((Batch * head_num + Head) * seq_len + At) * size_per_head + D] =
        QKV[I] + qkv_bias[Bias];
  }
}

/// Back: batch x head x token x size to batch x token x head x size.
__global__ void transpose_4d_kernel(float *dst, const float *src,
                                    int batch_size, int seq_len, int head_num,
                                    int size_per_head) {
  int I = blockIdx.x * blockDim.x + threadIdx.x;
  if (I >= batch_size * seq_len * head_num * size_per_head)
    return;
  int D = I % size_per_head, Token = I / size_per_head % seq_len;
  int Head = I / (size_per_head * seq_len) % head_num;
  int Batch = I / (size_per_head * seq_len * head_num);
  dst[((Batch * seq_len + Token) * head_num + Head) * size_per_head + D] =
      src[I];
}

/// A thread for each place of a channel of the output.
__global__ void im2col_kernel(long n, const float *data_im, long height,
                              long width, long kernel_h, long kernel_w,
                              long pad, long stride, long dilation,
                              long height_col, long width_col,
                              float *data_col) {
  for (long I = blockIdx.x * static_cast<long>(blockDim.x) + threadIdx.x; I < n;
       I += static_cast<long>(gridDim.x) * blockDim.x) {
    long WOut = I % width_col, Index = I / width_col;
    long HOut = Index % height_col, Channel = Index / height_col;
    long HIn = HOut * stride - pad, WIn = WOut * stride - pad;
    float *Col =
        data_col +
        (Channel * kernel_h * kernel_w * height_col + HOut) * width_col + WOut;
    const float *Im = data_im + (Channel * height + HIn) * width + WIn;
    for (long R = 0; R < kernel_h; ++R)
      for (long S = 0; S < kernel_w; ++S) {
        long H = HIn + R * dilation, W = WIn + S * dilation;
        *Col = H >= 0 && W >= 0 && H < height && W < width
                   ? Im[R * dilation * width + S * dilation]
                   : 0;
        Col += height_col * width_col;
      }
  }
}

#else

static float value(size_t I) { return float(I % 97); }

static void launches(Host &H) {
  // A weight of GPT-2, 768 x 3072.
  int Rows = H.size(768, 40), Columns = H.size(3072, 75);
  size_t Size = size_t(Rows) * size_t(Columns);
  auto Tiles = [](int N) { return unsigned(N + 31) / 32; };
  auto *Weight = H.buffer<float>("weight", Size, value);
  auto *Turned = H.buffer<float>("turned", Size);
  H.launch("transpose_kernel", {Tiles(Columns), Tiles(Rows)}, {32, 8}, Turned,
           Weight, Rows, Columns)
      .is(Idempotent)
      .times(48);
  int Square = H.size(1024, 50);
  auto *Scores =
      H.buffer<float>("scores", size_t(Square) * size_t(Square), value);
  H.launch("transpose_inplace_kernel", {Tiles(Square), Tiles(Square)}, {32, 32},
           Scores, Square)
      .is(Clobbers);

  // Channels last for ResNet-50.
  unsigned Images = H.size(32, 2);
  int Channels = H.size(256, 35), Pixels = H.size(56 * 56, 49);
  size_t Maps = Images * size_t(Channels) * size_t(Pixels);
  auto *Nchw = H.buffer<float>("nchw", Maps, value);
  auto *Nhwc = H.buffer<float>("nhwc", Maps);
  H.launch("nchw_to_nhwc_kernel", {Tiles(Pixels), Tiles(Channels), Images},
           {32, 8}, Nchw, Nhwc, Channels, Pixels)
      .is(Idempotent);

  // BERT-base in FasterTransformer; the three parts are one buffer.
  int Batch = H.size(8, 2), Tokens = H.size(384, 5), Heads = H.size(12, 3),
      HeadSize = H.size(64, 8);
  int Hidden = Heads * HeadSize;
  size_t Part = size_t(Batch) * size_t(Tokens) * size_t(Hidden);
  auto *Qkv = H.buffer<float>("qkv", 3 * Part, value);
  auto *Bias = H.buffer<float>("qkv_bias", size_t(Hidden) * 3, value);
  auto *Q = H.buffer<float>("q", 3 * Part);
  auto *Context = H.buffer<float>("context", Part);
  H.launch("add_fusedQKV_bias_transpose_kernel",
           unsigned(3 * Part + 1151) / 1152, 384, Q, Q + Part, Q + 2 * Part,
           Qkv, Bias, Batch, Tokens, Heads, HeadSize)
      .is(Idempotent)
      .times(12);
  H.launch("transpose_4d_kernel", unsigned(Part + 255) / 256, 256, Context, Q,
           Batch, Tokens, Heads, HeadSize)
      .is(Idempotent)
      .times(12);

  // 3 x 3 with padding, one image after the other.
  long C = H.size(64, 3), Edge = H.size(56, 9), N = C * Edge * Edge;
  auto *Image = H.buffer<float>("image", size_t(Images) * size_t(N), value);
  auto *Unfolded = H.buffer<float>("columns", size_t(N) * 9);
  for (unsigned I = 0; I < Images; ++I)
    H.launch("im2col_kernel", unsigned(N + 1023) / 1024, 1024, N,
             Image + I * size_t(N), Edge, Edge, 3l, 3l, 1l, 1l, 1l, Edge, Edge,
             Unfolded)
        .is(Idempotent);
}
SUITE(frameworks, layout)

#endif
