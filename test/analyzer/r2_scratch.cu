// R2: what a thread writes before it reads it is not live-in.
//
// REQUIRES: cuda
// RUN: %reprise audit %s | FileCheck %s --check-prefix=CHECK-CLASS
// RUN: %reprise explain %s --kernel scratch | FileCheck %s

// CHECK-CLASS: scratch idempotent
// CHECK: read {{.*}}never live-in (R2)
__global__ void scratch(volatile int *x, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) {
    x[i] = i;
    x[i] = x[i] + 1;
  }
}
