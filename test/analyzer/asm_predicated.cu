// A predicated store may not happen, so it may clobber but is no proof.
//
// REQUIRES: cuda
// RUN: not %reprise check %s --kernel set --grid 1 --block 32 \
// RUN:   --arg 0x10000 --arg 0x10000 --alloc 0x10000:128 | FileCheck %s

// CHECK: verdict unknown
// CHECK: reason may-overlap
__global__ void set(int *to, const int *from) {
  asm volatile("{ .reg .pred p; setp.ne.s32 p, %1, 0;\n"
               "  @p st.global.u32 [%0], %1; }" ::"l"(to + threadIdx.x),
               "r"(from[threadIdx.x])
               : "memory");
}
