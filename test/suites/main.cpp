//===- main.cpp - reprise-suites ------------------------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//   reprise-suites                     all suites
//   reprise-suites rodinia parboil     two of them
//   reprise-suites rodinia/nw          one benchmark
//
// Exit status: 0 nothing is wrong, 1 there are problems or too many misses,
// 2 nothing could be run.
//
//===----------------------------------------------------------------------===//

#include "Report.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;
using namespace reprise;
using namespace reprise::suites;

static cl::OptionCategory Category("Options");
static cl::list<std::string> Names(cl::Positional, cl::cat(Category),
                                   cl::desc("[SUITE | SUITE/BENCHMARK]..."));
static cl::opt<bool> Oracle("oracle", cl::cat(Category),
                            cl::desc("Run small launches, kill them, run them "
                                     "again, and compare with the tables"));
static cl::opt<bool> Time("time", cl::cat(Category),
                          cl::desc("Measure the checks, without memo"));
static cl::opt<bool> Summary("summary", cl::cat(Category),
                             cl::desc("Only what each suite adds up to"));
static cl::opt<bool> AsJson("json", cl::cat(Category),
                            cl::desc("JSON instead of tables"));
static cl::opt<double>
    AtMostMissed("at-most-missed", cl::init(100), cl::cat(Category),
                 cl::desc("Fail when a larger share of the truly idempotent "
                          "launches of all suites is missed"),
                 cl::value_desc("percent"));
static cl::opt<unsigned> SolverLimit("solver-limit", cl::init(400000),
                                     cl::cat(Category),
                                     cl::desc("Of Z3 for each proof"));
static cl::opt<std::string> Root("root", cl::init(REPRISE_TEST_ROOT),
                                 cl::cat(Category),
                                 cl::desc("The folder that holds the suites"));

static bool isWanted(const Benchmark &B) {
  return Names.empty() || is_contained(Names, B.Suite) ||
         is_contained(Names, B.Suite + "/" + B.Name);
}

static bool isBenchmark(const std::string &Suite, const std::string &Name) {
  return any_of(allBenchmarks(), [&](const Benchmark &B) {
    return B.Suite == Suite && B.Name == Name;
  });
}

int main(int Argc, char **Argv) {
  cl::HideUnrelatedOptions(Category);
  cl::ParseCommandLineOptions(Argc, Argv,
                              "Verdicts on the launches of benchmark suites\n");

  std::vector<Benchmark> Wanted;
  for (const Benchmark &B : allBenchmarks())
    if (isWanted(B))
      Wanted.push_back(B);
  if (Wanted.empty()) {
    errs() << "reprise-suites: there is no such suite or benchmark; there are:";
    for (const Benchmark &B : allBenchmarks())
      errs() << " " << B.Suite << "/" << B.Name;
    errs() << "\n";
    return 2;
  }

  EvaluateOptions Options;
  Options.Root = Root;
  Options.Oracle = Oracle;
  Options.Time = Time;
  Options.SolverLimit = SolverLimit;
  std::map<std::string, std::map<std::string, FileLabels>> Labels;
  std::vector<BenchmarkResult> All;
  bool Shows = errs().is_displayed();
  for (const Benchmark &B : Wanted) {
    if (Shows)
      errs() << "\r\033[K" << All.size() << "/" << Wanted.size() << " "
             << B.Suite << "/" << B.Name;
    std::string Path = Root + "/" + B.Suite + "/labels.tsv";
    if (!Labels.count(B.Suite) && sys::fs::exists(Path)) {
      auto Read = readLabels(Path);
      if (!Read) {
        errs() << "reprise-suites: " << toString(Read.takeError()) << "\n";
        return 2;
      }
      auto &Known = Labels[B.Suite]; // Of a file without labels as well.
      for (Label &L : *Read) {
        if (!isBenchmark(B.Suite, L.Benchmark)) {
          errs() << "reprise-suites: " << Path << " labels " << L.Kernel
                 << " of " << L.Benchmark << ", and there is no " << B.Suite
                 << "/" << L.Benchmark << ".cu\n";
          return 2;
        }
        Known[L.Benchmark].emplace(L.Kernel, L);
      }
    }
    auto It = Labels.find(B.Suite);
    All.push_back(evaluate(
        B, It == Labels.end() ? nullptr : &It->second[B.Name], Options));
  }
  if (Shows)
    errs() << "\r\033[K";

  SuiteTotals Total;
  for (const BenchmarkResult &R : All)
    Total.add(R);
  if (AsJson) {
    printJson(outs(), All);
  } else {
    if (!Summary)
      printKernels(outs(), All);
    printTotals(outs(), All);
  }
  if (Total.missedPercent() > AtMostMissed) {
    errs() << "reprise-suites: more launches are missed than --at-most-missed "
              "allows\n";
    return 1;
  }
  return Total.Problems ? 1 : 0;
}
