// A grid-stride loop reaches every element up to n, whatever the grid is.
//
// REQUIRES: cuda
// RUN: %reprise audit %s | FileCheck %s --check-prefix=CHECK-CLASS
// RUN: %reprise check %s --kernel copy --grid 2 --block 32 \
// RUN:   --arg 0x10000 --arg 0x10fa0 --arg 1000 --alloc 0x10000:8000 \
// RUN:   | FileCheck %s --check-prefix=APART
// RUN: not %reprise check %s --kernel copy --grid 2 --block 32 \
// RUN:   --arg 0x10000 --arg 0x10f9c --arg 1000 --alloc 0x10000:8000 \
// RUN:   | FileCheck %s --check-prefix=MEET

// CHECK-CLASS: copy conditional {{.*}}disjoint(to[0 .. 4n), from[0 .. 4n))
// APART: verdict idempotent
// MEET: verdict clobbers
// MEET: bytes 0x10f9c .. 0x10fa0 (4 bytes)
__global__ void copy(int *to, const int *from, int n) {
  for (int i = blockIdx.x * blockDim.x + threadIdx.x; i < n;
       i += gridDim.x * blockDim.x)
    to[i] = from[i];
}
