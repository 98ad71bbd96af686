// A by-value parameter that the kernel changes is the thread's own copy, no
// global memory.
//
// REQUIRES: cuda
// RUN: %reprise audit %s | FileCheck %s

// CHECK: fill idempotent
struct Box {
  int values[4];
  int *to;
};
__global__ void fill(Box box, int k) {
  box.values[k & 3] = 7;
  box.to[threadIdx.x] = box.values[threadIdx.x & 3];
}
