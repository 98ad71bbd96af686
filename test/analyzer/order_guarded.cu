// The order counts only where the arguments let the race take place.
//
// RUN: %reprise audit %s | FileCheck %s
// RUN: %reprise check %s --kernel last --grid 4 --block 64 --arg 0x10000 \
// RUN:   --arg 0x20000 --arg 0x30000 --arg 0 | FileCheck %s --check-prefix=ALONE
// RUN: not %reprise check %s --kernel last --grid 4 --block 64 --arg 0x10000 \
// RUN:   --arg 0x20000 --arg 0x30000 --arg 1 | FileCheck %s --check-prefix=GRID

// CHECK: last {{conditional|non-idempotent}}
// ALONE: verdict {{ *}}idempotent
// GRID: verdict {{ *}}{{unknown|clobbers}}

extern "C" __global__ void last(float *out, const float *in, unsigned *done,
                                int global) {
  __shared__ bool is_last;
  if (global) {
    if (threadIdx.x == 0)
      is_last = atomicAdd(done, 1) == gridDim.x - 1;
    __syncthreads();
    if (!is_last)
      return;
  }
  out[blockIdx.x * 64 + threadIdx.x] = in[threadIdx.x];
}
