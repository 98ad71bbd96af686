// Two __device__ variables are two roots, decided at launch like two pointers.
//
// REQUIRES: cuda
// RUN: %reprise audit %s | FileCheck %s --check-prefix=CHECK-CLASS
// RUN: %reprise check %s --kernel publish --grid 1 --block 64 \
// RUN:   --symbol source=0x10000:256 --symbol target=0x20000:256 \
// RUN:   | FileCheck %s --check-prefix=APART

// CHECK-CLASS: publish conditional {{.*}}disjoint(target[0 .. 4blockDim.x), source[0 .. 4blockDim.x))
// APART: verdict idempotent
__device__ int source[64], target[64];
__global__ void publish() { target[threadIdx.x] = source[threadIdx.x]; }
