// A size above 2^63 is a large one, not a negative one that empties the guard.
//
// REQUIRES: cuda
// RUN: not %reprise check %s --kernel copy --grid 1 --block 32 \
// RUN:   --arg 0x10000 --arg 0x10000 --arg 0xffffffffffffffff \
// RUN:   --alloc 0x10000:128 | FileCheck %s

// CHECK: verdict {{clobbers|unknown}}
__global__ void copy(int *to, const int *from, size_t n) {
  size_t i = threadIdx.x;
  if (i < n)
    to[i] = from[i];
}
