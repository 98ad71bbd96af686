//===- State.cpp - What is alive in the program -------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "State.h"

#include <deque>
#include <mutex>
#include <new>

namespace reprise::cuda {

namespace {

struct Waiting {
  uint64_t Stamp;
  Retired Object;
};

/// All that updates share. Never destroyed: exit handlers may still launch.
struct Shared {
  std::mutex Lock;
  std::atomic<const Version *> Current{new Version};
  std::atomic<uint64_t> Clock{1};
  std::deque<Waiting> Queue; ///< Guarded by Lock, by stamp.
};

Shared &shared() {
  static Shared *const S = new Shared;
  return *S;
}

/// With the lock held: deletes what no pin can hold any more.
void reclaim(Shared &S) {
  uint64_t Oldest = UINT64_MAX;
  for (const Thread *T = firstThread(); T; T = T->Next)
    if (uint64_t Since = T->Pinned.load(std::memory_order_seq_cst))
      Oldest = std::min(Oldest, Since);
  while (!S.Queue.empty() && S.Queue.front().Stamp < Oldest) {
    Retired Object = S.Queue.front().Object;
    S.Queue.pop_front();
    Object.Delete(Object.Object);
  }
}

/// With the lock held: queues \p Old with the clock's stamp.
void enqueue(Shared &S, const std::vector<Retired> &Old) noexcept {
  uint64_t Stamp = S.Clock.fetch_add(1, std::memory_order_seq_cst);
  for (const Retired &Object : Old)
    try {
      S.Queue.push_back({Stamp, Object});
    } catch (const std::bad_alloc &) { // NOLINT(bugprone-empty-catch)
      // It is never deleted, which harms nobody.
    }
  reclaim(S);
}

void deleteVersion(void *V) { delete static_cast<const Version *>(V); }

/// Gives up on all that is known. Allocates nothing.
void lose(Shared &S) {
  static Version Nothing; // There may be no memory for another.
  Nothing.Lost = true;
  Nothing.Epoch = (uint64_t{1} << 40) - 1;
  S.Current.store(&Nothing, std::memory_order_seq_cst);
}

uint64_t sizeOf(const Allocation &A) { return A.Range.size; }
uint64_t sizeOf(const reprise_range &R) { return R.size; }

/// Removes all that overlaps [Address, Address + Size).
template <typename T>
void clear(Tree<T> &Ranges, std::vector<Retired> &Old, uint64_t Address,
           uint64_t Size) {
  const uint64_t Last = Address + (Size - 1);
  while (const auto I = Ranges.floor(Last)) {
    if (Address > I.Key && Address - I.Key >= sizeOf(*I.Data))
      break;
    Ranges.erase(I.Key, Old);
  }
}

/// The same of all that says something of memory.
void clearRange(Version &V, std::vector<Retired> &Old, uint64_t Address,
                uint64_t Size) {
  clear(V.Allocations, Old, Address, Size);
  clear(V.Parts, Old, Address, Size);
  clear(V.Aliases, Old, Address, Size);
}

} // namespace

Pin::Pin(Thread &T) : Owner(T) {
  Shared &S = shared();
  if (Owner.Depth++ == 0)
    Owner.Pinned.store(S.Clock.load(std::memory_order_seq_cst),
                       std::memory_order_seq_cst);
  V = S.Current.load(std::memory_order_seq_cst);
}

Pin::~Pin() {
  if (--Owner.Depth == 0)
    Owner.Pinned.store(0, std::memory_order_release);
}

bool updateWith(void (*Change)(void *, Version &, std::vector<Retired> &),
                void *Body) {
  Shared &S = shared();
  std::lock_guard Guard(S.Lock);
  const Version *Before = S.Current.load(std::memory_order_relaxed);
  if (Before->Lost)
    return false;
  // Memo keys have 40 bits for it.
  if (Before->Epoch >= (uint64_t{1} << 40) - 2) {
    lose(S);
    return false;
  }
  try {
    std::vector<Retired> Old;
    Old.reserve(16);
    auto After = std::make_unique<Version>(*Before);
    Change(Body, *After, Old);
    ++After->Epoch;
    Old.push_back({const_cast<Version *>(Before), &deleteVersion});
    S.Current.store(After.release(), std::memory_order_seq_cst);
    enqueue(S, Old);
    return true;
  } catch (const std::bad_alloc &) {
    lose(S);
    return false;
  }
}

void addAllocation(uint64_t Address, uint64_t Size, CUcontext Context,
                   Source From) {
  if (Size == 0 || Address == 0 || Address > UINT64_MAX - (Size - 1))
    return;
  update([&](Version &V, std::vector<Retired> &Old) {
    clearRange(V, Old, Address, Size);
    V.Allocations.insert(Address, {{Address, Size}, Context, From}, Old);
  });
}

bool removeAllocation(uint64_t Address, Allocation &Gone) {
  bool Known = false;
  update([&](Version &V, std::vector<Retired> &Old) {
    if (const Allocation *A = V.Allocations.find(Address)) {
      Known = true;
      Gone = *A;
      clearRange(V, Old, Gone.Range.address, Gone.Range.size);
    }
  });
  return Known;
}

void removeRange(uint64_t Address, uint64_t Size) {
  if (Size == 0 || Address > UINT64_MAX - (Size - 1))
    return;
  update([&](Version &V, std::vector<Retired> &Old) {
    clearRange(V, Old, Address, Size);
  });
}

void removeContext(CUcontext Context) {
  update([&](Version &V, std::vector<Retired> &Old) {
    std::vector<reprise_range> Gone;
    V.Allocations.forEach([&](uint64_t, const Allocation &A) {
      if (A.Context == Context)
        Gone.push_back(A.Range);
    });
    for (const reprise_range &R : Gone)
      clearRange(V, Old, R.address, R.size);
    // Whose they are is not kept; not to know them is sound.
    V.Textures.clear(Old);
    V.Surfaces.clear(Old);
    V.ContentsLost |= !V.Variables.empty();
  });
}

void publishKernel(uint64_t Handle, const KernelInfo *Info) {
  update([&](Version &V, std::vector<Retired> &Old) {
    if (const KernelInfo *const *Before = V.Kernels.find(Handle))
      Old.push_back({const_cast<KernelInfo *>(*Before), [](void *Object) {
                       delete static_cast<KernelInfo *>(Object);
                     }});
    V.Kernels.insert(Handle, Info, Old);
  });
}

void forgetKernel(uint64_t Handle) {
  update([&](Version &V, std::vector<Retired> &Old) {
    if (const KernelInfo *const *Info = V.Kernels.find(Handle)) {
      Old.push_back({const_cast<KernelInfo *>(*Info), [](void *Object) {
                       delete static_cast<KernelInfo *>(Object);
                     }});
      V.Kernels.erase(Handle, Old);
    }
  });
}

void removeKernels(const std::function<bool(const KernelInfo &)> &Gone) {
  update([&](Version &V, std::vector<Retired> &Old) {
    std::vector<std::pair<uint64_t, const KernelInfo *>> List;
    V.Kernels.forEach([&](uint64_t Handle, const KernelInfo *Info) {
      if (Gone(*Info))
        List.emplace_back(Handle, Info);
    });
    for (auto [Handle, Info] : List) {
      V.Kernels.erase(Handle, Old);
      Old.push_back({const_cast<KernelInfo *>(Info), [](void *Object) {
                       delete static_cast<KernelInfo *>(Object);
                     }});
    }
  });
}

static Tree<reprise_binding> &bindings(Version &V, uint32_t Kind) {
  return Kind == REPRISE_HANDLE_TEXTURE ? V.Textures : V.Surfaces;
}

void setBinding(const reprise_binding &Binding) {
  update([&](Version &V, std::vector<Retired> &Old) {
    bindings(V, Binding.kind).insert(Binding.handle, Binding, Old);
  });
}

void removeBinding(reprise_handle_kind Kind, uint64_t Handle) {
  update([&](Version &V, std::vector<Retired> &Old) {
    bindings(V, Kind).erase(Handle, Old);
  });
}

void setPart(reprise_range Part, bool Added) {
  update([&](Version &V, std::vector<Retired> &Old) {
    clear(V.Parts, Old, Part.address, Part.size);
    if (Added)
      V.Parts.insert(Part.address, Part, Old);
  });
}

void addAlias(uint64_t Address, uint64_t Size) {
  if (Size == 0 || Address > UINT64_MAX - (Size - 1))
    return;
  update([&](Version &V, std::vector<Retired> &Old) {
    clear(V.Aliases, Old, Address, Size);
    V.Aliases.insert(Address, {Address, Size}, Old);
  });
}

void retire(Retired Object) {
  Shared &S = shared();
  std::lock_guard Guard(S.Lock);
  enqueue(S, {Object});
}

void lockState() { shared().Lock.lock(); }
void unlockState() { shared().Lock.unlock(); }

} // namespace reprise::cuda
