// A loaded byte has 256 values: its table is bounded without a guard.
//
// REQUIRES: cuda
// RUN: %reprise check %s --kernel map --grid 1 --block 32 \
// RUN:   --arg 0x10400 --arg 0x10000 --arg 0x20000 \
// RUN:   --alloc 0x10000:2048 --alloc 0x20000:32 \
// RUN:   | FileCheck %s --check-prefix=APART
// RUN: not %reprise check %s --kernel map --grid 1 --block 32 \
// RUN:   --arg 0x103fc --arg 0x10000 --arg 0x20000 \
// RUN:   --alloc 0x10000:2048 --alloc 0x20000:32 \
// RUN:   | FileCheck %s --check-prefix=MEET

// APART: verdict idempotent
// MEET: verdict unknown
__global__ void map(int *to, const int *table, const unsigned char *key) {
  to[threadIdx.x] = table[key[threadIdx.x]];
}
