//===- RandomStops.h - Twins of random kernels, stopped -------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The kernels, launches and memory are those of the differential test
// (test/differential), and kernels that are made to be hard to stop:
//
//   generate -> print -> compile -> analyse, make twins
//            -> for each launch: run, ask for the verdict, stop by it, resume
//
// Everything follows from the seed.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TEST_CHECKPOINTS_RANDOMSTOPS_H
#define REPRISE_TEST_CHECKPOINTS_RANDOMSTOPS_H

#include "Stops.h"
#include "Subject.h"

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace reprise::checkpoints {

struct RandomOptions {
  uint64_t Kernels = 100;
  uint64_t Seed = 1;
  uint64_t Stops = 100;  ///< Of each kernel, over all its launches.
  unsigned Launches = 4; ///< Of each kernel, that decide something.
  Maker By = Maker::Plugin;
  unsigned Reduce = 3; ///< Failures that are made small.
  std::string Feature; ///< Only kernels with it; empty: all.
  std::optional<uint64_t> Number = std::nullopt; ///< Only this kernel.
};

struct RandomStops {
  uint64_t Kernels = 0, Twins = 0, Launches = 0;
  uint64_t Idempotent = 0, WithBackup = 0, AtEntry = 0; ///< Launches.
  uint64_t Racing = 0; ///< Launches whose end depends on the order of threads.
  StopCounts Counts;
  std::map<std::string, uint64_t> Entry, Inside; ///< Twins, by granularity.
  std::map<std::string, uint64_t> Sites;         ///< By kind.
  std::map<std::string, uint64_t> Features;      ///< Kernels with a twin.
  std::map<std::string, uint64_t> Refused;       ///< Kernels, by reason.
  std::map<std::string, uint64_t> Declined;      ///< Loops, by reason.
  std::map<std::string, uint64_t> Undecided;     ///< Launches, by fault.
  uint64_t Failures = 0;                         ///< Kernels that failed.
  std::string Error;                             ///< Nothing could be run.
};

/// Who is told what during a run.
struct RandomListener {
  std::function<void(uint64_t)> Progress; ///< Kernels that are done.
  /// A sentence, and the kernel, once more when it is small.
  std::function<void(const std::string &)> Failure;
};

RandomStops stopRandom(const RandomOptions &Options,
                       const RandomListener &Listener);

} // namespace reprise::checkpoints

#endif // REPRISE_TEST_CHECKPOINTS_RANDOMSTOPS_H
