// x & ((1 << p) - 1) is x mod 2^p. The threads write the first 2^p elements and
// no others; another mask proves nothing of the kind.
//
// REQUIRES: cuda
// RUN: %reprise check %s --kernel low --grid 1 --block 64 --arg 0x10000 \
// RUN:   --arg 0x10020 --arg 3 | FileCheck %s --check-prefix=APART
// RUN: not %reprise check %s --kernel low --grid 1 --block 64 --arg 0x10000 \
// RUN:   --arg 0x1001f --arg 3 | FileCheck %s --check-prefix=MEET
// RUN: not %reprise check %s --kernel low --grid 1 --block 64 --arg 0x10000 \
// RUN:   --arg 0x10020 --arg 4 | FileCheck %s --check-prefix=MEET
// RUN: not %reprise check %s --kernel off_by_one --grid 1 --block 64 \
// RUN:   --arg 0x10000 --arg 0x10020 --arg 3 \
// RUN:   | FileCheck %s --check-prefix=MEET
// RUN: %reprise check %s --kernel hashed --grid 1 --block 64 --arg 0x10000 \
// RUN:   --arg 0x10020 --arg 3 | FileCheck %s --check-prefix=APART
// RUN: not %reprise check %s --kernel hashed --grid 1 --block 64 \
// RUN:   --arg 0x10000 --arg 0x10020 --arg 4 \
// RUN:   | FileCheck %s --check-prefix=MEET

// APART: verdict idempotent
// MEET: verdict {{clobbers|unknown}}

__global__ void low(float *out, const char *in, int p) {
  out[threadIdx.x & ((1 << p) - 1)] = *in;
}
__global__ void hashed(float *out, const unsigned *in, int p) {
  out[in[threadIdx.x] & ~(~0u << p)] = 1;
}
__global__ void off_by_one(float *out, const char *in, int p) {
  out[threadIdx.x & (1 << p)] = *in;
}
