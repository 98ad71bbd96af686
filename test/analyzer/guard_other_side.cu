// The else branch has the negated guard: the halves never meet.
//
// REQUIRES: cuda
// RUN: %reprise check %s --kernel shift --grid 1 --block 64 \
// RUN:   --arg 0x10000 --arg 32 --alloc 0x10000:256 \
// RUN:   | FileCheck %s --check-prefix=HALF

// Threads 0 to 31 read the elements 32 to 63; the others write the elements
// 0 to 31.
// HALF: verdict idempotent
__global__ void shift(int *x, int half) {
  __shared__ int seen[64];
  int i = threadIdx.x;
  if (i < half)
    seen[i] = x[i + half];
  else
    x[i - half] = seen[i];
}
