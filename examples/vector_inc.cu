//===- vector_inc.cu - A kernel that updates what it reads ----------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Every element is read and overwritten. Whatever the arguments, a launch that
// stores anything cannot be run again: never idempotent.
//
//===----------------------------------------------------------------------===//

#include "support.h"

__global__ void vectorInc(float *A, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n)
    A[i] += 1.0f;
}

int main() {
  const int N = 2000;
  std::vector<float> Want = testData(N, 1);
  Buffer<float> A(Want);

  vectorInc<<<32, 64>>>(A.data(), N);
  finishLaunch();
  for (float &Value : Want)
    Value += 1.0f;
  expectNear("once", A.read(), Want);

  // Running it again is visible.
  vectorInc<<<32, 64>>>(A.data(), N);
  finishLaunch();
  for (float &Value : Want)
    Value += 1.0f;
  expectNear("twice", A.read(), Want);

  // No element, no update.
  vectorInc<<<32, 64>>>(A.data(), 0);
  finishLaunch();
  expectNear("none", A.read(), Want);
}
