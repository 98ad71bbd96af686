// A counted loop over a row of each thread: rows of `k` elements.
//
// REQUIRES: cuda
// RUN: %reprise audit %s | FileCheck %s --check-prefix=CHECK-CLASS
// RUN: %reprise check %s --kernel sums --grid 1 --block 8 \
// RUN:   --arg 0x10000 --arg 0x10020 --arg 16 --alloc 0x10000:4096 \
// RUN:   | FileCheck %s --check-prefix=APART
// RUN: not %reprise check %s --kernel sums --grid 1 --block 8 \
// RUN:   --arg 0x1021c --arg 0x10020 --arg 16 --alloc 0x10000:4096 \
// RUN:   | FileCheck %s --check-prefix=MEET

// CHECK-CLASS: sums conditional {{.*}}disjoint(to[0 .. 4blockDim.x), from[
// APART: verdict idempotent
// MEET: verdict clobbers
// MEET: bytes 0x1021c .. 0x10220 (4 bytes)
__global__ void sums(int *to, const int *from, int k) {
  int sum = 0;
  for (int j = 0; j < k; ++j)
    sum += from[threadIdx.x * k + j];
  to[threadIdx.x] = sum;
}
