//===- tvm.cu - Kernels as a tensor compiler writes them (TVM) ------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Shapes are constants of the code, and so is the launch: each kernel is made
// for one layer. Indices are sums of quotients and remainders of blockIdx.x and
// threadIdx.x; loops over tiles are unrolled; what follows an operator is fused
// into its last loop. Sizes are those of ResNet-50 and MobileNet, the reduced
// run executes the same code.
//
//===----------------------------------------------------------------------===//

// REQUIRES: cuda
// RUN: %suites --oracle frameworks/tvm | FileCheck %s

// CHECK: frameworks/tvm tvmgen_default_fused_nn_conv2d_add_nn_relu_kernel conditional conditional 6 6 0 0 0 1
// CHECK: frameworks/tvm tvmgen_default_fused_nn_depthwise_conv2d_clip_kernel conditional conditional 13 13 0 0 0 1
// CHECK: frameworks/tvm tvmgen_default_fused_nn_dense_add_kernel conditional conditional 1 1 0 0 0 1
// CHECK: frameworks/tvm tvmgen_default_fused_add_nn_relu_kernel conditional conditional 16 4 12 0 0 2
// CHECK: frameworks/tvm tvmgen_default_winograd_data_pack_kernel conditional conditional 6 6 0 0 0 1

// CHECK: condition: frameworks/tvm tvmgen_default_fused_nn_conv2d_add_nn_relu_kernel: disjoint(T_relu[0 .. 784((blockDim.x - 1) / 14) + 6272((gridDim.x - 1) / 14) + 3920),
// CHECK: condition: frameworks/tvm tvmgen_default_fused_nn_depthwise_conv2d_clip_kernel: disjoint(compute[0 .. 25088), p0[-112 .. 100352)) and disjoint(compute[0 .. 25088), p1[0
// CHECK: condition: frameworks/tvm tvmgen_default_fused_nn_dense_add_kernel: disjoint(T_add[0 .. 4gridDim.x), p0[0 .. 4blockDim.x + 7936)) and disjoint(T_add[0 ..
// CHECK: condition: frameworks/tvm tvmgen_default_fused_add_nn_relu_kernel: disjoint(T_relu[0 .. 401408), p0[0 .. 401408)) and disjoint(T_relu[0 .. 401408), p1[0 ..
// CHECK: condition: frameworks/tvm tvmgen_default_winograd_data_pack_kernel: disjoint(data_pack[0 .. 200704), p0[-25092 .. 75268))

#include "Suite.h"

#if SUITE_DEVICE

/// 64 channels of 14 x 14 to 32, 3 x 3, padding 1; bias and relu. A block makes
/// 8 channels of one row, in steps of 4 input channels.
__global__ void __launch_bounds__(56)
    tvmgen_default_fused_nn_conv2d_add_nn_relu_kernel(
        float *__restrict__ T_relu, const float *__restrict__ p0,
        const float *__restrict__ p1, const float *__restrict__ p2) {
  float compute[2] = {0, 0};
  __shared__ float pad_temp[4 * 3 * 16], weight[8 * 4 * 9];
  int bx = (int)blockIdx.x, tx = (int)threadIdx.x;
  for (int rc_outer = 0; rc_outer < 16; ++rc_outer) {
    __syncthreads();
#pragma unroll
    for (int ax = 0; ax < 4; ++ax)
      if (ax * 56 + tx < 192)
        pad_temp[ax * 56 + tx] =
            (1 <= bx % 14 + (ax * 56 + tx) % 48 / 16 &&
             bx % 14 + (ax * 56 + tx) % 48 / 16 < 15 &&
             1 <= (ax * 56 + tx) % 16 && (ax * 56 + tx) % 16 < 15)
                ? p0[rc_outer * 784 + (ax * 56 + tx) / 48 * 196 +
                     (ax * 56 + tx) % 48 / 16 * 14 + bx % 14 * 14 +
                     (ax * 56 + tx) % 16 - 15]
                : 0.0f;
#pragma unroll
    for (int ax = 0; ax < 6; ++ax)
      if (ax * 56 + tx < 288)
        weight[ax * 56 + tx] = p1[bx / 14 * 4608 + (ax * 56 + tx) / 36 * 576 +
                                  rc_outer * 36 + (ax * 56 + tx) % 36];
    __syncthreads();
#pragma unroll
    for (int rc = 0; rc < 4; ++rc)
#pragma unroll
      for (int ry = 0; ry < 3; ++ry)
#pragma unroll
        for (int rx = 0; rx < 3; ++rx) {
          compute[0] += pad_temp[rc * 48 + ry * 16 + tx % 14 + rx] *
                        weight[tx / 14 * 36 + rc * 9 + ry * 3 + rx];
          compute[1] += pad_temp[rc * 48 + ry * 16 + tx % 14 + rx] *
                        weight[tx / 14 * 36 + 144 + rc * 9 + ry * 3 + rx];
        }
  }
#pragma unroll
  for (int ff = 0; ff < 2; ++ff)
    T_relu[bx / 14 * 1568 + ff * 784 + tx / 14 * 196 + bx % 14 * 14 + tx % 14] =
        fmaxf(compute[ff] + p2[bx / 14 * 8 + ff * 4 + tx / 14], 0.0f);
}

