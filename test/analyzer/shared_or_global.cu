// A pointer to shared or to global memory counts where it is global.
//
// REQUIRES: cuda
// RUN: %reprise audit %s | FileCheck %s

// CHECK-NOT: mix idempotent
// CHECK: mix {{conditional|non-idempotent}}
__global__ void mix(int *x, int mode) {
  __shared__ int tile[64];
  tile[threadIdx.x] = 0;
  int *p = mode ? tile : x;
  p[threadIdx.x] += 1;
}
