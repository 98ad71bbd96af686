// A guard on a loaded index bounds it again.
//
// REQUIRES: cuda
// RUN: %reprise check %s --kernel count --grid 1 --block 32 \
// RUN:   --arg 0x10000 --arg 0x10400 --arg 256 \
// RUN:   --alloc 0x10000:2048 | FileCheck %s --check-prefix=APART
// RUN: not %reprise check %s --kernel count --grid 1 --block 32 \
// RUN:   --arg 0x10000 --arg 0x10400 --arg 257 \
// RUN:   --alloc 0x10000:2048 | FileCheck %s --check-prefix=MEET

// APART: verdict idempotent
// MEET: verdict unknown
__global__ void count(int *seen, const int *bin, int bins) {
  int b = bin[threadIdx.x];
  if (b >= 0 && b < bins)
    seen[b] = 1;
}
