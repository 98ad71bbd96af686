// With 32-bit indices a launch must show that they do not wrap: conditional.
//
// REQUIRES: cuda
// RUN: %reprise audit %s | FileCheck %s --check-prefix=CHECK-CLASS
// RUN: %reprise check %s --kernel spread --grid 4 --block 64 \
// RUN:   --arg 0x10000 --alloc 0x10000:4096 | FileCheck %s --check-prefix=SMALL
// RUN: not %reprise check %s --kernel spread --grid 0x7fffffff --block 1024 \
// RUN:   --arg 0x10000 --alloc 0x10000:4096 | FileCheck %s --check-prefix=HUGE

// CHECK-CLASS: spread conditional
// SMALL: verdict idempotent
// HUGE: verdict unknown
// HUGE: reason index-may-wrap
__global__ void spread(int *x) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  x[2 * i] = x[2 * i + 1];
}
