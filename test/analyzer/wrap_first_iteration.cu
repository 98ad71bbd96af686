// A bound that only a wrong reading makes empty must not hide the check of that
// reading: size_t(-9) is a huge count, not a negative one.
//
// REQUIRES: cuda
// RUN: not %reprise check %s --kernel shrink --grid 1 --block 8 \
// RUN:   --arg 0x10048 --arg 0x10024 --arg -9 --alloc 0x10000:4096 \
// RUN:   | FileCheck %s --check-prefix=WRAP
// RUN: %reprise check %s --kernel shrink --grid 1 --block 8 \
// RUN:   --arg 0x10100 --arg 0x10000 --arg 32 --alloc 0x10000:4096 \
// RUN:   | FileCheck %s --check-prefix=APART

// WRAP: verdict {{ *}}unknown
// APART: verdict {{ *}}idempotent
__global__ void shrink(unsigned *to, const long long *from, int n) {
  int g = threadIdx.x;
  for (unsigned long long i = g; i < n; i += 2)
    to[i] = from[i];
}
