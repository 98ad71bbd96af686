// With per-thread default streams, launches of two threads do not wait for each
// other.
//
// REQUIRES: emulated, nvcc
// RUN: %nvcc -arch=sm_80 -cudart shared --default-stream per-thread \
// RUN:   -I%S/Inputs %s -o %t
// RUN: env LD_LIBRARY_PATH=%emulated %t

#include "Expect.h"

#include <thread>

__global__ void waitFor(const volatile int *Flag) {
  while (!*Flag)
    ;
}

int main() {
  int *Flag;
  OK(cudaMalloc(&Flag, 4));
  OK(cudaMemset(Flag, 0, 4));
  waitFor<<<1, 1>>>(Flag);
  OK(cudaGetLastError());
  GIVES(cudaErrorNotReady, cudaStreamQuery(0));
  GIVES(cudaErrorNotReady, cudaStreamQuery(cudaStreamPerThread));
  std::thread([=] {
    OK(cudaStreamQuery(0));
    int One = 1;
    OK(cudaMemcpy(Flag, &One, 4, cudaMemcpyHostToDevice));
  }).join();
  OK(cudaStreamSynchronize(0));
}
