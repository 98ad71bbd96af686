// The remainder by a parameter is as small as the parameter: no check of its
// parts, which could be large, stands in the way.
//
// REQUIRES: cuda
// RUN: %reprise check %s --kernel fold --grid 1 --block 64 \
// RUN:   --arg 0x10000 --arg 0x20000 --arg 3 \
// RUN:   --alloc 0x10000:4096 --alloc 0x20000:4096 | FileCheck %s

// CHECK: verdict {{ *}}idempotent
__global__ void fold(int *to, const int *from, int d) {
  int i = threadIdx.x;
  to[i % d] = from[i];
}
