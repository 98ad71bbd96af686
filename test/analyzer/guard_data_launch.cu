// At launch nobody knows the data: what may clobber is unknown, not clobbers.
//
// REQUIRES: cuda
// RUN: not %reprise check %s --kernel relu --grid 1 --block 32 \
// RUN:   --arg 0x10000 --arg 32 --alloc 0x10000:128 | FileCheck %s
// RUN: %reprise check %s --kernel relu --grid 1 --block 32 \
// RUN:   --arg 0x10000 --arg 0 --alloc 0x10000:128 \
// RUN:   | FileCheck %s --check-prefix=EMPTY

// CHECK: verdict unknown
// CHECK: reason may-overlap
// CHECK: backup 128 bytes in 1 range
// EMPTY: verdict idempotent
__global__ void relu(float *x, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n && x[i] < 0)
    x[i] = 0;
}
