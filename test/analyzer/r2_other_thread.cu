// R2 refused: it was another thread that wrote.
//
// REQUIRES: cuda
// RUN: not %reprise check %s --kernel rotate --grid 1 --block 32 \
// RUN:   --arg 0x10000 --arg 0x20000 \
// RUN:   --alloc 0x10000:256 --alloc 0x20000:256 | FileCheck %s

// Thread 0 reads element 1 of what thread 1 writes; nothing orders the two.
// CHECK: verdict {{clobbers|unknown}}
__global__ void rotate(volatile int *x, int *to) {
  x[threadIdx.x] = threadIdx.x;
  to[threadIdx.x] = x[threadIdx.x + 1];
}
