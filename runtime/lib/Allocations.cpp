//===- Allocations.cpp - The memory map of a launch -----------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Allocations.h"

#include <algorithm>
#include <atomic>
#include <tuple>

namespace reprise {

uint64_t nextUniqueId() {
  static std::atomic<uint64_t> Last{0};
  return Last.fetch_add(1, std::memory_order_relaxed) + 1;
}

uint64_t hashName(std::string_view Name) {
  uint64_t Hash = 0xcbf29ce484222325; // FNV-1a
  for (char C : Name)
    Hash = (Hash ^ static_cast<unsigned char>(C)) * 0x100000001b3;
  return Hash;
}

/// Is \p R not empty, and does its last byte exist?
static bool isRange(const reprise_range &R) {
  return R.size != 0 && R.address <= UINT64_MAX - (R.size - 1);
}

bool Allocations::assign(const reprise_range *NewRanges, size_t RangeCount,
                         const reprise_symbol *NewSymbols, size_t SymbolCount) {
  Ranges.assign(NewRanges, NewRanges + RangeCount);
  std::sort(Ranges.begin(), Ranges.end(),
            [](const reprise_range &A, const reprise_range &B) {
              return A.address < B.address;
            });
  for (size_t I = 0; I < Ranges.size(); ++I) {
    if (!isRange(Ranges[I]))
      return false;
    if (I > 0 && Ranges[I].address - Ranges[I - 1].address < Ranges[I - 1].size)
      return false;
  }
  Symbols.clear();
  for (size_t I = 0; I < SymbolCount; ++I) {
    const reprise_symbol &S = NewSymbols[I];
    reprise_range Range{S.address, S.size};
    if (!S.name || !*S.name || (S.size != 0 && !isRange(Range)))
      return false;
    Symbols.push_back({hashName(S.name), S.name, Range});
  }
  auto Key = [](const Symbol &S) { return std::tie(S.Hash, S.Name); };
  std::sort(Symbols.begin(), Symbols.end(),
            [&](const Symbol &A, const Symbol &B) { return Key(A) < Key(B); });
  for (size_t I = 1; I < Symbols.size(); ++I)
    if (Key(Symbols[I]) == Key(Symbols[I - 1]) &&
        (Symbols[I].Range.address != Symbols[I - 1].Range.address ||
         Symbols[I].Range.size != Symbols[I - 1].Range.size))
      return false;
  return true;
}

const reprise_range *Allocations::find(uint64_t Address) const {
  auto It = std::upper_bound(
      Ranges.begin(), Ranges.end(), Address,
      [](uint64_t A, const reprise_range &R) { return A < R.address; });
  if (It == Ranges.begin())
    return nullptr;
  --It;
  return Address - It->address < It->size ? &*It : nullptr;
}

const reprise_range *Allocations::findSymbol(uint64_t Hash,
                                             std::string_view Name) const {
  auto It =
      std::lower_bound(Symbols.begin(), Symbols.end(), Hash,
                       [](const Symbol &S, uint64_t H) { return S.Hash < H; });
  for (; It != Symbols.end() && It->Hash == Hash; ++It)
    if (It->Name == Name)
      return &It->Range;
  return nullptr;
}

} // namespace reprise
