// Single bytes: neighbours do not meet.
//
// REQUIRES: cuda
// RUN: %reprise check %s --kernel spread --grid 1 --block 32 \
// RUN:   --arg 0x10000 --arg 0x10001 --alloc 0x10000:256 \
// RUN:   | FileCheck %s --check-prefix=APART
// RUN: not %reprise check %s --kernel spread --grid 1 --block 32 \
// RUN:   --arg 0x10000 --arg 0x10002 --alloc 0x10000:256 \
// RUN:   | FileCheck %s --check-prefix=MEET

// Writes the even bytes, reads one.
// APART: verdict idempotent
// MEET: verdict clobbers
// MEET: bytes 0x10002 .. 0x10003 (1 bytes)
__global__ void spread(char *to, const char *from) {
  to[2 * threadIdx.x] = *from;
}
