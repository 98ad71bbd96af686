//===- elementwise.cu - Pointwise operators (PyTorch) ---------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Three forms of one loop. Contiguous tensors: four elements a thread in one
// load, and single ones in the block that the end lies in. Contiguous tensors
// of different types: loads and stores unrolled. Strided or broadcast tensors:
// offsets by magic numbers. The tensors' addresses are an array in a struct,
// the output's comes first.
//
//===----------------------------------------------------------------------===//

// REQUIRES: cuda
// RUN: %suites --oracle frameworks/elementwise | FileCheck %s
// Not yet: tables of pointers in a parameter are read with an index that a loop
// counts, and exact strides behind divisions by the numbers of a struct.

// CHECK: frameworks/elementwise elementwise_kernel conditional conditional 3 1 0 2 1 3
// CHECK: frameworks/elementwise vectorized_elementwise_kernel<2, AddOp> conditional conditional 17 16 1 0 0 2
// CHECK: frameworks/elementwise vectorized_elementwise_kernel<1, ClampOp> conditional conditional 51 2 49 0 0 3
// CHECK: frameworks/elementwise unrolled_elementwise_kernel<__half, float> conditional conditional 161 161 0 0 0 1
// CHECK: frameworks/elementwise strided_cast_kernel<float, __half> conditional conditional 53 53 0 0 0 1

// CHECK: condition: frameworks/elementwise elementwise_kernel: disjoint(T.Data[0][*], T.Data[1][*]) and disjoint(T.Data[0][*], T.Data[2][*])
// CHECK: condition: frameworks/elementwise unrolled_elementwise_kernel<__half, float>: disjoint(T.Data[0][0 .. 2N), T.Data[1][0 .. 4N))
// CHECK: condition: frameworks/elementwise strided_cast_kernel<float, __half>: disjoint(F.Tensors.Data[0][*], F.Tensors.Data[1][*])

#include "FastDivision.h"

template <int N> struct Addresses {
  char *Data[N];
};

constexpr int Threads = 128, PerThread = 4, BlockWork = Threads * PerThread;

template <class Out, class In> struct CastOp {
  Addresses<2> Tensors;
  OffsetCalculator<2> Offsets;
};
struct AddOp {
  float Alpha;
};
struct ClampOp {
  float Low;
};

#if SUITE_DEVICE
#include <cuda_fp16.h>

__device__ float apply(AddOp F, float A, float B) { return A + F.Alpha * B; }
__device__ float apply(ClampOp F, float A) { return A < F.Low ? F.Low : A; }

/// Inputs are those after the first.
template <int Inputs, class Op>
__device__ void element(Op F, Addresses<Inputs + 1> T, unsigned I) {
  auto *Out = reinterpret_cast<float *>(T.Data[0]);
  auto *A = reinterpret_cast<const float *>(T.Data[1]);
  if constexpr (Inputs == 1)
    Out[I] = apply(F, A[I]);
  else
    Out[I] = apply(F, A[I], reinterpret_cast<const float *>(T.Data[2])[I]);
}

