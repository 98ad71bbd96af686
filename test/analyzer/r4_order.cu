// R4 needs the same operands in both runs: here the order of threads chooses
// them.
//
// RUN: %reprise audit %s | FileCheck %s
// CHECK-DAG: operand {{.*}}non-idempotent
// CHECK-DAG: place {{.*}}{{non-idempotent|unknown}}

extern "C" __global__ void operand(int *most) {
  __shared__ int next;
  if (threadIdx.x == 0)
    next = 0;
  __syncthreads();
  int slot = atomicAdd(&next, 1);
  atomicMax(&most[threadIdx.x], slot);
}

extern "C" __global__ void place(int *most) {
  __shared__ int next;
  if (threadIdx.x == 0)
    next = 0;
  __syncthreads();
  int slot = atomicAdd(&next, 1);
  atomicMax(&most[slot], (int)threadIdx.x);
}
