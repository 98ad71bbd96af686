// R2 wants one machine address: i + 1 in 32 bits and in 64 bits are the same
// linear form, and differ for the largest i.
//
// REQUIRES: cuda
// RUN: not %reprise check %s --kernel next --grid 1 --block 1 \
// RUN:   --arg 0x10000 --arg 0x400010000 --arg 0xffffffff \
// RUN:   --alloc 0x10000:0x500000000 | FileCheck %s

// CHECK: verdict {{clobbers|unknown}}
__global__ void next(int *t, int *o, unsigned i) {
  t[i + 1] = 5;
  o[0] = t[(size_t)i + 1];
}
