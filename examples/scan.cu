//===- scan.cu - A prefix sum in each block -------------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Inclusive scan of 256 elements per block in shared memory; the block totals
// go to a second output, as the first phase of a scan of the whole array.
// Idempotent as long as neither output overlaps the input.
//
//===----------------------------------------------------------------------===//

#include "support.h"

constexpr int BlockSize = 256;

__global__ void blockScan(float *out, float *sums, const float *in, int n) {
  __shared__ float Scan[2][BlockSize];
  int i = blockIdx.x * BlockSize + threadIdx.x;
  int From = 0;
  Scan[From][threadIdx.x] = i < n ? in[i] : 0.0f;
  __syncthreads();

  for (unsigned Offset = 1; Offset < BlockSize; Offset *= 2) {
    float Value = Scan[From][threadIdx.x];
    if (threadIdx.x >= Offset)
      Value += Scan[From][threadIdx.x - Offset];
    From = 1 - From;
    Scan[From][threadIdx.x] = Value;
    __syncthreads();
  }

  if (i < n)
    out[i] = Scan[From][threadIdx.x];
  if (threadIdx.x == BlockSize - 1)
    sums[blockIdx.x] = Scan[From][threadIdx.x];
}

static void reference(float *Out, float *Sums, const float *In, int N,
                      int Blocks) {
  for (int B = 0; B < Blocks; ++B) {
    float Sum = 0.0f;
    for (int I = B * BlockSize; I < N && I < (B + 1) * BlockSize; ++I)
      Out[I] = Sum += In[I];
    Sums[B] = Sum;
  }
}

int main() {
  const int N = 2000, Blocks = (N + BlockSize - 1) / BlockSize;
  std::vector<float> In = testData(N, 1), Out(N), Sums(Blocks);
  reference(Out.data(), Sums.data(), In.data(), N, Blocks);

  // Three buffers.
  Buffer<float> DevIn(In), DevOut(N), DevSums(Blocks);
  blockScan<<<Blocks, BlockSize>>>(DevOut.data(), DevSums.data(), DevIn.data(),
                                   N);
  finishLaunch();
  expectNear("scan", DevOut.read(), Out, 1e-3);
  expectNear("sums", DevSums.read(), Sums, 1e-3);

  // In place: correct once, wrong if it is run again.
  blockScan<<<Blocks, BlockSize>>>(DevIn.data(), DevSums.data(), DevIn.data(),
                                   N);
  finishLaunch();
  expectNear("in place", DevIn.read(), Out, 1e-3);

  // Input, scan and sums back to back in one buffer.
  std::vector<float> All(2 * N + Blocks);
  std::copy(In.begin(), In.end(), All.begin());
  Buffer<float> DevAll(All);
  blockScan<<<Blocks, BlockSize>>>(DevAll.data() + N, DevAll.data() + 2 * N,
                                   DevAll.data(), N);
  finishLaunch();
  reference(All.data() + N, All.data() + 2 * N, All.data(), N, Blocks);
  expectNear("back to back", DevAll.read(), All, 1e-3);
}
