// One thread wins, and the next run may have another winner: what the first run
// wrote stays.
//
// RUN: %reprise audit %s | FileCheck %s
// RUN: not %reprise check %s --kernel winner --grid 1 --block 64 --arg 0x1000 \
// RUN:   --arg 64 | FileCheck %s --check-prefix=SOME
// RUN: %reprise check %s --kernel winner --grid 1 --block 64 --arg 0x1000 \
// RUN:   --arg 0 | FileCheck %s --check-prefix=NONE

// CHECK: winner {{.*}}unknown
// CHECK-SAME: order of threads
// SOME: verdict {{ *}}unknown
// SOME: order of threads
// SOME: backup {{.*}}256 bytes
// NONE: verdict {{ *}}idempotent

extern "C" __global__ void winner(int *a, int n) {
  __shared__ int taken;
  if (threadIdx.x == 0)
    taken = 0;
  __syncthreads();
  if (threadIdx.x < n)
    if (atomicExch(&taken, 1) == 0)
      a[threadIdx.x] = 1;
}
