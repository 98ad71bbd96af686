// Calls from exit handlers are safe: before the driver ends they work, later
// they give an error. A kernel that never ends does not keep the program alive.
//
// REQUIRES: emulated
// RUN: %clangxx_cuda -O1 -I%S/Inputs %s -o %t -L%cuda_path/lib64 \
// RUN:   -L%cuda_path/lib -lcudart
// RUN: env LD_LIBRARY_PATH=%emulated %t | FileCheck %s

// CHECK: late: 0
// CHECK: early: cudaErrorCudartUnloading
#include "Expect.h"

__global__ void forever(const volatile int *Flag) {
  while (!*Flag)
    ;
}

static int *Memory;

struct Late {
  ~Late() { std::printf("late: %d\n", cudaGetLastError()); }
};
static struct Early {
  ~Early() {
    forever<<<1, 1>>>(Memory);
    std::printf("early: %s\n", cudaGetErrorName(cudaFree(Memory)));
  }
} Before;

int main() {
  OK(cudaMalloc(&Memory, 4));
  static Late After;
  OK(cudaMemset(Memory, 0, 4));
  forever<<<1, 1>>>(Memory);
  OK(cudaGetLastError());
}
