// Inline assembly on shared memory is none of global memory.
//
// REQUIRES: cuda
// RUN: %reprise audit %s | FileCheck %s

// CHECK: rotate idempotent
__global__ void rotate(int *to) {
  __shared__ int tile[32];
  unsigned at = __cvta_generic_to_shared(tile + threadIdx.x);
  asm volatile("st.shared.u32 [%0], %1;" ::"r"(at), "r"(threadIdx.x)
               : "memory");
  __syncwarp();
  to[threadIdx.x] = tile[31 - threadIdx.x];
}
