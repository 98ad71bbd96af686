// Assembly that is not understood may touch anything: unknown, with the opcode.
//
// REQUIRES: cuda
// RUN: %reprise audit --format json %s | FileCheck %s

// CHECK: "class": "unknown"
// CHECK: "reasons": [
// CHECK-NEXT: "inline-asm"
// CHECK: "notes": [
// CHECK-NEXT: {{.*}}mystery.global.u32
__global__ void odd(int *x) {
  asm volatile("mystery.global.u32 [%0], %1;" ::"l"(x), "r"(1) : "memory");
}
