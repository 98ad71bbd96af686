// Equal forms are equal addresses only where both readings hold: a[(unsigned)i]
// and a[(int)i] are apart for i = -1.
//
// REQUIRES: cuda
// RUN: not %reprise check %s --kernel split --grid 1 --block 1 \
// RUN:   --arg 0x100000 --arg 1 --alloc 0x100000:4096 \
// RUN:   | FileCheck %s --check-prefix=APART
// RUN: not %reprise check %s --kernel split --grid 1 --block 1 \
// RUN:   --arg 0x100000 --arg 0 --alloc 0x100000:4096 \
// RUN:   | FileCheck %s --check-prefix=SAME

// APART: verdict {{ *}}unknown
// SAME: verdict {{ *}}clobbers
__global__ void split(int *a, int d) {
  int i = threadIdx.x - d;
  int x = a[static_cast<unsigned>(i)];
  a[i] = x + 1;
}
