// What was printed cannot be taken back.
//
// REQUIRES: cuda
// RUN: %reprise audit --format json %s | FileCheck %s
// RUN: %reprise check %s --kernel tell --grid 1 --block 1 --arg 0x10000 \
// RUN:   --arg 0 --alloc 0x10000:64 | FileCheck %s --check-prefix=QUIET
// RUN: not %reprise check %s --kernel tell --grid 1 --block 1 --arg 0x10000 \
// RUN:   --arg 1 --alloc 0x10000:64 | FileCheck %s --check-prefix=LOUD

#include <cstdio>

// CHECK: "class": "unknown"
// CHECK: "reasons": [
// CHECK-NEXT: "device-output"
// QUIET: verdict idempotent
// LOUD: verdict unknown
// LOUD: reason device-output
__global__ void tell(int *to, int verbose) {
  *to = 1;
  if (verbose)
    printf("told\n");
}
