// Behind an exit in inline assembly nothing happens for certain.
//
// REQUIRES: cuda
// RUN: not %reprise check %s --kernel leave --grid 1 --block 8 \
// RUN:   --arg 0x10000 --alloc 0x10000:4096 | FileCheck %s

// CHECK: verdict {{ *}}unknown
__global__ void leave(int *a) {
  asm volatile("exit;");
  a[threadIdx.x] += 1;
}
