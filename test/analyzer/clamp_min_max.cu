// A clamped index stays inside the clamp: the border is read twice, nothing
// beyond it is.
//
// REQUIRES: cuda
// RUN: %reprise check %s --kernel blur --grid 1 --block 64 \
// RUN:   --arg 0x10100 --arg 0x10000 --arg 64 --alloc 0x10000:512 \
// RUN:   | FileCheck %s --check-prefix=APART
// RUN: not %reprise check %s --kernel blur --grid 1 --block 64 \
// RUN:   --arg 0x100fc --arg 0x10000 --arg 64 --alloc 0x10000:512 \
// RUN:   | FileCheck %s --check-prefix=MEET

// APART: verdict idempotent
// MEET: verdict clobbers
__global__ void blur(int *to, const int *from, int n) {
  int i = threadIdx.x;
  if (i < n)
    to[i] = from[max(i - 1, 0)] + from[i] + from[min(i + 1, n - 1)];
}