/// 32 channels of 28 x 28, 3 x 3, stride 2; batch norm and a clip to 6.
__global__ void __launch_bounds__(256)
    tvmgen_default_fused_nn_depthwise_conv2d_clip_kernel(
        float *__restrict__ compute, const float *__restrict__ p0,
        const float *__restrict__ p1, const float *__restrict__ p2,
        const float *__restrict__ p3) {
  int i = (int)blockIdx.x * 256 + (int)threadIdx.x;
  if (i < 6272) {
    float sum = 0.0f;
#pragma unroll
    for (int di = 0; di < 3; ++di)
#pragma unroll
      for (int dj = 0; dj < 3; ++dj)
        sum += (1 <= i % 196 / 14 * 2 + di && 1 <= i % 14 * 2 + dj
                    ? p0[i / 14 * 56 + di * 28 + i % 14 * 2 + dj - 29]
                    : 0.0f) *
               p1[i / 196 * 9 + di * 3 + dj];
    compute[i] = fmaxf(fminf(sum * p2[i / 196] + p3[i / 196], 6.0f), 0.0f);
  }
}

/// 2048 features to 1000 classes: a block for a class.
__global__ void __launch_bounds__(64)
    tvmgen_default_fused_nn_dense_add_kernel(float *__restrict__ T_add,
                                             const float *__restrict__ p0,
                                             const float *__restrict__ p1,
                                             const float *__restrict__ p2) {
  __shared__ float red_buf[64];
  float rf = 0.0f;
  for (int k = 0; k < 32; ++k)
    rf += p0[k * 64 + (int)threadIdx.x] *
          p1[(int)blockIdx.x * 2048 + k * 64 + (int)threadIdx.x];
  red_buf[threadIdx.x] = rf;
#pragma unroll
  for (int step = 32; step > 0; step >>= 1) {
    __syncthreads();
    if ((int)threadIdx.x < step)
      red_buf[threadIdx.x] += red_buf[threadIdx.x + step];
  }
  if ((int)threadIdx.x == 0)
    T_add[blockIdx.x] = red_buf[0] + p2[blockIdx.x];
}

/// Residual sum and relu of 128 x 28 x 28. The memory planner may give the
/// result the place of an operand.
__global__ void __launch_bounds__(1024)
    tvmgen_default_fused_add_nn_relu_kernel(float *__restrict__ T_relu,
                                            const float *__restrict__ p0,
                                            const float *__restrict__ p1) {
  for (int outer = 0; outer < 2; ++outer)
    if (outer * 65536 + (int)blockIdx.x * 1024 + (int)threadIdx.x < 100352)
      T_relu[outer * 65536 + (int)blockIdx.x * 1024 + (int)threadIdx.x] = fmaxf(
          p0[outer * 65536 + (int)blockIdx.x * 1024 + (int)threadIdx.x] +
              p1[outer * 65536 + (int)blockIdx.x * 1024 + (int)threadIdx.x],
          0.0f);
}

