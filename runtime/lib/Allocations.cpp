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

/// Sorts. False when one is empty, wraps or overlaps another.
static bool sortApart(std::vector<reprise_range> &Ranges) {
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
  return true;
}

bool Allocations::assign(const reprise_range *NewRanges, size_t RangeCount,
                         const reprise_symbol *NewSymbols, size_t SymbolCount) {
  Ranges.assign(NewRanges, NewRanges + RangeCount);
  if (!sortApart(Ranges))
    return false;
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

/// The one of \p Sorted that holds \p Address, or null.
static const reprise_range *findIn(const std::vector<reprise_range> &Sorted,
                                   uint64_t Address) {
  auto It = std::upper_bound(
      Sorted.begin(), Sorted.end(), Address,
      [](uint64_t A, const reprise_range &R) { return A < R.address; });
  if (It == Sorted.begin())
    return nullptr;
  --It;
  return Address - It->address < It->size ? &*It : nullptr;
}

bool Allocations::setParts(const reprise_range *Given, size_t Count) {
  Parts.assign(Given, Given + Count);
  if (!sortApart(Parts))
    return false;
  return std::all_of(Parts.begin(), Parts.end(), [&](const reprise_range &P) {
    const reprise_range *R = findIn(Ranges, P.address);
    return R && P.address - R->address <= R->size - P.size && P.size <= R->size;
  });
}

const reprise_range *Allocations::find(uint64_t Address) const {
  if (!Parts.empty())
    if (const reprise_range *Part = findIn(Parts, Address))
      return Part;
  return findIn(Ranges, Address);
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

static auto bindingKey(const reprise_binding &B) {
  return std::tuple(B.kind, B.handle);
}

bool Allocations::bind(const reprise_binding *Given, size_t Count) {
  Bindings.assign(Given, Given + Count);
  for (const reprise_binding &B : Bindings) {
    if (B.kind != REPRISE_HANDLE_TEXTURE && B.kind != REPRISE_HANDLE_SURFACE)
      return false;
    if (B.handle == 0 || B.reserved != 0)
      return false;
    if (B.memory.size == 0 ? B.memory.address != 0
                           : B.array != 0 || !isRange(B.memory))
      return false;
  }
  std::sort(Bindings.begin(), Bindings.end(), [](const auto &A, const auto &B) {
    return bindingKey(A) < bindingKey(B);
  });
  for (size_t I = 1; I < Bindings.size(); ++I) {
    const reprise_binding &A = Bindings[I - 1], &B = Bindings[I];
    if (bindingKey(A) == bindingKey(B) &&
        (A.memory.address != B.memory.address ||
         A.memory.size != B.memory.size || A.array != B.array))
      return false;
  }
  return true;
}

const reprise_binding *Allocations::findBinding(reprise_handle_kind Kind,
                                                uint64_t Handle) const {
  const std::tuple Key(uint32_t{Kind}, Handle);
  auto It = std::lower_bound(Bindings.begin(), Bindings.end(), Key,
                             [](const reprise_binding &B, const auto &K) {
                               return bindingKey(B) < K;
                             });
  return It != Bindings.end() && bindingKey(*It) == Key ? &*It : nullptr;
}

bool Allocations::setContents(const reprise_content *Given, size_t Count) {
  std::vector<Content> All;
  for (size_t I = 0; I < Count; ++I) {
    const reprise_content &C = Given[I];
    if (!C.name || !*C.name || !C.bytes || !isRange({C.offset, C.size}))
      return false;
    const auto *Bytes = static_cast<const unsigned char *>(C.bytes);
    All.push_back(
        {hashName(C.name), C.name, C.offset, {Bytes, Bytes + C.size}});
  }
  std::sort(All.begin(), All.end(), [](const Content &A, const Content &B) {
    return std::tie(A.Hash, A.Name, A.Offset) <
           std::tie(B.Hash, B.Name, B.Offset);
  });
  // What overlaps or touches becomes one, so that each look-up meets one.
  Contents.clear();
  for (Content &C : All) {
    Content *Last = Contents.empty() ? nullptr : &Contents.back();
    if (!Last || Last->Hash != C.Hash || Last->Name != C.Name ||
        C.Offset - Last->Offset > Last->Bytes.size()) {
      Contents.push_back(std::move(C));
      continue;
    }
    const size_t Start = C.Offset - Last->Offset;
    const size_t Common = std::min(C.Bytes.size(), Last->Bytes.size() - Start);
    if (!std::equal(C.Bytes.begin(), C.Bytes.begin() + Common,
                    Last->Bytes.begin() + Start))
      return false;
    Last->Bytes.insert(Last->Bytes.end(), C.Bytes.begin() + Common,
                       C.Bytes.end());
  }
  return true;
}

const unsigned char *Allocations::content(uint64_t Hash, std::string_view Name,
                                          uint64_t Offset,
                                          unsigned Size) const {
  auto It =
      std::lower_bound(Contents.begin(), Contents.end(), Hash,
                       [](const Content &C, uint64_t H) { return C.Hash < H; });
  for (; It != Contents.end() && It->Hash == Hash; ++It) {
    if (Offset < It->Offset || It->Name != Name)
      continue;
    const uint64_t Start = Offset - It->Offset;
    if (Start <= It->Bytes.size() && Size <= It->Bytes.size() - Start)
      return It->Bytes.data() + Start;
  }
  return nullptr;
}

} // namespace reprise
