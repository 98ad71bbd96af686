// Assembly without an address touches no memory.
//
// REQUIRES: cuda
// RUN: %reprise audit %s | FileCheck %s

// CHECK: lanes idempotent
__global__ void lanes(unsigned *to) {
  unsigned lane;
  asm volatile("mov.u32 %0, %%laneid;" : "=r"(lane));
  to[threadIdx.x] = lane;
}
