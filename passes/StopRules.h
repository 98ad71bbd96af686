//===- StopRules.h - Rules of stopping that tests can switch off ----------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// As runtime/lib/Weaken.h: the checkpoint test is built a second time with
// REPRISE_WEAKENINGS, where one rule at a time can be broken, and the test has
// to notice. Everywhere else weakened() is the constant false.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_PASSES_STOPRULES_H
#define REPRISE_PASSES_STOPRULES_H

#include <cstdint>

namespace reprise {

enum class StopRule : uint8_t {
  None,
  LeaveTogether, ///< Each thread leaves for itself, barriers or not.
  ReadOnce,    ///< Threads read the request again, after the block's decision.
  DoneAtTheEnd ///< A thread counts as done before its last store.
};

#ifdef REPRISE_WEAKENINGS
// Of its own, so that no other file's weakened() is taken for it.
inline namespace with_weakened_stops {
inline thread_local StopRule BrokenRule = StopRule::None;
inline bool weakened(StopRule R) { return BrokenRule == R; }
} // namespace with_weakened_stops
#else
constexpr bool weakened(StopRule) { return false; }
#endif

} // namespace reprise

#endif // REPRISE_PASSES_STOPRULES_H
