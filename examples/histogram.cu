//===- histogram.cu - Counting bytes with atomic additions ----------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Each block counts in shared memory and adds its counts to the global bins. An
// atomic addition reads what it overwrites, so no launch is idempotent; saving
// the 1024 bytes of the bins makes it so.
//
//===----------------------------------------------------------------------===//

#include "support.h"

constexpr int Bins = 256;

__global__ void histogram(unsigned *bins, const unsigned char *data, int n) {
  __shared__ unsigned Local[Bins];
  for (int b = threadIdx.x; b < Bins; b += blockDim.x)
    Local[b] = 0;
  __syncthreads();

  for (int i = blockIdx.x * blockDim.x + threadIdx.x; i < n;
       i += blockDim.x * gridDim.x)
    atomicAdd(&Local[data[i]], 1u);
  __syncthreads();

  for (int b = threadIdx.x; b < Bins; b += blockDim.x)
    atomicAdd(&bins[b], Local[b]);
}

int main() {
  const int N = 100000;
  std::vector<unsigned char> Data(N);
  std::vector<unsigned> Want(Bins);
  for (int I = 0; I < N; ++I)
    Data[I] = static_cast<unsigned char>(I % 1009 * 7);
  for (unsigned char Byte : Data)
    ++Want[Byte];

  Buffer<unsigned char> DevData(Data);
  Buffer<unsigned> DevBins(Bins);
  histogram<<<16, 128>>>(DevBins.data(), DevData.data(), N);
  finishLaunch();
  expectNear("once", DevBins.read(), Want);

  // A second part is added to the first.
  histogram<<<16, 256>>>(DevBins.data(), DevData.data(), N / 2);
  finishLaunch();
  for (int I = 0; I < N / 2; ++I)
    ++Want[Data[I]];
  expectNear("twice", DevBins.read(), Want);

  // Two histograms side by side.
  Buffer<unsigned> DevTwo(2 * Bins);
  histogram<<<16, 128>>>(DevTwo.data(), DevData.data(), N / 2);
  histogram<<<16, 128>>>(DevTwo.data() + Bins, DevData.data() + N / 2,
                         N - N / 2);
  finishLaunch();
  std::vector<unsigned> Two(2 * Bins);
  for (int I = 0; I < N; ++I)
    ++Two[(I < N / 2 ? 0 : Bins) + Data[I]];
  expectNear("two", DevTwo.read(), Two);
}
