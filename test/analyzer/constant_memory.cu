// No kernel writes __constant__ memory: reads of it are no accesses.
//
// REQUIRES: cuda
// RUN: %reprise audit %s | FileCheck %s --check-prefix=CHECK-CLASS
// RUN: %reprise explain %s --kernel spread | FileCheck %s

// CHECK-CLASS: spread idempotent
// CHECK: ADDRESS
// CHECK-NOT: read
// CHECK: 0 write to[
__constant__ int weights[32];
__global__ void spread(int *to) { to[threadIdx.x] = weights[threadIdx.x]; }
