//===- activation_inplace.cu - GELU over a buffer, in place ---------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A grid-stride loop that replaces every element by a function of itself, as
// frameworks do to save memory: never idempotent, and the backup set is exactly
// the buffer.
//
//===----------------------------------------------------------------------===//

#include "support.h"

__global__ void geluInPlace(float *X, int n) {
  for (int i = blockIdx.x * blockDim.x + threadIdx.x; i < n;
       i += blockDim.x * gridDim.x) {
    float x = X[i];
    X[i] = 0.5f * x * (1.0f + erff(x * 0.70710678f));
  }
}

static void reference(std::vector<float> &X, int First, int Count) {
  for (int I = First; I < First + Count; ++I)
    X[I] = 0.5f * X[I] * (1.0f + std::erf(X[I] * 0.70710678f));
}

int main() {
  const int N = 5000;
  std::vector<float> Want = testData(N, 1);
  Buffer<float> X(Want);

  // Fewer threads than elements.
  geluInPlace<<<4, 128>>>(X.data(), N);
  finishLaunch();
  reference(Want, 0, N);
  expectNear("few threads", X.read(), Want);

  // More threads than elements.
  geluInPlace<<<64, 128>>>(X.data(), N);
  finishLaunch();
  reference(Want, 0, N);
  expectNear("many threads", X.read(), Want);

  // A part of the buffer.
  geluInPlace<<<4, 128>>>(X.data() + 1000, 777);
  finishLaunch();
  reference(Want, 1000, 777);
  expectNear("part", X.read(), Want);
}
