//===- Evaluate.h - What is said of a benchmark's launches ----------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TEST_SUITES_EVALUATE_H
#define REPRISE_TEST_SUITES_EVALUATE_H

#include "Analyzer.h"
#include "Host.h"
#include "Labels.h"
#include "reprise/reprise.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace reprise::suites {

/// The labels of one file of a suite (test/SUITE/labels.tsv), by kernel.
using FileLabels = std::map<std::string, Label>;

/// One kernel and all its launches. Counts are of launches, equal ones
/// included.
struct KernelResult {
  std::string Name;
  reprise_class Class = REPRISE_CLASS_UNKNOWN;
  std::string Condition;
  std::optional<Label> Expected;
  uint64_t Launches = 0;
  uint64_t Idempotent = 0, Clobbers = 0, Unknown = 0; ///< As said.
  uint64_t TrulyIdempotent = 0;
  uint64_t Missed = 0; ///< Truly idempotent, and something else was said.
  uint64_t Wrong = 0;  ///< Said idempotent, and it is not.
  /// Why launches were missed, with their number.
  std::map<std::string, uint64_t> Reasons;
  /// Of the small launches: how many the oracle ran, and why not the others.
  uint64_t Confirmed = 0;
  std::string NotExecuted;
  std::vector<double> Nanoseconds; ///< Of each different launch.
  ProofCounts Proofs;              ///< What Z3 was asked.

  /// The label's class is another one, and no note says why.
  bool isUnexplained() const;
};

struct BenchmarkResult {
  std::string Suite, Name;
  std::vector<KernelResult> Kernels; ///< In order of definition.
  /// What must not be: wrong verdicts, truths that the oracle refutes, launches
  /// that cannot be made, kernels without a label or a launch, labels without
  /// a kernel.
  std::vector<std::string> Problems;
};

struct EvaluateOptions {
  std::string Root; ///< The folder that the suites are in.
  bool Oracle = false;
  bool Time = false;
  unsigned SolverLimit = 400000;
};

/// Labels may be null: none are expected.
BenchmarkResult evaluate(const Benchmark &B, const FileLabels *Labels,
                         const EvaluateOptions &Options);

} // namespace reprise::suites

#endif // REPRISE_TEST_SUITES_EVALUATE_H
