//===- Covering.h - When has a write covered what is read? ----------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Given one execution of a read, which execution of a write has the same bytes?
// The write's address is solved for its own loop counters and, where all
// threads of the block have written, for its thread indices:
//
//   for (i = threadIdx.x; i < n; i += blockDim.x) x[i] = ...   // write
//   __syncthreads();
//   ... x[e] ...                                               // read
//
//   e = threadIdx.x' + blockDim.x * k'   has the solution
//   threadIdx.x' = e mod blockDim.x, k' = e / blockDim.x   for every e >= 0
//
// and the write's guard i < n becomes e < n: the read is covered where e >= 0
// and n - 1 - e >= 0, forms over what the read's address is made of. Digits of
// the solution are taken apart only where a guard is about a single one.
//
// Sound: where all conditions hold and all readings are right, some execution
// of the write has the bytes. Conditions may be stricter than needed.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_ANALYZER_COVERING_H
#define REPRISE_ANALYZER_COVERING_H

#include "BlockUniform.h"
#include "KernelAnalysis.h"

namespace reprise {

/// Which executions of the write count.
struct CoveringScope {
  /// A loop around both accesses: executions in one iteration of it, and of all
  /// loops around it, are compared. Null: all executions.
  const llvm::Loop *Common = nullptr;
  /// Runs wherever the read does, in the same iteration of Common; with
  /// Earlier, wherever an iteration of Common is followed by another one.
  llvm::BasicBlock *Anchor = nullptr;
  /// Those of the iteration of Common before the read's, not of its own.
  bool Earlier = false;
  /// Those of all threads of the block, if set; else of the same thread.
  const BlockUniform *Block = nullptr;
};

/// The read is covered where all hold.
struct Covering {
  std::vector<Lin> Forms;   ///< Not negative, without conditions of their own.
  std::vector<Id> Uniforms; ///< True.
  /// Readings of the write's guards that the conditions rely on.
  Lin::CheckSet Readings;

  size_t size() const { return Forms.size() + Uniforms.size(); }
};

/// None where no conditions are found, or they never hold.
std::optional<Covering> covering(KernelState &S, const AnalyzedAccess &Write,
                                 const AnalyzedAccess &Read,
                                 const CoveringScope &Scope);

} // namespace reprise

#endif // REPRISE_ANALYZER_COVERING_H
