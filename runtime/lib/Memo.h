//===- Memo.h - Verdicts of earlier launches ------------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A table of fixed size, two entries for each hash. Entries are guarded by a
// sequence number: odd while one writer fills it, changed by every fill.
//
//   +----------+-----------------------------------------------+---------+
//   | Sequence | key: epoch, kernel, allocations, grid, block, | result  |
//   |          |      shared, flags, argument bytes            | 5 words |
//   +----------+-----------------------------------------------+---------+
//
// All words are atomics. A reader loads Sequence, then the words with acquire,
// then Sequence again: equal and even, and it saw one fill. A writer that
// finds the entry taken gives up; a memo may forget.
//
// Soundness: a hit compares the whole key. Kernels and allocation snapshots
// are named by ids that a process never uses twice, not by addresses.
// Thread safety: any number of threads may call every function. No locks; only
// create allocates.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_RUNTIME_MEMO_H
#define REPRISE_RUNTIME_MEMO_H

#include "Limits.h"
#include "Program.h"

#include <atomic>
#include <cstdint>
#include <memory>

namespace reprise {

/// What decides a verdict, as words.
struct MemoKey {
  static constexpr unsigned FixedWords = 7;
  static constexpr unsigned MaxWords = FixedWords + MaxMemoArguments / 8;

  uint64_t Words[MaxWords];
  unsigned Size;
  uint64_t Hash;
};

class Memo {
public:
  /// About \p Entries, at least two. May throw std::bad_alloc.
  explicit Memo(size_t Entries);

  /// The key of a launch; false when it is not memoised. Does not check the
  /// launch: only valid launches are stored, so only they are found.
  /// \p MapId names the memory map, 0 a verdict that did not ask it.
  bool makeKey(const Program &P, uint64_t MapId, const reprise_launch &Launch,
               MemoKey &Key) const;

  bool find(const MemoKey &Key, reprise_result &Result) const;
  void store(const MemoKey &Key, const reprise_result &Result);

  /// Forgets everything stored before the call.
  void clear() { Epoch.fetch_add(1, std::memory_order_relaxed); }

private:
  static constexpr unsigned ResultWords = 5;

  struct alignas(64) Entry {
    std::atomic<uint64_t> Sequence{0}; ///< 0: never filled.
    std::atomic<uint64_t> Words[MemoKey::MaxWords + ResultWords] = {};
  };

  std::unique_ptr<Entry[]> Entries;
  size_t Mask; ///< Of pairs of entries.
  std::atomic<uint64_t> Epoch{1};
};

} // namespace reprise

#endif // REPRISE_RUNTIME_MEMO_H
