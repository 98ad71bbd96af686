// i / w and i % w are the digits of i: row and column.
//
// REQUIRES: cuda
// RUN: %reprise check %s --kernel pad --grid 1 --block 64 \
// RUN:   --arg 0x1000c --arg 0x10000 --arg 3 --arg 5 --arg 12 \
// RUN:   --alloc 0x10000:512 --alloc 0x20000:512 \
// RUN:   | FileCheck %s --check-prefix=GAP
// RUN: not %reprise check %s --kernel pad --grid 1 --block 64 \
// RUN:   --arg 0x10008 --arg 0x10000 --arg 3 --arg 5 --arg 12 \
// RUN:   --alloc 0x10000:512 | FileCheck %s --check-prefix=MEET

// Rows of 3 elements, 5 elements apart. *to is element 3 (a gap) or 2.
// GAP: verdict idempotent
// MEET: verdict {{clobbers|unknown}}
__global__ void pad(int *to, const int *from, int w, int ld, int n) {
  int i = threadIdx.x;
  if (i < n)
    *to = from[(i / w) * ld + i % w];
}
