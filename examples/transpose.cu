//===- transpose.cu - Matrix transposition through a shared tile ----------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Reads and writes are both coalesced because the tile is turned in shared
// memory. Idempotent as long as the two matrices do not overlap. In place it is
// a race as well: one block overwrites what another has yet to read.
//
//===----------------------------------------------------------------------===//

#include "support.h"

constexpr int Tile = 32;
constexpr int Rows = 8;

__global__ void transpose(float *out, const float *in, int width, int height) {
  __shared__ float Turned[Tile][Tile + 1];
  int x = blockIdx.x * Tile + threadIdx.x;
  int y = blockIdx.y * Tile + threadIdx.y;
  for (int j = 0; j < Tile; j += Rows)
    if (x < width && y + j < height)
      Turned[threadIdx.y + j][threadIdx.x] = in[(y + j) * width + x];
  __syncthreads();

  x = blockIdx.y * Tile + threadIdx.x;
  y = blockIdx.x * Tile + threadIdx.y;
  for (int j = 0; j < Tile; j += Rows)
    if (x < height && y + j < width)
      out[(y + j) * height + x] = Turned[threadIdx.x][threadIdx.y + j];
}

static std::vector<float> reference(const float *In, int Width, int Height) {
  std::vector<float> Out(Width * Height);
  for (int Y = 0; Y < Height; ++Y)
    for (int X = 0; X < Width; ++X)
      Out[X * Height + Y] = In[Y * Width + X];
  return Out;
}

int main() {
  const dim3 Block(Tile, Rows);

  {
    const int Width = 128, Height = 64;
    std::vector<float> In = testData(Width * Height, 1);
    Buffer<float> DevIn(In), DevOut(In.size());
    transpose<<<dim3(4, 2), Block>>>(DevOut.data(), DevIn.data(), Width,
                                     Height);
    finishLaunch();
    expectNear("disjoint", DevOut.read(), reference(In.data(), Width, Height));
  }

  {
    const int Width = 100, Height = 50;
    std::vector<float> In = testData(Width * Height, 2);
    Buffer<float> DevIn(In), DevOut(In.size());
    transpose<<<dim3(4, 2), Block>>>(DevOut.data(), DevIn.data(), Width,
                                     Height);
    finishLaunch();
    expectNear("odd sizes", DevOut.read(), reference(In.data(), Width, Height));
  }

  // Back to back in one buffer.
  {
    const int Width = 128, Height = 64, Size = Width * Height;
    std::vector<float> Both = testData(2 * Size, 3);
    Buffer<float> DevBoth(Both);
    transpose<<<dim3(4, 2), Block>>>(DevBoth.data() + Size, DevBoth.data(),
                                     Width, Height);
    finishLaunch();
    std::vector<float> Want(Both.begin(), Both.begin() + Size);
    std::vector<float> Out = reference(Both.data(), Width, Height);
    Want.insert(Want.end(), Out.begin(), Out.end());
    expectNear("back to back", DevBoth.read(), Want);
  }
}
