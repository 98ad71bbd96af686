// A function whose body is elsewhere may do anything.
//
// REQUIRES: cuda
// RUN: %reprise audit --format json %s -- -fgpu-rdc | FileCheck %s

// CHECK: "class": "unknown"
// CHECK: "reasons": [
// CHECK-NEXT: "unresolved-call"
// CHECK: "notes": [
// CHECK-NEXT: {{.*}}elsewhere
extern __device__ int elsewhere(int);
__global__ void ask(int *to) { to[threadIdx.x] = elsewhere(threadIdx.x); }
