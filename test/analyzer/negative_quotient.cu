// A quotient of a number that is always negative is greater than that number.
// Its range was taken to be the number's own, so that nothing satisfied the
// query: the write was "proved" to be at the address of the read.
//
// RUN: %reprise audit %s | FileCheck %s
// RUN: %reprise check %s --kernel apart --grid 1 --block 1 --arg 0x10000 \
// RUN:   | FileCheck %s --check-prefix=ONE
// RUN: not %reprise check %s --kernel apart --grid 65531 --block 1 \
// RUN:   --arg 0x10000000 | FileCheck %s --check-prefix=MANY

// CHECK: apart {{.*}}conditional
// ONE: verdict {{ *}}idempotent
// MANY: verdict {{ *}}unknown

extern "C" __global__ void apart(int *a) {
  int v = a[0];
  a[(short)(65530u - blockIdx.x)] = v;
}
