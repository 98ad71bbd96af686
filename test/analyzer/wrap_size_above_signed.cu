// An unsigned 64-bit size above 2^63 is large, not negative: the guard holds.
//
// REQUIRES: cuda
// RUN: not %reprise check %s --kernel shift --grid 1 --block 32 \
// RUN:   --arg 0x10004 --arg 0x10000 --arg 0x8000000000000005 \
// RUN:   --alloc 0x10000:256 | FileCheck %s

// CHECK: verdict {{clobbers|unknown}}
__global__ void shift(int *o, const int *a, unsigned long long n) {
  unsigned long long i = threadIdx.x;
  if (i < n)
    o[i] = a[i];
}
