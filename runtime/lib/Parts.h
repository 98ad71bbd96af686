//===- Parts.h - Ranges that a framework hands out of its allocations -----===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A caching allocator takes large allocations from the driver and hands out
// parts of them. Assumption A1 ends at the part, if it is known, and not at the
// allocation. This is the list of the process, which reprise_register_range
// fills; who keeps a map of the running program follows it as an observer.
//
// Parts never overlap: memory that is handed out anew takes its place from
// what was registered there before.
//
// Errors: may throw std::bad_alloc, after which nothing has changed.
// Thread safety: all functions, any number at a time; a lock is taken. The
// observer is called under it.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_RUNTIME_PARTS_H
#define REPRISE_RUNTIME_PARTS_H

#include "reprise/reprise.h"

#include <map>
#include <mutex>
#include <vector>

namespace reprise {

class Parts {
public:
  /// Told of each part that comes (\p Added) or goes. Must not call back.
  using Observer = void (*)(void *User, reprise_range Part, bool Added);

  /// The list of this process.
  static Parts &ofProcess();

  /// \p Part neither is empty nor wraps. What it overlaps goes.
  void add(reprise_range Part);
  /// False when no part starts at \p Address.
  bool remove(uint64_t Address);
  /// Removes all parts that overlap \p Range.
  void removeWithin(reprise_range Range);

  /// All parts by address, and a number that changes with each change.
  std::vector<reprise_range> list(uint64_t &Epoch) const;

  /// Null: no more. A new observer is told of all parts at once.
  void observe(Observer Told, void *User);

  /// Around fork(), so that the child does not find the list locked.
  void lock() const { Lock.lock(); }
  void unlock() const { Lock.unlock(); }

private:
  void removeOverlapping(reprise_range Range);
  void tell(reprise_range Part, bool Added);

  mutable std::mutex Lock;
  std::map<uint64_t, uint64_t> Sizes; ///< By address.
  uint64_t Epoch = 0;
  Observer Told = nullptr;
  void *User = nullptr;
};

} // namespace reprise

#endif // REPRISE_RUNTIME_PARTS_H
