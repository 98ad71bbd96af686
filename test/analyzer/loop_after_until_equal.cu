// The counter's value after a loop whose count the launch decides.
//
// RUN: not %reprise check %s --kernel k --grid 1 --block 1 --arg 0x1000 --arg 0x1100 --arg 64 --alloc 0x1000:8192 \
// RUN:   | FileCheck %s --check-prefix=MEET
// RUN: %reprise check %s --kernel k --grid 1 --block 1 --arg 0x1000 --arg 0x1104 --arg 64 --alloc 0x1000:8192 \
// RUN:   | FileCheck %s --check-prefix=APART
// RUN: %reprise check %s --kernel k --grid 1 --block 1 --arg 0x1000 --arg 0x10fc --arg 64 --alloc 0x1000:8192 \
// RUN:   | FileCheck %s --check-prefix=APART
// REQUIRES: cuda

__device__ int Sink;

__global__ void k(int *A, const int *B, int n) {
  int i = 0;
  for (; i != n; i += 4)
    Sink = i;
  A[i] = B[0];
}

// APART: verdict idempotent
// MEET: verdict clobbers
// MEET: bytes 0x1100 .. 0x1104 (4 bytes)
