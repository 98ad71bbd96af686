//===- Variables.cpp - What the host put into constant variables --------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Variables.h"
#include "Guard.h"
#include "Ordered.h"
#include "State.h"

#include <algorithm>
#include <atomic>
#include <memory>
#include <string_view>
#include <sys/uio.h>
#include <unistd.h>

namespace reprise::cuda {

namespace {

Retired oldVariable(const VariableInfo *Info) {
  return {const_cast<VariableInfo *>(Info),
          [](void *Object) { delete static_cast<VariableInfo *>(Object); }};
}

void replace(Version &V, std::vector<Retired> &Old,
             std::unique_ptr<VariableInfo> New) {
  const uint64_t Address = New->Range.address;
  if (const VariableInfo *const *Before = V.Variables.find(Address))
    Old.push_back(oldVariable(*Before));
  V.Variables.insert(Address, New.get(), Old);
  New.release(); // NOLINT(bugprone-unused-return-value): the tree has it.
}

/// Calls \p Fn with those that overlap [Address, Address + Size).
template <typename Function>
void forOverlaps(const Version &V, uint64_t Address, uint64_t Size,
                 Function &&Fn) {
  if (Size == 0 || V.Variables.empty())
    return;
  const uint64_t Last =
      Address > UINT64_MAX - (Size - 1) ? UINT64_MAX : Address + (Size - 1);
  for (uint64_t Up = Last;;) {
    const auto I = V.Variables.floor(Up);
    if (!I || (Address > I.Key && Address - I.Key >= (*I.Data)->Range.size))
      return;
    Fn(**I.Data);
    if (I.Key == 0)
      return;
    Up = I.Key - 1;
  }
}

std::atomic<bool> Watched{false};

/// Does a function that matters for order leave variables alone, or do its
/// followers tell of what it writes? Graphs: Graphs.cpp looks into them.
bool isSeen(std::string_view Name) {
  constexpr std::string_view Harmless[] = {
      "cuLaunch",      "cuEvent",       "cuCtx",           "cuDevice",
      "cuModule",      "cuLibrary",     "cuLink",          "cuKernel",
      "cuFunc",        "cuGraph",       "cuMemAlloc",      "cuMemFree",
      "cuMemHost",     "cuMemPool",     "cuMemMap",        "cuMemUnmap",
      "cuMemRelease",  "cuMemPrefetch", "cuMemAdvise",     "cuArray",
      "cuMipmapped",   "cuTexObject",   "cuSurfObject",    "cuStreamQuery",
      "cuStreamWaitE", "cuStreamSync",  "cuStreamDestroy", "cuStreamAddCall",
      "cuStreamBegin", "cuStreamEnd",   "cuStreamAttach",  "cuStreamUpdate"};
  for (std::string_view Start : Harmless)
    if (Name.starts_with(Start))
      return !Name.starts_with("cuGraphics");
  constexpr std::string_view Followed[] = {
#define FOLLOW(Symbol, Base, Since, PerThread, Function) #Symbol,
#include "Followed.inc"
#undef FOLLOW
  };
  return std::find(std::begin(Followed), std::end(Followed), Name) !=
         std::end(Followed);
}

void watch(const OrderedCall &Call) {
  if (!isSeen(Call.Name))
    loseVariables();
}

/// Of this process; false where they cannot be read. What the driver takes for
/// host memory need not be memory that we may touch.
bool readOwn(const void *From, unsigned char *To, size_t Size) {
  const iovec Local{To, Size}, Remote{const_cast<void *>(From), Size};
  return process_vm_readv(getpid(), &Local, 1, &Remote, 1, 0) ==
         static_cast<ssize_t>(Size);
}

} // namespace

void enterVariable(uint64_t Address, uint64_t Size, uint64_t Owner) {
  if (Address == 0 || Size == 0 || Size > MaxVariable)
    return;
  // Before the program can write to it in ways that are not followed.
  if (!Watched.exchange(true))
    setOrderWatcher(2, &watch);
  update([&](Version &V, std::vector<Retired> &Old) {
    const VariableInfo *const *Known = V.Variables.find(Address);
    if (Known && (*Known)->Range.size == Size && (*Known)->Owner == Owner)
      return; // It is asked for again.
    auto New = std::make_unique<VariableInfo>();
    New->Range = {Address, Size};
    New->Owner = Owner;
    New->Bytes.resize(Size);
    New->Known.resize(Size);
    replace(V, Old, std::move(New));
  });
}

void leaveVariables(uint64_t Owner) {
  update([&](Version &V, std::vector<Retired> &Old) {
    std::vector<const VariableInfo *> Gone;
    V.Variables.forEach([&](uint64_t, const VariableInfo *Info) {
      if (Info->Owner == Owner)
        Gone.push_back(Info);
    });
    for (const VariableInfo *Info : Gone) {
      V.Variables.erase(Info->Range.address, Old);
      Old.push_back(oldVariable(Info));
    }
  });
}

VariableWrite::VariableWrite(uint64_t At, uint64_t Bytes, bool AtOnce) noexcept
    : Address(At), Size(Bytes) {
  bool Hit = true;
  if (Thread *T = currentThread()) {
    Pin V(*T);
    Hit = false;
    forOverlaps(*V, At, Bytes, [&](const VariableInfo &) { Hit = true; });
  }
  if (!Hit)
    return;
  // Without memory for the new version all is lost, which is sound.
  update([&](Version &V, std::vector<Retired> &Old) {
    std::vector<const VariableInfo *> All;
    forOverlaps(V, At, Bytes,
                [&](const VariableInfo &Info) { All.push_back(&Info); });
    for (const VariableInfo *Info : All) {
      auto New = std::make_unique<VariableInfo>(*Info);
      ++New->Writes;
      New->Stale |= !AtOnce;
      const uint64_t From =
          At > New->Range.address ? At - New->Range.address : 0;
      const uint64_t Before =
          At < New->Range.address ? New->Range.address - At : 0;
      const uint64_t Count = std::min(New->Range.size - From, Bytes - Before);
      std::fill_n(New->Known.begin() + static_cast<ptrdiff_t>(From), Count, 0);
      if (All.size() == 1 && Before == 0 && AtOnce &&
          Bytes <= New->Range.size - From) {
        Variable = New->Range.address;
        Ticket = New->Writes;
      }
      replace(V, Old, std::move(New));
    }
  });
}

void VariableWrite::done(const void *From) noexcept {
  if (Variable == 0)
    return;
  guarded([&] {
    std::vector<unsigned char> Bytes(Size);
    if (!readOwn(From, Bytes.data(), Size))
      return;
    update([&](Version &V, std::vector<Retired> &Old) {
      const VariableInfo *const *Info = V.Variables.find(Variable);
      if (!Info || (*Info)->Stale)
        return;
      auto New = std::make_unique<VariableInfo>(**Info);
      // Two copies at one time: nobody knows which came last.
      if (New->Writes != Ticket) {
        New->Stale = true;
      } else {
        const auto At = static_cast<ptrdiff_t>(Address - Variable);
        std::copy(Bytes.begin(), Bytes.end(), New->Bytes.begin() + At);
        std::fill_n(New->Known.begin() + At, Size, 1);
      }
      replace(V, Old, std::move(New));
    });
  });
}

void loseVariables() noexcept {
  if (Thread *T = currentThread()) {
    Pin V(*T);
    // Nobody can write to a variable whose address was not asked for.
    if (V->ContentsLost || V->Variables.empty())
      return;
  }
  update([](Version &V, std::vector<Retired> &) { V.ContentsLost = true; });
  setOrderWatcher(2, nullptr); // For good: Watched stays.
}

const unsigned char *variableContent(const Version &V,
                                     const reprise_range &Range,
                                     uint64_t Offset, uint64_t Size) {
  if (V.ContentsLost)
    return nullptr;
  const VariableInfo *const *Found = V.Variables.find(Range.address);
  if (!Found || (*Found)->Stale || (*Found)->Range.size != Range.size ||
      Offset > Range.size || Size > Range.size - Offset)
    return nullptr;
  const VariableInfo &Info = **Found;
  const auto First = Info.Known.begin() + static_cast<ptrdiff_t>(Offset);
  const auto Last = First + static_cast<ptrdiff_t>(Size);
  return std::find(First, Last, 0) == Last ? Info.Bytes.data() + Offset
                                           : nullptr;
}

} // namespace reprise::cuda
