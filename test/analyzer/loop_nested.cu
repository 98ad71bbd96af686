// Nested loops: both counters are dims of their own, and the gap between rows
// is not read.
//
// REQUIRES: cuda
// RUN: %reprise check %s --kernel sum --grid 1 --block 1 \
// RUN:   --arg 0x1000c --arg 0x10000 --arg 4 --arg 3 --arg 5 \
// RUN:   --alloc 0x10000:1024 | FileCheck %s --check-prefix=GAP
// RUN: not %reprise check %s --kernel sum --grid 1 --block 1 \
// RUN:   --arg 0x10014 --arg 0x10000 --arg 4 --arg 3 --arg 5 \
// RUN:   --alloc 0x10000:1024 | FileCheck %s --check-prefix=MEET

// Rows of 3 elements, 5 elements apart: element 5 is read, 3 is not.
// GAP: verdict idempotent
// MEET: verdict clobbers
__global__ void sum(int *to, const int *from, int rows, int columns, int ld) {
  int s = 0;
  for (int i = 0; i < rows; ++i)
    for (int j = 0; j < columns; ++j)
      s += from[i * ld + j];
  *to = s;
}
