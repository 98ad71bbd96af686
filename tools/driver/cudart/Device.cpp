//===- Device.cpp - Devices -----------------------------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Runtime.h"

#include <algorithm>
#include <cstring>

namespace reprise::cudart {

/// Runs a body that needs no context.
template <typename F> static cudaError_t withDriver(F Body) {
  const DriverCalls *D = driver();
  if (!D)
    return record(cudaErrorInsufficientDriver);
  if (CUresult E = D->cuInit(0))
    return record(error(E));
  return record(error(Body(*D)));
}

static void fill(const DriverCalls &D, CUdevice Device, cudaDeviceProp &P) {
  auto Read = [&](CUdevice_attribute Which) {
    int Value = 0;
    D.cuDeviceGetAttribute(&Value, Which, Device);
    return Value;
  };
  auto Bytes = [&](CUdevice_attribute Which) {
    return static_cast<size_t>(Read(Which));
  };
  D.cuDeviceGetName(P.name, sizeof P.name, Device);
  D.cuDeviceTotalMem(&P.totalGlobalMem, Device);
  CUuuid Id{};
  D.cuDeviceGetUuid(&Id, Device);
  static_assert(sizeof Id == sizeof P.uuid);
  std::memcpy(&P.uuid, &Id, sizeof Id);
  P.sharedMemPerBlock = Bytes(CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK);
  P.sharedMemPerBlockOptin =
      Bytes(CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK_OPTIN);
  P.sharedMemPerMultiprocessor =
      Bytes(CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_MULTIPROCESSOR);
  P.reservedSharedMemPerBlock =
      Bytes(CU_DEVICE_ATTRIBUTE_RESERVED_SHARED_MEMORY_PER_BLOCK);
  P.regsPerBlock = Read(CU_DEVICE_ATTRIBUTE_MAX_REGISTERS_PER_BLOCK);
  P.regsPerMultiprocessor =
      Read(CU_DEVICE_ATTRIBUTE_MAX_REGISTERS_PER_MULTIPROCESSOR);
  P.warpSize = Read(CU_DEVICE_ATTRIBUTE_WARP_SIZE);
  P.memPitch = Bytes(CU_DEVICE_ATTRIBUTE_MAX_PITCH);
  P.maxThreadsPerBlock = Read(CU_DEVICE_ATTRIBUTE_MAX_THREADS_PER_BLOCK);
  P.maxThreadsPerMultiProcessor =
      Read(CU_DEVICE_ATTRIBUTE_MAX_THREADS_PER_MULTIPROCESSOR);
  P.maxBlocksPerMultiProcessor =
      Read(CU_DEVICE_ATTRIBUTE_MAX_BLOCKS_PER_MULTIPROCESSOR);
  P.maxThreadsDim[0] = Read(CU_DEVICE_ATTRIBUTE_MAX_BLOCK_DIM_X);
  P.maxThreadsDim[1] = Read(CU_DEVICE_ATTRIBUTE_MAX_BLOCK_DIM_Y);
  P.maxThreadsDim[2] = Read(CU_DEVICE_ATTRIBUTE_MAX_BLOCK_DIM_Z);
  P.maxGridSize[0] = Read(CU_DEVICE_ATTRIBUTE_MAX_GRID_DIM_X);
  P.maxGridSize[1] = Read(CU_DEVICE_ATTRIBUTE_MAX_GRID_DIM_Y);
  P.maxGridSize[2] = Read(CU_DEVICE_ATTRIBUTE_MAX_GRID_DIM_Z);
  P.totalConstMem = Bytes(CU_DEVICE_ATTRIBUTE_TOTAL_CONSTANT_MEMORY);
  P.major = Read(CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR);
  P.minor = Read(CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR);
  P.textureAlignment = Bytes(CU_DEVICE_ATTRIBUTE_TEXTURE_ALIGNMENT);
  P.texturePitchAlignment = Bytes(CU_DEVICE_ATTRIBUTE_TEXTURE_PITCH_ALIGNMENT);
  P.surfaceAlignment = Bytes(CU_DEVICE_ATTRIBUTE_SURFACE_ALIGNMENT);
  P.multiProcessorCount = Read(CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT);
  P.maxTexture1D = Read(CU_DEVICE_ATTRIBUTE_MAXIMUM_TEXTURE1D_WIDTH);
  P.maxTexture2D[0] = Read(CU_DEVICE_ATTRIBUTE_MAXIMUM_TEXTURE2D_WIDTH);
  P.maxTexture2D[1] = Read(CU_DEVICE_ATTRIBUTE_MAXIMUM_TEXTURE2D_HEIGHT);
  P.maxTexture3D[0] = Read(CU_DEVICE_ATTRIBUTE_MAXIMUM_TEXTURE3D_WIDTH);
  P.maxTexture3D[1] = Read(CU_DEVICE_ATTRIBUTE_MAXIMUM_TEXTURE3D_HEIGHT);
  P.maxTexture3D[2] = Read(CU_DEVICE_ATTRIBUTE_MAXIMUM_TEXTURE3D_DEPTH);
  P.canMapHostMemory = Read(CU_DEVICE_ATTRIBUTE_CAN_MAP_HOST_MEMORY);
  P.asyncEngineCount = Read(CU_DEVICE_ATTRIBUTE_ASYNC_ENGINE_COUNT);
  P.concurrentKernels = Read(CU_DEVICE_ATTRIBUTE_CONCURRENT_KERNELS);
  P.unifiedAddressing = Read(CU_DEVICE_ATTRIBUTE_UNIFIED_ADDRESSING);
  P.memoryBusWidth = Read(CU_DEVICE_ATTRIBUTE_GLOBAL_MEMORY_BUS_WIDTH);
  P.l2CacheSize = Read(CU_DEVICE_ATTRIBUTE_L2_CACHE_SIZE);
  P.streamPrioritiesSupported =
      Read(CU_DEVICE_ATTRIBUTE_STREAM_PRIORITIES_SUPPORTED);
  P.globalL1CacheSupported =
      Read(CU_DEVICE_ATTRIBUTE_GLOBAL_L1_CACHE_SUPPORTED);
  P.localL1CacheSupported = Read(CU_DEVICE_ATTRIBUTE_LOCAL_L1_CACHE_SUPPORTED);
  P.managedMemory = Read(CU_DEVICE_ATTRIBUTE_MANAGED_MEMORY);
  P.concurrentManagedAccess =
      Read(CU_DEVICE_ATTRIBUTE_CONCURRENT_MANAGED_ACCESS);
  P.pageableMemoryAccess = Read(CU_DEVICE_ATTRIBUTE_PAGEABLE_MEMORY_ACCESS);
  P.computePreemptionSupported =
      Read(CU_DEVICE_ATTRIBUTE_COMPUTE_PREEMPTION_SUPPORTED);
  P.canUseHostPointerForRegisteredMem =
      Read(CU_DEVICE_ATTRIBUTE_CAN_USE_HOST_POINTER_FOR_REGISTERED_MEM);
  P.hostNativeAtomicSupported =
      Read(CU_DEVICE_ATTRIBUTE_HOST_NATIVE_ATOMIC_SUPPORTED);
  P.cooperativeLaunch = Read(CU_DEVICE_ATTRIBUTE_COOPERATIVE_LAUNCH);
#if CUDA_VERSION < 13000
  P.clockRate = Read(CU_DEVICE_ATTRIBUTE_CLOCK_RATE);
  P.memoryClockRate = Read(CU_DEVICE_ATTRIBUTE_MEMORY_CLOCK_RATE);
  P.deviceOverlap = Read(CU_DEVICE_ATTRIBUTE_GPU_OVERLAP);
  P.maxTexture1DLinear =
      Read(CU_DEVICE_ATTRIBUTE_MAXIMUM_TEXTURE1D_LINEAR_WIDTH);
#endif
#if CUDA_VERSION >= 12000
  P.hostRegisterSupported = Read(CU_DEVICE_ATTRIBUTE_HOST_REGISTER_SUPPORTED);
  P.memoryPoolsSupported = Read(CU_DEVICE_ATTRIBUTE_MEMORY_POOLS_SUPPORTED);
#endif
}

} // namespace reprise::cudart

