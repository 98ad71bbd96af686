//===- Mapping.cpp - Memory and addresses, apart --------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Memory is a file without a name, which can be mapped at any address, more
// than once. It does not lie in the range that is sealed (Heap.h). What is
// mapped is there for kernels once access is given.
//
//===----------------------------------------------------------------------===//

#include "Allocate.h"
#include "Driver.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <sys/mman.h>
#include <unistd.h>

namespace reprise::driver {

namespace {

constexpr uint64_t Step = uint64_t(2) << 20;

/// What cuMemCreate made. Mappings and handles keep it.
struct Memory {
  Memory() = default;
  Memory(const Memory &) = delete;
  Memory &operator=(const Memory &) = delete;
  ~Memory() {
    if (File >= 0)
      close(File);
  }
  int File = -1;
  uint64_t Bytes = 0;
  CUmemAllocationProp Properties{};
};

struct Mapping {
  uint64_t Bytes = 0;
  std::shared_ptr<Memory> Of;
  unsigned long long Handle = 0;
  bool Access = false;
};

/// Driver::Lock.
struct Tables {
  std::map<unsigned long long, std::shared_ptr<Memory>> Memories;
  std::map<uint64_t, uint64_t> Ranges; ///< Reserved: address and bytes.
  std::map<uint64_t, Mapping> Mappings;
};

} // namespace

static Tables &tables() {
  static auto &T = *new Tables;
  return T;
}

static void *pointer(uint64_t Address) {
  return reinterpret_cast<void *>(Address); // NOLINT(performance-no-int-to-ptr)
}

static bool isReserved(const Tables &T, uint64_t Address, uint64_t Bytes) {
  auto It = T.Ranges.upper_bound(Address);
  if (It == T.Ranges.begin())
    return false;
  --It;
  return Address - It->first <= It->second &&
         Bytes <= It->second - (Address - It->first);
}

/// Puts nothing where something was, and keeps the addresses.
static void reserveAgain(uint64_t Address, uint64_t Bytes) {
  if (mmap(pointer(Address), Bytes, PROT_NONE,
           MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1,
           0) != MAP_FAILED)
    return;
  // Something else could be put there, and the program would write into it.
  std::perror("reprise: the emulated driver cannot keep reserved addresses");
  std::abort();
}

/// Runs a body with the tables.
template <typename F> static CUresult withTables(F Body) {
  return inContext([&](Driver &D, const ContextRef &Context) -> CUresult {
    std::lock_guard Guard(D.Lock);
    return Body(D, *Context, tables());
  });
}

} // namespace reprise::driver

using namespace reprise::driver;

EMULATED_API
cuMemGetAllocationGranularity(size_t *Bytes, const CUmemAllocationProp *,
                              CUmemAllocationGranularity_flags) {
  return withDriver([&](Driver &) {
    if (!Bytes)
      return CUDA_ERROR_INVALID_VALUE;
    *Bytes = Step;
    return CUDA_SUCCESS;
  });
}

