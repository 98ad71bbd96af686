// i % -3 is i % 3, not an empty set.
//
// REQUIRES: cuda
// RUN: not %reprise check %s --kernel pad --grid 1 --block 64 \
// RUN:   --arg 0x10000 --arg 0x10000 --arg -3 --alloc 0x10000:512 \
// RUN:   | FileCheck %s

// CHECK: verdict {{clobbers|unknown}}
__global__ void pad(int *to, const int *from, int w) {
  int i = threadIdx.x;
  to[i] = from[i % w];
}