using namespace reprise::cudart;

RUNTIME_API cudaDriverGetVersion(int *Version) {
  const DriverCalls *D = driver();
  if (!Version)
    return record(cudaErrorInvalidValue);
  *Version = 0;
  return D ? error(D->cuDriverGetVersion(Version)) : cudaSuccess;
}

RUNTIME_API cudaRuntimeGetVersion(int *Version) {
  if (!Version)
    return record(cudaErrorInvalidValue);
  *Version = CUDART_VERSION;
  return cudaSuccess;
}

RUNTIME_API cudaGetDeviceCount(int *Count) {
  return withDriver(
      [&](const DriverCalls &D) { return D.cuDeviceGetCount(Count); });
}

RUNTIME_API cudaGetDevice(int *Device) {
  if (!Device)
    return record(cudaErrorInvalidValue);
  *Device = 0;
  return cudaSuccess;
}

RUNTIME_API cudaSetDevice(int Device) {
  if (Device)
    return record(cudaErrorInvalidDevice);
  return call([](const DriverCalls &) { return cudaSuccess; });
}

#if CUDA_VERSION >= 12000
RUNTIME_API cudaInitDevice(int Device, unsigned, unsigned) {
  return cudaSetDevice(Device);
}
#endif

RUNTIME_API cudaSetValidDevices(int *, int) { return cudaSuccess; }

