// A pointer that may be null is one more condition on the arguments.
//
// RUN: %reprise audit %s | FileCheck %s
// RUN: %reprise check %s --kernel update --grid 1 --block 64 --arg 0 \
// RUN:   --arg 0x10000 --arg 0x20000 | FileCheck %s --check-prefix=NULL
// RUN: not %reprise check %s --kernel update --grid 1 --block 64 --arg 0x10000 \
// RUN:   --arg 0x20000 --arg 0x30000 | FileCheck %s --check-prefix=GIVEN

// CHECK: update conditional {{.*}}not (
// NULL: verdict {{ *}}idempotent
// GIVEN: verdict {{ *}}clobbers

extern "C" __global__ void update(float *mean, float *out, const float *in) {
  out[threadIdx.x] = in[threadIdx.x];
  if (mean)
    mean[threadIdx.x] += in[threadIdx.x];
}
