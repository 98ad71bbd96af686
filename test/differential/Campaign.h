//===- Campaign.h - Many kernels, many launches ---------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Kernels come in batches of one file each, which is compiled, analysed and
// loaded once:
//
//   generate -> print -> compile -> analyse -> for each launch: run, ask, judge
//
// Everything follows from the seed; the number of threads changes nothing.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TEST_DIFFERENTIAL_CAMPAIGN_H
#define REPRISE_TEST_DIFFERENTIAL_CAMPAIGN_H

#include "Reduce.h"
#include "Weaken.h"

#include <functional>
#include <map>

namespace reprise::differential {

struct Options {
  uint64_t Seed = 1;
  unsigned Kernels = 100;
  unsigned Launches = 200; ///< That decide something, of each kernel.
  unsigned Jobs = 1;
  unsigned Batch = 50; ///< Kernels in one file; changes no answer.
  Form F = Form::Source;
  Rule Off = Rule::None;        ///< With REPRISE_WEAKENINGS only.
  unsigned SolverLimit = 20000; ///< AnalyzerOptions; a proof is rarely dear.
};

struct Count {
  uint64_t Clean = 0;  ///< Launches without a clobber.
  uint64_t Proved = 0; ///< Of them, those found idempotent.
  void operator+=(const Count &C) {
    Clean += C.Clean;
    Proved += C.Proved;
  }
};

struct Statistics {
  uint64_t Kernels = 0, Decided = 0, Clobbering = 0, SaidClobbers = 0;
  uint64_t Replays = 0, Backups = 0, Instructions = 0;
  Count All;
  std::map<std::string, Count> Features;
  std::map<std::string, uint64_t> Reasons; ///< Of clean launches not proved.
  std::map<std::string, uint64_t> Undecided;
  std::map<std::string, uint64_t> Refused; ///< By the emulator; kernels.
  std::vector<Case> Failures;
  std::string Error; ///< Nothing could be compiled.

  void add(Statistics &&S);
};

/// Runs all batches, Progress after each.
Statistics run(const Options &O, const std::function<void(unsigned)> &Progress);

/// For each rule the number of launches after which it was caught when it is
/// off, 0 for never; Rule::None has its own count of wrong answers.
struct Weakened {
  std::map<Rule, uint64_t> CaughtAfter;
  std::map<Rule, std::string> How;
  uint64_t Decided = 0, WrongWithout = 0;
};
/// Only in builds with REPRISE_WEAKENINGS.
Weakened runWeakened(const Options &O, const std::vector<Rule> &Rules);

} // namespace reprise::differential

#endif // REPRISE_TEST_DIFFERENTIAL_CAMPAIGN_H
