//===- Pool.cpp - Memory in the order of a stream -------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Memory is there when the call returns, earlier than CUDA promises, and goes
// in the stream's order. A graph's memory lives as long as the graph.
//
//===----------------------------------------------------------------------===//

#include "Allocate.h"
#include "Graph.h"

namespace reprise::driver {

static CUresult allocate(CUdeviceptr *Result, size_t Bytes, CUmemoryPool From,
                         CUstream Handle) {
  return onStream(Handle, [&](Driver &D, const StreamRef &Stream) -> CUresult {
    ContextRef Context = Stream->Context.lock();
    PoolRef Pool;
    bool Capturing;
    {
      std::lock_guard Guard(D.Lock);
      Pool = From ? D.Pools.find(From) : D.CurrentPool;
      Capturing = Stream->Capturing != nullptr;
    }
    if (!Result || !Bytes || !Pool || !Context)
      return CUDA_ERROR_INVALID_VALUE;
    uint64_t Address = takeBlock(D, Context, Bytes, MemoryKind::Pool, 0, Pool);
    if (!Address)
      return CUDA_ERROR_OUT_OF_MEMORY;
    *Result = Address;
    if (!Capturing)
      return CUDA_SUCCESS;
    Acquire What;
    What.Given.dptr = Address;
    What.Given.bytesize = Bytes;
    What.Given.poolProps = Pool->Properties;
    std::lock_guard Guard(D.Lock);
    Stream->Capturing->Graph->Blocks.push_back(Address);
    return capture(D, *Stream, What);
  });
}

static CUresult attribute(CUmemPool_attribute Which, CUmemPoolHandle_st &Pool,
                          void *Value, bool Set) {
  auto *Number = static_cast<cuuint64_t *>(Value);
  switch (Which) {
  case CU_MEMPOOL_ATTR_REUSE_FOLLOW_EVENT_DEPENDENCIES:
  case CU_MEMPOOL_ATTR_REUSE_ALLOW_OPPORTUNISTIC:
  case CU_MEMPOOL_ATTR_REUSE_ALLOW_INTERNAL_DEPENDENCIES:
    if (!Set)
      *static_cast<int *>(Value) = 1;
    return CUDA_SUCCESS;
  case CU_MEMPOOL_ATTR_RELEASE_THRESHOLD:
    (Set ? Pool.Threshold : *Number) = Set ? *Number : Pool.Threshold;
    return CUDA_SUCCESS;
  case CU_MEMPOOL_ATTR_RESERVED_MEM_CURRENT:
  case CU_MEMPOOL_ATTR_USED_MEM_CURRENT:
    if (!Set)
      *Number = Pool.Used;
    return Set ? CUDA_ERROR_INVALID_VALUE : CUDA_SUCCESS;
  case CU_MEMPOOL_ATTR_RESERVED_MEM_HIGH:
  case CU_MEMPOOL_ATTR_USED_MEM_HIGH:
    if (Set)
      Pool.UsedHigh = Pool.Used.load();
    else
      *Number = Pool.UsedHigh;
    return CUDA_SUCCESS;
  default:
    return CUDA_ERROR_INVALID_VALUE;
  }
}

} // namespace reprise::driver

using namespace reprise::driver;

EMULATED_API cuMemAllocAsync(CUdeviceptr *Result, size_t Bytes,
                             CUstream Stream) {
  return allocate(Result, Bytes, nullptr, Stream);
}
EMULATED_API cuMemAllocFromPoolAsync(CUdeviceptr *Result, size_t Bytes,
                                     CUmemoryPool Pool, CUstream Stream) {
  return Pool ? allocate(Result, Bytes, Pool, Stream)
              : CUDA_ERROR_INVALID_VALUE;
}

EMULATED_API cuMemFreeAsync(CUdeviceptr Address, CUstream Handle) {
  return onStream(Handle, [&](Driver &D, const StreamRef &Stream) -> CUresult {
    auto B = D.Addresses.find(Address);
    if (!B || B->Address != Address ||
        (B->Kind != MemoryKind::Pool && B->Kind != MemoryKind::Device))
      return CUDA_ERROR_INVALID_VALUE;
    return issue(D, Stream, Release{Address});
  });
}

