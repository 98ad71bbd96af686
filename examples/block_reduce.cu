//===- block_reduce.cu - One partial sum per block ------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A grid-stride loop, a reduction by warp shuffles, and one store per block.
// Idempotent as long as the partial sums lie outside the input: with shuffles
// and shared memory in between, only the addresses count.
//
//===----------------------------------------------------------------------===//

#include "support.h"

constexpr int BlockSize = 256;

__device__ float warpSum(float Value) {
  for (int Offset = 16; Offset > 0; Offset /= 2)
    Value += __shfl_down_sync(0xffffffffu, Value, Offset);
  return Value;
}

__global__ void blockReduce(float *partial, const float *in, int n) {
  __shared__ float Warps[BlockSize / 32];
  float Sum = 0.0f;
  for (int i = blockIdx.x * blockDim.x + threadIdx.x; i < n;
       i += blockDim.x * gridDim.x)
    Sum += in[i];

  Sum = warpSum(Sum);
  if (threadIdx.x % 32 == 0)
    Warps[threadIdx.x / 32] = Sum;
  __syncthreads();
  if (threadIdx.x < 32) {
    Sum = threadIdx.x < BlockSize / 32 ? Warps[threadIdx.x] : 0.0f;
    Sum = warpSum(Sum);
    if (threadIdx.x == 0)
      partial[blockIdx.x] = Sum;
  }
}

static std::vector<float> reference(const float *In, int N, int Blocks) {
  std::vector<float> Partial(Blocks);
  for (int I = 0; I < N; ++I)
    Partial[I / BlockSize % Blocks] += In[I];
  return Partial;
}

int main() {
  const int Blocks = 8, N = 10000;
  std::vector<float> In = testData(N, 1);

  // Two buffers.
  Buffer<float> DevIn(In), DevPartial(Blocks);
  blockReduce<<<Blocks, BlockSize>>>(DevPartial.data(), DevIn.data(), N);
  finishLaunch();
  expectNear("disjoint", DevPartial.read(), reference(In.data(), N, Blocks),
             1e-3);

  // The partial sums right behind the input.
  std::vector<float> Both = testData(N + Blocks, 2);
  Buffer<float> DevBoth(Both);
  blockReduce<<<Blocks, BlockSize>>>(DevBoth.data() + N, DevBoth.data(), N);
  finishLaunch();
  std::vector<float> Want(Both.begin(), Both.begin() + N);
  std::vector<float> Partial = reference(Both.data(), N, Blocks);
  Want.insert(Want.end(), Partial.begin(), Partial.end());
  expectNear("behind the input", DevBoth.read(), Want, 1e-3);

  // One block reduces the partial sums onto the first of them. The launch reads
  // that sum before it overwrites it and must not be run again.
  blockReduce<<<1, BlockSize>>>(DevPartial.data(), DevPartial.data(), Blocks);
  finishLaunch();
  std::vector<float> First = reference(In.data(), N, Blocks);
  First = reference(First.data(), Blocks, 1);
  expectNear("onto itself", DevPartial.read(), First, 1e-3);
}
