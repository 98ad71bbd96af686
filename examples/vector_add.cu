//===- vector_add.cu - A kernel whose arguments decide --------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A is written, B and C are read. A launch is idempotent as long as A overlaps
// neither of them; the prototype's `const` does not say so.
//
//===----------------------------------------------------------------------===//

#include "support.h"

__global__ void vectorAdd(float *A, const float *B, const float *C, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n)
    A[i] = B[i] + C[i];
}

static std::vector<float> sum(const std::vector<float> &B,
                              const std::vector<float> &C) {
  std::vector<float> Result(B.size());
  for (size_t I = 0; I < B.size(); ++I)
    Result[I] = B[I] + C[I];
  return Result;
}

int main() {
  const int N = 2000;
  std::vector<float> HostB = testData(N, 1), HostC = testData(N, 2);

  // Three buffers: idempotent.
  Buffer<float> X(N), Y(HostB), Z(HostC);
  vectorAdd<<<32, 64>>>(X.data(), Y.data(), Z.data(), N);
  finishLaunch();
  expectNear("disjoint", X.read(), sum(HostB, HostC));

  // The result replaces one operand: the operand is lost.
  vectorAdd<<<32, 64>>>(Z.data(), Y.data(), Z.data(), N);
  finishLaunch();
  expectNear("in place", Z.read(), sum(HostB, HostC));

  // Three ranges of one buffer, back to back: idempotent, although the grid has
  // more threads than there are elements.
  std::vector<float> HostAll(N);
  HostAll.insert(HostAll.end(), HostB.begin(), HostB.end());
  HostAll.insert(HostAll.end(), HostC.begin(), HostC.end());
  Buffer<float> All(HostAll);
  vectorAdd<<<32, 64>>>(All.data(), All.data() + N, All.data() + 2 * N, N);
  finishLaunch();
  expectNear("back to back", All.read(), sum(HostB, HostC));
}
