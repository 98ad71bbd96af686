// What is not supported says so once, by its name, and gives an error.
//
// REQUIRES: emulated
// RUN: %clangxx_cuda -O1 -I%S/Inputs %s -o %t -L%cuda_path/lib64 \
// RUN:   -L%cuda_path/lib -lcudart
// RUN: env LD_LIBRARY_PATH=%emulated %t 2>&1 | FileCheck %s

// CHECK: reprise emulator: cudaIpcGetMemHandle is not supported
// CHECK-NOT: cudaIpcGetMemHandle
// CHECK: reprise emulator: {{.*}}allocate{{.*}} cannot be launched: {{.*}}malloc
// CHECK: done
#include "Expect.h"

__global__ void allocate(void **P) { *P = malloc(8); }

int main() {
  cudaIpcMemHandle_t Handle;
  void *P;
  OK(cudaMalloc(&P, 8));
  for (int I = 0; I < 2; ++I)
    GIVES(cudaErrorNotSupported, cudaIpcGetMemHandle(&Handle, P));
  EXPECT(cudaGetLastError() == cudaErrorNotSupported);
  int Can = 1;
  OK(cudaDeviceCanAccessPeer(&Can, 0, 0));
  EXPECT(!Can);
  for (int I = 0; I < 2; ++I) {
    allocate<<<1, 1>>>(static_cast<void **>(P));
    GIVES(cudaErrorNotSupported, cudaGetLastError());
  }
  // That is no fault of the device.
  OK(cudaDeviceSynchronize());
  std::fprintf(stderr, "done\n");
}
