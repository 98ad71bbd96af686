//===- Ordered.cpp - The driver's functions that matter for order --------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Ordered.h"
#include "Entries.h"
#include "ForkLocks.h"

#include <atomic>
#include <bit>
#include <cstddef>
#include <string_view>

namespace reprise::cuda {

namespace {

constexpr unsigned Watching = 3;
std::atomic<OrderWatcher> Watchers[Watching];
/// A watcher of this thread runs.
thread_local bool Within = false;

struct Line {
  std::string_view Name;
  unsigned Versions;
  Ordered Kind;
  int8_t Place;
};

constexpr int8_t OnNull = OrderRule::OnNull, InConfig = OrderRule::InConfig;

constexpr Line Lines[] = {
#define HARMLESS(Name, Versions) {#Name, Versions, Ordered::Harmless, OnNull},
#define ON_STREAM(Name, Versions, Place)                                       \
  {#Name, Versions, Ordered::OnStream, Place},
#define EVERYTHING(Name, Versions)                                             \
  {#Name, Versions, Ordered::Everything, OnNull},
#include "Ordered.inc"
#undef HARMLESS
#undef ON_STREAM
#undef EVERYTHING
};

bool dropEnd(std::string_view &Name, std::string_view End) {
  if (!Name.ends_with(End))
    return false;
  Name.remove_suffix(End.size());
  return true;
}

/// "cuX_v3" becomes "cuX" and 3, "cuX" stays and gives 1.
unsigned dropVersion(std::string_view &Name) {
  const size_t At = Name.rfind("_v");
  if (At == std::string_view::npos || Name.size() != At + 3 ||
      Name[At + 2] < '2' || Name[At + 2] > '9')
    return 1;
  const auto Version = static_cast<unsigned>(Name[At + 2] - '0');
  Name.remove_suffix(3);
  return Version;
}

OrderRule ruleOf(const Line &L, bool PerThread) {
  return {L.Kind, L.Place, PerThread};
}

} // namespace

OrderRule orderRule(const char *Name) {
  std::string_view Plain = Name;
  const bool PerThread = dropEnd(Plain, "_ptsz") || dropEnd(Plain, "_ptds");
  for (const Line &L : Lines)
    if (L.Name == Plain)
      return ruleOf(L, PerThread);
  const unsigned Version = dropVersion(Plain);
  for (const Line &L : Lines)
    if (L.Name == Plain && Version <= L.Versions)
      return ruleOf(L, PerThread);
  return {Ordered::Everything, OnNull, PerThread};
}

OrderRule orderRule(const char *Base, int Version, bool PerThread) {
  OrderRule Rule{Ordered::Everything, OnNull, PerThread};
  bool Found = false;
  if (Version > CUDA_VERSION) // Its arguments are not known.
    return Rule;
  for (const Line &L : Lines) {
    std::string_view Plain = L.Name;
    if (dropVersion(Plain); Plain != Base)
      continue;
    const OrderRule Each = ruleOf(L, PerThread);
    if (Found && Each != Rule)
      return {Ordered::Everything, OnNull, PerThread};
    Rule = Each;
    Found = true;
  }
  return Rule;
}

void setOrderWatcher(unsigned Which, OrderWatcher Watcher) {
  if (Which >= Watching)
    return;
  std::scoped_lock Lock(forkLock(Guarded::Watchers));
  Watchers[Which].store(Watcher, std::memory_order_seq_cst);
  bool Any = false;
  for (const auto &Each : Watchers)
    Any = Any || Each.load(std::memory_order_relaxed);
  watchEntries(Any);
}

void watchCall(const char *Name, const OrderRule &Rule,
               const SavedCall &Saved) noexcept {
  if (Within)
    return;
  OrderedCall Call{Rule.Kind, Name, nullptr, Rule.PerThread};
  if (Rule.Kind == Ordered::OnStream && Rule.Place >= 0) {
    Call.Stream = std::bit_cast<CUstream>(
        Saved.argument(static_cast<unsigned>(Rule.Place)));
  } else if (Rule.Kind == Ordered::OnStream && Rule.Place == InConfig) {
    const auto *Config =
        std::bit_cast<const CUlaunchConfig *>(Saved.argument(0));
    if (!Config) // The driver refuses it.
      Call.Kind = Ordered::Everything;
    else
      Call.Stream = Config->hStream;
  }
  Within = true;
  for (const auto &Each : Watchers)
    if (OrderWatcher Watcher = Each.load(std::memory_order_acquire))
      Watcher(Call);
  Within = false;
}

} // namespace reprise::cuda