template <int Inputs, class Op>
__global__ void vectorized_elementwise_kernel(int N, Op F,
                                              Addresses<Inputs + 1> T) {
  int Start = BlockWork * blockIdx.x;
  int Remaining = N - Start;
  if (Remaining < BlockWork) {
    float Args[Inputs][PerThread];
    int I = threadIdx.x;
#pragma unroll
    for (int K = 0; K < PerThread; ++K) {
      if (I < Remaining)
#pragma unroll
        for (int A = 0; A < Inputs; ++A)
          Args[A][K] =
              reinterpret_cast<const float *>(T.Data[A + 1])[Start + I];
      I += Threads;
    }
    I = threadIdx.x;
#pragma unroll
    for (int K = 0; K < PerThread; ++K) {
      if (I < Remaining) {
        auto *Out = reinterpret_cast<float *>(T.Data[0]) + Start;
        if constexpr (Inputs == 1)
          Out[I] = apply(F, Args[0][K]);
        else
          Out[I] = apply(F, Args[0][K], Args[1][K]);
      }
      I += Threads;
    }
    return;
  }
  float4 Loaded[Inputs];
#pragma unroll
  for (int A = 0; A < Inputs; ++A)
    Loaded[A] = reinterpret_cast<const float4 *>(
        reinterpret_cast<const float *>(T.Data[A + 1]) + Start)[threadIdx.x];
  float4 R, V = Loaded[0];
  if constexpr (Inputs == 1) {
    R = {apply(F, V.x), apply(F, V.y), apply(F, V.z), apply(F, V.w)};
  } else {
    float4 W = Loaded[1];
    R = {apply(F, V.x, W.x), apply(F, V.y, W.y), apply(F, V.z, W.z),
         apply(F, V.w, W.w)};
  }
  reinterpret_cast<float4 *>(reinterpret_cast<float *>(T.Data[0]) +
                             Start)[threadIdx.x] = R;
}

/// A cast of a contiguous tensor.
template <class Out, class In>
__global__ void unrolled_elementwise_kernel(int N, Addresses<2> T) {
  int Remaining = N - BlockWork * static_cast<int>(blockIdx.x);
  In Args[PerThread];
  int I = threadIdx.x;
#pragma unroll
  for (int K = 0; K < PerThread; ++K) {
    if (I >= Remaining)
      break;
    Args[K] =
        reinterpret_cast<const In *>(T.Data[1])[BlockWork * blockIdx.x + I];
    I += Threads;
  }
  I = threadIdx.x;
#pragma unroll
  for (int K = 0; K < PerThread; ++K) {
    if (I >= Remaining)
      break;
    reinterpret_cast<Out *>(T.Data[0])[BlockWork * blockIdx.x + I] =
        static_cast<Out>(static_cast<float>(Args[K]));
    I += Threads;
  }
}

/// Any strides; those of dimensions that are broadcast are 0. In bytes.
__global__ void elementwise_kernel(int N, AddOp F, Addresses<3> T,
                                   OffsetCalculator<3> Calculator) {
  int I = BlockWork * blockIdx.x + threadIdx.x;
#pragma unroll
  for (int K = 0; K < PerThread; ++K) {
    if (I < N) {
      unsigned Offset[3];
      Calculator.offsets(I, Offset);
      *reinterpret_cast<float *>(T.Data[0] + Offset[0]) =
          apply(F, *reinterpret_cast<const float *>(T.Data[1] + Offset[1]),
                *reinterpret_cast<const float *>(T.Data[2] + Offset[2]));
    }
    I += Threads;
  }
}

/// A cast between strides.
template <class Out, class In>
__global__ void strided_cast_kernel(int N, CastOp<Out, In> F) {
  int I = BlockWork * blockIdx.x + threadIdx.x;
#pragma unroll
  for (int K = 0; K < PerThread; ++K) {
    if (I < N) {
      unsigned Offset[2];
      F.Offsets.offsets(I, Offset);
      *reinterpret_cast<Out *>(F.Tensors.Data[0] + Offset[0]) =
          static_cast<Out>(static_cast<float>(
              *reinterpret_cast<const In *>(F.Tensors.Data[1] + Offset[1])));
    }
    I += Threads;
  }
}

template __global__ void vectorized_elementwise_kernel<2>(int, AddOp,
                                                          Addresses<3>);
template __global__ void vectorized_elementwise_kernel<1>(int, ClampOp,
                                                          Addresses<2>);
template __global__ void
unrolled_elementwise_kernel<__half, float>(int, Addresses<2>);
template __global__ void
strided_cast_kernel<float, __half>(int, CastOp<float, __half>);

#else

static unsigned blocksFor(unsigned N) {
  return (N + BlockWork - 1) / BlockWork;
}

template <class... T> static Addresses<sizeof...(T)> addresses(T *...P) {
  return {{reinterpret_cast<char *>(P)...}};
}

