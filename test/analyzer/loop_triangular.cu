// The inner loop's bound is the outer counter: no byte past the last row is
// read, and the first one is.
//
// REQUIRES: cuda
// RUN: %reprise check %s --kernel sum --grid 1 --block 1 \
// RUN:   --arg 0x10040 --arg 0x10000 --arg 4 --alloc 0x10000:1024 \
// RUN:   | FileCheck %s --check-prefix=APART
// RUN: not %reprise check %s --kernel sum --grid 1 --block 1 \
// RUN:   --arg 0x1003c --arg 0x10000 --arg 4 --alloc 0x10000:1024 \
// RUN:   | FileCheck %s --check-prefix=MEET
// RUN: not %reprise check %s --kernel sum --grid 1 --block 1 \
// RUN:   --arg 0x10000 --arg 0x10000 --arg 4 --alloc 0x10000:1024 \
// RUN:   | FileCheck %s --check-prefix=MEET

// APART: verdict idempotent
// MEET: verdict {{clobbers|unknown}}
__global__ void sum(int *to, const int *from, int n) {
  int s = 0;
  for (int i = 0; i < n; ++i)
    for (int j = 0; j <= i; ++j)
      s += from[i * 4 + j];
  *to = s;
}
