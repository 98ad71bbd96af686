//===- LoadBenchmark.cpp - What loading a database costs ------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// reprise_db_load of 10 000 kernels in the JSON and the compact form, and of
// the database that REPRISE_BENCH_DB names, if it is set.
//
//===----------------------------------------------------------------------===//

#include "Json.h"
#include "Kernels.h"
#include "Packed.h"

#include <benchmark/benchmark.h>

#include <cstdlib>
#include <fstream>
#include <iterator>

using namespace reprise;
using namespace reprise::test;

namespace {

Module tenThousand() {
  Module M;
  M.Producer = "benchmark";
  Kernel Small = vectorAdd(), Large = sixteenAccesses(4);
  for (unsigned I = 0; I < 10'000; ++I) {
    M.Kernels.push_back(I % 4 ? Small : Large);
    M.Kernels.back().Name = "kernel" + std::to_string(I);
  }
  return M;
}

void load(benchmark::State &State, const std::string &Bytes) {
  for (auto _ : State) {
    reprise_db *Db = nullptr;
    char Error[256];
    if (reprise_db_load(Bytes.data(), Bytes.size(), &Db, Error, sizeof Error)) {
      State.SkipWithError(Error);
      return;
    }
    State.counters["kernels"] = static_cast<double>(reprise_db_size(Db));
    reprise_db_free(Db);
  }
  State.counters["bytes"] = static_cast<double>(Bytes.size());
}

void loadJson(benchmark::State &State) {
  load(State, writeJson(tenThousand()));
}
BENCHMARK(loadJson)->Unit(benchmark::kMillisecond);

void loadCompact(benchmark::State &State) {
  load(State, writePacked(tenThousand()));
}
BENCHMARK(loadCompact)->Unit(benchmark::kMillisecond);

/// Every kernel is asked for, as no program does.
void decodeCompact(benchmark::State &State) {
  std::string Bytes = writePacked(tenThousand());
  for (auto _ : State) {
    reprise_db *Db = nullptr;
    reprise_db_load(Bytes.data(), Bytes.size(), &Db, nullptr, 0);
    for (size_t I = 0; I < reprise_db_size(Db); ++I)
      if (!reprise_db_kernel(Db, I))
        return State.SkipWithError("a kernel is broken");
    reprise_db_free(Db);
  }
}
BENCHMARK(decodeCompact)->Unit(benchmark::kMillisecond);

void loadGiven(benchmark::State &State) {
  const char *Path = std::getenv("REPRISE_BENCH_DB");
  if (!Path)
    return State.SkipWithError("set REPRISE_BENCH_DB to a database");
  std::ifstream File(Path, std::ios::binary);
  load(State, {std::istreambuf_iterator<char>(File), {}});
}
BENCHMARK(loadGiven)->Unit(benchmark::kMillisecond);

} // namespace
