//===- support.h - What the examples' host code shares --------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Device buffers, error checks and the comparison with the CPU's result.
// Nothing here is called from a kernel.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_EXAMPLES_SUPPORT_H
#define REPRISE_EXAMPLES_SUPPORT_H

#include <cuda_runtime.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <vector>

/// Ends the program when a call of the CUDA runtime fails.
inline void check(cudaError_t Error, const char *What) {
  if (Error == cudaSuccess)
    return;
  std::fprintf(stderr, "%s: %s\n", What, cudaGetErrorString(Error));
  std::exit(2);
}

/// Waits for the last launch and ends the program if it failed.
inline void finishLaunch() {
  check(cudaGetLastError(), "launch");
  check(cudaDeviceSynchronize(), "kernel");
}

/// Device memory that holds a copy of a host vector.
template <typename T> class Buffer {
public:
  explicit Buffer(const std::vector<T> &Host) : Count(Host.size()) {
    check(cudaMalloc(reinterpret_cast<void **>(&Data), Count * sizeof(T)),
          "cudaMalloc");
    write(Host);
  }
  explicit Buffer(size_t Count) : Buffer(std::vector<T>(Count)) {}
  ~Buffer() { cudaFree(Data); }
  Buffer(const Buffer &) = delete;
  Buffer &operator=(const Buffer &) = delete;

  T *data() const { return Data; }

  void write(const std::vector<T> &Host) {
    check(cudaMemcpy(Data, Host.data(), Count * sizeof(T),
                     cudaMemcpyHostToDevice),
          "copy to the device");
  }

  std::vector<T> read() const {
    std::vector<T> Host(Count);
    check(cudaMemcpy(Host.data(), Data, Count * sizeof(T),
                     cudaMemcpyDeviceToHost),
          "copy from the device");
    return Host;
  }

private:
  T *Data = nullptr;
  size_t Count;
};

/// Numbers between -1 and 1 that depend only on \p Seed.
inline std::vector<float> testData(size_t Count, unsigned Seed) {
  std::vector<float> Result(Count);
  for (float &Value : Result) {
    Seed = Seed * 1664525u + 1013904223u;
    Value = static_cast<float>(Seed >> 8) / 8388608.0f - 1.0f;
  }
  return Result;
}

/// Compares element by element; prints the first difference and ends the
/// program if there is one.
template <typename T>
void expectNear(const char *What, const std::vector<T> &Got,
                const std::vector<T> &Want, double Tolerance = 1e-4) {
  for (size_t I = 0; I < Want.size(); ++I) {
    double Difference =
        std::fabs(static_cast<double>(Got[I]) - static_cast<double>(Want[I]));
    if (Difference <= Tolerance)
      continue;
    std::fprintf(stderr, "%s: element %zu is %g, expected %g\n", What, I,
                 static_cast<double>(Got[I]), static_cast<double>(Want[I]));
    std::exit(1);
  }
  std::printf("%s: ok\n", What);
}

#endif // REPRISE_EXAMPLES_SUPPORT_H
