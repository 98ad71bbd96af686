//===- Tables.cpp - What was measured, for people and for programs --------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Tables.h"

#include <cmath>
#include <cstdio>
#include <map>
#include <nlohmann/json.hpp>

namespace reprise::twins {

static double percent(double Now, double Before) {
  return 100 * (Now / Before - 1);
}

static const char *nameOf(Outcome O) {
  switch (O) {
  case Outcome::Same:
    return "same";
  case Outcome::Order:
    return "order-dependent";
  case Outcome::Different:
    return "different";
  }
  return "?";
}

void printHead() {
  std::puts("benchmark\tkernel\tsizes\tlaunch\tidempotent\tinside\trepeats\t"
            "in_a_row\toriginal_us\tagain_%\tmapless_%\ttwin_%\twith_map_%\t"
            "registers\tmapless_registers\ttwin_registers\tmemory");
}

void printRow(const Row &R) {
  std::printf("%s/%s\t%s\t%s\t%s\t%s\t", R.Suite.c_str(), R.Benchmark.c_str(),
              R.Kernel.c_str(), R.Small ? "small" : "usual", R.Shape.c_str(),
              R.Idempotent ? "yes" : "no");
  if (!R.Times) {
    std::printf("skipped: %s\n", R.Skipped.c_str());
  } else {
    const TwinTimes &T = *R.Times;
    std::printf(
        "%s\t%u\t%u\t%.3f\t%.2f\t%.2f\t%.2f\t%.2f\t%d\t%d\t%d\t%s%s%s\n",
        R.Inside.c_str(), T.Repeats, T.InARow, T.Original,
        percent(T.Again, T.Original), percent(T.Mapless, T.Original),
        percent(T.Twin, T.Original), percent(T.Mapped, T.Original), T.Registers,
        T.MaplessRegisters, T.TwinRegisters, nameOf(T.Memory),
        T.Problem.empty() ? "" : ": ", T.Problem.c_str());
  }
  std::fflush(stdout);
}

namespace {

struct Mean {
  double Again = 0, Mapless = 0, Twin = 0, Mapped = 0;
  unsigned Count = 0;
  void add(const TwinTimes &T) {
    Again += std::log(T.Again / T.Original);
    Mapless += std::log(T.Mapless / T.Original);
    Twin += std::log(T.Twin / T.Original);
    Mapped += std::log(T.Mapped / T.Original);
    ++Count;
  }
  double of(double Sum) const { return 100 * (std::exp(Sum / Count) - 1); }
};

} // namespace

/// Of all usual sizes, of each suite's, and of all of some length; the small
/// ones by themselves.
static std::map<std::string, Mean> means(const Report &R) {
  constexpr double Long = 50; // Microseconds.
  std::map<std::string, Mean> All;
  for (const Row &One : R.Rows) {
    if (!One.Times || One.Times->Original <= 0)
      continue;
    if (One.Small) {
      All["small sizes"].add(*One.Times);
      continue;
    }
    All["all"].add(*One.Times);
    All["all of " + One.Suite].add(*One.Times);
    if (One.Times->Original >= Long)
      All["all of 50 us or more"].add(*One.Times);
  }
  return All;
}

void printSums(const Report &R) {
  std::puts("\ngeometric means\tkernels\tagain_%\tmapless_%\ttwin_%\t"
            "with_map_%");
  for (const auto &[Name, M] : means(R))
    std::printf("%s\t%u\t%.2f\t%.2f\t%.2f\t%.2f\n", Name.c_str(), M.Count,
                M.of(M.Again), M.of(M.Mapless), M.of(M.Twin), M.of(M.Mapped));
  for (const std::string &N : R.Notes)
    std::printf("note: %s\n", N.c_str());
  for (const std::string &F : R.Failures)
    std::printf("failure: %s\n", F.c_str());
  for (const Row &One : R.Rows)
    if (One.Times && One.Times->Memory == Outcome::Different)
      std::printf("failure: %s/%s, %s: %s\n", One.Suite.c_str(),
                  One.Benchmark.c_str(), One.Kernel.c_str(),
                  One.Times->Problem.c_str());
}

int exitStatus(const Report &R) {
  bool Any = false, Failed = !R.Failures.empty();
  for (const Row &One : R.Rows) {
    Any |= One.Times.has_value();
    Failed |= One.Times && One.Times->Memory == Outcome::Different;
  }
  return !Any ? 2 : Failed ? 1 : 0;
}

nlohmann::json toJson(const Row &R) {
  nlohmann::json J{{"suite", R.Suite},   {"benchmark", R.Benchmark},
                   {"kernel", R.Kernel}, {"sizes", R.Small ? "small" : "usual"},
                   {"launch", R.Shape},  {"idempotent", R.Idempotent}};
  if (!R.Times) {
    J["skipped"] = R.Skipped;
    return J;
  }
  const TwinTimes &T = *R.Times;
  J["inside"] = R.Inside;
  J["memory"] = nameOf(T.Memory);
  J["problem_in_memory"] = T.Problem;
  J["original_us"] = T.Original;
  J["again_us"] = T.Again;
  J["mapless_us"] = T.Mapless;
  J["twin_us"] = T.Twin;
  J["with_map_us"] = T.Mapped;
  J["repeats"] = T.Repeats;
  J["in_a_row"] = T.InARow;
  J["registers"] = T.Registers;
  J["mapless_registers"] = T.MaplessRegisters;
  J["twin_registers"] = T.TwinRegisters;
  return J;
}

Row rowOf(const nlohmann::json &J) {
  Row R;
  R.Suite = J.at("suite");
  R.Benchmark = J.at("benchmark");
  R.Kernel = J.at("kernel");
  R.Small = J.at("sizes") == "small";
  R.Shape = J.at("launch");
  R.Idempotent = J.at("idempotent");
  if (J.contains("skipped")) {
    R.Skipped = J.at("skipped");
    return R;
  }
  TwinTimes &T = R.Times.emplace();
  R.Inside = J.at("inside");
  for (Outcome O : {Outcome::Same, Outcome::Order, Outcome::Different})
    if (J.at("memory") == nameOf(O))
      T.Memory = O;
  T.Problem = J.at("problem_in_memory");
  T.Original = J.at("original_us");
  T.Again = J.at("again_us");
  T.Mapless = J.at("mapless_us");
  T.Twin = J.at("twin_us");
  T.Mapped = J.at("with_map_us");
  T.Repeats = J.at("repeats");
  T.InARow = J.at("in_a_row");
  T.Registers = J.at("registers");
  T.MaplessRegisters = J.at("mapless_registers");
  T.TwinRegisters = J.at("twin_registers");
  return R;
}

nlohmann::json toJson(const Report &R) {
  nlohmann::json Means, Rows = nlohmann::json::array();
  for (const auto &[Name, M] : means(R))
    Means[Name] = {{"kernels", M.Count},
                   {"again_percent", M.of(M.Again)},
                   {"mapless_percent", M.of(M.Mapless)},
                   {"twin_percent", M.of(M.Twin)},
                   {"with_map_percent", M.of(M.Mapped)}};
  for (const Row &One : R.Rows)
    Rows.push_back(toJson(One));
  return {{"device", R.Device},
          {"geometric_means", std::move(Means)},
          {"kernels", std::move(Rows)},
          {"notes", R.Notes},
          {"failures", R.Failures}};
}

} // namespace reprise::twins
