//===- triton.cu - Programs over tiles with masks (Triton) ----------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A program is a block; its index takes part in no comparison but those of
// masks. Numbers that are multiples of 16 were found when the kernel was made,
// strides of 1 are gone, masked loads give 0 elsewhere. A persistent kernel
// starts one program for each multiprocessor and loops over tiles, in an order
// that shares rows of them. Sums of other programs are joined under a lock.
//
//===----------------------------------------------------------------------===//

// REQUIRES: cuda
// RUN: %suites --oracle frameworks/triton | FileCheck %s

// CHECK: frameworks/triton triton_poi_fused_add_gelu non-idempotent non-idempotent 12 0 12 0 0 1
// CHECK: frameworks/triton triton_softmax_kernel conditional conditional 1 1 0 0 0 1
// CHECK: frameworks/triton matmul_kernel_persistent conditional conditional 12 12 0 0 0 1
// CHECK: frameworks/triton layer_norm_bwd_dx_fused non-idempotent non-idempotent 1 0 1 0 0 1
// CHECK: frameworks/triton layer_norm_bwd_dw conditional conditional 1 1 0 0 0 1
// CHECK: frameworks/triton triton_seeded_dropout conditional conditional 36 36 0 0 0 1

// CHECK: condition: frameworks/triton triton_softmax_kernel: disjoint(output_ptr[0 .. 4n_cols + 4n_rows*output_row_stride - 4output_row_stride),
// CHECK: condition: frameworks/triton matmul_kernel_persistent: disjoint(c_ptr[*], a_ptr[0 .. 4K + 4M*stride_am - 4stride_am)) and disjoint(c_ptr[*],
// CHECK: condition: frameworks/triton layer_norm_bwd_dw: disjoint(FINAL_DW[0 .. 4N), DW[0 .. 4M*N))
// CHECK: condition: frameworks/triton triton_seeded_dropout: disjoint(output_ptr[0 .. 4n_elements), x_ptr[0 .. 4n_elements))

#include "Suite.h"

#if SUITE_DEVICE

constexpr int Threads = 128;

__device__ float maskedLoad(const float *P, bool Mask, float Other = 0) {
  return Mask ? *P : Other;
}
__device__ void maskedStore(float *P, float V, bool Mask) {
  if (Mask)
    *P = V;
}
__device__ float sumOfProgram(float V) {
  __shared__ float Warps[Threads / 32];
  for (int D = 16; D > 0; D /= 2)
    V += __shfl_xor_sync(~0u, V, D);
  __syncthreads();
  if (threadIdx.x % 32 == 0)
    Warps[threadIdx.x / 32] = V;
  __syncthreads();
  return Warps[0] + Warps[1] + Warps[2] + Warps[3];
}

/// Tiles of 1024 elements, 8 a thread.
__global__ void __launch_bounds__(Threads)
    triton_poi_fused_add_gelu(float *in_out_ptr0, const float *in_ptr0,
                              float *out_ptr0, int xnumel) {
  int Offset = blockIdx.x * 1024 + threadIdx.x;
#pragma unroll
  for (int I = 0; I < 8; ++I) {
    int X = Offset + I * Threads;
    bool Mask = X < xnumel;
    float V = maskedLoad(in_out_ptr0 + X, Mask) +
              maskedLoad(in_ptr0 + X % 3072, Mask);
    maskedStore(in_out_ptr0 + X, V, Mask);
    maskedStore(out_ptr0 + X, V * 0.5f * (1 + erff(V * 0.70710678f)), Mask);
  }
}

/// A row a program, as wide as the next power of two.
__global__ void __launch_bounds__(Threads)
    triton_softmax_kernel(float *output_ptr, const float *input_ptr,
                          int input_row_stride, int output_row_stride,
                          int n_rows, int n_cols) {
  constexpr int Each = 1024 / Threads;
  for (int Row = blockIdx.x; Row < n_rows; Row += gridDim.x) {
    float V[Each], Sum = 0;
#pragma unroll
    for (int I = 0; I < Each; ++I) {
      int C = threadIdx.x + I * Threads;
      V[I] = __expf(maskedLoad(input_ptr + Row * input_row_stride + C,
                               C < n_cols, -1e30f));
      Sum += V[I];
    }
    Sum = sumOfProgram(Sum);
#pragma unroll
    for (int I = 0; I < Each; ++I) {
      int C = threadIdx.x + I * Threads;
      maskedStore(output_ptr + Row * output_row_stride + C, V[I] / Sum,
                  C < n_cols);
    }
  }
}

