// Guards at both ends leave the border out of the set that is written.
//
// REQUIRES: cuda
// RUN: %reprise audit %s | FileCheck %s --check-prefix=CHECK-CLASS
// RUN: %reprise check %s --kernel inside --grid 4 --block 32 \
// RUN:   --arg 0x10000 --arg 0x1018c --arg 100 --alloc 0x10000:800 \
// RUN:   | FileCheck %s --check-prefix=APART
// RUN: not %reprise check %s --kernel inside --grid 4 --block 32 \
// RUN:   --arg 0x10000 --arg 0x10184 --arg 100 --alloc 0x10000:800 \
// RUN:   | FileCheck %s --check-prefix=MEET

// Elements 1 to n - 2: from may begin one element before the end of to.
// CHECK-CLASS: inside conditional {{.*}}disjoint(to[4 .. 4n - 4), from[4 .. 4n - 4))
// APART: verdict idempotent
// MEET: verdict clobbers
__global__ void inside(int *to, const int *from, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= 1 && i < n - 1)
    to[i] = from[i];
}
