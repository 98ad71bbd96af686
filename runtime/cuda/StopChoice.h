//===- StopChoice.h - How a launch may be stopped -------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//   no twin, attributes, arguments not read          not at all
//   idempotent, places inside                        inside
//   not idempotent, backup set within the budget     inside, with backup
//   idempotent without places                        between blocks
//   any other with a map of its blocks               between blocks
//   any other                                        not at all
//
// Soundness: only a launch that was found idempotent, or whose backup set is
// saved, is ever left inside; only one that was found idempotent, or whose
// backup set is saved, goes without a map.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_CUDA_STOPCHOICE_H
#define REPRISE_CUDA_STOPCHOICE_H

#include "reprise/reprise_preempt.h"

namespace reprise::cuda {

struct StopFacts {
  reprise_stop_kind Most = REPRISE_STOP_INSIDE; ///< The option.
  /// NONE: there is a twin and nothing against it; else why it is not used.
  reprise_stop_reason Against = REPRISE_STOP_REASON_NONE;
  bool Inside = false;        ///< The twin has places inside its blocks.
  bool Idempotent = false;    ///< The verdict.
  bool WantMap = true;        ///< Of idempotent launches.
  bool MapFits = false;       ///< Into the pool, when that is empty.
  bool BackupAllowed = false; ///< There is a budget.
  bool BackupBounded = false; ///< The set was computed and has an end.
  bool BackupFits = false;    ///< Into the budget, when nothing is kept.
};

struct StopChoice {
  reprise_stop_kind Kind = REPRISE_STOP_NONE;
  reprise_stop_reason Reason = REPRISE_STOP_REASON_NONE;
  bool Map = false;
  bool operator==(const StopChoice &) const = default;
};

StopChoice chooseStop(const StopFacts &Facts);

} // namespace reprise::cuda

#endif // REPRISE_CUDA_STOPCHOICE_H
