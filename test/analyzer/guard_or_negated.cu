// The else side of `a || b` is `!a && !b`, which cuts both ends.
//
// REQUIRES: cuda
// RUN: %reprise check %s --kernel copy --grid 1 --block 64 \
// RUN:   --arg 0x10000 --arg 0x10018 --arg 4 --arg 10 --alloc 0x10000:4096 \
// RUN:   | FileCheck %s --check-prefix=APART
// RUN: not %reprise check %s --kernel copy --grid 1 --block 64 \
// RUN:   --arg 0x10000 --arg 0x10014 --arg 4 --arg 10 --alloc 0x10000:4096 \
// RUN:   | FileCheck %s --check-prefix=MEET

// Six elements, 4 to 9.
// APART: verdict idempotent
// MEET: verdict clobbers
__global__ void copy(int *to, const int *from, int low, int high) {
  int i = threadIdx.x;
  if (i < low || i >= high)
    return;
  to[i] = from[i];
}
