//===- Launch.cpp - Launches ----------------------------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Runtime.h"

#include <vector>

namespace {

struct Configuration {
  dim3 Grid, Block;
  size_t Shared;
  cudaStream_t Stream;
};

} // namespace

/// What <<<...>>> said, until the kernel's stub asks.
static thread_local std::vector<Configuration> Configurations;

using namespace reprise::cudart;

static cudaError_t launch(const void *Function, dim3 Grid, dim3 Block,
                          void **Arguments, size_t Shared, cudaStream_t Stream,
                          bool Cooperative) {
  return call([&](const DriverCalls &D) {
    CUfunction F = nullptr;
    if (cudaError_t E = functionOf(D, Function, F))
      return E;
    auto Bytes = static_cast<unsigned>(Shared);
    CUresult E = Cooperative
                     ? D.cuLaunchCooperativeKernel(
                           F, Grid.x, Grid.y, Grid.z, Block.x, Block.y, Block.z,
                           Bytes, streamOf(Stream), Arguments)
                     : D.cuLaunchKernel(F, Grid.x, Grid.y, Grid.z, Block.x,
                                        Block.y, Block.z, Bytes,
                                        streamOf(Stream), Arguments, nullptr);
    // What the driver calls a wrong number is a wrong shape here.
    if (E == CUDA_ERROR_INVALID_VALUE)
      return cudaErrorInvalidConfiguration;
    return E == CUDA_ERROR_INVALID_HANDLE ? cudaErrorInvalidDeviceFunction
                                          : error(E);
  });
}

extern "C" __attribute__((visibility("default"))) unsigned
__cudaPushCallConfiguration(dim3 Grid, dim3 Block, size_t Shared,
                            cudaStream_t Stream) {
  Configurations.push_back({Grid, Block, Shared, Stream});
  return 0;
}

RUNTIME_API __cudaPopCallConfiguration(dim3 *Grid, dim3 *Block, size_t *Shared,
                                       void *Stream) {
  if (Configurations.empty())
    return record(cudaErrorMissingConfiguration);
  Configuration C = Configurations.back();
  Configurations.pop_back();
  *Grid = C.Grid;
  *Block = C.Block;
  *Shared = C.Shared;
  *static_cast<cudaStream_t *>(Stream) = C.Stream;
  return cudaSuccess;
}

RUNTIME_API cudaLaunchKernel(const void *Function, dim3 Grid, dim3 Block,
                             void **Arguments, size_t Shared,
                             cudaStream_t Stream) {
  return launch(Function, Grid, Block, Arguments, Shared, Stream, false);
}

RUNTIME_API cudaLaunchCooperativeKernel(const void *Function, dim3 Grid,
                                        dim3 Block, void **Arguments,
                                        size_t Shared, cudaStream_t Stream) {
  return launch(Function, Grid, Block, Arguments, Shared, Stream, true);
}

// nvcc's stubs of CUDA 13 call this with a handle.
#if CUDA_VERSION >= 12000
RUNTIME_API __cudaLaunchKernel(cudaKernel_t Kernel, dim3 Grid, dim3 Block,
                               void **Arguments, size_t Shared,
                               cudaStream_t Stream) {
  return launch(Kernel, Grid, Block, Arguments, Shared, Stream, false);
}
RUNTIME_API __cudaLaunchKernel_ptsz(cudaKernel_t Kernel, dim3 Grid, dim3 Block,
                                    void **Arguments, size_t Shared,
                                    cudaStream_t Stream) {
  PerThreadStreams Scope;
  return launch(Kernel, Grid, Block, Arguments, Shared, Stream, false);
}
#endif

RUNTIME_API cudaLaunchKernelExC(const cudaLaunchConfig_t *Config,
                                const void *Function, void **Arguments) {
  return call([&](const DriverCalls &D) {
    CUfunction F = nullptr;
    if (!Config)
      return cudaErrorInvalidValue;
    if (cudaError_t E = functionOf(D, Function, F))
      return E;
    CUlaunchConfig C{};
    C.gridDimX = Config->gridDim.x, C.gridDimY = Config->gridDim.y;
    C.gridDimZ = Config->gridDim.z;
    C.blockDimX = Config->blockDim.x, C.blockDimY = Config->blockDim.y;
    C.blockDimZ = Config->blockDim.z;
    C.sharedMemBytes = static_cast<unsigned>(Config->dynamicSmemBytes);
    C.hStream = streamOf(Config->stream);
    static_assert(sizeof(CUlaunchAttribute) == sizeof(cudaLaunchAttribute));
    C.attrs = reinterpret_cast<CUlaunchAttribute *>(Config->attrs);
    C.numAttrs = Config->numAttrs;
    return error(D.cuLaunchKernelEx(&C, F, Arguments, nullptr));
  });
}

