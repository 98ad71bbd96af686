//===- Device.cpp - What the one device says of itself --------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Driver.h"
#include "Limits.h"

#include <algorithm>
#include <cstring>

namespace reprise::driver {

static constexpr const char *DeviceName = "Reprise emulator (CPU)";
static constexpr const char *BusId = "0000:00:00.0";

static int attribute(const Driver &D, CUdevice_attribute Which) {
  switch (Which) {
  case CU_DEVICE_ATTRIBUTE_MAX_THREADS_PER_BLOCK:
  case CU_DEVICE_ATTRIBUTE_MAX_BLOCK_DIM_X:
  case CU_DEVICE_ATTRIBUTE_MAX_BLOCK_DIM_Y:
    return MaxBlockThreads;
  case CU_DEVICE_ATTRIBUTE_MAX_BLOCK_DIM_Z:
    return MaxBlockZ;
  case CU_DEVICE_ATTRIBUTE_MAX_GRID_DIM_X:
    return MaxGridX;
  case CU_DEVICE_ATTRIBUTE_MAX_GRID_DIM_Y:
  case CU_DEVICE_ATTRIBUTE_MAX_GRID_DIM_Z:
    return MaxGridYZ;
  case CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK:
    return SharedPerBlock;
  case CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK_OPTIN:
    return SharedPerBlockOptIn;
  case CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_MULTIPROCESSOR:
    return SharedPerProcessor;
  case CU_DEVICE_ATTRIBUTE_RESERVED_SHARED_MEMORY_PER_BLOCK:
    return SharedReserved;
  case CU_DEVICE_ATTRIBUTE_TOTAL_CONSTANT_MEMORY:
    return ConstantBytes;
  case CU_DEVICE_ATTRIBUTE_WARP_SIZE:
    return WarpSize;
  case CU_DEVICE_ATTRIBUTE_MAX_PITCH:
    return INT32_MAX;
  case CU_DEVICE_ATTRIBUTE_MAX_REGISTERS_PER_BLOCK:
  case CU_DEVICE_ATTRIBUTE_MAX_REGISTERS_PER_MULTIPROCESSOR:
    return Registers;
  case CU_DEVICE_ATTRIBUTE_CLOCK_RATE:
  case CU_DEVICE_ATTRIBUTE_MEMORY_CLOCK_RATE:
    return 1000000;
  case CU_DEVICE_ATTRIBUTE_TEXTURE_ALIGNMENT:
    return 512;
  case CU_DEVICE_ATTRIBUTE_TEXTURE_PITCH_ALIGNMENT:
    return 32;
  case CU_DEVICE_ATTRIBUTE_SURFACE_ALIGNMENT:
    return 512;
  case CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT:
    return Processors;
  case CU_DEVICE_ATTRIBUTE_MAX_THREADS_PER_MULTIPROCESSOR:
    return ProcessorThreads;
  case CU_DEVICE_ATTRIBUTE_MAX_BLOCKS_PER_MULTIPROCESSOR:
    return ProcessorBlocks;
  case CU_DEVICE_ATTRIBUTE_GLOBAL_MEMORY_BUS_WIDTH:
    return 64;
  case CU_DEVICE_ATTRIBUTE_L2_CACHE_SIZE:
    return 1 << 20;
  case CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR:
    return static_cast<int>(D.Target.Sm / 10);
  case CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR:
    return static_cast<int>(D.Target.Sm % 10);
  case CU_DEVICE_ATTRIBUTE_ASYNC_ENGINE_COUNT:
  case CU_DEVICE_ATTRIBUTE_GPU_OVERLAP:
  case CU_DEVICE_ATTRIBUTE_CAN_MAP_HOST_MEMORY:
  case CU_DEVICE_ATTRIBUTE_UNIFIED_ADDRESSING:
  case CU_DEVICE_ATTRIBUTE_STREAM_PRIORITIES_SUPPORTED:
  case CU_DEVICE_ATTRIBUTE_GLOBAL_L1_CACHE_SUPPORTED:
  case CU_DEVICE_ATTRIBUTE_LOCAL_L1_CACHE_SUPPORTED:
  case CU_DEVICE_ATTRIBUTE_MANAGED_MEMORY:
  case CU_DEVICE_ATTRIBUTE_CONCURRENT_MANAGED_ACCESS:
  case CU_DEVICE_ATTRIBUTE_HOST_NATIVE_ATOMIC_SUPPORTED:
  case CU_DEVICE_ATTRIBUTE_CAN_USE_HOST_POINTER_FOR_REGISTERED_MEM:
  case CU_DEVICE_ATTRIBUTE_HOST_REGISTER_SUPPORTED:
  case CU_DEVICE_ATTRIBUTE_MEMORY_POOLS_SUPPORTED:
  case CU_DEVICE_ATTRIBUTE_VIRTUAL_MEMORY_MANAGEMENT_SUPPORTED:
#if CUDA_VERSION >= 12000
  case CU_DEVICE_ATTRIBUTE_CAN_USE_STREAM_MEM_OPS_V1:
  case CU_DEVICE_ATTRIBUTE_CAN_USE_64_BIT_STREAM_MEM_OPS_V1:
  case CU_DEVICE_ATTRIBUTE_CAN_USE_STREAM_WAIT_VALUE_NOR_V1:
  case CU_DEVICE_ATTRIBUTE_CAN_USE_STREAM_WAIT_VALUE_NOR:
#endif
  case CU_DEVICE_ATTRIBUTE_CAN_USE_64_BIT_STREAM_MEM_OPS:
  case CU_DEVICE_ATTRIBUTE_COMPUTE_PREEMPTION_SUPPORTED:
    return 1;
  case CU_DEVICE_ATTRIBUTE_SINGLE_TO_DOUBLE_PRECISION_PERF_RATIO:
    return 2;
  case CU_DEVICE_ATTRIBUTE_MAXIMUM_TEXTURE1D_WIDTH:
  case CU_DEVICE_ATTRIBUTE_MAXIMUM_TEXTURE2D_WIDTH:
  case CU_DEVICE_ATTRIBUTE_MAXIMUM_TEXTURE2D_HEIGHT:
  case CU_DEVICE_ATTRIBUTE_MAXIMUM_TEXTURE2D_LINEAR_WIDTH:
  case CU_DEVICE_ATTRIBUTE_MAXIMUM_TEXTURE2D_LINEAR_HEIGHT:
  case CU_DEVICE_ATTRIBUTE_MAXIMUM_SURFACE1D_WIDTH:
  case CU_DEVICE_ATTRIBUTE_MAXIMUM_SURFACE2D_WIDTH:
  case CU_DEVICE_ATTRIBUTE_MAXIMUM_SURFACE2D_HEIGHT:
    return MaxTexture;
  case CU_DEVICE_ATTRIBUTE_MAXIMUM_TEXTURE1D_LINEAR_WIDTH:
    return 1 << 28;
  case CU_DEVICE_ATTRIBUTE_MAXIMUM_TEXTURE2D_LINEAR_PITCH:
    return 1 << 21;
  case CU_DEVICE_ATTRIBUTE_MAXIMUM_TEXTURE3D_WIDTH:
  case CU_DEVICE_ATTRIBUTE_MAXIMUM_TEXTURE3D_HEIGHT:
  case CU_DEVICE_ATTRIBUTE_MAXIMUM_TEXTURE3D_DEPTH:
  case CU_DEVICE_ATTRIBUTE_MAXIMUM_SURFACE3D_WIDTH:
  case CU_DEVICE_ATTRIBUTE_MAXIMUM_SURFACE3D_HEIGHT:
  case CU_DEVICE_ATTRIBUTE_MAXIMUM_SURFACE3D_DEPTH:
    return 1 << 14;
  default:
    return 0; // What the device has not: also cooperative launches, clusters.
  }
}

} // namespace reprise::driver

