// A __device__ variable is a root; its address comes from --symbol.
//
// REQUIRES: cuda
// RUN: %reprise audit %s | FileCheck %s --check-prefix=CHECK-CLASS
// RUN: %reprise check %s --kernel spread --grid 1 --block 32 --arg 0x10000 \
// RUN:   --alloc 0x10000:128 --symbol factor=0x20000:4 \
// RUN:   | FileCheck %s --check-prefix=APART
// RUN: not %reprise check %s --kernel spread --grid 1 --block 32 --arg 0x10000 \
// RUN:   --alloc 0x10000:128 --symbol factor=0x10010:4 \
// RUN:   | FileCheck %s --check-prefix=MEET
// RUN: not %reprise check %s --kernel spread --grid 1 --block 32 --arg 0x10000 \
// RUN:   | FileCheck %s --check-prefix=NOWHERE

// CHECK-CLASS: spread conditional {{.*}}disjoint(to[0 .. 4blockDim.x), factor[0 .. 4))
// APART: verdict idempotent
// MEET: verdict clobbers
// NOWHERE: verdict unknown
// NOWHERE: reason unknown-symbol
__device__ int factor;
__global__ void spread(int *to) { to[threadIdx.x] = factor; }
