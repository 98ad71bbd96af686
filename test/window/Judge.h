//===- Judge.h - What the window says, held against runs ------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Wrong is, of a sequence and a number i in the window:
//
//   said            and yet
//   i is valid      a byte that the sequence from i on reads before it writes
//                   it is written in it (bytes of the clean run's trace)
//   i is valid      stopped in some operation and run again from i, memory
//                   differs from a clean run's
//   save these      the same, with exactly these bytes saved and restored
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TEST_WINDOW_JUDGE_H
#define REPRISE_TEST_WINDOW_JUDGE_H

#include "Sequence.h"

namespace reprise::window {

struct Totals {
  uint64_t Sequences = 0, Operations = 0, Launches = 0;
  uint64_t Points = 0;      ///< Places where a restart was asked for.
  uint64_t Valid = 0;       ///< Said.
  uint64_t TrulyValid = 0;  ///< Of Points without racing kernels behind them.
  uint64_t ProvedValid = 0; ///< Of TrulyValid, those said.
  uint64_t Replays = 0, SavedReplays = 0;
  uint64_t Bounded = 0, Unbounded = 0;
  // Of the bounded ones, bytes: asked to save, needed, in all buffers written.
  uint64_t SavedBytes = 0, NeededBytes = 0, WrittenBytes = 0;
  uint64_t Wrong = 0;
  std::string First; ///< The first wrong answer.
  void add(const Totals &T);
};

/// Draws a sequence and judges all that is said of it.
void judgeSequence(Device &D, const reprise_db *Db, uint64_t Seed, Totals &T);

} // namespace reprise::window

#endif // REPRISE_TEST_WINDOW_JUDGE_H
