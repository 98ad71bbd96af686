// `threadIdx.x == 0` leaves one element for each block.
//
// REQUIRES: cuda
// RUN: %reprise audit %s | FileCheck %s --check-prefix=CHECK-CLASS
// RUN: %reprise check %s --kernel first --grid 4 --block 256 \
// RUN:   --arg 0x10000 --arg 0x10010 --alloc 0x10000:64 \
// RUN:   | FileCheck %s --check-prefix=APART

// CHECK-CLASS: first conditional {{.*}}disjoint(to[0 .. 4gridDim.x), from[0 .. 4gridDim.x))
// APART: verdict idempotent
__global__ void first(int *to, const int *from) {
  if (threadIdx.x == 0)
    to[blockIdx.x] = from[blockIdx.x];
}
