// A loop that counts down reads the same elements as one that counts up.
//
// REQUIRES: cuda
// RUN: %reprise check %s --kernel sum --grid 1 --block 1 \
// RUN:   --arg 0x10190 --arg 0x10000 --arg 100 --alloc 0x10000:1024 \
// RUN:   | FileCheck %s --check-prefix=APART
// RUN: not %reprise check %s --kernel sum --grid 1 --block 1 \
// RUN:   --arg 0x1018c --arg 0x10000 --arg 100 --alloc 0x10000:1024 \
// RUN:   | FileCheck %s --check-prefix=MEET
// RUN: not %reprise check %s --kernel sum --grid 1 --block 1 \
// RUN:   --arg 0x10000 --arg 0x10000 --arg 100 --alloc 0x10000:1024 \
// RUN:   | FileCheck %s --check-prefix=MEET

// APART: verdict idempotent
// MEET: verdict clobbers
__global__ void sum(int *to, const int *from, int n) {
  int s = 0;
  for (int i = n - 1; i >= 0; --i)
    s += from[i];
  *to = s;
}
