// Handles in a struct parameter, of textures of one to three dimensions.
//
// REQUIRES: cuda
// RUN: %reprise audit %s | FileCheck %s

struct Images {
  float *out;
  cudaTextureObject_t flat, deep;
  int n;
};

// CHECK: disjoint(m.out[0 .. 4m.n), texture m.flat) and disjoint(m.out[0 .. 4m.n), texture m.deep)
__global__ void blend(Images m) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < m.n)
    m.out[i] = tex2D<float>(m.flat, i, 1) + tex3D<float>(m.deep, i, 2, 3);
}
