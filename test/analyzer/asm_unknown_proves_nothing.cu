// Assembly that is not understood may do anything, and proves nothing.
//
// REQUIRES: cuda
// RUN: not %reprise check %s --kernel opaque --grid 1 --block 8 \
// RUN:   --arg 0x10000 --alloc 0x10000:4096 | FileCheck %s

// CHECK: verdict {{ *}}unknown
// CHECK: reason {{ *}}inline-asm
__global__ void opaque(int *a) {
  asm volatile(
      "{ .reg .u64 p; add.u64 p, %0, 8; discard.global.L2 [p], 128; }" ::"l"(
          a));
}
