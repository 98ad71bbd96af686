// A thread passes `a || b` when either holds, so neither cuts.
//
// REQUIRES: cuda
// RUN: %reprise audit %s | FileCheck %s

// CHECK: either conditional {{.*}}disjoint(to[0 .. 4blockDim.x), from[0 .. 4blockDim.x))
__global__ void either(int *to, const int *from, int n, int m) {
  int i = threadIdx.x;
  if (i < n || i > m)
    to[i] = from[i];
}
