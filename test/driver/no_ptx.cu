// Machine code is not executed: the launch fails, and it is said what to do.
//
// REQUIRES: emulated
// RUN: %clangxx_cuda --no-cuda-include-ptx=all %s -o %t \
// RUN:   -L%cuda_path/lib64 -L%cuda_path/lib -lcudart
// RUN: env LD_LIBRARY_PATH=%emulated %t 2>&1 | FileCheck %s

// CHECK: a fatbin has no PTX that sm_90 can run, only cubin sm_80;
// CHECK-SAME: compile with PTX
// CHECK: cudaErrorNoKernelImageForDevice
#include <cstdio>
__global__ void set(int *x) { *x = 1; }
int main() {
  set<<<1, 1>>>(nullptr);
  puts(cudaGetErrorName(cudaGetLastError()));
}
