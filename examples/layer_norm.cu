//===- layer_norm.cu - Layer normalisation of each row --------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One block per row: mean and variance, then scale and shift. Idempotent as
// long as the output overlaps none of the row data, gamma and beta. Frameworks
// also call it in place, and then it is not.
//
//===----------------------------------------------------------------------===//

#include "support.h"

constexpr int BlockSize = 128;

__device__ float blockSum(float Value, float *Scratch) {
  Scratch[threadIdx.x] = Value;
  __syncthreads();
  for (unsigned Half = BlockSize / 2; Half > 0; Half /= 2) {
    if (threadIdx.x < Half)
      Scratch[threadIdx.x] += Scratch[threadIdx.x + Half];
    __syncthreads();
  }
  float Sum = Scratch[0];
  __syncthreads();
  return Sum;
}

__global__ void layerNorm(float *out, const float *in, const float *gamma,
                          const float *beta, int cols, float eps) {
  __shared__ float Scratch[BlockSize];
  const float *Row = in + blockIdx.x * cols;

  float Sum = 0.0f;
  for (int c = threadIdx.x; c < cols; c += BlockSize)
    Sum += Row[c];
  float Mean = blockSum(Sum, Scratch) / cols;

  float Squares = 0.0f;
  for (int c = threadIdx.x; c < cols; c += BlockSize)
    Squares += (Row[c] - Mean) * (Row[c] - Mean);
  float Scale = rsqrtf(blockSum(Squares, Scratch) / cols + eps);

  for (int c = threadIdx.x; c < cols; c += BlockSize)
    out[blockIdx.x * cols + c] = (Row[c] - Mean) * Scale * gamma[c] + beta[c];
}

static void reference(float *Out, const float *In, const float *Gamma,
                      const float *Beta, int Rows, int Cols, float Eps) {
  for (int R = 0; R < Rows; ++R) {
    const float *Row = In + R * Cols;
    float Mean = 0.0f, Variance = 0.0f;
    for (int C = 0; C < Cols; ++C)
      Mean += Row[C] / Cols;
    for (int C = 0; C < Cols; ++C)
      Variance += (Row[C] - Mean) * (Row[C] - Mean) / Cols;
    for (int C = 0; C < Cols; ++C)
      Out[R * Cols + C] =
          (Row[C] - Mean) / std::sqrt(Variance + Eps) * Gamma[C] + Beta[C];
  }
}

int main() {
  const int Rows = 16, Cols = 300;
  const float Eps = 1e-5f;
  std::vector<float> In = testData(Rows * Cols, 1), Want(In.size());
  std::vector<float> Gamma = testData(Cols, 2), Beta = testData(Cols, 3);
  reference(Want.data(), In.data(), Gamma.data(), Beta.data(), Rows, Cols, Eps);
  Buffer<float> DevIn(In), DevOut(In.size()), DevGamma(Gamma), DevBeta(Beta);

  // Four buffers.
  layerNorm<<<Rows, BlockSize>>>(DevOut.data(), DevIn.data(), DevGamma.data(),
                                 DevBeta.data(), Cols, Eps);
  finishLaunch();
  expectNear("disjoint", DevOut.read(), Want, 1e-3);

  // One buffer for gamma and beta: reads may overlap as they like.
  layerNorm<<<Rows, BlockSize>>>(DevOut.data(), DevIn.data(), DevGamma.data(),
                                 DevGamma.data(), Cols, Eps);
  finishLaunch();
  std::vector<float> Shared(In.size());
  reference(Shared.data(), In.data(), Gamma.data(), Gamma.data(), Rows, Cols,
            Eps);
  expectNear("shared weights", DevOut.read(), Shared, 1e-3);

  // In place: correct once, wrong if it is run again.
  layerNorm<<<Rows, BlockSize>>>(DevIn.data(), DevIn.data(), DevGamma.data(),
                                 DevBeta.data(), Cols, Eps);
  finishLaunch();
  expectNear("in place", DevIn.read(), Want, 1e-3);
}
