//===- Memory.cpp - Allocations -------------------------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Runtime.h"

#include <algorithm>

namespace reprise::cudart {

/// Runs a body that allocates; no bytes are no error here, and give null.
template <typename F>
static cudaError_t allocate(void **Result, size_t Bytes, F Body) {
  return call([&](const DriverCalls &D) {
    if (!Result)
      return CUDA_ERROR_INVALID_VALUE;
    *Result = nullptr;
    CUdeviceptr Address = 0;
    CUresult E = Bytes ? Body(D, Address) : CUDA_SUCCESS;
    if (!E)
      *Result = pointer(Address);
    return E;
  });
}

} // namespace reprise::cudart

using namespace reprise::cudart;

RUNTIME_API cudaMalloc(void **Result, size_t Bytes) {
  return allocate(Result, Bytes, [&](const DriverCalls &D, CUdeviceptr &A) {
    return D.cuMemAlloc(&A, Bytes);
  });
}

RUNTIME_API cudaMallocManaged(void **Result, size_t Bytes, unsigned Flags) {
  return allocate(Result, Bytes, [&](const DriverCalls &D, CUdeviceptr &A) {
    return D.cuMemAllocManaged(&A, Bytes, Flags);
  });
}

RUNTIME_API cudaMallocPitch(void **Result, size_t *Pitch, size_t Width,
                            size_t Height) {
  return allocate(Result, Width * Height,
                  [&](const DriverCalls &D, CUdeviceptr &A) {
                    return D.cuMemAllocPitch(&A, Pitch, Width, Height, 4);
                  });
}

RUNTIME_API cudaMalloc3D(cudaPitchedPtr *Result, cudaExtent Size) {
  if (!Result)
    return record(cudaErrorInvalidValue);
  Result->xsize = Size.width;
  Result->ysize = Size.height;
  return cudaMallocPitch(&Result->ptr, &Result->pitch, Size.width,
                         Size.height * std::max<size_t>(Size.depth, 1));
}

RUNTIME_API cudaFree(void *Pointer) {
  return call(
      [&](const DriverCalls &D) { return D.cuMemFree(address(Pointer)); });
}

RUNTIME_API cudaHostAlloc(void **Result, size_t Bytes, unsigned Flags) {
  return allocate(Result, Bytes, [&](const DriverCalls &D, CUdeviceptr &A) {
    void *P = nullptr;
    CUresult E = D.cuMemHostAlloc(&P, Bytes, Flags);
    A = address(P);
    return E;
  });
}

RUNTIME_API cudaMallocHost(void **Result, size_t Bytes) {
  return cudaHostAlloc(Result, Bytes, 0);
}

RUNTIME_API cudaFreeHost(void *Pointer) {
  return call([&](const DriverCalls &D) {
    return Pointer ? D.cuMemFreeHost(Pointer) : CUDA_SUCCESS;
  });
}

RUNTIME_API cudaHostRegister(void *Pointer, size_t Bytes, unsigned Flags) {
  return call([&](const DriverCalls &D) {
    return D.cuMemHostRegister(Pointer, Bytes, Flags);
  });
}
RUNTIME_API cudaHostUnregister(void *Pointer) {
  return call(
      [&](const DriverCalls &D) { return D.cuMemHostUnregister(Pointer); });
}

RUNTIME_API cudaHostGetDevicePointer(void **Result, void *Pointer,
                                     unsigned Flags) {
  return call([&](const DriverCalls &D) {
    CUdeviceptr A = 0;
    CUresult E = Result ? D.cuMemHostGetDevicePointer(&A, Pointer, Flags)
                        : CUDA_ERROR_INVALID_VALUE;
    if (!E)
      *Result = pointer(A);
    return E;
  });
}
RUNTIME_API cudaHostGetFlags(unsigned *Flags, void *Pointer) {
  return call([&](const DriverCalls &D) {
    return D.cuMemHostGetFlags(Flags, Pointer);
  });
}

RUNTIME_API cudaMemGetInfo(size_t *Free, size_t *Total) {
  return call(
      [&](const DriverCalls &D) { return D.cuMemGetInfo(Free, Total); });
}

RUNTIME_API cudaPointerGetAttributes(cudaPointerAttributes *Result,
                                     const void *Pointer) {
  return call([&](const DriverCalls &D) {
    if (!Result)
      return CUDA_ERROR_INVALID_VALUE;
    unsigned Type = 0, IsManaged = 0;
    int Device = 0;
    CUdeviceptr OnDevice = 0;
    void *OnHost = nullptr;
    CUpointer_attribute Which[] = {
        CU_POINTER_ATTRIBUTE_MEMORY_TYPE, CU_POINTER_ATTRIBUTE_IS_MANAGED,
        CU_POINTER_ATTRIBUTE_DEVICE_ORDINAL,
        CU_POINTER_ATTRIBUTE_DEVICE_POINTER, CU_POINTER_ATTRIBUTE_HOST_POINTER};
    void *Values[] = {&Type, &IsManaged, &Device, &OnDevice,
                      static_cast<void *>(&OnHost)};
    if (CUresult E =
            D.cuPointerGetAttributes(5, Which, Values, address(Pointer)))
      return E;
    cudaPointerAttributes A{};
    A.type = IsManaged                    ? cudaMemoryTypeManaged
             : Type == CU_MEMORYTYPE_HOST ? cudaMemoryTypeHost
             : Type                       ? cudaMemoryTypeDevice
                                          : cudaMemoryTypeUnregistered;
    A.device = Type ? Device : -2;
    A.devicePointer = pointer(OnDevice);
    A.hostPointer = Type ? OnHost : const_cast<void *>(Pointer);
    *Result = A;
    return CUDA_SUCCESS;
  });
}