EMULATED_API cuMemPoolCreate(CUmemoryPool *Result,
                             const CUmemPoolProps *Properties) {
  return withDriver([&](Driver &D) {
    if (!Result || !Properties || Properties->location.id)
      return CUDA_ERROR_INVALID_VALUE;
    if (Properties->handleTypes)
      return refuse("a memory pool for other processes");
    auto Pool = std::make_shared<CUmemPoolHandle_st>();
    Pool->Properties = *Properties;
    std::lock_guard Guard(D.Lock);
    *Result = D.Pools.add(std::move(Pool));
    return CUDA_SUCCESS;
  });
}

EMULATED_API cuMemPoolDestroy(CUmemoryPool Handle) {
  return withDriver([&](Driver &D) {
    std::lock_guard Guard(D.Lock);
    if (Handle == D.DefaultPool.get() || !D.Pools.remove(Handle))
      return CUDA_ERROR_INVALID_VALUE;
    if (D.CurrentPool.get() == Handle)
      D.CurrentPool = D.DefaultPool;
    return CUDA_SUCCESS;
  });
}

static CUresult withPool(CUmemoryPool Handle, CUmemPool_attribute Which,
                         void *Value, bool Set) {
  return withDriver([&](Driver &D) {
    std::lock_guard Guard(D.Lock);
    PoolRef Pool = D.Pools.find(Handle);
    return Pool && Value ? attribute(Which, *Pool, Value, Set)
                         : CUDA_ERROR_INVALID_VALUE;
  });
}
EMULATED_API cuMemPoolGetAttribute(CUmemoryPool Pool, CUmemPool_attribute Which,
                                   void *Value) {
  return withPool(Pool, Which, Value, false);
}
EMULATED_API cuMemPoolSetAttribute(CUmemoryPool Pool, CUmemPool_attribute Which,
                                   void *Value) {
  return withPool(Pool, Which, Value, true);
}

EMULATED_API cuMemPoolTrimTo(CUmemoryPool Handle, size_t) {
  return withDriver([&](Driver &D) {
    std::lock_guard Guard(D.Lock);
    return D.Pools.find(Handle) ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
  });
}

EMULATED_API cuMemPoolSetAccess(CUmemoryPool Handle, const CUmemAccessDesc *Map,
                                size_t Count) {
  return withDriver([&](Driver &D) {
    std::lock_guard Guard(D.Lock);
    for (size_t I = 0; I < Count; ++I)
      if (Map[I].location.id)
        return CUDA_ERROR_INVALID_DEVICE;
    return D.Pools.find(Handle) ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
  });
}

/// Runs a body for the device's pools, with Driver::Lock.
template <typename F> static CUresult ofDevice(CUdevice Device, F Body) {
  return withDriver([&](Driver &D) -> CUresult {
    if (Device)
      return CUDA_ERROR_INVALID_DEVICE;
    std::lock_guard Guard(D.Lock);
    return Body(D);
  });
}
EMULATED_API cuDeviceGetDefaultMemPool(CUmemoryPool *Pool, CUdevice Device) {
  return ofDevice(Device, [&](Driver &D) {
    *Pool = D.DefaultPool.get();
    return CUDA_SUCCESS;
  });
}
EMULATED_API cuDeviceGetMemPool(CUmemoryPool *Pool, CUdevice Device) {
  return ofDevice(Device, [&](Driver &D) {
    *Pool = D.CurrentPool.get();
    return CUDA_SUCCESS;
  });
}
EMULATED_API cuDeviceSetMemPool(CUdevice Device, CUmemoryPool Pool) {
  return ofDevice(Device, [&](Driver &D) {
    PoolRef Found = D.Pools.find(Pool);
    if (!Found)
      return CUDA_ERROR_INVALID_VALUE;
    D.CurrentPool = std::move(Found);
    return CUDA_SUCCESS;
  });
}
