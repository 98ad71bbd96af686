//===- Window.h - How far back can a stream be restarted? -----------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The last operations of a stream, and the question whether all from number i
// on may be run again in their order, wherever they were stopped:
//
//   number     0: A -> B     1: B -> A     2: A -> C
//   from 2     nothing that 2 reads is written by 2: valid
//   from 1     1 reads B, and 2 or 1 write A and C: valid
//   from 0     0 reads A, which 1 writes: not valid; but it is if A was saved
//              before 1 and is restored before the restart
//
// Going through the operations from i on, with what is surely written so far:
//
//   1. what an operation overwrites of its own reads is a conflict,
//   2. so is what it reads of the writes before it,
//   3. and what it writes of the reads before it,
//      all without what was surely written before the read;
//   4. what an operation may write here or there, as memory decides, is a
//      conflict if memory may differ in the second run, and nothing in the
//      sequence surely writes it.
//
// Atomics that may be repeated (rule R4) may so from the value that they found
// or one that they left, and from no mixture of bytes of both: what restores
// some bytes of one has to restore all.
//
// docs/semantics.md has the argument why a sequence without a conflict may be
// restarted.
//
// Soundness: a conflict may be reported where there is none, not conversely.
// Errors: may throw std::bad_alloc. Thread safety: one thread at a time.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_RUNTIME_WINDOW_H
#define REPRISE_RUNTIME_WINDOW_H

#include "Footprint.h"

#include <deque>
#include <map>

namespace reprise {

class Window {
public:
  explicit Window(size_t Capacity) : Capacity(Capacity) {}

  /// Numbers [begin, end) are held; they go up from 0 and are never used again.
  uint64_t begin() const { return First; }
  uint64_t end() const { return First + Held.size(); }

  /// Drops the oldest operation when the window is full, and all of them where
  /// \p O is a fence.
  void append(Operation O);

  /// As appending a fence. Allocates nothing.
  void appendFence() noexcept;

  /// Drops the operations before number \p Before.
  void retire(uint64_t Before);

  /// \p Bytes were saved as they were before operation \p Before.
  void addSaved(uint64_t Before, Intervals Bytes);

  /// May \p O write what one of those that are held touches, or touch what it
  /// writes?
  bool meets(const Operation &O) const;

  /// May operations from \p From on be run again? begin() <= From <= end(). If
  /// not, \p Persists gets the last number for which the same is known, as long
  /// as nothing was saved.
  reprise_restart check(uint64_t From, uint64_t *Persists = nullptr) const;

  /// The same of the lowest number for which the answer is yes.
  reprise_restart restartPoint() const;

  /// What is missing for a restart at \p From, by operation, then address.
  /// False where no bytes help.
  bool missing(uint64_t From, std::vector<reprise_save> &Saves) const;

private:
  struct Entry {
    Operation Op;
    /// See unsteadySince.
    mutable bool SinceKnown = false;
    mutable uint64_t Since = 0;
  };
  /// Bytes as they were before operation Before.
  struct Save {
    uint64_t Before;
    Intervals Bytes;
  };
  /// Why a restart is not valid.
  struct Conflict {
    enum : uint8_t {
      Own,      ///< Operation At overwrites what it reads.
      Reads,    ///< It reads what one before it writes.
      Writes,   ///< It writes what one before it reads.
      Unsteady, ///< It may write elsewhere in the second run.
    } Kind;
    uint64_t At;
    size_t In;       ///< Space.
    Intervals Bytes; ///< Where Bounded; some of [From, At] write them.
    bool Bounded;
  };

  const Operation &at(uint64_t Number) const { return Held[Number - First].Op; }
  void dropFirst();
  uint64_t unsteadySince(uint64_t Number) const;
  template <typename Sink>
  void walk(uint64_t From, struct Seen &Before, Sink &&Visit) const;
  template <typename Sink>
  bool walkOne(uint64_t At, struct Seen &Before, Sink &&Visit) const;
  void unsaved(uint64_t From, const Conflict &C,
               std::map<uint64_t, Intervals> &ByWriter) const;
  Intervals restored(uint64_t From) const;
  uint64_t explain(uint64_t From, const Conflict &C, reprise_restart &R) const;

  const size_t Capacity;
  uint64_t First = 0;
  std::deque<Entry> Held;  ///< None of them is a fence.
  std::vector<Save> Saved; ///< None of them is before First.
};

} // namespace reprise

#endif // REPRISE_RUNTIME_WINDOW_H
