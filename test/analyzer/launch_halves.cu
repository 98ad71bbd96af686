// The upper half of each block's tile is read, the lower one written: exact
// sets are disjoint where their hulls overlap.
//
// REQUIRES: cuda
// RUN: %reprise check %s --kernel fold --grid 1000 --block 64 \
// RUN:   --arg 0x1000000 --arg 64 --alloc 0x1000000:0x1000000 \
// RUN:   | FileCheck %s --check-prefix=APART
// RUN: not %reprise check %s --kernel fold --grid 1000 --block 64 \
// RUN:   --arg 0x1000000 --arg 63 --alloc 0x1000000:0x1000000 \
// RUN:   | FileCheck %s --check-prefix=MEET

// APART: verdict idempotent
// MEET: verdict clobbers
__global__ void fold(int *x, int half) {
  long long base = 128 * (long long)blockIdx.x;
  x[base + threadIdx.x] = x[base + half + threadIdx.x];
}
