// Recursion is not followed.
//
// REQUIRES: cuda
// RUN: %reprise audit --format json %s | FileCheck %s

// CHECK: "class": "unknown"
// CHECK: "reasons": [
// CHECK-NEXT: "recursion"
__device__ __noinline__ int fold(int *x, int n) {
  return n <= 1 ? x[0] : fold(x, n - 1) + fold(x, n - 2);
}
__global__ void run(int *x) { x[threadIdx.x] = fold(x, x[1]); }
