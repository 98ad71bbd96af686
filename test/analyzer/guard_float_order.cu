// Doubles that are compared by size: numbers below zero count downwards, and
// with a NaN every comparison but != is false.
//
// REQUIRES: cuda
// RUN: %reprise check %s --kernel above --grid 1 --block 32 --arg 0x10000 \
// RUN:   --arg=-1.0 --arg=-0.5 \
// RUN:   --alloc 0x10000:128 | FileCheck %s --check-prefix=OFF
// RUN: not %reprise check %s --kernel above --grid 1 --block 32 --arg 0x10000 \
// RUN:   --arg=-0.5 --arg=-1.0 \
// RUN:   --alloc 0x10000:128 | FileCheck %s --check-prefix=ON
// RUN: %reprise check %s --kernel above --grid 1 --block 32 --arg 0x10000 \
// RUN:   --arg 0 --arg=-0.0 \
// RUN:   --alloc 0x10000:128 | FileCheck %s --check-prefix=OFF
// RUN: %reprise check %s --kernel above --grid 1 --block 32 --arg 0x10000 \
// RUN:   --arg nan --arg 0 \
// RUN:   --alloc 0x10000:128 | FileCheck %s --check-prefix=OFF
// RUN: not %reprise check %s --kernel not_above --grid 1 --block 32 \
// RUN:   --arg 0x10000 --arg nan --arg 0 \
// RUN:   --alloc 0x10000:128 | FileCheck %s --check-prefix=ON
// RUN: %reprise check %s --kernel same --grid 1 --block 32 --arg 0x10000 \
// RUN:   --arg nan --arg nan \
// RUN:   --alloc 0x10000:128 | FileCheck %s --check-prefix=OFF
// RUN: not %reprise check %s --kernel same --grid 1 --block 32 --arg 0x10000 \
// RUN:   --arg 0 --arg=-0.0 \
// RUN:   --alloc 0x10000:128 | FileCheck %s --check-prefix=ON
// RUN: not %reprise check %s --kernel one --grid 1 --block 32 --arg 0x10000 \
// RUN:   --arg 1.0 \
// RUN:   --alloc 0x10000:128 | FileCheck %s --check-prefix=ON
// RUN: %reprise check %s --kernel one --grid 1 --block 32 --arg 0x10000 \
// RUN:   --arg=-1.0 \
// RUN:   --alloc 0x10000:128 | FileCheck %s --check-prefix=OFF

// OFF: verdict idempotent
// ON: verdict clobbers

__global__ void above(float *x, double a, double b) {
  if (a > b)
    x[threadIdx.x] *= 2;
}
__global__ void not_above(float *x, double a, double b) {
  if (!(a > b))
    x[threadIdx.x] *= 2;
}
__global__ void same(float *x, double a, double b) {
  if (a == b)
    x[threadIdx.x] *= 2;
}
__global__ void one(float *x, double a) {
  if (a == 1)
    x[threadIdx.x] *= 2;
}
