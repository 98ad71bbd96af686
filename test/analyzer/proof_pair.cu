// The proof of a non-idempotent kernel names the pair and the write's line.
//
// REQUIRES: cuda
// RUN: %reprise audit %s | FileCheck %s

// CHECK: axpy non-idempotent {{.*}}reads y[4i], then writes it at proof_pair.cu:[[#@LINE+4]]
__global__ void axpy(float *y, const float *x, float a, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n)
    y[i] += a * x[i];
}
