// Compare-and-swap reads and writes.
//
// REQUIRES: cuda
// RUN: %reprise audit %s | FileCheck %s

// CHECK: lock non-idempotent {{.*}}reads and writes x[4threadIdx.x] at once
__global__ void lock(int *x) { atomicCAS(&x[threadIdx.x], 0, 1); }
