// Nothing is proved about a loop whose condition may fail at once, though it
// would hold later: unsigned(-4) < n is false.
//
// REQUIRES: cuda
// RUN: not %reprise check %s --kernel bump --grid 1 --block 32 \
// RUN:   --arg 0x10000 --arg -4 --arg 144 --alloc 0x10000:4096 | FileCheck %s

// CHECK: verdict {{ *}}unknown
__global__ void bump(int *a, int first, unsigned n) {
  for (int i = first; i < n; i += 2)
    a[threadIdx.x] += 1;
}
