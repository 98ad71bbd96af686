//===- Runs.h - The kernels of one benchmark on the GPU -------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TEST_BENCHMARK_GPU_TWINS_RUNS_H
#define REPRISE_TEST_BENCHMARK_GPU_TWINS_RUNS_H

#include "TwinTimes.h"

#include <functional>
#include <optional>
#include <string>

namespace reprise::twins {

/// One kernel, measured in one of its launches.
struct Row {
  std::string Suite, Benchmark, Kernel;
  bool Small = false;      ///< Sizes.
  bool Idempotent = false; ///< The launch, as its table says.
  std::string Shape;       ///< "128x1x1 x 256x1x1"
  std::string Inside;      ///< Who leaves together at checkpoints.
  std::optional<TwinTimes> Times;
  std::string Skipped; ///< Without times: why.
};

struct RunOptions {
  suites::Scale Sizes = suites::Scale::Filled;
  TimeOptions Times;
};

/// Runs B's launches in order; of each kernel's largest ones the middle one is
/// measured. Emit gets each row when it is complete. Throws GpuError: then rows
/// may be missing, and the device is lost to this process.
void runBenchmark(const suites::Benchmark &B, const std::string &PtxFile,
                  const RunOptions &Options,
                  const std::function<void(const Row &)> &Emit);

/// All of a file. Throws GpuError.
std::string readFile(const std::string &Path);

} // namespace reprise::twins

#endif // REPRISE_TEST_BENCHMARK_GPU_TWINS_RUNS_H