/// C = A B in tiles of 32 x 32; groups of 8 rows of tiles.
__global__ void __launch_bounds__(Threads)
    matmul_kernel_persistent(const float *a_ptr, const float *b_ptr,
                             float *c_ptr, int M, int N, int K, int stride_am,
                             int stride_bk, int stride_cm, int NUM_SMS) {
  __shared__ float A[32][33], B[32][33];
  int PidM = (M + 31) / 32, PidN = (N + 31) / 32, Group = 8 * PidN;
  for (int TileId = blockIdx.x; TileId < PidM * PidN; TileId += NUM_SMS) {
    int First = TileId / Group * 8, Size = min(PidM - First, 8);
    int RowTile = First + TileId % Group % Size;
    int ColumnTile = TileId % Group / Size;
    int Lane = threadIdx.x % 32, Warp = threadIdx.x / 32;
    float Acc[8] = {};
    for (int Start = 0; Start < K; Start += 32) {
#pragma unroll
      for (int I = 0; I < 8; ++I) {
        int R = Warp + I * 4;
        // Rows outside wrap around to others; their results are not stored.
        A[R][Lane] = maskedLoad(a_ptr + (RowTile * 32 + R) % M * stride_am +
                                    Start + Lane,
                                Start + Lane < K);
        B[R][Lane] = maskedLoad(b_ptr + (Start + R) * stride_bk +
                                    (ColumnTile * 32 + Lane) % N,
                                Start + R < K);
      }
      __syncthreads();
#pragma unroll
      for (int I = 0; I < 8; ++I)
        for (int J = 0; J < 32; ++J)
          Acc[I] += A[Warp + I * 4][J] * B[J][Lane];
      __syncthreads();
    }
#pragma unroll
    for (int I = 0; I < 8; ++I) {
      int R = RowTile * 32 + Warp + I * 4, C = ColumnTile * 32 + Lane;
      maskedStore(c_ptr + R * stride_cm + C, Acc[I], R < M && C < N);
    }
  }
}

/// Layer norm's gradient: a row a program, and its part of the weight's under
/// the lock of its group.
__global__ void __launch_bounds__(Threads)
    layer_norm_bwd_dx_fused(float *DX, const float *DY, float *DW,
                            const float *X, const float *W, const float *Mean,
                            const float *Rstd, int *Lock, int stride, int N,
                            int GROUP_SIZE_M) {
  int Row = blockIdx.x, Group = Row % GROUP_SIZE_M;
  float M = Mean[Row], R = Rstd[Row], C1 = 0, C2 = 0;
  for (int C = threadIdx.x; C < N; C += Threads) {
    float XHat = (X[Row * stride + C] - M) * R;
    float WDy = W[C] * DY[Row * stride + C];
    C1 += XHat * WDy, C2 += WDy;
  }
  C1 = sumOfProgram(C1) / N, C2 = sumOfProgram(C2) / N;
  for (int C = threadIdx.x; C < N; C += Threads) {
    float XHat = (X[Row * stride + C] - M) * R;
    DX[Row * stride + C] = (W[C] * DY[Row * stride + C] - (XHat * C1 + C2)) * R;
  }
  int *Count = Lock + GROUP_SIZE_M + Group;
  if (threadIdx.x == 0)
    while (atomicCAS(Lock + Group, 0, 1) == 1)
      ;
  __syncthreads();
  bool IsFirst = *Count == 0;
  for (int C = threadIdx.x; C < N; C += Threads) {
    float Part = DY[Row * stride + C] * (X[Row * stride + C] - M) * R;
    DW[Group * N + C] = IsFirst ? Part : Part + DW[Group * N + C];
  }
  __syncthreads();
  if (threadIdx.x == 0) {
    *Count = 1;
    __threadfence();
    atomicExch(Lock + Group, 0);
  }
}

/// Columns of the groups' parts are added up.
__global__ void __launch_bounds__(Threads)
    layer_norm_bwd_dw(const float *DW, float *FINAL_DW, int M, int N) {
  int Column = blockIdx.x * 32 + threadIdx.x % 32;
  __shared__ float Parts[4][32];
  float Sum = 0;
  for (int R = threadIdx.x / 32; R < M; R += 4)
    Sum += maskedLoad(DW + R * N + Column, Column < N);
  Parts[threadIdx.x / 32][threadIdx.x % 32] = Sum;
  __syncthreads();
  if (threadIdx.x < 32)
    maskedStore(FINAL_DW + Column,
                Parts[0][threadIdx.x] + Parts[1][threadIdx.x] +
                    Parts[2][threadIdx.x] + Parts[3][threadIdx.x],
                Column < N);
}

