// A template's kernels are kernels of their own.
//
// REQUIRES: cuda
// RUN: %reprise audit %s | FileCheck %s

// CHECK-DAG: put<float> {{.*}}to[0 .. 4blockDim.x)
// CHECK-DAG: put<double> {{.*}}to[0 .. 8blockDim.x)
template <typename T> __global__ void put(T *to, const T *from) {
  to[threadIdx.x] = from[threadIdx.x];
}
template __global__ void put<float>(float *, const float *);
template __global__ void put<double>(double *, const double *);
