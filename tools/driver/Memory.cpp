//===- Memory.cpp - Allocations -------------------------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Allocate.h"
#include "Driver.h"
#include "Module.h"
#include "Operation.h"

#include "llvm/Support/MathExtras.h"

#include <algorithm>
#include <cstring>
#include <sys/mman.h>

namespace reprise::driver {

static void *pointer(uint64_t Address) {
  return reinterpret_cast<void *>(Address); // NOLINT(performance-no-int-to-ptr)
}

/// Host memory is the system's, whole pages of it.
static uint64_t pages(uint64_t Bytes) { return llvm::alignTo(Bytes, 4096); }

bool releaseBlock(Driver &D, uint64_t Address) {
  auto B = D.Addresses.remove(Address);
  if (!B)
    return false;
  switch (B->Kind) {
  case MemoryKind::Device:
  case MemoryKind::Pool:
  case MemoryKind::Array:
    if (B->Pool)
      B->Pool->Used -= B->Bytes;
    D.Memory.give(B->Address, B->Bytes);
    break;
  case MemoryKind::Managed:
  case MemoryKind::Host:
    munmap(pointer(B->Address), pages(B->Bytes));
    break;
  case MemoryKind::Mapped:
  case MemoryKind::Registered:
  case MemoryKind::Variable:
    break;
  }
  return true;
}

uint64_t takeBlock(Driver &D, const ContextRef &Context, uint64_t Bytes,
                   MemoryKind Kind, unsigned Flags, const PoolRef &Pool) {
  Block B;
  B.Bytes = Bytes;
  B.Kind = Kind;
  B.Context = Context.get();
  B.Flags = Flags;
  B.Pool = Pool;
  if (Kind == MemoryKind::Managed || Kind == MemoryKind::Host) {
    void *P = mmap(nullptr, pages(Bytes), PROT_READ | PROT_WRITE,
                   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    B.Address = P == MAP_FAILED ? 0 : reinterpret_cast<uint64_t>(P);
  } else {
    B.Address = D.Memory.take(Bytes);
  }
  if (!B.Address)
    return 0;
  B.Id = D.nextId();
  if (Pool) {
    uint64_t Used = Pool->Used += Bytes;
    Pool->UsedHigh = std::max<uint64_t>(Pool->UsedHigh, Used);
  }
  D.Addresses.add(B);
  return B.Address;
}

static CUresult allocate(CUdeviceptr *Result, size_t Bytes, MemoryKind Kind,
                         unsigned Flags = 0) {
  return inContext([&](Driver &D, const ContextRef &Context) {
    if (!Result || !Bytes)
      return CUDA_ERROR_INVALID_VALUE;
    uint64_t Address = takeBlock(D, Context, Bytes, Kind, Flags, nullptr);
    if (!Address)
      return CUDA_ERROR_OUT_OF_MEMORY;
    *Result = Address;
    return CUDA_SUCCESS;
  });
}

/// Frees a block of one of Kinds, when nothing is under way any more.
static CUresult release(CUdeviceptr Address,
                        std::initializer_list<MemoryKind> Kinds) {
  return inContext([&](Driver &D, const ContextRef &) {
    if (!Address)
      return CUDA_SUCCESS;
    auto B = D.Addresses.find(Address);
    if (!B || B->Address != Address || !llvm::is_contained(Kinds, B->Kind))
      return CUDA_ERROR_INVALID_VALUE;
    waitForAll(D);
    return releaseBlock(D, Address) ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
  });
}

} // namespace reprise::driver

using namespace reprise::driver;

//===----------------------------------------------------------------------===//
// Device and managed memory
//===----------------------------------------------------------------------===//

EMULATED_API cuMemAlloc_v2(CUdeviceptr *Result, size_t Bytes) {
  return allocate(Result, Bytes, MemoryKind::Device);
}

EMULATED_API cuMemAllocManaged(CUdeviceptr *Result, size_t Bytes,
                               unsigned Flags) {
  if (Flags != CU_MEM_ATTACH_GLOBAL && Flags != CU_MEM_ATTACH_HOST)
    return CUDA_ERROR_INVALID_VALUE;
  return allocate(Result, Bytes, MemoryKind::Managed, Flags);
}

EMULATED_API cuMemAllocPitch_v2(CUdeviceptr *Result, size_t *Pitch,
                                size_t Width, size_t Height, unsigned Element) {
  if (!Pitch || !Width || !Height ||
      (Element != 4 && Element != 8 && Element != 16))
    return CUDA_ERROR_INVALID_VALUE;
  *Pitch = llvm::alignTo(Width, 512);
  return allocate(Result, *Pitch * Height, MemoryKind::Device);
}

EMULATED_API cuMemFree_v2(CUdeviceptr Address) {
  return release(Address,
                 {MemoryKind::Device, MemoryKind::Pool, MemoryKind::Managed});
}

EMULATED_API cuMemGetInfo_v2(size_t *Free, size_t *Total) {
  return inContext([&](Driver &D, const ContextRef &) {
    if (Free)
      *Free = D.Memory.capacity() - D.Memory.used();
    if (Total)
      *Total = D.Memory.capacity();
    return CUDA_SUCCESS;
  });
}

EMULATED_API cuMemGetAddressRange_v2(CUdeviceptr *Base, size_t *Bytes,
                                     CUdeviceptr Address) {
  return inContext([&](Driver &D, const ContextRef &) {
    auto B = D.Addresses.find(Address);
    if (!B)
      return CUDA_ERROR_NOT_FOUND;
    if (Base)
      *Base = B->Address;
    if (Bytes)
      *Bytes = B->Bytes;
    return CUDA_SUCCESS;
  });
}

//===----------------------------------------------------------------------===//
// Host memory
//===----------------------------------------------------------------------===//

EMULATED_API cuMemHostAlloc(void **Result, size_t Bytes, unsigned Flags) {
  if (!Result)
    return CUDA_ERROR_INVALID_VALUE;
  CUdeviceptr Address = 0;
  CUresult E = allocate(&Address, Bytes, MemoryKind::Host,
                        Flags | CU_MEMHOSTALLOC_DEVICEMAP);
  if (!E)
    *Result = pointer(Address);
  return E;
}
EMULATED_API cuMemAllocHost_v2(void **Result, size_t Bytes) {
  return cuMemHostAlloc(Result, Bytes, 0);
}

EMULATED_API cuMemFreeHost(void *Address) {
  return release(reinterpret_cast<CUdeviceptr>(Address), {MemoryKind::Host});
}

EMULATED_API cuMemHostRegister_v2(void *Address, size_t Bytes, unsigned Flags) {
  return inContext([&](Driver &D, const ContextRef &Context) {
    auto First = reinterpret_cast<uint64_t>(Address);
    if (!Address || !Bytes || D.Memory.contains(First))
      return CUDA_ERROR_INVALID_VALUE;
    bool Overlaps =
        !D.Addresses
             .select([&](const Block &B) {
               return B.Address < First + Bytes && First < B.Address + B.Bytes;
             })
             .empty();
    if (Overlaps)
      return CUDA_ERROR_HOST_MEMORY_ALREADY_REGISTERED;
    Block B;
    B.Address = First;
    B.Bytes = Bytes;
    B.Kind = MemoryKind::Registered;
    B.Context = Context.get();
    B.Flags = Flags;
    B.Id = D.nextId();
    D.Addresses.add(B);
    return CUDA_SUCCESS;
  });
}

EMULATED_API cuMemHostUnregister(void *Address) {
  auto First = reinterpret_cast<uint64_t>(Address);
  return inContext([&](Driver &D, const ContextRef &) {
    auto B = D.Addresses.find(First);
    if (!B || B->Address != First || B->Kind != MemoryKind::Registered)
      return CUDA_ERROR_HOST_MEMORY_NOT_REGISTERED;
    waitForAll(D);
    D.Addresses.remove(First);
    return CUDA_SUCCESS;
  });
}

EMULATED_API cuMemHostGetDevicePointer_v2(CUdeviceptr *Result, void *Address,
                                          unsigned Flags) {
  return inContext([&](Driver &D, const ContextRef &) {
    if (!Result || Flags)
      return CUDA_ERROR_INVALID_VALUE;
    auto B = D.Addresses.find(reinterpret_cast<uint64_t>(Address));
    if (!B || B->onDevice())
      return CUDA_ERROR_INVALID_VALUE;
    *Result = reinterpret_cast<CUdeviceptr>(Address);
    return CUDA_SUCCESS;
  });
}

EMULATED_API cuMemHostGetFlags(unsigned *Flags, void *Address) {
  return inContext([&](Driver &D, const ContextRef &) {
    auto B = D.Addresses.find(reinterpret_cast<uint64_t>(Address));
    if (!Flags || !B || B->onDevice())
      return CUDA_ERROR_INVALID_VALUE;
    *Flags = B->Flags;
    return CUDA_SUCCESS;
  });
}

//===----------------------------------------------------------------------===//
// Advice, of which none is needed
//===----------------------------------------------------------------------===//

static CUresult acceptAdvice(CUdeviceptr Address, size_t Bytes) {
  return inContext([&](Driver &D, const ContextRef &) {
    return D.Addresses.holds(Address, Bytes) ? CUDA_SUCCESS
                                             : CUDA_ERROR_INVALID_VALUE;
  });
}
EMULATED_API cuMemPrefetchAsync(CUdeviceptr Address, size_t Bytes, CUdevice,
                                CUstream) {
  return acceptAdvice(Address, Bytes);
}
EMULATED_API cuMemAdvise(CUdeviceptr Address, size_t Bytes, CUmem_advise,
                         CUdevice) {
  return acceptAdvice(Address, Bytes);
}
#if CUDA_VERSION >= 12020
EMULATED_API cuMemPrefetchAsync_v2(CUdeviceptr Address, size_t Bytes,
                                   CUmemLocation, unsigned, CUstream) {
  return acceptAdvice(Address, Bytes);
}
EMULATED_API cuMemAdvise_v2(CUdeviceptr Address, size_t Bytes, CUmem_advise,
                            CUmemLocation) {
  return acceptAdvice(Address, Bytes);
}
#endif
