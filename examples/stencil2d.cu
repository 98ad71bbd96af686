//===- stencil2d.cu - A five-point stencil --------------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One Jacobi step over the inside of a grid. Borders are read and never
// written, so the two buffers may even share a border row; one more row and the
// launch clobbers.
//
//===----------------------------------------------------------------------===//

#include "support.h"

__global__ void stencil2d(float *out, const float *in, int nx, int ny) {
  int x = blockIdx.x * blockDim.x + threadIdx.x;
  int y = blockIdx.y * blockDim.y + threadIdx.y;
  if (x < 1 || y < 1 || x >= nx - 1 || y >= ny - 1)
    return;
  int i = y * nx + x;
  out[i] = 0.25f * (in[i - 1] + in[i + 1] + in[i - nx] + in[i + nx]);
}

static void reference(float *Out, const float *In, int Nx, int Ny) {
  for (int Y = 1; Y < Ny - 1; ++Y)
    for (int X = 1; X < Nx - 1; ++X) {
      int I = Y * Nx + X;
      Out[I] = 0.25f * (In[I - 1] + In[I + 1] + In[I - Nx] + In[I + Nx]);
    }
}

int main() {
  const int Nx = 100, Ny = 60, Size = Nx * Ny;
  const dim3 Block(32, 8), Grid(4, 8);
  std::vector<float> In = testData(Size, 1), Want = testData(Size, 2);

  // Two buffers.
  Buffer<float> DevIn(In), DevOut(Want);
  stencil2d<<<Grid, Block>>>(DevOut.data(), DevIn.data(), Nx, Ny);
  finishLaunch();
  reference(Want.data(), In.data(), Nx, Ny);
  expectNear("disjoint", DevOut.read(), Want);

  // Ping-pong: each step is idempotent, the two together are not.
  stencil2d<<<Grid, Block>>>(DevIn.data(), DevOut.data(), Nx, Ny);
  finishLaunch();
  std::vector<float> Second = In;
  reference(Second.data(), Want.data(), Nx, Ny);
  expectNear("ping-pong", DevIn.read(), Second);

  // Back to back in one buffer.
  std::vector<float> Both = testData(2 * Size, 3);
  Buffer<float> DevBoth(Both);
  stencil2d<<<Grid, Block>>>(DevBoth.data() + Size, DevBoth.data(), Nx, Ny);
  finishLaunch();
  reference(Both.data() + Size, Both.data(), Nx, Ny);
  expectNear("back to back", DevBoth.read(), Both);
}
