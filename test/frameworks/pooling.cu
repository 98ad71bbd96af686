//===- pooling.cu - Pooling and upsampling (PyTorch) ----------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Windows over images of N x C x H x W. Maximum pooling also writes where the
// maximum was; its backward pass looks for the windows that chose a pixel.
//
//===----------------------------------------------------------------------===//

// REQUIRES: cuda
// RUN: %suites --oracle frameworks/pooling | FileCheck %s

// CHECK: frameworks/pooling max_pool_forward_nchw conditional conditional 1 1 0 0 0 1
// CHECK: frameworks/pooling max_pool_backward_nchw conditional conditional 1 1 0 0 0 1
// CHECK: frameworks/pooling adaptive_average_pool_kernel conditional conditional 1 1 0 0 0 1
// CHECK: frameworks/pooling upsample_nearest2d_out_frame conditional conditional 1 1 0 0 0 1

// CHECK: condition: frameworks/pooling max_pool_forward_nchw: disjoint(top_data[0 .. 4nthreads), bottom_data[*]) and disjoint(top_mask[0 .. 8nthreads),
// CHECK: condition: frameworks/pooling max_pool_backward_nchw: disjoint(bottom_diff[0 .. 4S.Width*S.Height*num*S.Channels), top_mask[*]) and
// CHECK: condition: frameworks/pooling adaptive_average_pool_kernel: disjoint(output[0 .. 4outHeight*outWidth*gridDim.x), input[0 .. 4((outWidth*width +
// CHECK: condition: frameworks/pooling upsample_nearest2d_out_frame: disjoint(odata[0 .. 4width2*height2*nc), idata[-8589934592width1 - 8589934592 ..

#include "Suite.h"

struct PoolShape {
  int Channels, Height, Width, PooledHeight, PooledWidth;
  int Kernel, Stride, Pad;
};

#if SUITE_DEVICE

__global__ void max_pool_forward_nchw(int nthreads, const float *bottom_data,
                                      PoolShape S, float *top_data,
                                      long *top_mask) {
  for (int I = blockIdx.x * blockDim.x + threadIdx.x; I < nthreads;
       I += blockDim.x * gridDim.x) {
    int PW = I % S.PooledWidth, PH = I / S.PooledWidth % S.PooledHeight;
    int C = I / S.PooledWidth / S.PooledHeight % S.Channels;
    int N = I / S.PooledWidth / S.PooledHeight / S.Channels;
    int HStart = PH * S.Stride - S.Pad, WStart = PW * S.Stride - S.Pad;
    int HEnd = min(HStart + S.Kernel, S.Height);
    int WEnd = min(WStart + S.Kernel, S.Width);
    while (HStart < 0)
      ++HStart;
    while (WStart < 0)
      ++WStart;
    float Max = -1e30f;
    int At = HStart * S.Width + WStart;
    const float *Plane =
        bottom_data + (N * S.Channels + C) * S.Height * S.Width;
    for (int Y = HStart; Y < HEnd; ++Y)
      for (int X = WStart; X < WEnd; ++X) {
        float V = Plane[Y * S.Width + X];
        if (V > Max)
          At = Y * S.Width + X, Max = V;
      }
    top_data[I] = Max;
    top_mask[I] = At;
  }
}

__device__ int firstWindow(int At, PoolShape S) {
  return At + S.Pad < S.Kernel ? 0 : (At + S.Pad - S.Kernel) / S.Stride + 1;
}

/// blockIdx.y walks over images, blockIdx.z over channels.
__global__ void max_pool_backward_nchw(const float *top_diff,
                                       const long *top_mask, int num,
                                       PoolShape S, float *bottom_diff) {
  for (int I = blockIdx.x * blockDim.x + threadIdx.x; I < S.Height * S.Width;
       I += gridDim.x * blockDim.x) {
    int Y = I / S.Width, X = I - Y * S.Width;
    int PHEnd = min((Y + S.Pad) / S.Stride + 1, S.PooledHeight);
    int PWEnd = min((X + S.Pad) / S.Stride + 1, S.PooledWidth);
    for (int N = blockIdx.y; N < num; N += gridDim.y)
      for (int C = blockIdx.z; C < S.Channels; C += gridDim.z) {
        float Gradient = 0;
        int Offset = (N * S.Channels + C) * S.PooledHeight * S.PooledWidth;
        for (int PH = firstWindow(Y, S); PH < PHEnd; ++PH)
          for (int PW = firstWindow(X, S); PW < PWEnd; ++PW) {
            int At = PH * S.PooledWidth + PW + Offset;
            if (top_mask[At] == I)
              Gradient += top_diff[At];
          }
        bottom_diff[(N * S.Channels + C) * S.Height * S.Width + I] = Gradient;
      }
  }
}

