//===- Tables.h - What was measured, for people and for programs ----------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TEST_BENCHMARK_GPU_TWINS_TABLES_H
#define REPRISE_TEST_BENCHMARK_GPU_TWINS_TABLES_H

#include "Runs.h"

#include <nlohmann/json_fwd.hpp>

namespace reprise::twins {

struct Report {
  std::string Device;
  std::vector<Row> Rows;
  std::vector<std::string> Notes;    ///< Benchmarks with other sizes.
  std::vector<std::string> Failures; ///< What did not run to its end.
};

void printHead();
/// Tab-separated.
void printRow(const Row &R);
/// Geometric means, skipped kernels by reason, notes, failures.
void printSums(const Report &R);
/// 0, 1 or 2, as main.cpp has it.
int exitStatus(const Report &R);

nlohmann::json toJson(const Row &R);
/// The other way round. Throws nlohmann::json::exception.
Row rowOf(const nlohmann::json &J);
nlohmann::json toJson(const Report &R);

} // namespace reprise::twins

#endif // REPRISE_TEST_BENCHMARK_GPU_TWINS_TABLES_H
