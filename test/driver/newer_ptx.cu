// PTX for a later architecture than the device's is not run, and
// REPRISE_EMULATOR_ARCH chooses the device.
//
// REQUIRES: emulated
// RUN: %clangxx_cuda %s -o %t -L%cuda_path/lib64 -L%cuda_path/lib -lcudart
// RUN: env LD_LIBRARY_PATH=%emulated REPRISE_EMULATOR_ARCH=7.5 %t 2>&1 \
// RUN:   | FileCheck %s --check-prefix=OLD
// RUN: env LD_LIBRARY_PATH=%emulated REPRISE_EMULATOR_ARCH=sm_86 %t 2>&1 \
// RUN:   | FileCheck %s --check-prefix=NEW

// OLD: as sm_75
// OLD: 7.5
// OLD: cudaErrorNoKernelImageForDevice
// NEW: as sm_86
// NEW: 8.6
// NEW: cudaSuccess
#include <cstdio>
__global__ void empty() {}
int main() {
  cudaDeviceProp P;
  cudaGetDeviceProperties(&P, 0);
  printf("%d.%d\n", P.major, P.minor);
  fflush(stdout);
  empty<<<1, 1>>>();
  puts(cudaGetErrorName(cudaGetLastError()));
}