static void launches(Host &H) {
  auto Value = [](size_t I) { return float(I % 17) - 8; };
  // A residual block of ResNet-50: 32 x 256 x 56 x 56.
  unsigned Batch = H.size(32, 1), Channels = H.size(256, 3),
           Pixels = H.size(56 * 56, 361), N = Batch * Channels * Pixels;
  auto *Identity = H.buffer<float>("identity", N, Value);
  auto *Branch = H.buffer<float>("branch", N, Value);
  auto *Sum = H.buffer<float>("sum", N);
  const char *Add = "vectorized_elementwise_kernel<2, AddOp>",
             *Relu = "vectorized_elementwise_kernel<1, ClampOp>";
  H.launch(Add, blocksFor(N), Threads, int(N), AddOp{1},
           addresses(Sum, Identity, Branch))
      .is(Idempotent)
      .times(16);
  H.launch(Relu, blocksFor(N), Threads, int(N), ClampOp{0},
           addresses(Identity, Sum))
      .is(Idempotent);
  // torch.relu_(sum), and sum += branch.
  H.launch(Relu, blocksFor(N), Threads, int(N), ClampOp{0}, addresses(Sum, Sum))
      .is(Clobbers)
      .times(49);
  H.launch(Add, blocksFor(N), Threads, int(N), AddOp{1},
           addresses(Sum, Sum, Branch))
      .is(Clobbers);
  // Halves of one allocation, as a caching allocator gives out.
  unsigned Half = N / 2 / 128 * 128;
  H.launch(Relu, blocksFor(Half), Threads, int(Half), ClampOp{0},
           addresses(Sum + Half, Sum))
      .is(Idempotent);

  // Sum per channel: 1 x C x 1 x 1 is broadcast.
  auto *Bias = H.buffer<float>("bias", Channels, Value);
  auto Broadcast = offsetsFor<3>({Pixels, Channels, Batch},
                                 {{4, 4 * Pixels, 4 * Pixels * Channels},
                                  {4, 4 * Pixels, 4 * Pixels * Channels},
                                  {0, 4, 0}});
  H.launch("elementwise_kernel", blocksFor(N), Threads, int(N), AddOp{1},
           addresses(Sum, Branch, Bias), Broadcast)
      .is(Idempotent);
  // In place.
  H.launch("elementwise_kernel", blocksFor(N), Threads, int(N), AddOp{1},
           addresses(Sum, Sum, Bias), Broadcast)
      .is(Clobbers);
  // Of a contiguous tensor the even columns become the sum of the odd ones and
  // a row.
  unsigned Rows = H.size(8192, 37), Columns = H.size(2048, 26);
  auto *Matrix = H.buffer<float>("matrix", size_t(Rows) * Columns, Value);
  auto *Row = H.buffer<float>("row", Columns, Value);
  auto Interleaved = offsetsFor<3>(
      {Columns / 2, Rows}, {{8, 4 * Columns}, {8, 4 * Columns}, {4, 0}});
  H.launch("elementwise_kernel", blocksFor(Rows * Columns / 2), Threads,
           int(Rows * Columns / 2), AddOp{1},
           addresses(Matrix, Matrix + 1, Row), Interleaved)
      .is(Idempotent);

  // Autocast: weights to half precision, and the gradients of a transposed
  // weight back to single precision.
  unsigned Weights = Rows * Columns;
  auto *Low = H.buffer<half_bits>("low", Weights);
  H.launch("unrolled_elementwise_kernel<__half, float>", blocksFor(Weights),
           Threads, int(Weights), addresses(Low, Matrix))
      .is(Idempotent)
      .times(161);
  auto Transposed =
      offsetsFor<2>({Columns, Rows}, {{4, 4 * Columns}, {2 * Rows, 2}});
  H.launch("strided_cast_kernel<float, __half>", blocksFor(Weights), Threads,
           int(Weights),
           CastOp<float, half_bits>{addresses(Matrix, Low), Transposed})
      .is(Idempotent)
      .times(53);
}
SUITE(frameworks, elementwise)

#endif
