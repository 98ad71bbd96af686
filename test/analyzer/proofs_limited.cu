// A kernel with many accesses of one buffer is audited within bounds: proofs
// that fail are limited in number, and a note says so.
//
// REQUIRES: cuda
// RUN: %reprise audit --format json %s | FileCheck %s
//
// CHECK: "class": "conditional"
// CHECK: proofs stopped after 24 that failed

__global__ void manyTiles(float *x, int ld, int s) {
  size_t i = threadIdx.x + (size_t)blockIdx.x * blockDim.x;
#define MOVE(k) x[(i * 3 + k) * ld + s * k] = x[(i * 2 + k) * ld + s];
  MOVE(1) MOVE(2) MOVE(3) MOVE(4) MOVE(5) MOVE(6) MOVE(7) MOVE(8)
}
