// atomicAdd reads what it overwrites, used or not.
//
// REQUIRES: cuda
// RUN: %reprise audit %s | FileCheck %s

// CHECK: add non-idempotent {{.*}}reads and writes x[4threadIdx.x] at once
__global__ void add(int *x) { atomicAdd(&x[threadIdx.x], 1); }
