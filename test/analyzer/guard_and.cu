// Each operand of && cuts its own index.
//
// REQUIRES: cuda
// RUN: not %reprise check %s --kernel copy2d --grid 2,2 --block 8,8 \
// RUN:   --arg 0x10000 --arg 0x10000 --arg 10 --arg 10 --alloc 0x10000:400 \
// RUN:   | FileCheck %s --check-prefix=MEET
// RUN: %reprise check %s --kernel copy2d --grid 2,2 --block 8,8 \
// RUN:   --arg 0x10000 --arg 0x10190 --arg 10 --arg 10 --alloc 0x10000:800 \
// RUN:   | FileCheck %s --check-prefix=APART

// MEET: bytes 0x10000 .. 0x10190 (400 bytes)
// APART: verdict idempotent
__global__ void copy2d(int *to, const int *from, int w, int h) {
  int x = blockIdx.x * blockDim.x + threadIdx.x;
  int y = blockIdx.y * blockDim.y + threadIdx.y;
  if (x < w && y < h)
    to[y * w + x] = from[y * w + x];
}
