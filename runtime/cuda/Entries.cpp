//===- Entries.cpp - The functions that this library exports ------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Entries.h"
#include "Driver.h"
#include "Followers.h"
#include "Settings.h"

#include <cstring>
#include <dlfcn.h>
#include <iterator>

// NOLINTBEGIN(readability-identifier-naming): Stubs.S has these names.
extern "C" {
extern std::atomic<void *> reprise_entry_targets[];
extern void *const reprise_entry_exports[];
void *reprise_entry_resolve(unsigned long Index);
void *reprise_dlsym_answer(void *Handle, const char *Name);
}

namespace reprise::cuda {

namespace {

constexpr const char *Names[] = {
#define ENTRY(Index, Name) #Name,
#include "Entries.inc"
#undef ENTRY
};

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

void *exportedEntry(int Index) { return reprise_entry_exports[Index]; }

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
  reprise_entry_targets[Index].store(Target, std::memory_order_release);
  return Target;
}

/// What dlsym shall answer; null: ask the C library.
void *reprise_dlsym_answer(void *Handle, const char *Name) {
  auto Real = reinterpret_cast<void *(*)(void *, const char *)>(realDlsym());
  if (!Name || Name[0] != 'c' || Name[1] != 'u' || Name[2] < 'A' ||
      Name[2] > 'Z' || Handle == RTLD_NEXT || Handle == RTLD_DEFAULT)
    return nullptr;
  int Index = entryIndex(Name);
  if (Index < 0)
    return isOurs(Handle, Real) && !Real(Handle, Name) && driverLoaded()
               ? driverFunction(Name)
               : nullptr;
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
