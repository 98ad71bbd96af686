// A pointer that an argument chooses is known at launch.
//
// REQUIRES: cuda
// RUN: %reprise check %s --kernel copy --grid 1 --block 32 \
// RUN:   --arg 0x10000 --arg 0x10000 --arg 0x20000 --arg 0 \
// RUN:   --alloc 0x10000:128 --alloc 0x20000:128 \
// RUN:   | FileCheck %s --check-prefix=APART
// RUN: not %reprise check %s --kernel copy --grid 1 --block 32 \
// RUN:   --arg 0x10000 --arg 0x10000 --arg 0x20000 --arg 1 \
// RUN:   --alloc 0x10000:128 --alloc 0x20000:128 \
// RUN:   | FileCheck %s --check-prefix=MEET

// APART: verdict idempotent
// MEET: verdict clobbers
__global__ void copy(int *to, const int *a, const int *b, int first) {
  const int *from = first ? a : b;
  to[threadIdx.x] = from[threadIdx.x];
}
