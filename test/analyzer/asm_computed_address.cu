// An address that the assembly itself computes is unknown.
//
// REQUIRES: cuda
// RUN: %reprise audit --format json %s | FileCheck %s

// CHECK: "class": "unknown"
// CHECK: "reasons": [
// CHECK: "inline-asm"
__global__ void odd(int *x, const int *from) {
  asm volatile("{ .reg .u64 a; add.u64 a, %0, 4;\n"
               "  st.global.u32 [a], %1; }" ::"l"(x),
               "r"(from[0])
               : "memory");
}
