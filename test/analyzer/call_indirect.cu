// A call through a pointer may call anything.
//
// REQUIRES: cuda
// RUN: %reprise audit --format json %s | FileCheck %s

// CHECK: "class": "unknown"
// CHECK: "reasons": [
// CHECK-NEXT: "indirect-call"
using Function = int (*)(int);
__device__ Function table[4];
__global__ void run(int *to, int k) { to[threadIdx.x] = table[k](k); }
