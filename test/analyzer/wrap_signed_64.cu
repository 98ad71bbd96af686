// A conversion to a signed 64-bit number wraps too: a guard that reads it so
// is checked at launch.
//
// REQUIRES: cuda
// RUN: not %reprise check %s --kernel below --grid 1 --block 32 \
// RUN:   --arg 0x10000 --arg 9223372036854775803 --arg 0 \
// RUN:   --alloc 0x10000:4096 | FileCheck %s --check-prefix=WRAP
// RUN: %reprise check %s --kernel below --grid 1 --block 32 \
// RUN:   --arg 0x10000 --arg 100 --arg 0 \
// RUN:   --alloc 0x10000:4096 | FileCheck %s --check-prefix=NONE

// WRAP: verdict {{ *}}unknown
// NONE: verdict {{ *}}idempotent
__global__ void below(int *a, unsigned long long base, long long n) {
  unsigned long long i = threadIdx.x;
  if (static_cast<long long>(base + i) < n)
    a[i] += 1;
}