/// Winograd: tiles of 4 x 4 of 64 x 14 x 14, transformed in registers.
__global__ void __launch_bounds__(128)
    tvmgen_default_winograd_data_pack_kernel(const float *__restrict__ p0,
                                             float *__restrict__ data_pack) {
  float d[16];
  int i = (int)blockIdx.x * 128 + (int)threadIdx.x; // Channel x 7 x 7 tiles.
  if (i >= 3136)
    return;
#pragma unroll
  for (int eps = 0; eps < 4; ++eps)
#pragma unroll
    for (int nu = 0; nu < 4; ++nu) {
      int y = i % 49 / 7 * 2 + eps, x = i % 7 * 2 + nu;
      d[eps * 4 + nu] = (1 <= y && y < 15 && 1 <= x && x < 15)
                            ? p0[i / 49 * 196 + y * 14 + x - 15]
                            : 0.0f;
    }
#pragma unroll
  for (int eps = 0; eps < 4; ++eps) {
    float *r = d + eps * 4;
    float a = r[0] - r[2], b = r[1] + r[2], c = r[2] - r[1], e = r[1] - r[3];
    r[0] = a, r[1] = b, r[2] = c, r[3] = e;
  }
#pragma unroll
  for (int nu = 0; nu < 4; ++nu) {
    data_pack[nu * 3136 + i] = d[nu] - d[8 + nu];
    data_pack[(4 + nu) * 3136 + i] = d[4 + nu] + d[8 + nu];
    data_pack[(8 + nu) * 3136 + i] = d[8 + nu] - d[4 + nu];
    data_pack[(12 + nu) * 3136 + i] = d[4 + nu] - d[12 + nu];
  }
}

#else

static float value(size_t I) { return float(I % 11) - 5; }

static void launches(Host &H) {
  auto *Data = H.buffer<float>("data", 64 * 14 * 14, value);
  auto *Weight = H.buffer<float>("weight", 32 * 64 * 9, value);
  auto *Bias = H.buffer<float>("bias", 32, value);
  auto *Conv = H.buffer<float>("conv", 32 * 14 * 14);
  H.launch("tvmgen_default_fused_nn_conv2d_add_nn_relu_kernel", 4 * 14, 56,
           Conv, Data, Weight, Bias)
      .is(Idempotent)
      .times(6);

  // One workspace holds all intermediate tensors.
  constexpr size_t Wide = 32 * 28 * 28, Half = 32 * 14 * 14;
  auto *Workspace = H.buffer<float>("workspace", Wide + Half, value);
  auto *Taps = H.buffer<float>("taps", 32 * 9, value);
  auto *Scale = H.buffer<float>("scale", 32, value);
  auto *Shift = H.buffer<float>("shift", 32, value);
  H.launch("tvmgen_default_fused_nn_depthwise_conv2d_clip_kernel", 25, 256,
           Workspace + Wide, Workspace, Taps, Scale, Shift)
      .is(Idempotent)
      .times(13);

  auto *Features = H.buffer<float>("features", 2048, value);
  auto *Classes = H.buffer<float>("classes", 1000 * 2048, value);
  auto *ClassBias = H.buffer<float>("class_bias", 1000, value);
  auto *Scores = H.buffer<float>("scores", 1000);
  H.launch("tvmgen_default_fused_nn_dense_add_kernel", H.size(1000, 9), 64,
           Scores, Features, Classes, ClassBias)
      .is(Idempotent);

  constexpr size_t Maps = 128 * 28 * 28;
  auto *Left = H.buffer<float>("left", Maps, value);
  auto *Right = H.buffer<float>("right", Maps, value);
  auto *Sum = H.buffer<float>("sum", Maps);
  H.launch("tvmgen_default_fused_add_nn_relu_kernel", 64, 1024, Sum, Left,
           Right)
      .is(Idempotent)
      .times(4);
  H.launch("tvmgen_default_fused_add_nn_relu_kernel", 64, 1024, Left, Left,
           Right)
      .is(Clobbers)
      .times(12);

  auto *Pack = H.buffer<float>("data_pack", 16 * 64 * 49);
  H.launch("tvmgen_default_winograd_data_pack_kernel", 25, 128, Data, Pack)
      .is(Idempotent)
      .times(6);
}
SUITE(frameworks, tvm)

#endif
