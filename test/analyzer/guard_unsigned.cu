// An unsigned guard cuts too; the launch shows it by buffers back to back.
//
// REQUIRES: cuda
// RUN: %reprise audit %s | FileCheck %s --check-prefix=CHECK-CLASS
// RUN: %reprise check %s --kernel copy --grid 2 --block 64 \
// RUN:   --arg 0x10000 --arg 0x10190 --arg 100 --alloc 0x10000:800 \
// RUN:   | FileCheck %s --check-prefix=APART
// RUN: not %reprise check %s --kernel copy --grid 2 --block 64 \
// RUN:   --arg 0x10000 --arg 0x1018c --arg 100 --alloc 0x10000:800 \
// RUN:   | FileCheck %s --check-prefix=MEET

// CHECK-CLASS: copy conditional {{.*}}disjoint(to[0 .. 4n), from[0 .. 4n))
// APART: verdict idempotent
// MEET: verdict clobbers
// MEET: bytes 0x1018c .. 0x10190 (4 bytes)
__global__ void copy(int *to, const int *from, unsigned n) {
  unsigned i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n)
    to[i] = from[i];
}
