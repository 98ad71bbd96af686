// A guard that reads wrapping arithmetic proves nothing for all launches:
// (512 << 22) is negative.
//
// REQUIRES: cuda
// RUN: %reprise audit %s | FileCheck %s

// CHECK: shifted {{ *}}conditional
__global__ void shifted(int *a) {
  unsigned x = threadIdx.x, y = threadIdx.y;
  if (static_cast<int>((x + y) << 22) < (4 << 22))
    a[x + 4] = a[x];
}
