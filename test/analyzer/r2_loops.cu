// R2: a thread reads in a loop what it has written in an earlier one.
//
// REQUIRES: cuda
// RUN: %reprise check %s --kernel sum --grid 4 --block 64 \
// RUN:   --arg 0x10000 --arg 16 --arg 16 --alloc 0x10000:16384 \
// RUN:   | FileCheck %s --check-prefix=YES
// RUN: not %reprise check %s --kernel sum --grid 4 --block 64 \
// RUN:   --arg 0x10000 --arg 14 --arg 15 --alloc 0x10000:16384 \
// RUN:   | FileCheck %s --check-prefix=NO
// RUN: %reprise check %s --kernel row --grid 1 --block 1 \
// RUN:   --arg 0x10000 --arg 10 --alloc 0x10000:4096 \
// RUN:   | FileCheck %s --check-prefix=YES
// RUN: not %reprise check %s --kernel skipped --grid 1 --block 1 \
// RUN:   --arg 0x10000 --arg 10 --alloc 0x10000:4096 \
// RUN:   | FileCheck %s --check-prefix=NO
// RUN: not %reprise check %s --kernel strided --grid 1 --block 1 \
// RUN:   --arg 0x10000 --arg 10 --alloc 0x10000:4096 \
// RUN:   | FileCheck %s --check-prefix=NO
// RUN: not %reprise check %s --kernel left --grid 1 --block 1 \
// RUN:   --arg 0x10000 --arg 10 --arg 0x20000 --alloc 0x10000:4096 \
// RUN:   --alloc 0x20000:4096 | FileCheck %s --check-prefix=NO

// YES: verdict {{ *}}idempotent
// NO: verdict {{ *}}{{clobbers|unknown}}

/// n of 16 elements are filled, m are read, the last but one is written again.
__global__ void sum(volatile int *x, int n, int m) {
  volatile int *mine = x + (blockIdx.x * blockDim.x + threadIdx.x) * 16;
  for (int i = 0; i < n; ++i)
    mine[i] = i;
  int total = 0;
  for (int i = 0; i < m; ++i)
    total += mine[i];
  mine[14] = total;
}

/// Each row is made of the one before; the first is not written.
__global__ void row(volatile int *x, int n) {
  for (int r = 1; r < n; ++r)
    for (int i = 0; i < 8; ++i)
      x[r * 8 + i] = x[(r - 1) * 8 + i] + 1;
}

/// Row 1 is made of row 0, which the last turn writes.
__global__ void skipped(volatile int *x, int n) {
  for (int r = 1; r < n; ++r) {
    for (int i = 0; i < 8; ++i)
      x[r * 8 + i] = x[(r - 1) * 8 + i] + 1;
    if (r == n - 1)
      x[3] = 0;
  }
}

/// Every other element is written.
__global__ void strided(volatile int *x, int n) {
  for (int i = 0; i < n; ++i)
    x[2 * i] = i;
  int total = 0;
  for (int i = 0; i < n; ++i)
    total += x[i];
  for (int i = 0; i < n; ++i)
    x[i] = total;
}

/// The first loop ends when data say so.
__global__ void left(volatile int *x, int n, const int *data) {
  for (int i = 0; i < n; ++i) {
    if (data[i])
      break;
    x[i] = i;
  }
  int total = 0;
  for (int i = 0; i < n; ++i)
    total += x[i];
  for (int i = 0; i < n; ++i)
    x[i] = total;
}