using namespace reprise::driver;

EMULATED_API cuDeviceGetCount(int *Count) {
  return withDriver([&](Driver &) {
    if (!Count)
      return CUDA_ERROR_INVALID_VALUE;
    *Count = 1;
    return CUDA_SUCCESS;
  });
}

EMULATED_API cuDeviceGet(CUdevice *Device, int Ordinal) {
  return withDriver([&](Driver &) {
    if (!Device)
      return CUDA_ERROR_INVALID_VALUE;
    if (Ordinal != 0)
      return CUDA_ERROR_INVALID_DEVICE;
    *Device = 0;
    return CUDA_SUCCESS;
  });
}

/// A function of the device that fills in one thing.
template <typename T, typename F>
static CUresult tell(CUdevice Device, T *Result, F Value) {
  return withDriver([&](Driver &D) {
    if (!Result)
      return CUDA_ERROR_INVALID_VALUE;
    if (Device != 0)
      return CUDA_ERROR_INVALID_DEVICE;
    *Result = static_cast<T>(Value(D));
    return CUDA_SUCCESS;
  });
}

EMULATED_API cuDeviceGetAttribute(int *Value, CUdevice_attribute Which,
                                  CUdevice Device) {
  if (Which <= 0 || Which >= CU_DEVICE_ATTRIBUTE_MAX)
    return CUDA_ERROR_INVALID_VALUE;
  return tell(Device, Value, [&](Driver &D) { return attribute(D, Which); });
}