//===----------------------------------------------------------------------===//
// In the order of a stream
//===----------------------------------------------------------------------===//

RUNTIME_API cudaMallocAsync(void **Result, size_t Bytes, cudaStream_t Stream) {
  return allocate(Result, Bytes, [&](const DriverCalls &D, CUdeviceptr &A) {
    return D.cuMemAllocAsync(&A, Bytes, streamOf(Stream));
  });
}
RUNTIME_API cudaMallocFromPoolAsync(void **Result, size_t Bytes,
                                    cudaMemPool_t Pool, cudaStream_t Stream) {
  return allocate(Result, Bytes, [&](const DriverCalls &D, CUdeviceptr &A) {
    return D.cuMemAllocFromPoolAsync(&A, Bytes, Pool, streamOf(Stream));
  });
}
RUNTIME_API cudaFreeAsync(void *Pointer, cudaStream_t Stream) {
  return call([&](const DriverCalls &D) {
    return Pointer ? D.cuMemFreeAsync(address(Pointer), streamOf(Stream))
                   : CUDA_SUCCESS;
  });
}

RUNTIME_API cudaDeviceGetDefaultMemPool(cudaMemPool_t *Pool, int Device) {
  return call([&](const DriverCalls &D) {
    return D.cuDeviceGetDefaultMemPool(Pool, Device);
  });
}
RUNTIME_API cudaDeviceGetMemPool(cudaMemPool_t *Pool, int Device) {
  return call(
      [&](const DriverCalls &D) { return D.cuDeviceGetMemPool(Pool, Device); });
}
RUNTIME_API cudaDeviceSetMemPool(int Device, cudaMemPool_t Pool) {
  return call(
      [&](const DriverCalls &D) { return D.cuDeviceSetMemPool(Device, Pool); });
}
RUNTIME_API cudaMemPoolCreate(cudaMemPool_t *Pool,
                              const cudaMemPoolProps *Properties) {
  return call([&](const DriverCalls &D) {
    static_assert(sizeof(CUmemPoolProps) == sizeof(cudaMemPoolProps));
    return D.cuMemPoolCreate(
        Pool, reinterpret_cast<const CUmemPoolProps *>(Properties));
  });
}
RUNTIME_API cudaMemPoolDestroy(cudaMemPool_t Pool) {
  return call([&](const DriverCalls &D) { return D.cuMemPoolDestroy(Pool); });
}
RUNTIME_API cudaMemPoolTrimTo(cudaMemPool_t Pool, size_t Bytes) {
  return call(
      [&](const DriverCalls &D) { return D.cuMemPoolTrimTo(Pool, Bytes); });
}
RUNTIME_API cudaMemPoolGetAttribute(cudaMemPool_t Pool, cudaMemPoolAttr Which,
                                    void *Value) {
  return call([&](const DriverCalls &D) {
    return D.cuMemPoolGetAttribute(
        Pool, static_cast<CUmemPool_attribute>(Which), Value);
  });
}
RUNTIME_API cudaMemPoolSetAttribute(cudaMemPool_t Pool, cudaMemPoolAttr Which,
                                    void *Value) {
  return call([&](const DriverCalls &D) {
    return D.cuMemPoolSetAttribute(
        Pool, static_cast<CUmemPool_attribute>(Which), Value);
  });
}

//===----------------------------------------------------------------------===//
// Advice
//===----------------------------------------------------------------------===//

#if CUDA_VERSION >= 13000
RUNTIME_API cudaMemPrefetchAsync(const void *Pointer, size_t Bytes,
                                 cudaMemLocation Where, unsigned Flags,
                                 cudaStream_t Stream) {
  return call([&](const DriverCalls &D) {
    CUmemLocation Place{};
    Place.type = static_cast<CUmemLocationType>(Where.type);
    Place.id = Where.id;
    return D.cuMemPrefetchAsync(address(Pointer), Bytes, Place, Flags,
                                streamOf(Stream));
  });
}
RUNTIME_API cudaMemAdvise(const void *Pointer, size_t Bytes,
                          cudaMemoryAdvise Advice, cudaMemLocation Where) {
  return call([&](const DriverCalls &D) {
    CUmemLocation Place{};
    Place.type = static_cast<CUmemLocationType>(Where.type);
    Place.id = Where.id;
    return D.cuMemAdvise(address(Pointer), Bytes,
                         static_cast<CUmem_advise>(Advice), Place);
  });
}
#else
RUNTIME_API cudaMemPrefetchAsync(const void *Pointer, size_t Bytes, int Device,
                                 cudaStream_t Stream) {
  return call([&](const DriverCalls &D) {
    return D.cuMemPrefetchAsync(address(Pointer), Bytes, Device,
                                streamOf(Stream));
  });
}
RUNTIME_API cudaMemAdvise(const void *Pointer, size_t Bytes,
                          cudaMemoryAdvise Advice, int Device) {
  return call([&](const DriverCalls &D) {
    return D.cuMemAdvise(address(Pointer), Bytes,
                         static_cast<CUmem_advise>(Advice), Device);
  });
}
#endif
