//===- main.cpp - reprise-twin-cost ---------------------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//   reprise-twin-cost --ptx=FOLDER                     all suites and examples
//   reprise-twin-cost --ptx=FOLDER rodinia examples/scan
//
// FOLDER/SUITE/NAME.ptx was compiled with the plugin and its checkpoints. Each
// benchmark runs in a process of its own, since an error takes the device away
// from the process that made it: first with the usual sizes, and what fails or
// has no contents there with the small ones.
//
// Exit status: 0 twins do what their kernels do, 1 some do not, 2 nothing could
// be run.
//
//===----------------------------------------------------------------------===//

#include "Children.h"
#include "Runs.h"
#include "Tables.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>

using namespace reprise;
using namespace reprise::twins;

namespace {

struct Options {
  std::string Ptx, Json;
  std::vector<std::string> Names;
  bool Small = false;
  unsigned Repeats = 25, LoadAtOnce = 0, Seconds = 60;
};

} // namespace

static void usage() {
  std::fputs(
      "usage: reprise-twin-cost --ptx=FOLDER [OPTION]... [SUITE | "
      "SUITE/BENCHMARK]...\n"
      "  --json=FILE      write all numbers to FILE\n"
      "  --small          small sizes only, each launch measured alone\n"
      "  --repeat=N       measurements of each launch (25)\n"
      "  --load-first=N   load all images first, N at a time, so that the "
      "driver\n"
      "                   keeps what it compiled\n"
      "  --limit=SECONDS  for one benchmark (60)\n",
      stderr);
}

static bool read(int Argc, char **Argv, Options &O) {
  for (int I = 1; I < Argc; ++I) {
    std::string_view A = Argv[I];
    auto Value = [&](std::string_view Name, auto Set) {
      if (!A.starts_with(Name))
        return false;
      Set(std::string(A.substr(Name.size())));
      return true;
    };
    auto Number = [](unsigned &To) {
      return [&To](const std::string &Text) {
        To = static_cast<unsigned>(std::strtoul(Text.c_str(), nullptr, 10));
      };
    };
    auto Word = [](std::string &To) {
      return [&To](const std::string &Text) { To = Text; };
    };
    if (A == "--small")
      O.Small = true;
    else if (!Value("--ptx=", Word(O.Ptx)) && !Value("--json=", Word(O.Json)) &&
             !Value("--repeat=", Number(O.Repeats)) &&
             !Value("--load-first=", Number(O.LoadAtOnce)) &&
             !Value("--limit=", Number(O.Seconds))) {
      if (A.starts_with("-"))
        return false;
      O.Names.emplace_back(A);
    }
  }
  return !O.Ptx.empty() && O.Repeats;
}

static bool isWanted(const suites::Benchmark &B, const Options &O) {
  auto Has = [&](const std::string &Name) {
    return std::find(O.Names.begin(), O.Names.end(), Name) != O.Names.end();
  };
  return O.Names.empty() || Has(B.Suite) || Has(B.Suite + "/" + B.Name);
}

/// Rows of Small for the kernels that Usual has no times of.
static void complete(std::vector<Row> &Usual, std::vector<Row> Small) {
  for (Row &S : Small) {
    auto It = std::find_if(Usual.begin(), Usual.end(),
                           [&](const Row &U) { return U.Kernel == S.Kernel; });
    if (It == Usual.end())
      Usual.push_back(std::move(S));
    else if (!It->Times)
      *It = std::move(S);
  }
}

int main(int Argc, char **Argv) {
  Options O;
  if (!read(Argc, Argv, O)) {
    usage();
    return 2;
  }
  std::vector<suites::Benchmark> Wanted;
  for (const suites::Benchmark &B : suites::allBenchmarks())
    if (isWanted(B, O))
      Wanted.push_back(B);
  auto Path = [&](const suites::Benchmark &B) {
    return O.Ptx + "/" + B.Suite + "/" + B.Name + ".ptx";
  };
  if (O.LoadAtOnce)
    loadAll(Wanted, Path, O.LoadAtOnce);

  RunOptions Small;
  Small.Sizes = suites::Scale::Reduced;
  Small.Times.Repeats = O.Repeats;
  Small.Times.InARow = !O.Small;
  RunOptions Usual = Small;
  Usual.Sizes = suites::Scale::Filled;

  Report All;
  All.Device = describeDevice();
  std::printf("%s\n", All.Device.c_str());
  printHead();
  for (const suites::Benchmark &B : Wanted) {
    std::vector<Row> Rows;
    std::string Problem;
    if (!O.Small)
      Problem = runApart(B, Path(B), Usual, O.Seconds, Rows);
    if (O.Small || !Problem.empty()) {
      std::vector<Row> More;
      std::string Again = runApart(B, Path(B), Small, O.Seconds, More);
      complete(Rows, std::move(More));
      if (!Again.empty())
        All.Failures.push_back(B.Suite + "/" + B.Name + ": " + Again);
      if (!Problem.empty())
        All.Notes.push_back(B.Suite + "/" + B.Name +
                            ": small sizes, since with the usual ones it " +
                            Problem);
    }
    for (const Row &R : Rows)
      printRow(R);
    All.Rows.insert(All.Rows.end(), Rows.begin(), Rows.end());
  }
  printSums(All);
  if (!O.Json.empty()) {
    std::ofstream File(O.Json);
    File << toJson(All).dump(1) << '\n';
    if (!File.flush()) {
      std::fprintf(stderr, "reprise-twin-cost: cannot write %s\n",
                   O.Json.c_str());
      return 2;
    }
  }
  return exitStatus(All);
}
