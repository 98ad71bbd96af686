// What programs that stop their streams have in common.

#ifndef REPRISE_TEST_INTERPOSER_STOPPING_H
#define REPRISE_TEST_INTERPOSER_STOPPING_H

#include "reprise/reprise_preempt.h"

#include <cstdio>
#include <cstdlib>
#include <cuda_runtime.h>

/// Ends the program where something failed.
inline void check(cudaError_t error, const char *what) {
  if (error != cudaSuccess) {
    std::printf("%s: %s\n", what, cudaGetErrorString(error));
    std::exit(1);
  }
}

struct Stopping : reprise_preempt_functions {
  Stopping() {
    if (!reprise_preempt_load(this)) {
      std::printf("not under libreprise_cuda.so\n");
      std::exit(1);
    }
  }
  void check(reprise_preempt_status status, const char *what) const {
    if (status != REPRISE_PREEMPT_OK) {
      std::printf("%s: %s\n", what, status_text(status));
      std::exit(1);
    }
  }
};

inline cudaStream_t nonBlocking(int priority = 0) {
  cudaStream_t stream;
  check(cudaStreamCreateWithPriority(&stream, cudaStreamNonBlocking, priority),
        "stream");
  return stream;
}

template <typename T> T *onDevice(size_t count) {
  void *memory = nullptr;
  check(cudaMalloc(&memory, count * sizeof(T)), "memory");
  return static_cast<T *>(memory);
}

#endif // REPRISE_TEST_INTERPOSER_STOPPING_H
