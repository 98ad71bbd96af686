//===- Weaken.h - Rules that tests can switch off -------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A test that cannot fail shows nothing. The differential test is built a
// second time with REPRISE_WEAKENINGS, with the files that ask weakened()
// compiled for it: there one rule at a time can be made unsound, and the test
// has to notice. Everywhere else weakened() is the constant false, and what
// depends on it is not in the program.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_RUNTIME_WEAKEN_H
#define REPRISE_RUNTIME_WEAKEN_H

#include <cstdint>

namespace reprise {

enum class Rule : uint8_t {
  None,
  // The analyzer.
  GuardDirection, ///< A condition is read as true on both of its edges.
  GuardSign,      ///< Unsigned comparisons are read as signed ones.
  NoWrap,         ///< Forms are the numbers that the code observes.
  SignedDivision, ///< Division rounds down, whatever the sign.
  LaunchDims,     ///< Blocks and grids are one-dimensional.
  LastIteration,  ///< Loops run once less than they do.
  R2Dominance,    ///< A write that may be skipped counts for R2.
  R2Address,      ///< A write to another place of the buffer counts for R2.
  CoverOrder,     ///< No barrier between what a block writes and reads.
  CoverEnds,      ///< What was written together ends one element later.
  AtomicWrites,   ///< Atomics do not write.
  AtomicReads,    ///< Atomics do not read.
  IndirectOffset, ///< An offset from loaded data is its constant part.
  // The runtime.
  Widths,            ///< Accesses are one byte wide.
  Checks,            ///< Range checks are not made.
  LastValue,         ///< Ranges end one value early.
  MayAsMust,         ///< What may happen does.
  UnknownPointers,   ///< Unknown pointers point nowhere.
  UnknownAllocation, ///< So do pointers whose allocation is not known.
  AllocationPart,    ///< A top touches one byte, not the allocation.
  LinkedPairs,       ///< x[i] += 1 is harmless.
  HullsOnly,         ///< Where hulls meet, sets do.
  EarlierWrites,     ///< What a read sees is always from before the launch.
  // The rollback window.
  WindowLaterReads, ///< Only the first operation of a sequence reads.
  WindowCopyReads,  ///< Copies read nothing.
  WindowMayAsMust,  ///< What an operation may write it does write.
  WindowOwnWrites,  ///< No operation overwrites what it reads itself.
  WindowUnsteady,   ///< Every run of an operation writes the same places.
  WindowAtomics,    ///< Bytes of an atomic may be restored one by one.
  // Stopping.
  StopGates,      ///< Nothing waits behind a launch that may leave.
  StopGateLooks,  ///< A gate is looked at before what is in front has ended.
  StopCloseLate,  ///< The gate is closed when kernels were asked already.
  StopWords,      ///< Launches of both kinds follow each other without a gate.
  StopOneWord,    ///< Launches of both kinds look at one word.
  StopBackupGate, ///< A backup is made while what is in front may leave.
  StopMaps,       ///< Maps of blocks are not zero.
  StopUndrained,  ///< Kernels are asked no more before all have left.
  StopCopies      ///< Copies of the request are written behind it.
};

#ifdef REPRISE_WEAKENINGS
// Of its own, so that no other file's weakened() is taken for it.
inline namespace with_weakenings {
/// The rule that is off, on this thread.
inline thread_local Rule Weakening = Rule::None;
inline bool weakened(Rule R) { return Weakening == R; }
} // namespace with_weakenings
#else
constexpr bool weakened(Rule) { return false; }
#endif

} // namespace reprise

#endif // REPRISE_RUNTIME_WEAKEN_H
