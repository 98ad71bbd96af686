// Device functions are seen through, several levels deep.
//
// REQUIRES: cuda
// RUN: %reprise audit %s | FileCheck %s

// CHECK: scale conditional {{.*}}disjoint(to[0 .. 4n), from[0 .. 4n))
__device__ int at() { return blockIdx.x * blockDim.x + threadIdx.x; }
__device__ __noinline__ float load(const float *p, int i) { return p[i]; }
__device__ __noinline__ void put(float *p, const float *q, int i) {
  p[i] = 2 * load(q, i);
}
__global__ void scale(float *to, const float *from, int n) {
  int i = at();
  if (i < n)
    put(to, from, i);
}
