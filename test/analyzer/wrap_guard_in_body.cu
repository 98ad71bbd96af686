// A condition in a loop's body may hold again after its number has wrapped: it
// does not bound the loop's counter. With c of 8 bits, o[256] is written, too.
//
// REQUIRES: cuda
// RUN: not %reprise check %s --kernel narrow --grid 1 --block 1 \
// RUN:   --arg 0x10000 --arg 0x10400 --arg 300 --alloc 0x10000:1200 \
// RUN:   | FileCheck %s

// CHECK: verdict {{clobbers|unknown}}
__global__ void narrow(int *o, const int *a, int n) {
  for (int k = threadIdx.x; k < n; ++k) {
    unsigned char c = k;
    if (c < 10)
      o[k] = a[0];
  }
}