/// The seed's dropout again, to keep nothing for the backward pass.
__global__ void __launch_bounds__(Threads)
    triton_seeded_dropout(const float *x_ptr, float *output_ptr, int n_elements,
                          float p, int seed) {
  int Offset = blockIdx.x * 512 + threadIdx.x * 4;
#pragma unroll
  for (int I = 0; I < 4; ++I) {
    unsigned R = static_cast<unsigned>(Offset + I) * 0x9E3779B9u ^ seed;
    R = (R ^ (R >> 15)) * 0x85EBCA6Bu;
    bool Mask = Offset + I<n_elements, Keep = R * 2.3283064e-10f> p;
    float V = maskedLoad(x_ptr + Offset + I, Mask);
    maskedStore(output_ptr + Offset + I, Keep ? V / (1 - p) : 0, Mask);
  }
}

#else

static float value(size_t I) { return float(I % 53) * 0.02f - 0.5f; }

static void launches(Host &H) {
  // GPT-2's MLP: 4 x 1024 tokens, 3072 wide.
  int N = H.size(4096 * 3072, 3072);
  auto *Hidden = H.buffer<float>("buf0", N, value);
  auto *Bias = H.buffer<float>("arg1", 3072, value);
  auto *Out = H.buffer<float>("buf1", N);
  H.launch("triton_poi_fused_add_gelu", unsigned(N + 1023) / 1024, 128, Hidden,
           Bias, Out, N)
      .is(Clobbers)
      .times(12);
  H.launch("triton_seeded_dropout", unsigned(N + 511) / 512, 128, Hidden, Out,
           N, 0.1f, 123)
      .is(Idempotent)
      .times(36);

  int Rows = H.size(1823, 7), Columns = H.size(781, 300);
  auto *Scores =
      H.buffer<float>("scores", size_t(Rows) * size_t(Columns), value);
  auto *Soft = H.buffer<float>("soft", size_t(Rows) * size_t(Columns));
  H.launch("triton_softmax_kernel", H.size(132 * 8, 3), 128, Soft, Scores,
           Columns, Columns, Rows, Columns)
      .is(Idempotent);

  int M = H.size(4096, 50), K = H.size(768, 64), Wide = H.size(3072, 70);
  unsigned Programs = H.size(132, 3);
  auto *A = H.buffer<float>("a", size_t(M) * size_t(K), value);
  auto *B = H.buffer<float>("b", size_t(K) * size_t(Wide), value);
  auto *C = H.buffer<float>("c", size_t(M) * size_t(Wide));
  H.launch("matmul_kernel_persistent", Programs, 128, A, B, C, M, Wide, K, K,
           Wide, Wide, int(Programs))
      .is(Idempotent)
      .times(12);

  // The tutorial's sizes: 4096 rows of 8192.
  int Length = H.size(8192, 150), Groups = H.size(64, 2),
      Count = H.size(4096, 5);
  size_t Size = size_t(Count) * size_t(Length);
  auto *X = H.buffer<float>("x", Size, value);
  auto *DY = H.buffer<float>("dy", Size, value);
  auto *DX = H.buffer<float>("dx", Size);
  auto *W = H.buffer<float>("w", Length, value);
  auto *Mean = H.buffer<float>("mean", Count);
  auto *Rstd = H.buffer<float>("rstd", Count, [](size_t) { return 1; });
  auto *Locks = H.buffer<int>("locks", 2 * size_t(Groups));
  auto *Partial = H.buffer<float>("partial", size_t(Groups) * size_t(Length));
  auto *DW = H.buffer<float>("dw", Length);
  H.launch("layer_norm_bwd_dx_fused", Count, 128, DX, DY, Partial, X, W, Mean,
           Rstd, Locks, Length, Length, Groups)
      .is(Clobbers);
  H.launch("layer_norm_bwd_dw", unsigned(Length + 31) / 32, 128, Partial, DW,
           Groups, Length)
      .is(Idempotent);
}
SUITE(frameworks, triton)

#endif
