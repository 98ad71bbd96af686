// R3 refused: no barrier between the block's writes and its reads.
//
// REQUIRES: cuda
// RUN: %reprise explain %s --kernel reversed | FileCheck %s
// RUN: not %reprise check %s --kernel reversed --grid 4 --block 64 \
// RUN:   --arg 0x10000 --arg 0x20000 --arg 200 \
// RUN:   --alloc 0x10000:3200 --alloc 0x20000:800 \
// RUN:   | FileCheck %s --check-prefix=LAUNCH

// CHECK-NOT: R3
// LAUNCH: verdict {{ *}}{{clobbers|unknown}}
__global__ void reversed(volatile float *scratch, volatile float *out, int n) {
  volatile float *mine = scratch + blockIdx.x * n;
  __syncthreads();
  for (int i = threadIdx.x; i < n; i += blockDim.x)
    mine[i] = i;
  for (int i = threadIdx.x; i < n; i += blockDim.x)
    out[i] = mine[n - 1 - i];
}
