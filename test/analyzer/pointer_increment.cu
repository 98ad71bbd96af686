// A pointer that a loop moves on is an address with a counter.
//
// REQUIRES: cuda
// RUN: %reprise check %s --kernel sum --grid 1 --block 1 \
// RUN:   --arg 0x10028 --arg 0x10000 --arg 10 --alloc 0x10000:256 \
// RUN:   | FileCheck %s --check-prefix=APART
// RUN: not %reprise check %s --kernel sum --grid 1 --block 1 \
// RUN:   --arg 0x10024 --arg 0x10000 --arg 10 --alloc 0x10000:256 \
// RUN:   | FileCheck %s --check-prefix=MEET

// APART: verdict idempotent
// MEET: verdict {{clobbers|unknown}}
__global__ void sum(int *to, const int *from, int n) {
  int s = 0;
  for (const int *end = from + n; from != end; ++from)
    s += *from;
  *to = s;
}
