// A loop that tests at its end runs once even for a count of 0.
//
// REQUIRES: cuda
// RUN: not %reprise check %s --kernel sum --grid 1 --block 1 \
// RUN:   --arg 0x10000 --arg 0x10000 --arg 0 --alloc 0x10000:256 \
// RUN:   | FileCheck %s --check-prefix=ONCE
// RUN: %reprise check %s --kernel sum --grid 1 --block 1 \
// RUN:   --arg 0x10010 --arg 0x10000 --arg 4 --alloc 0x10000:256 \
// RUN:   | FileCheck %s --check-prefix=APART

// ONCE: verdict clobbers
// ONCE: bytes 0x10000 .. 0x10004 (4 bytes)
// APART: verdict idempotent
__global__ void sum(int *to, const int *from, int n) {
  int i = 0, s = 0;
  do {
    s += from[i];
    ++i;
  } while (i < n);
  *to = s;
}
