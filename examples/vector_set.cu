//===- vector_set.cu - A kernel that only writes --------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Nothing is read, so no launch can clobber what it reads: always idempotent.
//
//===----------------------------------------------------------------------===//

#include "support.h"

__global__ void vectorSet(float *A, float v, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n)
    A[i] = v;
}

int main() {
  const int N = 2000;
  Buffer<float> A(testData(N, 1));

  vectorSet<<<32, 64>>>(A.data(), 3.0f, N);
  finishLaunch();
  expectNear("once", A.read(), std::vector<float>(N, 3.0f));

  // Running it again changes nothing.
  vectorSet<<<32, 64>>>(A.data(), 3.0f, N);
  finishLaunch();
  expectNear("twice", A.read(), std::vector<float>(N, 3.0f));

  // Part of a buffer.
  vectorSet<<<8, 64>>>(A.data() + 100, 4.0f, 500);
  finishLaunch();
  std::vector<float> Want(N, 3.0f);
  for (int I = 100; I < 600; ++I)
    Want[I] = 4.0f;
  expectNear("part", A.read(), Want);
}
