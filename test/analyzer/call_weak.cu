// The linker may replace a weak body: it is no evidence.
//
// REQUIRES: cuda
// RUN: %reprise audit --format json %s -- -fgpu-rdc | FileCheck %s

// CHECK: "class": "unknown"
// CHECK: "reasons": [
// CHECK-NEXT: "unresolved-call"
__attribute__((weak)) __device__ int hook(int i) { return i; }
__global__ void ask(int *to) { to[threadIdx.x] = hook(threadIdx.x); }
