// What a kernel does wrong is an error that stays, until the device is reset.
//
// REQUIRES: emulated
// RUN: %clangxx_cuda -O1 -I%S/Inputs %s -o %t -L%cuda_path/lib64 \
// RUN:   -L%cuda_path/lib -lcudart
// RUN: env LD_LIBRARY_PATH=%emulated %t 2>&1 | FileCheck %s
// RUN: not --crash env LD_LIBRARY_PATH=%emulated %t touch

// CHECK: reprise emulator: kernels run on the CPU
// CHECK: reprise emulator: {{.*}}writeAt{{.*}}block (0,0,0) thread (0,0,0)
// CHECK: reprise emulator: {{.*}}writeAt
// CHECK: reprise emulator: {{.*}}stop
// CHECK: reprise emulator: {{.*}}insist
// CHECK: done

#include "Expect.h"

#include <cassert>
#include <cstring>

__global__ void writeAt(char *To) { *reinterpret_cast<int *>(To) = 1; }
__global__ void stop() { __trap(); }
__global__ void insist(int X) { assert(X == 1); }

/// The error appears where the host waits, stays, and goes with the device's
/// state.
static void expectSticky(cudaError_t Error) {
  OK(cudaGetLastError());
  GIVES(Error, cudaDeviceSynchronize());
  int *P;
  GIVES(Error, cudaMalloc(&P, 4));
  stop<<<1, 1>>>();
  GIVES(Error, cudaGetLastError());
  GIVES(Error, cudaGetLastError());
  OK(cudaDeviceReset());
  OK(cudaGetLastError());
  OK(cudaMalloc(&P, 4));
  OK(cudaFree(P));
}

int main(int Count, char **) {
  char *P;
  OK(cudaMalloc(&P, 100));
  if (Count > 1)
    return *P; // The host has no business there.

  writeAt<<<1, 1>>>(P + 97);
  expectSticky(cudaErrorIllegalAddress);
  OK(cudaMalloc(&P, 100));
  writeAt<<<1, 1>>>(P + 1);
  expectSticky(cudaErrorMisalignedAddress);
  stop<<<1, 1>>>();
  expectSticky(cudaErrorLaunchFailure);
  insist<<<1, 1>>>(2);
  expectSticky(cudaErrorAssert);

  // A launch that cannot be is no more than that.
  insist<<<1, 2000>>>(1);
  GIVES(cudaErrorInvalidConfiguration, cudaGetLastError());
  insist<<<0, 1>>>(1);
  GIVES(cudaErrorInvalidConfiguration, cudaGetLastError());
  insist<<<1, 1, 100000>>>(1);
  GIVES(cudaErrorInvalidConfiguration, cudaGetLastError());
  OK(cudaFuncSetAttribute(reinterpret_cast<const void *>(insist),
                          cudaFuncAttributeMaxDynamicSharedMemorySize, 100000));
  insist<<<1, 1, 100000>>>(1);
  OK(cudaGetLastError());
  OK(cudaDeviceSynchronize());
  std::fprintf(stderr, "done\n");
}
