//===- Entries.cpp - The functions that this library exports ------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Entries.h"
#include "Driver.h"
#include "Followers.h"
#include "ForkLocks.h"
#include "Settings.h"

#include <cstring>
#include <dlfcn.h>
#include <iterator>

// NOLINTBEGIN(readability-identifier-naming): Stubs.S has these names.
extern "C" {
extern std::atomic<void *> reprise_entry_targets[];
extern void *const reprise_entry_exports[], *const reprise_entry_watches[];
void *reprise_entry_resolve(unsigned long Index);
void *reprise_entry_watch(unsigned long Index,
                          const reprise::cuda::SavedCall *Saved);
void *reprise_dlsym_answer(void *Handle, const char *Name);
}

namespace reprise::cuda {

namespace {

constexpr const char *Names[] = {
#define ENTRY(Index, Name) #Name,
#define SPARE(Index)
#include "Entries.inc"
#undef ENTRY
#undef SPARE
};
/// One for each place of Stubs.S.
constexpr bool IsSpare[] = {
#define ENTRY(Index, Name) false,
#define SPARE(Index) true,
#include "Entries.inc"
#undef ENTRY
#undef SPARE
};
constexpr unsigned Places = std::size(IsSpare);
constexpr unsigned FirstSpare = std::size(Names);

/// What is known of a place from its first call on.
struct Place {
  std::atomic<const char *> Name{nullptr};
  std::atomic<void *> Goal{nullptr}; ///< The follower, or the driver.
  std::atomic<OrderRule> Rule{};
};
static_assert(std::atomic<OrderRule>::is_always_lock_free);
Place Known[Places];
std::atomic<bool> Watched{false};

/// Has the place \p Index, whose goal is known, lead where it shall.
void *lead(unsigned long Index) {
  const Place &P = Known[Index];
  for (;;) {
    // Whoever turns watching on or off, and does not see the goal yet, is seen
    // here; so all of these are in one order.
    const bool Through = Watched.load();
    void *Target = Through && P.Rule.load().Kind != Ordered::Harmless
                       ? reprise_entry_watches[Index]
                       : P.Goal.load();
    reprise_entry_targets[Index].store(Target);
    if (Watched.load() == Through)
      return Target;
  }
}

void *setGoal(unsigned long Index, void *Goal, const char *Name,
              const OrderRule &Rule) {
  Known[Index].Name.store(Name);
  Known[Index].Rule.store(Rule);
  Known[Index].Goal.store(Goal);
  return lead(Index);
}

struct FollowedFunction {
  const char *Name;
  void *Function;
};

/// Null when the function goes to the driver.
void *followerNamed(const char *Name) {
  static const FollowedFunction Functions[] = {
// NOLINTBEGIN(bugprone-macro-parentheses): the name of a template.
#define FOLLOW(Symbol, Base, Since, PerThread, Function)                       \
  {#Symbol, reinterpret_cast<void *>(&Function<Slot::Slot_##Symbol>)},
#include "Followed.inc"
#undef FOLLOW
      // NOLINTEND(bugprone-macro-parentheses)
  };
  for (const FollowedFunction &F : Functions)
    if (std::strcmp(F.Name, Name) == 0)
      return F.Function;
  return nullptr;
}

/// Does the handle lead to our functions? What only the driver has is then
/// looked for in the driver.
bool isOurs(void *Handle, void *(*Find)(void *, const char *)) {
  const int Index = entryIndex("cuInit");
  return Index >= 0 && Find(Handle, "cuInit") == reprise_entry_exports[Index];
}

CUresult missing() { return CUDA_ERROR_NOT_FOUND; }
CUresult driverless() { return CUDA_ERROR_NO_DEVICE; }

} // namespace

int entryIndex(const char *Name) {
  size_t Low = 0, High = std::size(Names); // Sorted by Entries.cmake.
  while (Low < High) {
    size_t Middle = (Low + High) / 2;
    int Order = std::strcmp(Names[Middle], Name);
    if (Order == 0)
      return static_cast<int>(Middle);
    (Order < 0 ? Low : High) = Order < 0 ? Middle + 1 : Middle;
  }
  return -1;
}

int entryCount() { return static_cast<int>(std::size(Names)); }
const char *entryName(int Index) { return Names[Index]; }

void *exportedEntry(int Index) { return reprise_entry_exports[Index]; }

void *spareEntry(void *Function, const char *Name, const OrderRule &Rule) {
  std::scoped_lock Lock(forkLock(Guarded::Watchers));
  for (unsigned I = FirstSpare; I < Places; ++I) {
    void *Goal = Known[I].Goal.load();
    if (Goal == Function)
      return reprise_entry_exports[I];
    if (Goal)
      continue;
    char *Kept = strdup(Name); // For ever: it may be on its way to a watcher.
    if (!Kept)
      return Function;
    setGoal(I, Function, Kept, Rule);
    return reprise_entry_exports[I];
  }
  return Function;
}

void watchEntries(bool On) {
  if (Watched.exchange(On) == On)
    return;
  for (unsigned I = 0; I < Places; ++I)
    if (Known[I].Goal.load())
      lead(I);
}

} // namespace reprise::cuda

using namespace reprise::cuda;

/// Where the place \p Index leads, from its first call on.
void *reprise_entry_resolve(unsigned long Index) {
  const char *Name = Names[Index];
  void *Target = nullptr;
  if (settings().Operation != Mode::Off)
    Target = followerNamed(Name);
  if (!Target && driverLoaded()) // Loads it.
    Target = driverFunction(Name);
  if (!Target)
    Target = reinterpret_cast<void *>(driverLoaded() ? &missing : &driverless);
  return setGoal(Index, Target, Name, orderRule(Name));
}

/// What a call of the place \p Index goes on to, once the watchers have seen
/// it.
void *reprise_entry_watch(unsigned long Index, const SavedCall *Saved) {
  const Place &P = Known[Index];
  watchCall(P.Name.load(std::memory_order_relaxed),
            P.Rule.load(std::memory_order_relaxed), *Saved);
  return P.Goal.load(std::memory_order_acquire);
}

/// What dlsym shall answer; null: ask the C library.
void *reprise_dlsym_answer(void *Handle, const char *Name) {
  auto Real = reinterpret_cast<void *(*)(void *, const char *)>(realDlsym());
  if (!Name || Name[0] != 'c' || Name[1] != 'u' || Name[2] < 'A' ||
      Name[2] > 'Z' || Handle == RTLD_NEXT || Handle == RTLD_DEFAULT)
    return nullptr;
  int Index = entryIndex(Name);
  if (Index < 0) {
    if (!isOurs(Handle, Real) || Real(Handle, Name) || !driverLoaded())
      return nullptr;
    void *Function = driverFunction(Name);
    return Function && settings().Operation != Mode::Off
               ? spareEntry(Function, Name, orderRule(Name))
               : Function;
  }
  // The driver's own function, found in the driver's file by another name than
  // libcuda.so.1, which would have led here.
  void *Found = Real(Handle, Name);
  if (!Found || settings().Operation == Mode::Off)
    return nullptr;
  void *Ours = exportedEntry(Index);
  if (Found == Ours || !Ours)
    return Found;
  return driverLoaded() && driverFunction(Name) == Found ? Ours : Found;
}
// NOLINTEND(readability-identifier-naming)
