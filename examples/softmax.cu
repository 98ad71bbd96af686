//===- softmax.cu - Softmax of each row -----------------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One block per row, three passes over it: maximum, sum, result. Idempotent as
// long as no byte of the input is written. With a leading dimension the result
// may lie in the columns beside the input: the address ranges overlap, the
// bytes do not.
//
//===----------------------------------------------------------------------===//

#include "support.h"

constexpr int BlockSize = 128;

__global__ void softmaxRows(float *out, const float *in, int cols, int ld) {
  __shared__ float Scratch[BlockSize];
  const float *Row = in + blockIdx.x * ld;

  float Max = -INFINITY;
  for (int c = threadIdx.x; c < cols; c += BlockSize)
    Max = fmaxf(Max, Row[c]);
  Scratch[threadIdx.x] = Max;
  __syncthreads();
  for (unsigned Half = BlockSize / 2; Half > 0; Half /= 2) {
    if (threadIdx.x < Half)
      Scratch[threadIdx.x] =
          fmaxf(Scratch[threadIdx.x], Scratch[threadIdx.x + Half]);
    __syncthreads();
  }
  Max = Scratch[0];
  __syncthreads();

  float Sum = 0.0f;
  for (int c = threadIdx.x; c < cols; c += BlockSize)
    Sum += expf(Row[c] - Max);
  Scratch[threadIdx.x] = Sum;
  __syncthreads();
  for (unsigned Half = BlockSize / 2; Half > 0; Half /= 2) {
    if (threadIdx.x < Half)
      Scratch[threadIdx.x] += Scratch[threadIdx.x + Half];
    __syncthreads();
  }
  Sum = Scratch[0];

  for (int c = threadIdx.x; c < cols; c += BlockSize)
    out[blockIdx.x * ld + c] = expf(Row[c] - Max) / Sum;
}

static void reference(float *Out, const float *In, int Rows, int Cols, int Ld) {
  for (int R = 0; R < Rows; ++R) {
    float Max = -INFINITY, Sum = 0.0f;
    for (int C = 0; C < Cols; ++C)
      Max = std::fmax(Max, In[R * Ld + C]);
    for (int C = 0; C < Cols; ++C)
      Sum += std::exp(In[R * Ld + C] - Max);
    for (int C = 0; C < Cols; ++C)
      Out[R * Ld + C] = std::exp(In[R * Ld + C] - Max) / Sum;
  }
}

int main() {
  const int Rows = 16, Cols = 300;
  std::vector<float> In = testData(Rows * Cols, 1), Want(In.size());
  reference(Want.data(), In.data(), Rows, Cols, Cols);

  // Two buffers.
  Buffer<float> DevIn(In), DevOut(In.size());
  softmaxRows<<<Rows, BlockSize>>>(DevOut.data(), DevIn.data(), Cols, Cols);
  finishLaunch();
  expectNear("disjoint", DevOut.read(), Want);

  // In place: correct once, wrong if it is run again.
  softmaxRows<<<Rows, BlockSize>>>(DevIn.data(), DevIn.data(), Cols, Cols);
  finishLaunch();
  expectNear("in place", DevIn.read(), Want);

  // Side by side: rows of 2 * Cols elements.
  std::vector<float> Both = testData(2 * Rows * Cols, 2);
  Buffer<float> DevBoth(Both);
  softmaxRows<<<Rows, BlockSize>>>(DevBoth.data() + Cols, DevBoth.data(), Cols,
                                   2 * Cols);
  finishLaunch();
  std::vector<float> Second = Both;
  reference(Second.data() + Cols, Both.data(), Rows, Cols, 2 * Cols);
  expectNear("side by side", DevBoth.read(), Second);
}
