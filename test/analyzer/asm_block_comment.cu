// A comment over two lines hides nothing behind it.
//
// REQUIRES: cuda
// RUN: %reprise audit %s | FileCheck %s

// CHECK: set {{conditional|unknown}}
__global__ void set(int *to, const int *from) {
  asm volatile("/* one\n"
               "   two */ st.global.u32 [%0], %1;" ::"l"(to + threadIdx.x),
               "r"(from[threadIdx.x])
               : "memory");
}
