// An unsigned product that wraps leads somewhere else.
//
// REQUIRES: cuda
// RUN: not %reprise check %s --kernel row --grid 1 --block 64 \
// RUN:   --arg 0x100000000 --arg 0x200000000 --arg 0x10000000 \
// RUN:   --alloc 0x100000000:0x80000000 --alloc 0x200000000:0x80000000 \
// RUN:   | FileCheck %s --check-prefix=WRAP
// RUN: %reprise check %s --kernel row --grid 1 --block 64 \
// RUN:   --arg 0x100000000 --arg 0x200000000 --arg 0x1000 \
// RUN:   --alloc 0x100000000:0x80000000 --alloc 0x200000000:0x80000000 \
// RUN:   | FileCheck %s --check-prefix=FITS

// WRAP: verdict unknown
// WRAP: reason index-may-wrap
// FITS: verdict idempotent
__global__ void row(int *to, const int *from, unsigned ld) {
  to[threadIdx.x * ld] = from[threadIdx.x * ld];
}
