// What is read from shared memory is not what the write to global memory
// replaces: nothing links the two.
//
// REQUIRES: cuda
// RUN: not %reprise check %s --kernel pick --grid 1 --block 32 \
// RUN:   --arg 0x10000 --arg 0 --alloc 0x10000:4096 \
// RUN:   | FileCheck %s --check-prefix=GLOBAL
// RUN: %reprise check %s --kernel pick --grid 1 --block 32 \
// RUN:   --arg 0x10000 --arg 1 --alloc 0x10000:4096 \
// RUN:   | FileCheck %s --check-prefix=SHARED

// GLOBAL: verdict {{ *}}clobbers
// SHARED: verdict {{ *}}idempotent
__global__ void pick(int *a, int f) {
  __shared__ int s[64];
  s[threadIdx.x] = 0;
  int *p = f ? s : a;
  int v = p[threadIdx.x];
  a[threadIdx.x] = v + 1;
}
