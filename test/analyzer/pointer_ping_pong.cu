// Pointers that change places in a loop are a cycle: either may be any root
// of the cycle.
//
// REQUIRES: cuda
// RUN: not %reprise check %s --kernel steps --grid 1 --block 32 \
// RUN:   --arg 0x10000 --arg 0x20000 --arg 2 \
// RUN:   --alloc 0x10000:128 --alloc 0x20000:128 | FileCheck %s

// CHECK: verdict {{clobbers|unknown}}
__global__ void steps(int *a, int *b, int n) {
  for (int k = 0; k < n; ++k) {
    b[threadIdx.x] = a[threadIdx.x] + 1;
    __syncthreads();
    int *t = a;
    a = b;
    b = t;
  }
}
