//===- Gpu.h - The CUDA driver, opened when it is needed ------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// libcuda.so.1 is opened and not linked, so that the program is built where
// there is no driver. Whatever fails throws GpuError: after most errors the
// context is of no more use, and the process that has it ends.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TEST_BENCHMARK_GPU_TWINS_GPU_H
#define REPRISE_TEST_BENCHMARK_GPU_TWINS_GPU_H

#include <cuda.h>

#include <cstdint>
#include <stdexcept>
#include <string>

namespace reprise::twins {

struct GpuError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// By the names that all drivers since CUDA 10 export.
#define REPRISE_GPU_FUNCTIONS(X)                                               \
  X(cuInit)                                                                    \
  X(cuDeviceGet)                                                               \
  X(cuDeviceGetName)                                                           \
  X(cuDeviceGetAttribute)                                                      \
  X(cuDriverGetVersion)                                                        \
  X(cuDevicePrimaryCtxRetain)                                                  \
  X(cuCtxSetCurrent)                                                           \
  X(cuCtxSynchronize)                                                          \
  X(cuGetErrorName)                                                            \
  X(cuModuleLoadDataEx)                                                        \
  X(cuModuleGetFunction)                                                       \
  X(cuModuleGetGlobal_v2)                                                      \
  X(cuFuncGetAttribute)                                                        \
  X(cuFuncSetAttribute)                                                        \
  X(cuMemAlloc_v2)                                                             \
  X(cuMemcpyHtoD_v2)                                                           \
  X(cuMemcpyDtoH_v2)                                                           \
  X(cuMemcpyDtoD_v2)                                                           \
  X(cuMemsetD8_v2)                                                             \
  X(cuArrayCreate_v2)                                                          \
  X(cuMemcpyHtoA_v2)                                                           \
  X(cuMemcpy2D_v2)                                                             \
  X(cuTexObjectCreate)                                                         \
  X(cuEventCreate)                                                             \
  X(cuEventRecord)                                                             \
  X(cuLaunchKernel)

/// The driver's functions by their names, with the context of the first device.
/// Thread safety: none.
class Gpu {
public:
  Gpu();

  // The names are the driver's.
  // NOLINTBEGIN(readability-identifier-naming,bugprone-macro-parentheses)
#define REPRISE_GPU_MEMBER(Name) decltype(&::Name) Name = nullptr;
  REPRISE_GPU_FUNCTIONS(REPRISE_GPU_MEMBER)
#undef REPRISE_GPU_MEMBER
  // NOLINTEND(readability-identifier-naming,bugprone-macro-parentheses)
  // The header may give this name to a later version of the same signature.
  CUresult (*EventElapsedTime)(float *, CUevent, CUevent) = nullptr;

  /// Throws if Result is an error. What says what was done: "loads a.ptx".
  void check(CUresult Result, const std::string &What) const;

  /// "NVIDIA H200, compute capability 9.0, driver for CUDA 13.0"
  std::string describe() const;

  CUdeviceptr allocate(uint64_t Bytes) const;

private:
  CUdevice Device = 0;
};

} // namespace reprise::twins

#endif // REPRISE_TEST_BENCHMARK_GPU_TWINS_GPU_H
