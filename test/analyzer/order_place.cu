// The order decides where each thread writes.
//
// RUN: %reprise audit %s | FileCheck %s
// CHECK: place {{.*}}unknown
// CHECK-SAME: order of threads

extern "C" __global__ void place(int *a, const int *limit) {
  __shared__ int next;
  if (threadIdx.x == 0)
    next = 0;
  __syncthreads();
  int slot = atomicAdd(&next, 1);
  a[slot * 1024 + threadIdx.x] = 1;
}
