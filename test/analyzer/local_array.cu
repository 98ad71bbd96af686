// A thread's own array is not global memory.
//
// REQUIRES: cuda
// RUN: %reprise audit %s | FileCheck %s

// CHECK: pick idempotent
__global__ void pick(int *to, int k) {
  int own[8];
  for (int i = 0; i < 8; ++i)
    own[i] = i * k;
  own[k & 7] += 1;
  to[threadIdx.x] = own[threadIdx.x & 7];
}
