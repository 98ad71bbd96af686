// `a[k] += 1` proves nothing where an earlier iteration may have written a[k].
//
// REQUIRES: cuda
// RUN: not %reprise check %s --kernel follow --grid 1 --block 1 \
// RUN:   --arg 0x10000 --arg 0x20000 --arg 8 \
// RUN:   --alloc 0x10000:4096 --alloc 0x20000:4096 | FileCheck %s
// RUN: %reprise audit %s | FileCheck %s --check-prefix=CLASS

// CHECK: verdict {{ *}}unknown
// CLASS: follow {{ *}}conditional
__global__ void follow(int *a, const int *x, int n) {
  for (int k = 0; k < n; ++k) {
    if (k > 0)
      a[k] += 1;
    if (x[k])
      a[k + 1] = 5;
  }
}
