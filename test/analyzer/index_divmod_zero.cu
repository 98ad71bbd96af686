// A remainder by zero may be any number: no launch with it is idempotent.
//
// REQUIRES: cuda
// RUN: not %reprise check %s --kernel pad --grid 1 --block 64 \
// RUN:   --arg 0x10000 --arg 0x10000 --arg 0 --alloc 0x10000:512 \
// RUN:   | FileCheck %s

// CHECK: verdict unknown
// CHECK: reason arithmetic
__global__ void pad(int *to, const int *from, int w) {
  int i = threadIdx.x;
  to[i] = from[i % w];
}
