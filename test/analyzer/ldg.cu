// __ldg says "read-only", which is a claim: the pair stays.
//
// REQUIRES: cuda
// RUN: %reprise audit %s | FileCheck %s --check-prefix=CHECK-CLASS
// RUN: not %reprise check %s --kernel copy --grid 1 --block 32 \
// RUN:   --arg 0x10000 --arg 0x10000 --alloc 0x10000:128 \
// RUN:   | FileCheck %s --check-prefix=SAME

// CHECK-CLASS: copy conditional {{.*}}disjoint(to[0 .. 4blockDim.x), from[0 .. 4blockDim.x))
// SAME: verdict clobbers
__global__ void copy(float *to, const float *from) {
  to[threadIdx.x] = __ldg(from + threadIdx.x);
}
