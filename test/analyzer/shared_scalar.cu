// A shared variable that holds one value for the whole block is that value.
//
// RUN: %reprise audit %s | FileCheck %s
// CHECK-DAG: all_threads conditional {{.*}}disjoint(
// CHECK-DAG: one_thread conditional {{.*}}disjoint(
// CHECK-DAG: per_thread unknown
// CHECK-DAG: two_values unknown
// CHECK-DAG: in_loop unknown

extern "C" __global__ void all_threads(float *to, const float *from) {
  __shared__ float *row;
  row = to + blockIdx.x * 256;
  row[threadIdx.x] = from[threadIdx.x];
}

extern "C" __global__ void one_thread(float *to, const float *from, int n) {
  __shared__ float *row;
  if (threadIdx.x == 0)
    row = to + blockIdx.x * n;
  __syncthreads();
  row[threadIdx.x] = from[threadIdx.x];
}

// The last thread to store decides.
extern "C" __global__ void per_thread(float *to, const float *from) {
  __shared__ float *row;
  row = to + threadIdx.x * 256;
  __syncthreads();
  row[threadIdx.x] = from[threadIdx.x];
}

extern "C" __global__ void two_values(float *a, float *b, const float *from) {
  __shared__ float *row;
  if (threadIdx.x == 0)
    row = a;
  __syncthreads();
  row[threadIdx.x] = from[threadIdx.x];
  __syncthreads();
  if (threadIdx.x == 0)
    row = b;
  __syncthreads();
  row[threadIdx.x] = from[threadIdx.x];
}

extern "C" __global__ void in_loop(float *to, const float *from, int n) {
  __shared__ float *row;
  for (int i = 0; i < n; ++i) {
    __syncthreads();
    if (threadIdx.x == 0)
      row = to + i * 256;
    __syncthreads();
    row[threadIdx.x] = from[threadIdx.x];
  }
}
