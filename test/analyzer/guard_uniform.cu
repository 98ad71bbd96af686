// A guard on an argument alone is the condition: whenever it holds, x is read
// and overwritten.
//
// REQUIRES: cuda
// RUN: %reprise audit %s | FileCheck %s --check-prefix=CHECK-CLASS
// RUN: %reprise check %s --kernel scale --grid 1 --block 32 \
// RUN:   --arg 0x10000 --arg 0 --alloc 0x10000:128 \
// RUN:   | FileCheck %s --check-prefix=OFF
// RUN: not %reprise check %s --kernel scale --grid 1 --block 32 \
// RUN:   --arg 0x10000 --arg 1 --alloc 0x10000:128 \
// RUN:   | FileCheck %s --check-prefix=ON

// CHECK-CLASS: scale conditional {{.*}}not (enabled != 0)
// OFF: verdict idempotent
// ON: verdict clobbers
// ON: bytes 0x10000 .. 0x10080 (128 bytes)
__global__ void scale(float *x, int enabled) {
  if (enabled != 0)
    x[threadIdx.x] *= 2;
}
