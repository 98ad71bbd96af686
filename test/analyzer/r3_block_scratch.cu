// R3: what the block has written before a barrier is not live-in behind it.
//
// REQUIRES: cuda
// RUN: %reprise explain %s --kernel reversed | FileCheck %s
// RUN: %reprise check %s --kernel reversed --grid 4 --block 64 \
// RUN:   --arg 0x10000 --arg 0x20000 --arg 0x30000 --arg 200 \
// RUN:   --alloc 0x10000:3200 --alloc 0x20000:800 --alloc 0x30000:800 \
// RUN:   | FileCheck %s --check-prefix=LAUNCH

// CHECK: read {{.*}}never live-in (R3)
// LAUNCH: verdict {{ *}}idempotent
__global__ void reversed(volatile float *scratch, const float *in,
                         volatile float *out, int n) {
  volatile float *mine = scratch + blockIdx.x * n;
  for (int i = threadIdx.x; i < n; i += blockDim.x)
    mine[i] = in[i];
  __syncthreads();
  for (int i = threadIdx.x; i < n; i += blockDim.x)
    out[i] = mine[n - 1 - i];
}
