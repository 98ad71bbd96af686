// A comment in inline assembly ends with its line; the store behind it counts.
//
// REQUIRES: cuda
// RUN: %reprise audit %s | FileCheck %s

// CHECK: set {{conditional|unknown}}
__global__ void set(int *to, const int *from) {
  asm volatile("// a comment\n"
               "st.global.u32 [%0], %1;" ::"l"(to + threadIdx.x),
               "r"(from[threadIdx.x])
               : "memory");
}
