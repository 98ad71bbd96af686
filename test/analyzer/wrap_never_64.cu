// 64-bit indices over 32-bit ids cannot wrap: nothing is checked at launch.
//
// REQUIRES: cuda
// RUN: %reprise check %s --kernel copy --grid 0x7fffffff --block 1024 \
// RUN:   --arg 0x100000000000 --arg 0x200000000000 --arg 0x1ffffffffff \
// RUN:   --alloc 0x100000000000:0x100000000000 \
// RUN:   --alloc 0x200000000000:0x100000000000 | FileCheck %s

// CHECK: verdict idempotent
__global__ void copy(int *to, const int *from, size_t n) {
  size_t i = (size_t)blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n)
    to[i] = from[i];
}
