//===- Parts.cpp - Ranges that a framework hands out of its allocations ---===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Parts.h"

namespace reprise {

Parts &Parts::ofProcess() {
  // Never destroyed: frameworks free memory at the very end.
  static Parts &P = *new Parts;
  return P;
}

void Parts::tell(reprise_range Part, bool Added) {
  ++Epoch;
  if (Told)
    Told(User, Part, Added);
}

void Parts::removeOverlapping(reprise_range Range) {
  auto It = Sizes.upper_bound(Range.address);
  if (It != Sizes.begin())
    --It; // May reach into the range from below.
  while (It != Sizes.end() && (It->first < Range.address ||
                               It->first - Range.address < Range.size)) {
    const reprise_range Part{It->first, It->second};
    if (Part.address < Range.address &&
        Range.address - Part.address >= Part.size) {
      ++It;
      continue;
    }
    It = Sizes.erase(It);
    tell(Part, false);
  }
}

void Parts::add(reprise_range Part) {
  std::lock_guard<std::mutex> Guard(Lock);
  std::map<uint64_t, uint64_t> Node{{Part.address, Part.size}};
  removeOverlapping(Part);
  Sizes.merge(Node); // Allocates nothing: nothing has this address any more.
  tell(Part, true);
}

bool Parts::remove(uint64_t Address) {
  std::lock_guard<std::mutex> Guard(Lock);
  auto It = Sizes.find(Address);
  if (It == Sizes.end())
    return false;
  const reprise_range Part{It->first, It->second};
  Sizes.erase(It);
  tell(Part, false);
  return true;
}

void Parts::removeWithin(reprise_range Range) {
  std::lock_guard<std::mutex> Guard(Lock);
  removeOverlapping(Range);
}

std::vector<reprise_range> Parts::list(uint64_t &Now) const {
  std::lock_guard<std::mutex> Guard(Lock);
  std::vector<reprise_range> All;
  All.reserve(Sizes.size());
  for (const auto &[Address, Size] : Sizes)
    All.push_back({Address, Size});
  Now = Epoch;
  return All;
}

void Parts::observe(Observer NewTold, void *NewUser) {
  std::lock_guard<std::mutex> Guard(Lock);
  Told = NewTold;
  User = NewUser;
  for (const auto &[Address, Size] : Sizes)
    if (Told)
      Told(User, {Address, Size}, true);
}

} // namespace reprise
