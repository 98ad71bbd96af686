// A table of pointers in constant memory, and one that the host cannot change.
//
// REQUIRES: cuda
// RUN: %reprise audit %s | FileCheck %s
// RUN: %reprise check --kernel fill --grid 1,2 --block 32 --arg 0x30000 %s \
// RUN:   --content rows=00000100000000000000020000000000 \
// RUN:   | FileCheck --check-prefix=APART %s
// RUN: not %reprise check --kernel fill --grid 1,2 --block 32 --arg 0x20040 %s \
// RUN:   --content rows=00000100000000000000020000000000 \
// RUN:   | FileCheck --check-prefix=MEET %s

// CHECK: fill {{.*}}disjoint(rows@0[0 .. 4blockDim.x), from[0 .. 4blockDim.x)) and disjoint(rows@8[0
__constant__ float *rows[4];
__global__ void fill(const float *from) {
  rows[blockIdx.y][threadIdx.x] = from[threadIdx.x];
}

// CHECK: permute {{.*}}disjoint(to[0 .. 4blockDim.x), from[0 .. 16gridDim.x))
__constant__ const int order[4] = {3, 1, 2, 0};
__global__ void permute(float *to, const float *from) {
  to[threadIdx.x] = from[4 * blockIdx.x + order[blockIdx.x & 3]];
}

// APART: verdict {{ *}}idempotent
// MEET: verdict {{ *}}{{clobbers|unknown}}
