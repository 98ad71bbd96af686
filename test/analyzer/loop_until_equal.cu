// A loop that counts by four until it meets its end: how often depends on the
// launch, which must show that it ends at all.
//
// RUN: %reprise check %s --kernel k --grid 1 --block 1 --arg 0x1000 --arg 0x2000 --arg 0 --arg 64 --alloc 0x1000:8192 \
// RUN:   | FileCheck %s --check-prefix=APART
// RUN: not %reprise check %s --kernel k --grid 1 --block 1 --arg 0x1000 --arg 0x10f0 --arg 0 --arg 64 --alloc 0x1000:8192 \
// RUN:   | FileCheck %s --check-prefix=MEET
// RUN: %reprise check %s --kernel k --grid 1 --block 1 --arg 0x1000 --arg 0x1100 --arg 0 --arg 64 --alloc 0x1000:8192 \
// RUN:   | FileCheck %s --check-prefix=APART
// RUN: not %reprise check %s --kernel k --grid 1 --block 1 --arg 0x1000 --arg 0x2000 --arg 1 --arg 64 --alloc 0x1000:8192 \
// RUN:   | FileCheck %s --check-prefix=NEVER
// REQUIRES: cuda

__global__ void k(int *A, const int *B, int start, int n) {
  for (int i = start; i != n; i += 4)
    A[i] = B[i];
}

// APART: verdict idempotent
// MEET: verdict clobbers
// MEET: bytes 0x10f0 .. 0x10f4 (4 bytes)
// NEVER: verdict unknown
// NEVER: index-may-wrap
