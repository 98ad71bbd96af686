// const and __restrict__ are claims: one buffer for both clobbers.
//
// REQUIRES: cuda
// RUN: %reprise audit %s -- -O3 | FileCheck %s --check-prefix=CHECK-CLASS
// RUN: not %reprise check %s --kernel copy --grid 1 --block 32 \
// RUN:   --arg 0x10000 --arg 0x10000 --arg 32 --alloc 0x10000:128 \
// RUN:   | FileCheck %s

// CHECK-CLASS: copy conditional {{.*}}disjoint(to[0 .. 4n), from[0 .. 4n))
// CHECK: verdict clobbers
__global__ void copy(int *__restrict__ to, const int *__restrict__ from,
                     int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n)
    to[i] = from[i];
}
