// An atomic on a __device__ variable always clobbers.
//
// REQUIRES: cuda
// RUN: %reprise audit %s | FileCheck %s

// CHECK: count non-idempotent {{.*}}reads and writes total[0] at once
__device__ unsigned total;
__global__ void count() { atomicAdd(&total, 1u); }
