//===- Campaign.h - All launches of a benchmark, stopped ------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TEST_CHECKPOINTS_CAMPAIGN_H
#define REPRISE_TEST_CHECKPOINTS_CAMPAIGN_H

#include "CheckpointPlan.h"
#include "Host.h"
#include "Stops.h"
#include "Subject.h"

#include <string>
#include <vector>

namespace reprise::checkpoints {

struct CampaignOptions {
  std::string Root;      ///< The folder that the suites are in.
  std::string Kernel;    ///< Only this one; empty: all.
  uint64_t Stops = 1000; ///< Of each kernel, over all its launches.
  uint64_t Seed = 1;
  PlanOptions Plan;
  Maker By = Maker::Plugin;
};

/// One kernel, all its launches together.
struct KernelStops {
  std::string Name;
  CheckpointPlan Plan;
  uint64_t Launches = 0, Idempotent = 0;
  StopCounts Counts;
  Costs Cost;
  std::string NotExecuted; ///< Why the emulator does not run it.
};

struct BenchmarkStops {
  std::string Name; ///< "rodinia/nw"
  std::vector<KernelStops> Kernels;
  std::vector<std::string> Failures; ///< The first one of each launch.
};

/// Runs the small launches of B in the order of its host code, each as often as
/// asked.
BenchmarkStops runBenchmark(const suites::Benchmark &B,
                            const CampaignOptions &Options);

} // namespace reprise::checkpoints

#endif // REPRISE_TEST_CHECKPOINTS_CAMPAIGN_H
