// `!=` confines nothing: the whole row counts.
//
// REQUIRES: cuda
// RUN: %reprise audit %s | FileCheck %s

// CHECK: rest conditional {{.*}}disjoint(to[0 .. 4blockDim.x), from[0 .. 4blockDim.x))
__global__ void rest(int *to, const int *from) {
  if (threadIdx.x != 5)
    to[threadIdx.x] = from[threadIdx.x];
}
