// memcpy of n bytes touches n bytes.
//
// REQUIRES: cuda
// RUN: %reprise check %s --kernel copy --grid 1 --block 1 \
// RUN:   --arg 0x10000 --arg 0x10064 --arg 100 --alloc 0x10000:256 \
// RUN:   | FileCheck %s --check-prefix=APART
// RUN: not %reprise check %s --kernel copy --grid 1 --block 1 \
// RUN:   --arg 0x10000 --arg 0x10063 --arg 100 --alloc 0x10000:256 \
// RUN:   | FileCheck %s --check-prefix=MEET
// RUN: %reprise check %s --kernel copy --grid 1 --block 1 \
// RUN:   --arg 0x10000 --arg 0x10000 --arg 0 --alloc 0x10000:256 \
// RUN:   | FileCheck %s --check-prefix=APART

// APART: verdict idempotent
// MEET: verdict clobbers
// MEET: bytes 0x10063 .. 0x10064 (1 bytes)
__global__ void copy(char *to, const char *from, size_t n) {
  memcpy(to, from, n);
}
