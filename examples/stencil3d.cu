//===- stencil3d.cu - A seven-point stencil that marches along z ----------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Each thread walks a column and keeps the values above and below in registers.
// Idempotent as long as the two volumes do not overlap.
//
//===----------------------------------------------------------------------===//

#include "support.h"

__global__ void stencil3d(float *out, const float *in, int nx, int ny, int nz) {
  int x = blockIdx.x * blockDim.x + threadIdx.x + 1;
  int y = blockIdx.y * blockDim.y + threadIdx.y + 1;
  if (x >= nx - 1 || y >= ny - 1 || nz < 3)
    return;
  int plane = nx * ny;
  int i = y * nx + x;
  float Below = in[i];
  float Here = in[i + plane];
  for (int z = 1; z < nz - 1; ++z) {
    i += plane;
    float Above = in[i + plane];
    out[i] = 0.4f * Here + 0.1f * (in[i - 1] + in[i + 1] + in[i - nx] +
                                   in[i + nx] + Below + Above);
    Below = Here;
    Here = Above;
  }
}

static void reference(float *Out, const float *In, int Nx, int Ny, int Nz) {
  int Plane = Nx * Ny;
  for (int Z = 1; Z < Nz - 1; ++Z)
    for (int Y = 1; Y < Ny - 1; ++Y)
      for (int X = 1; X < Nx - 1; ++X) {
        int I = Z * Plane + Y * Nx + X;
        Out[I] =
            0.4f * In[I] + 0.1f * (In[I - 1] + In[I + 1] + In[I - Nx] +
                                   In[I + Nx] + In[I - Plane] + In[I + Plane]);
      }
}

int main() {
  const dim3 Block(16, 8);

  {
    const int Nx = 34, Ny = 18, Nz = 12, Size = Nx * Ny * Nz;
    std::vector<float> In = testData(Size, 1), Want = testData(Size, 2);
    Buffer<float> DevIn(In), DevOut(Want);
    stencil3d<<<dim3(2, 2), Block>>>(DevOut.data(), DevIn.data(), Nx, Ny, Nz);
    finishLaunch();
    reference(Want.data(), In.data(), Nx, Ny, Nz);
    expectNear("disjoint", DevOut.read(), Want);
  }

  {
    const int Nx = 30, Ny = 11, Nz = 7, Size = Nx * Ny * Nz;
    std::vector<float> In = testData(Size, 3), Want = testData(Size, 4);
    Buffer<float> DevIn(In), DevOut(Want);
    stencil3d<<<dim3(2, 2), Block>>>(DevOut.data(), DevIn.data(), Nx, Ny, Nz);
    finishLaunch();
    reference(Want.data(), In.data(), Nx, Ny, Nz);
    expectNear("odd sizes", DevOut.read(), Want);
  }

  // Back to back in one buffer.
  {
    const int Nx = 34, Ny = 18, Nz = 12, Size = Nx * Ny * Nz;
    std::vector<float> Both = testData(2 * Size, 5);
    Buffer<float> DevBoth(Both);
    stencil3d<<<dim3(2, 2), Block>>>(DevBoth.data() + Size, DevBoth.data(), Nx,
                                     Ny, Nz);
    finishLaunch();
    reference(Both.data() + Size, Both.data(), Nx, Ny, Nz);
    expectNear("back to back", DevBoth.read(), Both);
  }
}