RUNTIME_API cudaLaunchHostFunc(cudaStream_t Stream, cudaHostFn_t Function,
                               void *Data) {
  return call([&](const DriverCalls &D) {
    return D.cuLaunchHostFunc(streamOf(Stream), Function, Data);
  });
}

RUNTIME_API cudaStreamAddCallback(cudaStream_t Stream,
                                  cudaStreamCallback_t Callback, void *Data,
                                  unsigned Flags) {
  return call([&](const DriverCalls &D) {
    // Both kinds of callback take a handle, a number and a pointer.
    return D.cuStreamAddCallback(streamOf(Stream),
                                 reinterpret_cast<CUstreamCallback>(Callback),
                                 Data, Flags);
  });
}

//===----------------------------------------------------------------------===//
// What is known of a kernel
//===----------------------------------------------------------------------===//

RUNTIME_API cudaFuncGetAttributes(cudaFuncAttributes *Result,
                                  const void *Function) {
  return call([&](const DriverCalls &D) {
    CUfunction F = nullptr;
    if (!Result)
      return cudaErrorInvalidValue;
    if (cudaError_t E = functionOf(D, Function, F))
      return E;
    cudaFuncAttributes A{};
    CUresult Failed = CUDA_SUCCESS;
    auto Read = [&](CUfunction_attribute Which) {
      int Value = 0;
      if (CUresult E = D.cuFuncGetAttribute(&Value, Which, F))
        Failed = E;
      return Value;
    };
    auto Bytes = [&](CUfunction_attribute Which) {
      return static_cast<size_t>(Read(Which));
    };
    A.sharedSizeBytes = Bytes(CU_FUNC_ATTRIBUTE_SHARED_SIZE_BYTES);
    A.constSizeBytes = Bytes(CU_FUNC_ATTRIBUTE_CONST_SIZE_BYTES);
    A.localSizeBytes = Bytes(CU_FUNC_ATTRIBUTE_LOCAL_SIZE_BYTES);
    A.maxThreadsPerBlock = Read(CU_FUNC_ATTRIBUTE_MAX_THREADS_PER_BLOCK);
    A.numRegs = Read(CU_FUNC_ATTRIBUTE_NUM_REGS);
    A.ptxVersion = Read(CU_FUNC_ATTRIBUTE_PTX_VERSION);
    A.binaryVersion = Read(CU_FUNC_ATTRIBUTE_BINARY_VERSION);
    A.maxDynamicSharedSizeBytes =
        Read(CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES);
    A.preferredShmemCarveout =
        Read(CU_FUNC_ATTRIBUTE_PREFERRED_SHARED_MEMORY_CARVEOUT);
    *Result = A;
    return Failed == CUDA_ERROR_INVALID_HANDLE ? cudaErrorInvalidDeviceFunction
                                               : error(Failed);
  });
}

/// Runs the body with the driver's handle of a kernel.
template <typename F>
static cudaError_t withFunction(const void *Function, F Body) {
  return call([&](const DriverCalls &D) {
    CUfunction Handle = nullptr;
    cudaError_t E = functionOf(D, Function, Handle);
    return E ? E : error(Body(D, Handle));
  });
}

RUNTIME_API cudaFuncSetAttribute(const void *Function, cudaFuncAttribute Which,
                                 int Value) {
  return withFunction(Function, [&](const DriverCalls &D, CUfunction F) {
    return D.cuFuncSetAttribute(F, static_cast<CUfunction_attribute>(Which),
                                Value);
  });
}

RUNTIME_API cudaFuncSetCacheConfig(const void *Function, cudaFuncCache Config) {
  return withFunction(Function, [&](const DriverCalls &D, CUfunction F) {
    return D.cuFuncSetCacheConfig(F, static_cast<CUfunc_cache>(Config));
  });
}

RUNTIME_API cudaOccupancyMaxActiveBlocksPerMultiprocessorWithFlags(
    int *Blocks, const void *Function, int BlockSize, size_t Shared,
    unsigned Flags) {
  return withFunction(Function, [&](const DriverCalls &D, CUfunction F) {
    return D.cuOccupancyMaxActiveBlocksPerMultiprocessorWithFlags(
        Blocks, F, BlockSize, Shared, Flags);
  });
}
RUNTIME_API cudaOccupancyMaxActiveBlocksPerMultiprocessor(int *Blocks,
                                                          const void *Function,
                                                          int BlockSize,
                                                          size_t Shared) {
  return cudaOccupancyMaxActiveBlocksPerMultiprocessorWithFlags(
      Blocks, Function, BlockSize, Shared, 0);
}
RUNTIME_API cudaOccupancyAvailableDynamicSMemPerBlock(size_t *Bytes,
                                                      const void *Function,
                                                      int Blocks,
                                                      int BlockSize) {
  return withFunction(Function, [&](const DriverCalls &D, CUfunction F) {
    return D.cuOccupancyAvailableDynamicSMemPerBlock(Bytes, F, Blocks,
                                                     BlockSize);
  });
}
