//===- Children.h - Benchmarks in processes of their own ------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The process that calls these must not have opened the driver, which does not
// survive a fork.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TEST_BENCHMARK_GPU_TWINS_CHILDREN_H
#define REPRISE_TEST_BENCHMARK_GPU_TWINS_CHILDREN_H

#include "Runs.h"

namespace reprise::twins {

/// Gpu::describe(), or why there is none.
std::string describeDevice();

/// runBenchmark in a child that may take Seconds. Appends the rows that it
/// completed, and gives what went wrong as the rest of a sentence, or nothing.
std::string runApart(const suites::Benchmark &B, const std::string &PtxFile,
                     const RunOptions &Options, unsigned Seconds,
                     std::vector<Row> &Rows);

/// Loads the image of each benchmark, AtOnce at a time. What fails here fails
/// again, and is told, when the benchmark runs.
void loadAll(
    const std::vector<suites::Benchmark> &All,
    const std::function<std::string(const suites::Benchmark &)> &PtxFile,
    unsigned AtOnce);

} // namespace reprise::twins

#endif // REPRISE_TEST_BENCHMARK_GPU_TWINS_CHILDREN_H