/// A block for a map: means of windows whose borders are quotients.
__global__ void adaptive_average_pool_kernel(const float *input, float *output,
                                             int height, int width,
                                             int outHeight, int outWidth) {
  const float *In = input + blockIdx.x * height * width;
  float *Out = output + blockIdx.x * outHeight * outWidth;
  for (int Y = blockIdx.y * blockDim.y + threadIdx.y; Y < outHeight;
       Y += blockDim.y * gridDim.y)
    for (int X = threadIdx.x; X < outWidth; X += blockDim.x) {
      int Y0 = Y * height / outHeight, X0 = X * width / outWidth;
      int Y1 = ((Y + 1) * height + outHeight - 1) / outHeight;
      int X1 = ((X + 1) * width + outWidth - 1) / outWidth;
      float Sum = 0;
      for (int V = Y0; V < Y1; ++V)
        for (int U = X0; U < X1; ++U)
          Sum += In[V * width + U];
      Out[Y * outWidth + X] = Sum / ((Y1 - Y0) * (X1 - X0));
    }
}

/// Sources are found with a scale in floating point.
__global__ void upsample_nearest2d_out_frame(const float *idata, float *odata,
                                             int nc, int height1, int width1,
                                             int height2, int width2,
                                             float height_scale,
                                             float width_scale) {
  int W2 = threadIdx.x + blockIdx.x * blockDim.x;
  int H2 = threadIdx.y + blockIdx.y * blockDim.y;
  if (W2 >= width2 || H2 >= height2)
    return;
  int H1 = min(static_cast<int>(floorf(H2 * height_scale)), height1 - 1);
  int W1 = min(static_cast<int>(floorf(W2 * width_scale)), width1 - 1);
  for (int Map = threadIdx.z + blockIdx.z * blockDim.z; Map < nc;
       Map += blockDim.z * gridDim.z)
    odata[(Map * height2 + H2) * width2 + W2] =
        idata[(Map * height1 + H1) * width1 + W1];
}

#else

static float value(size_t I) { return float(I * 7 % 89); }

static void launches(Host &H) {
  // The pool after the first convolution of ResNet-50.
  int Batch = H.size(32, 2), Channels = H.size(64, 3), Edge = H.size(112, 10),
      Pooled = Edge / 2;
  PoolShape S = {Channels, Edge, Edge, Pooled, Pooled, 3, 2, 1};
  int Maps = Batch * Channels;
  size_t In = size_t(Maps) * size_t(Edge) * size_t(Edge),
         Out = size_t(Maps) * size_t(Pooled) * size_t(Pooled);
  auto *X = H.buffer<float>("x", In, value);
  auto *Y = H.buffer<float>("y", Out);
  auto *Mask = H.buffer<long>("mask", Out);
  H.launch("max_pool_forward_nchw", unsigned(Out + 255) / 256, 256, int(Out), X,
           S, Y, Mask)
      .is(Idempotent);
  auto *Gradient = H.buffer<float>("gradient", In);
  H.launch(
       "max_pool_backward_nchw",
       {unsigned(Edge * Edge + 255) / 256, H.size(32u, 1u), H.size(64u, 2u)},
       256, Y, Mask, Batch, S, Gradient)
      .is(Idempotent);

  // VGG: 14 x 14 to 7 x 7; here with borders that do not divide.
  int Features = H.size(32 * 512, 5), From = H.size(14, 11), To = 7;
  auto *Wide = H.buffer<float>(
      "wide", size_t(Features) * size_t(From) * size_t(From), value);
  auto *Small = H.buffer<float>("small", size_t(Features) * size_t(To * To));
  H.launch("adaptive_average_pool_kernel", {unsigned(Features), 1}, {32, 8},
           Wide, Small, From, From, To, To)
      .is(Idempotent);

  // The decoder of a U-Net.
  int Low = H.size(32, 6), High = 2 * Low, Nc = H.size(4 * 512, 4);
  auto *Coarse =
      H.buffer<float>("coarse", size_t(Nc) * size_t(Low) * size_t(Low), value);
  auto *Fine =
      H.buffer<float>("fine", size_t(Nc) * size_t(High) * size_t(High));
  H.launch("upsample_nearest2d_out_frame",
           {unsigned(High + 31) / 32, unsigned(High + 7) / 8, H.size(64u, 2u)},
           {32, 8}, Coarse, Fine, Nc, Low, Low, High, High, 0.5f, 0.5f)
      .is(Idempotent);
}
SUITE(frameworks, pooling)

#endif
