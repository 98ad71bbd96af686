// C++ says that signed arithmetic does not overflow; the machine wraps. The
// launch must show that it does not.
//
// REQUIRES: cuda
// RUN: not %reprise check %s --kernel copy --grid 0x7fffffff --block 1024 \
// RUN:   --arg 0x100000000 --arg 0x900000000 --arg 0x7fffffff \
// RUN:   --alloc 0x100000000:0x800000000 --alloc 0x900000000:0x800000000 \
// RUN:   | FileCheck %s --check-prefix=WRAP
// RUN: %reprise check %s --kernel copy --grid 1000 --block 1024 \
// RUN:   --arg 0x100000000 --arg 0x900000000 --arg 1024000 \
// RUN:   --alloc 0x100000000:0x800000000 --alloc 0x900000000:0x800000000 \
// RUN:   | FileCheck %s --check-prefix=FITS

// WRAP: verdict unknown
// WRAP: reason index-may-wrap
// FITS: verdict idempotent
__global__ void copy(int *to, const int *from, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n)
    to[i] = from[i];
}
