// memset of n bytes writes n bytes.
//
// REQUIRES: cuda
// RUN: %reprise check %s --kernel clear --grid 1 --block 1 \
// RUN:   --arg 0x10000 --arg 100 --arg 0x10064 --alloc 0x10000:256 \
// RUN:   | FileCheck %s --check-prefix=APART
// RUN: not %reprise check %s --kernel clear --grid 1 --block 1 \
// RUN:   --arg 0x10000 --arg 100 --arg 0x10063 --alloc 0x10000:256 \
// RUN:   | FileCheck %s --check-prefix=MEET

// APART: verdict idempotent
// MEET: verdict clobbers
__global__ void clear(char *to, size_t n, const char *value) {
  memset(to, *value, n);
}
