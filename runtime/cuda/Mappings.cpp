//===- Mappings.cpp - Memory that is mapped, and contexts that end ------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ForkLocks.h"
#include "MemoryFollowers.h"
#include "ObjectFollowers.h"

#include <map>

namespace reprise::cuda {

namespace {

struct Mapping {
  uint64_t Size;
  CUmemGenericAllocationHandle Handle;
};

struct Mappings {
  std::map<uint64_t, Mapping> ByAddress;
};

Mappings &mappings() {
  static Mappings *const M = new Mappings;
  return *M;
}

} // namespace

void enterMapping(CUdeviceptr Address, size_t Size,
                  CUmemGenericAllocationHandle Handle) {
  Mappings &M = mappings();
  std::lock_guard Guard(forkLock(Guarded::Mappings));
  M.ByAddress[Address] = {Size, Handle};
  addAllocation(Address, Size, currentContext(), Source::Mapped);
  // Handles are compared by their number. A handle that was released may come
  // back for other memory while its mapping lives: one alias too many.
  for (const auto &[Other, Each] : M.ByAddress)
    if (Each.Handle == Handle && Other != Address) {
      addAlias(Address, Size);
      addAlias(Other, Each.Size);
    }
}

void leaveMapping(CUdeviceptr Address, size_t Size) {
  removeRange(Address, Size);
  Mappings &M = mappings();
  std::lock_guard Guard(forkLock(Guarded::Mappings));
  auto It = M.ByAddress.lower_bound(Address);
  while (It != M.ByAddress.end() && It->first - Address < Size)
    It = M.ByAddress.erase(It);
}

void leavePrimaryContext(CUdevice Device) {
  unsigned Flags = 0;
  int Active = 0;
  if (!api().DevicePrimaryCtxGetState ||
      (api().DevicePrimaryCtxGetState(Device, &Flags, &Active) ==
           CUDA_SUCCESS &&
       Active))
    return;
  afterPrimaryContextGone(Device);
  // Which context it was is not asked any more: forget everything but what
  // belongs to none. Too little is known then, which is sound.
  update([](Version &V, std::vector<Retired> &Old) {
    V.Allocations.clear(Old);
    V.Parts.clear(Old);
    V.Textures.clear(Old);
    V.Surfaces.clear(Old);
  });
  forgetArrays();
  removeKernels([](const KernelInfo &) { return true; });
}

} // namespace reprise::cuda
