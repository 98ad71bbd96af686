//===- Allocations.h - The memory map of a launch -------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// An immutable snapshot: which ranges of global memory are allocated, where
// device variables lie, what texture and surface objects are bound to, and what
// constant variables hold. Every snapshot has an id of its own, never used
// again in this process, so that a memo can tell snapshots apart.
//
// Thread safety: immutable once created.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_RUNTIME_ALLOCATIONS_H
#define REPRISE_RUNTIME_ALLOCATIONS_H

#include "MemoryView.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace reprise {

/// A number that this process has not used before; never 0.
uint64_t nextUniqueId();

/// The hash by which symbols are looked up.
uint64_t hashName(std::string_view Name);

class Allocations final : public MemoryView {
public:
  struct Symbol {
    uint64_t Hash;
    std::string Name;
    reprise_range Range;
  };

  /// False when a range is empty, wraps or overlaps another, or when a symbol
  /// has no name, wraps, or is given twice at different places.
  bool assign(const reprise_range *Ranges, size_t RangeCount,
              const reprise_symbol *Symbols, size_t SymbolCount);

  /// False when a binding is not well formed, or a handle is given twice with
  /// different meanings.
  bool bind(const reprise_binding *Given, size_t Count);

  /// False when a content is empty, has no name or wraps, or when a byte is
  /// given twice with different values.
  bool setContents(const reprise_content *Given, size_t Count);

  uint64_t uniqueId() const override { return UniqueId; }

  /// After assign. False when a part is not inside one range, or overlaps
  /// another part.
  bool setParts(const reprise_range *Given, size_t Count);

  /// The part that holds \p Address, or else the allocation, or null.
  /// Logarithmic.
  const reprise_range *find(uint64_t Address) const override;

  /// \p Hash is hashName(\p Name). Null when it is not known.
  const reprise_range *findSymbol(uint64_t Hash,
                                  std::string_view Name) const override;

  /// What \p Handle is bound to, or null. Logarithmic.
  const reprise_binding *findBinding(reprise_handle_kind Kind,
                                     uint64_t Handle) const override;

  /// Bytes [\p Offset, \p Offset + \p Size) of a constant variable, or null
  /// where not all of them are known. \p Hash is hashName(\p Name).
  const unsigned char *content(uint64_t Hash, std::string_view Name,
                               uint64_t Offset, unsigned Size) const override;

private:
  struct Content {
    uint64_t Hash;
    std::string Name;
    uint64_t Offset;
    std::vector<unsigned char> Bytes;
  };

  std::vector<reprise_binding> Bindings; ///< By kind, then handle.
  /// By hash, name, offset; of one name they neither overlap nor touch.
  std::vector<Content> Contents;
  std::vector<reprise_range> Ranges; ///< By address.
  std::vector<reprise_range> Parts;  ///< By address.
  std::vector<Symbol> Symbols;       ///< By hash, then name.
  uint64_t UniqueId = nextUniqueId();
};

} // namespace reprise

#endif // REPRISE_RUNTIME_ALLOCATIONS_H
