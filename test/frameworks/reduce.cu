//===- reduce.cu - Reductions over any dimensions (PyTorch) ---------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One kernel for all shapes. A struct says which part of the input each thread,
// block row and block reads. Where several blocks share an output, each leaves
// its part in a buffer and counts itself in a semaphore; the block that comes
// last adds the parts up.
//
//===----------------------------------------------------------------------===//

// REQUIRES: cuda
// RUN: %suites --oracle frameworks/reduce | FileCheck %s
// Not yet: which block comes last decides that it writes; in launches with one
// block for each output nothing depends on that.

// CHECK: frameworks/reduce reduce_kernel<512> unknown conditional 76 74 0 2 0 5

#include "FastDivision.h"

struct ReduceConfig {
  int Inputs, Outputs;
  int StepInput, StepOutput, BlocksPerOutput;
  int InputMult[3], OutputMult[2]; ///< Of threadIdx.x, threadIdx.y, the block.
  int BlockWidth, BlockHeight;
};

struct SumOp {
  float Factor; ///< Of the result: sums and means.
  ReduceConfig Config;
  OffsetCalculator<1> InputOffsets;  ///< In elements.
  OffsetCalculator<2> OutputOffsets; ///< In bytes, of the output and the input.
  const float *Source;
  char *Target;
  float *Parts;
  int *Semaphores;
  bool Accumulate, Final;
};

#if SUITE_DEVICE

struct Reduction {
  const SumOp &P;

  __device__ int firstInput() const {
    int I = threadIdx.x * P.Config.InputMult[0] +
            threadIdx.y * P.Config.InputMult[1];
    return I + blockIdx.y * P.Config.InputMult[2];
  }
  __device__ int output() const {
    int I = threadIdx.x * P.Config.OutputMult[0] +
            threadIdx.y * P.Config.OutputMult[1];
    return I + blockIdx.x * P.Config.StepOutput;
  }
  __device__ bool stores(int Out) const {
    return Out < P.Config.Outputs &&
           (P.Config.InputMult[0] == 0 || threadIdx.x == 0) &&
           (P.Config.InputMult[1] == 0 || threadIdx.y == 0);
  }
  __device__ int part(int Block) const {
    int Offset = Block + blockIdx.x * gridDim.y;
    if (P.Config.InputMult[0] == 0)
      Offset = threadIdx.x + Offset * blockDim.x;
    return Offset;
  }

  /// Four chains of sums, to have loads in flight.
  __device__ float ofThread(const float *Data) const {
    constexpr int Chains = 4;
    int I = firstInput(), End = P.Config.Inputs, Step = P.Config.StepInput;
    float Sums[Chains] = {};
    while (I + (Chains - 1) * Step < End) {
#pragma unroll
      for (int C = 0; C < Chains; ++C)
        Sums[C] += Data[offset(I + C * Step)];
      I += Step * Chains;
    }
#pragma unroll
    for (int C = 0; C < Chains; ++C) {
      if (I >= End)
        break;
      Sums[C] += Data[offset(I)];
      I += Step;
    }
    return Sums[0] + Sums[1] + Sums[2] + Sums[3];
  }
  __device__ unsigned offset(int I) const {
    unsigned O[1];
    P.InputOffsets.offsets(I, O);
    return O[0];
  }

  __device__ float ofBlock(float Value, float *Shared) const {
    int Width = blockDim.x;
    if (P.Config.InputMult[1]) {
      Shared[threadIdx.x + threadIdx.y * Width] = Value;
      for (int Half = blockDim.y / 2; Half > 0; Half >>= 1) {
        __syncthreads();
        if (threadIdx.y < Half) {
          Value += Shared[threadIdx.x + (threadIdx.y + Half) * Width];
          Shared[threadIdx.x + threadIdx.y * Width] = Value;
        }
      }
    }
    if (P.Config.InputMult[0]) {
      if (Width > warpSize) {
        int Base = threadIdx.x + threadIdx.y * Width;
        __syncthreads();
        Shared[Base] = Value;
        for (int Half = Width / 2; Half >= warpSize; Half >>= 1) {
          __syncthreads();
          if (threadIdx.x < Half && threadIdx.x + Half < Width) {
            Value += Shared[Base + Half];
            Shared[Base] = Value;
          }
        }
        Width = warpSize;
      }
      __syncthreads();
      for (int Lane = 1; Lane < Width; Lane <<= 1)
        Value += __shfl_down_sync(~0u, Value, Lane);
    }
    return Value;
  }

  __device__ void store(float *To, float Value) const {
    if (P.Accumulate)
      Value += *To;
    *To = P.Final ? Value * P.Factor : Value;
  }

  __device__ void ofGrid(float Value, float *To, int Out, float *Shared) const {
    __shared__ bool IsLast;
    bool Stores = stores(Out);
    if (Stores)
      P.Parts[part(blockIdx.y)] = Value;
    __threadfence();
    __syncthreads();
    if (threadIdx.x == 0 && threadIdx.y == 0)
      IsLast = atomicAdd(&P.Semaphores[blockIdx.x], 1) == gridDim.y - 1;
    __syncthreads();
    if (!IsLast)
      return;
    __threadfence();
    Value = 0;
    int I = P.Config.InputMult[0] ? threadIdx.x + threadIdx.y * blockDim.x
                                  : threadIdx.y;
    int Step = P.Config.InputMult[0] ? blockDim.x * blockDim.y : blockDim.y;
    for (; I < P.Config.BlocksPerOutput; I += Step)
      Value += P.Parts[part(I)];
    Value = ofBlock(Value, Shared);
    if (Stores)
      store(To, Value);
  }

