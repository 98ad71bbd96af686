// A signed guard cuts what is read and written at n elements.
//
// REQUIRES: cuda
// RUN: %reprise audit %s | FileCheck %s

// CHECK: copy conditional {{.*}}disjoint(to[0 .. 4n), from[0 .. 4n))
__global__ void copy(int *to, const int *from, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n)
    to[i] = from[i];
}
