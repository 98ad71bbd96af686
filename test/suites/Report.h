//===- Report.h - The suites as tables ------------------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TEST_SUITES_REPORT_H
#define REPRISE_TEST_SUITES_REPORT_H

#include "Evaluate.h"

#include "llvm/Support/raw_ostream.h"

namespace reprise::suites {

/// What a suite adds up to.
struct SuiteTotals {
  unsigned Benchmarks = 0, Kernels = 0;
  unsigned Classes[4] = {}; ///< By reprise_class.
  unsigned Labelled = 0, Agreeing = 0;
  uint64_t Launches = 0, TrulyIdempotent = 0, Missed = 0, Wrong = 0;
  unsigned KernelsMissed = 0, KernelsIdempotent = 0;
  unsigned Confirmed = 0, KernelsNotExecuted = 0, Problems = 0;
  ProofCounts Proofs;       ///< Of all kernels together.
  double SlowestProofs = 0; ///< Seconds of one kernel.
  std::vector<double> Nanoseconds;

  void add(const BenchmarkResult &R);
  double missedPercent() const {
    return TrulyIdempotent ? 100.0 * double(Missed) / double(TrulyIdempotent)
                           : 0;
  }
};

/// A line for each kernel, then problems and reasons.
void printKernels(llvm::raw_ostream &OS,
                  const std::vector<BenchmarkResult> &All);
/// A block of lines for each suite.
void printTotals(llvm::raw_ostream &OS,
                 const std::vector<BenchmarkResult> &All);
void printJson(llvm::raw_ostream &OS, const std::vector<BenchmarkResult> &All);

} // namespace reprise::suites

#endif // REPRISE_TEST_SUITES_REPORT_H