EMULATED_API cuMemAddressReserve(CUdeviceptr *Result, size_t Bytes,
                                 size_t Alignment, CUdeviceptr,
                                 unsigned long long Flags) {
  return withTables([&](Driver &, CUctx_st &, Tables &T) {
    if (!Result || !Bytes || Bytes % Step || Flags ||
        (Alignment & (Alignment - 1)))
      return CUDA_ERROR_INVALID_VALUE;
    // More than is asked for, to have a multiple of the alignment in it.
    uint64_t To = std::max<uint64_t>(Alignment, Step);
    void *P = mmap(nullptr, Bytes + To, PROT_NONE,
                   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (P == MAP_FAILED)
      return CUDA_ERROR_OUT_OF_MEMORY;
    auto First = reinterpret_cast<uint64_t>(P);
    uint64_t Aligned = (First + To - 1) / To * To;
    if (Aligned != First)
      munmap(P, Aligned - First);
    if (uint64_t Rest = First + To - Aligned)
      munmap(pointer(Aligned + Bytes), Rest);
    T.Ranges[Aligned] = Bytes;
    *Result = Aligned;
    return CUDA_SUCCESS;
  });
}

EMULATED_API cuMemAddressFree(CUdeviceptr Address, size_t Bytes) {
  return withTables([&](Driver &, CUctx_st &, Tables &T) {
    auto It = T.Ranges.find(Address);
    auto Mapped = T.Mappings.lower_bound(Address);
    if (It == T.Ranges.end() || It->second != Bytes ||
        (Mapped != T.Mappings.end() && Mapped->first < Address + Bytes))
      return CUDA_ERROR_INVALID_VALUE;
    T.Ranges.erase(It);
    munmap(pointer(Address), Bytes);
    return CUDA_SUCCESS;
  });
}

EMULATED_API cuMemCreate(CUmemGenericAllocationHandle *Result, size_t Bytes,
                         const CUmemAllocationProp *Properties,
                         unsigned long long Flags) {
  return withTables([&](Driver &D, CUctx_st &, Tables &T) {
    if (!Result || !Properties || !Bytes || Bytes % Step || Flags)
      return CUDA_ERROR_INVALID_VALUE;
    if (Properties->requestedHandleTypes)
      return refuse("memory for other processes");
    if (Bytes > D.Memory.capacity())
      return CUDA_ERROR_OUT_OF_MEMORY;
    auto M = std::make_shared<Memory>();
    M->File = memfd_create("reprise-emulator", MFD_CLOEXEC);
    M->Bytes = Bytes;
    M->Properties = *Properties;
    if (M->File < 0 || ftruncate(M->File, static_cast<off_t>(Bytes)))
      return CUDA_ERROR_OUT_OF_MEMORY;
    *Result = D.nextId();
    T.Memories[*Result] = std::move(M);
    return CUDA_SUCCESS;
  });
}

EMULATED_API cuMemRelease(CUmemGenericAllocationHandle Handle) {
  return withTables([&](Driver &, CUctx_st &, Tables &T) {
    return T.Memories.erase(Handle) ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
  });
}

EMULATED_API cuMemMap(CUdeviceptr Address, size_t Bytes, size_t Offset,
                      CUmemGenericAllocationHandle Handle,
                      unsigned long long Flags) {
  return withTables([&](Driver &, CUctx_st &, Tables &T) {
    auto It = T.Memories.find(Handle);
    if (It == T.Memories.end() || Flags || Offset || Address % Step ||
        Bytes != It->second->Bytes || !isReserved(T, Address, Bytes))
      return CUDA_ERROR_INVALID_VALUE;
    auto Next = T.Mappings.lower_bound(Address);
    if ((Next != T.Mappings.end() && Next->first < Address + Bytes) ||
        (Next != T.Mappings.begin() &&
         std::prev(Next)->first + std::prev(Next)->second.Bytes > Address))
      return CUDA_ERROR_INVALID_VALUE;
    T.Mappings[Address] = {Bytes, It->second, Handle, false};
    return CUDA_SUCCESS;
  });
}

EMULATED_API cuMemSetAccess(CUdeviceptr Address, size_t Bytes,
                            const CUmemAccessDesc *Access, size_t Count) {
  return withTables([&](Driver &D, CUctx_st &Context, Tables &T) {
    if (!Access || Count != 1 ||
        Access->flags != CU_MEM_ACCESS_FLAGS_PROT_READWRITE)
      return refuse("cuMemSetAccess but for reading and writing");
    for (auto It = T.Mappings.lower_bound(Address);
         It != T.Mappings.end() && It->first < Address + Bytes; ++It) {
      Mapping &M = It->second;
      if (M.Access)
        continue;
      if (mmap(pointer(It->first), M.Bytes, PROT_READ | PROT_WRITE,
               MAP_SHARED | MAP_FIXED, M.Of->File, 0) == MAP_FAILED)
        return CUDA_ERROR_OUT_OF_MEMORY;
      M.Access = true;
      Block B;
      B.Address = It->first;
      B.Bytes = M.Bytes;
      B.Kind = MemoryKind::Mapped;
      B.Context = &Context;
      B.Id = D.nextId();
      D.Addresses.add(B);
    }
    return CUDA_SUCCESS;
  });
}

EMULATED_API cuMemUnmap(CUdeviceptr Address, size_t Bytes) {
  if (Driver *D = Driver::get())
    waitForAll(*D);
  return withTables([&](Driver &D, CUctx_st &, Tables &T) {
    auto First = T.Mappings.find(Address);
    if (First == T.Mappings.end())
      return CUDA_ERROR_INVALID_VALUE;
    auto Last = First;
    for (; Last != T.Mappings.end() && Last->first < Address + Bytes; ++Last) {
      releaseBlock(D, Last->first);
      reserveAgain(Last->first, Last->second.Bytes);
    }
    T.Mappings.erase(First, Last);
    return CUDA_SUCCESS;
  });
}

EMULATED_API
cuMemGetAllocationPropertiesFromHandle(CUmemAllocationProp *Result,
                                       CUmemGenericAllocationHandle Handle) {
  return withTables([&](Driver &, CUctx_st &, Tables &T) {
    auto It = T.Memories.find(Handle);
    if (!Result || It == T.Memories.end())
      return CUDA_ERROR_INVALID_VALUE;
    *Result = It->second->Properties;
    return CUDA_SUCCESS;
  });
}

EMULATED_API cuMemRetainAllocationHandle(CUmemGenericAllocationHandle *Result,
                                         void *Address) {
  return withTables([&](Driver &, CUctx_st &, Tables &T) {
    auto It = T.Mappings.upper_bound(reinterpret_cast<uint64_t>(Address));
    if (!Result || It == T.Mappings.begin())
      return CUDA_ERROR_INVALID_VALUE;
    *Result = std::prev(It)->second.Handle;
    T.Memories.emplace(*Result, std::prev(It)->second.Of);
    return CUDA_SUCCESS;
  });
}

EMULATED_API cuMemGetAccess(unsigned long long *Flags, const CUmemLocation *,
                            CUdeviceptr Address) {
  return withTables([&](Driver &D, CUctx_st &, Tables &) {
    if (!Flags)
      return CUDA_ERROR_INVALID_VALUE;
    auto B = D.Addresses.find(Address);
    *Flags = B && B->Kind == MemoryKind::Mapped
                 ? CU_MEM_ACCESS_FLAGS_PROT_READWRITE
                 : CU_MEM_ACCESS_FLAGS_PROT_NONE;
    return CUDA_SUCCESS;
  });
}
