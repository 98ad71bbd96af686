// A jump inside inline assembly is not followed.
//
// REQUIRES: cuda
// RUN: %reprise audit --format json %s | FileCheck %s

// CHECK: "class": "unknown"
// CHECK: "reasons": [
// CHECK-NEXT: "inline-asm"
__global__ void spin(unsigned *flag) {
  asm volatile("{ .reg .pred p; .reg .u32 t;\n"
               "again: ld.global.u32 t, [%0];\n"
               "  setp.eq.u32 p, t, 0;\n"
               "  @p bra again; }" ::"l"(flag)
               : "memory");
  flag[1] = 1;
}
