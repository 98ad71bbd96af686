//===- Decide.h - The verdict on a launch ---------------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Asks of every pair and effect whether it stands in the way, in this order of
// strength: a proved clobber, then an effect, then the first pair that stays
// unknown; idempotent when there is none of them. Ties go to the lowest index,
// so equal launches give equal results.
//
// Thread safety: pure functions; nothing is allocated, no lock is taken.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_RUNTIME_DECIDE_H
#define REPRISE_RUNTIME_DECIDE_H

#include "Frame.h"

#include <optional>

namespace reprise {

/// What one pair says.
struct PairOutcome {
  reprise_verdict Verdict;
  reprise_reason Reason; ///< For unknown.
  bool UsesA1;           ///< Not unknown, by assumption A1.
  /// For unknown because of one access, not of the two together: that access.
  uint32_t Culprit;
};

PairOutcome decidePair(Frame &F, const ProgramPair &Q, uint32_t &Budget);

/// What the root of access \p Access, which was evaluated, points into: an
/// allocation or a variable. None of a handle, and where it is not known.
std::optional<reprise_range> objectOf(const Frame &F, uint32_t Access);

/// Is effect \p E executed, or may it be?
bool mayHappen(Frame &F, const ProgramEffect &E);

/// The verdict; every field of the result is set.
reprise_result decide(Frame &F);

/// Checks \p Launch against what \p P and CUDA allow. REPRISE_OK, and \p Info
/// is set, or an error.
reprise_status checkLaunch(const Program &P, const reprise_launch &Launch,
                           LaunchInfo &Info);

/// A result that claims nothing.
reprise_result nothingKnown();

} // namespace reprise

#endif // REPRISE_RUNTIME_DECIDE_H