  __device__ void run(float *Shared) const {
    int Out = output();
    unsigned Base[2];
    P.OutputOffsets.offsets(Out, Base);
    float Value = 0;
    if (Out < P.Config.Outputs && firstInput() < P.Config.Inputs)
      Value = ofThread(reinterpret_cast<const float *>(
          reinterpret_cast<const char *>(P.Source) + Base[1]));
    Value = ofBlock(Value, Shared);
    auto *To = reinterpret_cast<float *>(P.Target + Base[0]);
    if (P.Config.BlocksPerOutput > 1)
      ofGrid(Value, To, Out, Shared);
    else if (stores(Out))
      store(To, Value);
  }
};

template <int MaxThreads>
__global__ void __launch_bounds__(MaxThreads) reduce_kernel(SumOp Op) {
  extern __shared__ float Shared[];
  Reduction{Op}.run(Shared);
}

template __global__ void reduce_kernel<512>(SumOp);

#else

/// Rows of contiguous elements to one each: a warp or more for a row.
static SumOp rows(unsigned Rows, unsigned Columns, const float *From, float *To,
                  int Width, int Height, int Blocks) {
  SumOp Op = {};
  Op.Factor = 1;
  ReduceConfig &C = Op.Config;
  C.Inputs = int(Columns), C.Outputs = int(Rows);
  C.BlockWidth = Width, C.BlockHeight = Height;
  C.BlocksPerOutput = Blocks;
  C.InputMult[0] = 1;
  if (Blocks > 1)
    C.InputMult[1] = Width, C.InputMult[2] = Width * Height;
  else
    C.OutputMult[1] = 1;
  C.StepInput = Blocks > 1 ? Width * Height * Blocks : Width;
  C.StepOutput = Blocks > 1 ? 1 : Height;
  Op.InputOffsets = offsetsFor<1>({Columns}, {{1}});
  Op.OutputOffsets = offsetsFor<2>({Rows}, {{4}, {4 * Columns}});
  Op.Source = From;
  Op.Target = reinterpret_cast<char *>(To);
  Op.Final = true;
  return Op;
}

static void launches(Host &H) {
  const char *Kernel = "reduce_kernel<512>";
  auto Value = [](size_t I) { return float(I % 13) - 6; };
  // Global average pooling of ResNet-50.
  unsigned Maps = H.size(32 * 2048, 37), Pixels = 49;
  auto *Features = H.buffer<float>("features", size_t(Maps) * Pixels, Value);
  auto *Pooled = H.buffer<float>("pooled", Maps);
  SumOp Mean = rows(Maps, Pixels, Features, Pooled, 32, 16, 1);
  Mean.Factor = 1.0f / 49;
  H.launch(Kernel, (Maps + 15) / 16, {32, 16}, Mean)
      .is(Idempotent)
      .shared(32 * 16 * 4);

  // The loss over all tokens of GPT-2: many blocks for one number.
  unsigned Tokens = H.size(8 * 1024 * 768, 5000);
  int Blocks = H.size(132, 3);
  auto *Losses = H.buffer<float>("losses", Tokens, Value);
  auto *Loss = H.buffer<float>("loss", 1);
  auto *Parts = H.buffer<float>("parts", size_t(Blocks) * 512);
  auto *Semaphores = H.buffer<int>("semaphores", 64);
  SumOp Whole = rows(1, Tokens, Losses, Loss, 32, 16, Blocks);
  Whole.Parts = Parts, Whole.Semaphores = Semaphores;
  H.launch(Kernel, {1, unsigned(Blocks)}, {32, 16}, Whole)
      .is(Clobbers)
      .shared(32 * 16 * 4);
  // In two parts, the second adds to what the first left.
  SumOp First = rows(1, Tokens / 2, Losses, Loss, 32, 16, 1);
  First.Final = false;
  First.Config.InputMult[1] = 32, First.Config.OutputMult[1] = 0;
  First.Config.StepInput = 512, First.Config.StepOutput = 1;
  H.launch(Kernel, 1, {32, 16}, First).is(Idempotent).shared(32 * 16 * 4);
  SumOp Second = First;
  Second.Source = Losses + Tokens / 2;
  Second.Accumulate = Second.Final = true;
  H.launch(Kernel, 1, {32, 16}, Second).is(Clobbers).shared(32 * 16 * 4);

  // The gradient of a bias of BERT-base: columns of a matrix.
  unsigned Rows = H.size(16 * 512, 50), Columns = H.size(768, 70);
  auto *Gradient = H.buffer<float>("gradient", size_t(Rows) * Columns, Value);
  auto *Bias = H.buffer<float>("bias", Columns);
  SumOp Down = {};
  Down.Factor = 1;
  Down.Final = true;
  Down.Config = {int(Rows), int(Columns), 16, 32, 1, {0, 1, 0}, {1, 0}, 32, 16};
  Down.InputOffsets = offsetsFor<1>({Rows}, {{Columns}});
  Down.OutputOffsets = offsetsFor<2>({Columns}, {{4}, {4}});
  Down.Source = Gradient;
  Down.Target = reinterpret_cast<char *>(Bias);
  H.launch(Kernel, (Columns + 31) / 32, {32, 16}, Down)
      .is(Idempotent)
      .shared(32 * 16 * 4)
      .times(72);
}
SUITE(frameworks, reduce)

#endif
