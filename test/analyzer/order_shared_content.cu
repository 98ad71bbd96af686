// Content of shared memory that depends on the order decides who writes. A sum
// of integers does not depend on it, a sum of floats does.
//
// RUN: %reprise audit %s | FileCheck %s
// CHECK-DAG: floats {{.*}}unknown
// CHECK-DAG: integers {{.*}}conditional
// CHECK-DAG: mixed {{.*}}unknown
// CHECK-DAG: passed {{.*}}unknown

extern "C" __global__ void floats(int *a, const float *b) {
  __shared__ float sum;
  if (threadIdx.x == 0)
    sum = 0;
  __syncthreads();
  atomicAdd(&sum, b[threadIdx.x]);
  __syncthreads();
  if (sum > 1)
    a[threadIdx.x] = 1;
}

extern "C" __global__ void integers(int *a, const int *b) {
  __shared__ int sum;
  if (threadIdx.x == 0)
    sum = 0;
  __syncthreads();
  atomicAdd(&sum, b[threadIdx.x]);
  __syncthreads();
  if (sum > 1)
    a[threadIdx.x] = 1;
}

extern "C" __global__ void mixed(int *a, const int *b) {
  __shared__ int sum;
  if (threadIdx.x == 0)
    sum = 0;
  __syncthreads();
  atomicAdd(&sum, b[threadIdx.x]);
  atomicMax(&sum, b[threadIdx.x + 32]);
  __syncthreads();
  if (sum > 1)
    a[threadIdx.x] = 1;
}

// A value that depends on it goes through shared memory.
extern "C" __global__ void passed(int *a) {
  __shared__ int next, slots[64];
  if (threadIdx.x == 0)
    next = 0;
  __syncthreads();
  slots[threadIdx.x] = atomicAdd(&next, 1);
  __syncthreads();
  if (slots[threadIdx.x ^ 1] < 8)
    a[threadIdx.x] = 1;
}
