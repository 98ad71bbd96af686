// The order decides what is written, not where: the re-run writes it again.
//
// RUN: %reprise audit %s | FileCheck %s
// CHECK: value {{.*}}idempotent

extern "C" __global__ void value(int *a) {
  __shared__ int next;
  if (threadIdx.x == 0)
    next = 0;
  __syncthreads();
  a[threadIdx.x] = atomicAdd(&next, 1);
}
