// A select of two pointers is both of them.
//
// REQUIRES: cuda
// RUN: not %reprise check %s --kernel copy --grid 1 --block 32 \
// RUN:   --arg 0x10000 --arg 0x10000 --arg 0x20000 --arg 0x30000 \
// RUN:   --alloc 0x10000:128 --alloc 0x20000:128 --alloc 0x30000:128 \
// RUN:   | FileCheck %s --check-prefix=MEET
// RUN: not %reprise check %s --kernel copy --grid 1 --block 32 \
// RUN:   --arg 0x10000 --arg 0x20000 --arg 0x10000 --arg 0x30000 \
// RUN:   --alloc 0x10000:128 --alloc 0x20000:128 --alloc 0x30000:128 \
// RUN:   | FileCheck %s --check-prefix=MEET
// RUN: %reprise check %s --kernel copy --grid 1 --block 32 \
// RUN:   --arg 0x10000 --arg 0x20000 --arg 0x20000 --arg 0x30000 \
// RUN:   --alloc 0x10000:128 --alloc 0x20000:128 --alloc 0x30000:128 \
// RUN:   | FileCheck %s --check-prefix=APART

// Data chooses, so which one it is nobody can say.
// MEET: verdict unknown
// APART: verdict idempotent
__global__ void copy(int *to, const int *a, const int *b, const int *which) {
  int i = threadIdx.x;
  const int *from = which[i] ? a : b;
  to[i] = from[i];
}
