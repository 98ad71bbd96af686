// cp.async reads global memory as wide as it says.
//
// REQUIRES: cuda
// RUN: %reprise explain %s --kernel stage | FileCheck %s

// CHECK: read from[16threadIdx.x] 16
// CHECK: write to[16threadIdx.x] 16
__global__ void stage(int4 *to, const int4 *from) {
  __shared__ int4 tile[128];
  unsigned at = __cvta_generic_to_shared(tile + threadIdx.x);
  asm volatile("cp.async.cg.shared.global [%0], [%1], %2;" ::"r"(at),
               "l"(from + threadIdx.x), "n"(16)
               : "memory");
  asm volatile("cp.async.wait_all;" ::: "memory");
  __syncthreads();
  to[threadIdx.x] = tile[threadIdx.x];
}
