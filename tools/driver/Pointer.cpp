//===- Pointer.cpp - What an address is -----------------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Driver.h"

namespace reprise::driver {

template <typename T> static CUresult store(void *To, T Value) {
  *static_cast<T *>(To) = Value;
  return CUDA_SUCCESS;
}

static CUmemorytype typeOf(const Block &B) {
  if (B.Kind == MemoryKind::Host || B.Kind == MemoryKind::Registered)
    return CU_MEMORYTYPE_HOST;
  return CU_MEMORYTYPE_DEVICE;
}

/// B is null for memory that the driver does not know.
static CUresult readAttribute(Driver &D, const Block *B, CUdeviceptr Address,
                              CUpointer_attribute Which, void *To) {
  bool OnHost =
      B && (B->Kind == MemoryKind::Host || B->Kind == MemoryKind::Registered ||
            B->Kind == MemoryKind::Managed);
  switch (Which) {
  case CU_POINTER_ATTRIBUTE_CONTEXT: {
    std::lock_guard Guard(D.Lock);
    return B ? store<CUcontext>(To, D.Contexts.find(B->Context).get())
             : CUDA_ERROR_INVALID_VALUE;
  }
  case CU_POINTER_ATTRIBUTE_MEMORY_TYPE:
    return B ? store(To, static_cast<unsigned>(typeOf(*B)))
             : CUDA_ERROR_INVALID_VALUE;
  case CU_POINTER_ATTRIBUTE_DEVICE_POINTER:
    return B ? store(To, Address) : CUDA_ERROR_INVALID_VALUE;
  case CU_POINTER_ATTRIBUTE_HOST_POINTER:
    return OnHost ? store(To, Address) : CUDA_ERROR_INVALID_VALUE;
  case CU_POINTER_ATTRIBUTE_BUFFER_ID:
    return B ? store(To, B->Id) : CUDA_ERROR_INVALID_VALUE;
  case CU_POINTER_ATTRIBUTE_IS_MANAGED:
    return store(To, unsigned(B && B->Kind == MemoryKind::Managed));
  case CU_POINTER_ATTRIBUTE_DEVICE_ORDINAL:
    return B ? store(To, 0) : CUDA_ERROR_INVALID_VALUE;
  case CU_POINTER_ATTRIBUTE_RANGE_START_ADDR:
    return B ? store(To, B->Address) : CUDA_ERROR_INVALID_VALUE;
  case CU_POINTER_ATTRIBUTE_RANGE_SIZE:
    return B ? store(To, size_t(B->Bytes)) : CUDA_ERROR_INVALID_VALUE;
  case CU_POINTER_ATTRIBUTE_MAPPED:
    return store(To, B != nullptr);
  case CU_POINTER_ATTRIBUTE_SYNC_MEMOPS:
  case CU_POINTER_ATTRIBUTE_IS_LEGACY_CUDA_IPC_CAPABLE:
  case CU_POINTER_ATTRIBUTE_IS_GPU_DIRECT_RDMA_CAPABLE:
    return store(To, false);
  case CU_POINTER_ATTRIBUTE_ALLOWED_HANDLE_TYPES:
    return store(To, 0ULL);
  case CU_POINTER_ATTRIBUTE_ACCESS_FLAGS:
    return store(To, CU_POINTER_ATTRIBUTE_ACCESS_FLAG_READWRITE);
  case CU_POINTER_ATTRIBUTE_MEMPOOL_HANDLE:
    return store<CUmemoryPool>(To, B ? B->Pool.get() : nullptr);
  case CU_POINTER_ATTRIBUTE_MAPPING_SIZE:
    return B ? store(To, size_t(B->Bytes)) : CUDA_ERROR_INVALID_VALUE;
  case CU_POINTER_ATTRIBUTE_MAPPING_BASE_ADDR:
    return B ? store(To, B->Address) : CUDA_ERROR_INVALID_VALUE;
  default:
    return CUDA_ERROR_NOT_SUPPORTED;
  }
}

} // namespace reprise::driver

using namespace reprise::driver;

EMULATED_API cuPointerGetAttribute(void *Result, CUpointer_attribute Which,
                                   CUdeviceptr Address) {
  return inContext([&](Driver &D, const ContextRef &) {
    if (!Result)
      return CUDA_ERROR_INVALID_VALUE;
    auto B = D.Addresses.find(Address);
    return readAttribute(D, B ? &*B : nullptr, Address, Which, Result);
  });
}

EMULATED_API cuPointerGetAttributes(unsigned Count, CUpointer_attribute *Which,
                                    void **Results, CUdeviceptr Address) {
  return inContext([&](Driver &D, const ContextRef &) -> CUresult {
    if (!Which || !Results)
      return CUDA_ERROR_INVALID_VALUE;
    auto B = D.Addresses.find(Address);
    for (unsigned I = 0; I < Count; ++I) {
      // What cannot be told is 0, and no error.
      CUresult E =
          readAttribute(D, B ? &*B : nullptr, Address, Which[I], Results[I]);
      if (E && Which[I] == CU_POINTER_ATTRIBUTE_DEVICE_ORDINAL)
        *static_cast<int *>(Results[I]) = -2;
      else if (E && Which[I] == CU_POINTER_ATTRIBUTE_MEMORY_TYPE)
        *static_cast<unsigned *>(Results[I]) = 0;
      else if (E)
        *static_cast<void **>(Results[I]) = nullptr;
    }
    return CUDA_SUCCESS;
  });
}

EMULATED_API cuPointerSetAttribute(const void *Value, CUpointer_attribute Which,
                                   CUdeviceptr Address) {
  return inContext([&](Driver &D, const ContextRef &) {
    return Value && Which == CU_POINTER_ATTRIBUTE_SYNC_MEMOPS &&
                   D.Addresses.find(Address)
               ? CUDA_SUCCESS
               : CUDA_ERROR_INVALID_VALUE;
  });
}
