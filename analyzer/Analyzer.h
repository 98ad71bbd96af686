//===- Analyzer.h - From device IR to summaries ---------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The analyzer's public face. Pipeline, one step a line (see analyzeModule):
//
//   find the kernels -> normalised clone -> for each kernel:
//   collect accesses -> mark reads that never are live-in (R2) -> pair live-in
//   reads with writes -> prove pairs (Z3) -> classify -> print the condition
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_ANALYZER_ANALYZER_H
#define REPRISE_ANALYZER_ANALYZER_H

#include "Model.h"

#include <atomic>
#include <functional>
#include <memory>
#include <string>

namespace llvm {
class Module;
} // namespace llvm

namespace reprise {

/// What Z3 was asked about one kernel.
struct ProofCounts {
  unsigned Queries = 0;
  unsigned Undecided = 0; ///< Of these: it gave up, most often at the limit.
  double Seconds = 0;     ///< Of wall time: not the same in every run.
};

struct AnalyzerOptions {
  /// Z3's resource limit for one query, in its own units: deterministic,
  /// independent of the machine. A query that reaches it proves nothing.
  unsigned SolverLimit = 400000;
  /// Only kernels for which this returns true; empty: all.
  std::function<bool(const std::string &Mangled)> Filter;
  /// Also search witnesses (for `explain`); costs a query per pair.
  bool Witness = false;
  /// Set, if given, when the machine and not the input made an answer weaker
  /// than it could be: Z3 failed, for want of memory perhaps.
  std::atomic<bool> *Weakened = nullptr;
  /// Told, if set, of the proofs of each kernel, on the thread that analyses.
  std::function<void(const std::string &Mangled, const ProofCounts &)> Proofs;
};

/// Summaries of all kernels of a device module, in order of definition. M is
/// not changed. A kernel that is not understood is in the result with the
/// reasons; nothing is left out but what the filter refuses.
/// Thread safety: one call at a time for each LLVMContext.
Module analyzeModule(const llvm::Module &M,
                     const AnalyzerOptions &Options = {});

/// The same for a module that nobody needs afterwards: saves the copy.
Module analyzeModule(std::unique_ptr<llvm::Module> M,
                     const AnalyzerOptions &Options = {});

} // namespace reprise

#endif // REPRISE_ANALYZER_ANALYZER_H