EMULATED_API cuDeviceTotalMem_v2(size_t *Bytes, CUdevice Device) {
  return tell(Device, Bytes, [](Driver &D) { return D.Memory.capacity(); });
}

static CUresult copyText(const char *From, char *To, int Length) {
  if (!To || Length <= 0)
    return CUDA_ERROR_INVALID_VALUE;
  size_t Bytes = std::min(std::strlen(From), static_cast<size_t>(Length) - 1);
  std::memcpy(To, From, Bytes);
  To[Bytes] = 0;
  return CUDA_SUCCESS;
}

EMULATED_API cuDeviceGetName(char *Name, int Length, CUdevice Device) {
  return withDriver([&](Driver &) {
    return Device ? CUDA_ERROR_INVALID_DEVICE
                  : copyText(DeviceName, Name, Length);
  });
}

EMULATED_API cuDeviceGetPCIBusId(char *Name, int Length, CUdevice Device) {
  return withDriver([&](Driver &) {
    return Device ? CUDA_ERROR_INVALID_DEVICE : copyText(BusId, Name, Length);
  });
}

EMULATED_API cuDeviceGetByPCIBusId(CUdevice *Device, const char *Name) {
  return withDriver([&](Driver &) {
    if (!Device || !Name)
      return CUDA_ERROR_INVALID_VALUE;
    if (std::string_view(Name) != BusId)
      return CUDA_ERROR_INVALID_DEVICE;
    *Device = 0;
    return CUDA_SUCCESS;
  });
}

EMULATED_API cuDeviceGetUuid_v2(CUuuid *Result, CUdevice Device) {
  return tell(Device, Result, [](Driver &) {
    CUuuid Id{};
    std::memcpy(Id.bytes, "reprise-emulated", sizeof Id.bytes);
    return Id;
  });
}
EMULATED_API cuDeviceGetUuid(CUuuid *Result, CUdevice Device) {
  return cuDeviceGetUuid_v2(Result, Device);
}

EMULATED_API cuDeviceComputeCapability(int *Major, int *Minor,
                                       CUdevice Device) {
  CUresult First =
      tell(Device, Major, [](Driver &D) { return D.Target.Sm / 10; });
  return First
             ? First
             : tell(Device, Minor, [](Driver &D) { return D.Target.Sm % 10; });
}

EMULATED_API cuDeviceCanAccessPeer(int *Can, CUdevice Device, CUdevice Peer) {
  if (Peer != 0)
    return CUDA_ERROR_INVALID_DEVICE;
  return tell(Device, Can, [](Driver &) { return 0; });
}

EMULATED_API cuDeviceGetTexture1DLinearMaxWidth(size_t *Width, CUarray_format,
                                                unsigned, CUdevice Device) {
  return tell(Device, Width, [](Driver &) { return 1 << 28; });
}
