// One number divided as signed and as unsigned: for -4 the quotients differ,
// and the address is that of the unsigned one.
//
// REQUIRES: cuda
// RUN: not %reprise check %s --kernel divide --grid 1 --block 1 \
// RUN:   --arg 0x100000 --arg 0x1000ffffc --alloc 0x100000:0x200000000 \
// RUN:   | FileCheck %s

// CHECK: verdict {{clobbers|unknown}}
__global__ void divide(int *a, const int *c) {
  int i = (int)threadIdx.x - 4;
  int q = i >> 2;
  a[(unsigned)i / 4u] = c[0] + q;
}