RUNTIME_API cudaChooseDevice(int *Device, const cudaDeviceProp *) {
  return cudaGetDevice(Device);
}

RUNTIME_API cudaSetDeviceFlags(unsigned Flags) {
  return withDriver([&](const DriverCalls &D) {
    return D.cuDevicePrimaryCtxSetFlags(0, Flags);
  });
}

RUNTIME_API cudaGetDeviceFlags(unsigned *Flags) {
  return withDriver([&](const DriverCalls &D) {
    int Active = 0;
    return D.cuDevicePrimaryCtxGetState(0, Flags, &Active);
  });
}

RUNTIME_API cudaDeviceGetAttribute(int *Value, cudaDeviceAttr Which,
                                   int Device) {
  return withDriver([&](const DriverCalls &D) {
    return D.cuDeviceGetAttribute(Value, static_cast<CUdevice_attribute>(Which),
                                  Device);
  });
}

RUNTIME_API cudaGetDeviceProperties(cudaDeviceProp *Result, int Device) {
  return withDriver([&](const DriverCalls &D) {
    if (!Result)
      return CUDA_ERROR_INVALID_VALUE;
    if (Device)
      return CUDA_ERROR_INVALID_DEVICE;
    cudaDeviceProp P{};
    fill(D, Device, P);
    *Result = P;
    return CUDA_SUCCESS;
  });
}

RUNTIME_API cudaDeviceGetPCIBusId(char *Name, int Length, int Device) {
  return withDriver([&](const DriverCalls &D) {
    return D.cuDeviceGetPCIBusId(Name, Length, Device);
  });
}
RUNTIME_API cudaDeviceGetByPCIBusId(int *Device, const char *Name) {
  return withDriver([&](const DriverCalls &D) {
    return D.cuDeviceGetByPCIBusId(Device, Name);
  });
}

RUNTIME_API cudaDeviceCanAccessPeer(int *Can, int Device, int Peer) {
  return withDriver([&](const DriverCalls &D) {
    return D.cuDeviceCanAccessPeer(Can, Device, Peer);
  });
}

RUNTIME_API cudaDeviceSynchronize() {
  return call([](const DriverCalls &D) { return D.cuCtxSynchronize(); });
}

#if CUDA_VERSION < 13000
RUNTIME_API cudaThreadSynchronize() { return cudaDeviceSynchronize(); }
#endif

RUNTIME_API cudaDeviceGetLimit(size_t *Value, cudaLimit Which) {
  return call([&](const DriverCalls &D) {
    return D.cuCtxGetLimit(Value, static_cast<CUlimit>(Which));
  });
}
RUNTIME_API cudaDeviceSetLimit(cudaLimit Which, size_t Value) {
  return call([&](const DriverCalls &D) {
    return D.cuCtxSetLimit(static_cast<CUlimit>(Which), Value);
  });
}

RUNTIME_API cudaDeviceGetStreamPriorityRange(int *Least, int *Greatest) {
  return call([&](const DriverCalls &D) {
    return D.cuCtxGetStreamPriorityRange(Least, Greatest);
  });
}

RUNTIME_API cudaDeviceSetCacheConfig(cudaFuncCache) { return cudaSuccess; }

RUNTIME_API cudaProfilerStart() { return cudaSuccess; }
RUNTIME_API cudaProfilerStop() { return cudaSuccess; }
