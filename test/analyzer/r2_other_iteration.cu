// R2 refused: the element was written in another iteration, if at all.
//
// REQUIRES: cuda
// RUN: %reprise audit %s | FileCheck %s
// RUN: not %reprise check %s --kernel prefix --grid 1 --block 1 \
// RUN:   --arg 0x10000 --arg 10 --alloc 0x10000:128 \
// RUN:   | FileCheck %s --check-prefix=LAUNCH

// CHECK-NOT: prefix idempotent
// CHECK: prefix {{conditional|non-idempotent}}
// LAUNCH: verdict {{clobbers|unknown}}
__global__ void prefix(volatile int *x, long long n) {
  for (long long i = 1; i < n; ++i) {
    x[i] = 1;
    x[0] = x[i - 1];
  }
}
