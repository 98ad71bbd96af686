// One element in common is enough against the proof.
//
// REQUIRES: cuda
// RUN: %reprise audit %s | FileCheck %s

// CHECK-NOT: fold idempotent
// CHECK: fold {{conditional|non-idempotent}}
__global__ void fold(int *x) {
  long long base = 128 * (long long)blockIdx.x;
  if (threadIdx.x <= 64)
    x[base + threadIdx.x] = x[base + 64 + threadIdx.x];
}
