//===- MemoryView.h - What a check asks of memory -------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A snapshot that callers make (Allocations.h) and the map of a running program
// (runtime/cuda/State.h) answer the same questions. An answer of "not known" is
// always sound; a range that is smaller than the real allocation is not.
//
// Lifetime: what is returned lives as long as the map, which stays as it is
// while it is asked.
// Thread safety: const functions may run at the same time, take no lock and
// allocate nothing.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_RUNTIME_MEMORYVIEW_H
#define REPRISE_RUNTIME_MEMORYVIEW_H

#include "reprise/reprise.h"

#include <cstdint>
#include <string_view>

namespace reprise {

class MemoryView {
public:
  /// Two maps of one process that answer any question differently have
  /// different numbers; never 0.
  virtual uint64_t uniqueId() const = 0;

  /// The allocation that holds \p Address, or null.
  virtual const reprise_range *find(uint64_t Address) const = 0;

  /// Where a variable lies, or null. \p Hash is hashName(\p Name).
  virtual const reprise_range *findSymbol(uint64_t Hash,
                                          std::string_view Name) const = 0;

  /// What \p Handle is bound to, or null.
  virtual const reprise_binding *findBinding(reprise_handle_kind Kind,
                                             uint64_t Handle) const = 0;

  /// Bytes [\p Offset, \p Offset + \p Size) of a constant variable, or null
  /// where not all of them are known. \p Hash is hashName(\p Name).
  virtual const unsigned char *content(uint64_t Hash, std::string_view Name,
                                       uint64_t Offset,
                                       unsigned Size) const = 0;

protected:
  ~MemoryView() = default;
};

} // namespace reprise

#endif // REPRISE_RUNTIME_MEMORYVIEW_H
