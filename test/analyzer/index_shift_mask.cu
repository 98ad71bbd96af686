// Shifts and masks by constants are division and remainder by powers of two.
//
// REQUIRES: cuda
// RUN: %reprise check %s --kernel lanes --grid 1 --block 128 \
// RUN:   --arg 0x10080 --arg 0x10000 --alloc 0x10000:4096 \
// RUN:   | FileCheck %s --check-prefix=APART
// RUN: not %reprise check %s --kernel lanes --grid 1 --block 128 \
// RUN:   --arg 0x1007c --arg 0x10000 --alloc 0x10000:4096 \
// RUN:   | FileCheck %s --check-prefix=MEET

// Lanes read 32 elements, warps write 4.
// APART: verdict idempotent
// MEET: verdict {{clobbers|unknown}}
__global__ void lanes(int *to, const int *from) {
  to[threadIdx.x >> 5] = from[threadIdx.x & 31];
}
