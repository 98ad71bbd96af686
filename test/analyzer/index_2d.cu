// Rows of a pitched image: what lies beside the columns is free.
//
// REQUIRES: cuda
// RUN: %reprise check %s --kernel copy --grid 2,4 --block 8,1 \
// RUN:   --arg 0x10000 --arg 0x10030 --arg 12 --arg 24 --alloc 0x10000:1024 \
// RUN:   | FileCheck %s --check-prefix=APART
// RUN: not %reprise check %s --kernel copy --grid 2,4 --block 8,1 \
// RUN:   --arg 0x10000 --arg 0x10030 --arg 13 --arg 24 --alloc 0x10000:1024 \
// RUN:   | FileCheck %s --check-prefix=MEET

// Two images of 12 columns side by side in rows of 24 elements.
// APART: verdict idempotent
// MEET: verdict clobbers
__global__ void copy(int *to, const int *from, int w, int ld) {
  int x = blockIdx.x * blockDim.x + threadIdx.x;
  int y = blockIdx.y * blockDim.y + threadIdx.y;
  if (x < w)
    to[y * ld + x] = from[y * ld + x];
}
