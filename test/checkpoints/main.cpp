//===- main.cpp - reprise-checkpoint-test ---------------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//   reprise-checkpoint-test                      all suites and the examples
//   reprise-checkpoint-test rodinia examples/scan
//   reprise-checkpoint-test --cost               what twins cost, never stopped
//   reprise-checkpoint-test --twins=nvcc-ptx     twins of PTX
//   reprise-checkpoint-test --random=100         random kernels
//
// Exit status: 0 nothing failed, 1 something did, 2 nothing could be run.
//
//===----------------------------------------------------------------------===//

#include "Campaign.h"
#include "RandomTables.h"
#include "StopRules.h"
#include "Table.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

#include <cmath>

using namespace llvm;
using namespace reprise;
using namespace reprise::checkpoints;

static cl::OptionCategory Category("Options");
static cl::list<std::string> Names(cl::Positional, cl::cat(Category),
                                   cl::desc("[SUITE | SUITE/BENCHMARK]..."));
static cl::opt<uint64_t> Stops("stops", cl::init(1000), cl::cat(Category),
                               cl::desc("Of each kernel"));
static cl::opt<uint64_t> Seed("seed", cl::init(1), cl::cat(Category),
                              cl::desc("Of all random numbers"));
static cl::opt<std::string> Only("kernel", cl::cat(Category),
                                 cl::desc("Stop only this one"));
static cl::opt<unsigned>
    Poll("poll", cl::init(16), cl::cat(Category),
         cl::desc("Instructions from poll to poll; few, so that small launches "
                  "have many checkpoints. Without stops: as in use"));
static cl::opt<bool> Cost("cost", cl::cat(Category),
                          cl::desc("Print what twins cost that nobody stops"));
static cl::opt<Maker>
    Made("twins", cl::init(Maker::Plugin), cl::cat(Category),
         cl::desc("Who makes the twins"),
         cl::values(clEnumValN(Maker::Plugin, "plugin", "the plugin"),
                    clEnumValN(Maker::ClangPtx, "clang-ptx",
                               "`reprise instrument`, of LLVM's PTX"),
                    clEnumValN(Maker::NvccPtx, "nvcc-ptx",
                               "`reprise instrument`, of nvcc's PTX")));
static cl::opt<uint64_t>
    RandomKernels("random", cl::cat(Category),
                  cl::desc("Stop the twins of this many random kernels; they "
                           "poll more often or less, with copies or without"));
static cl::opt<unsigned> RandomLaunches("launches", cl::init(4),
                                        cl::cat(Category),
                                        cl::desc("Of each random kernel"));
static cl::opt<std::string>
    RandomFeature("feature", cl::cat(Category),
                  cl::desc("Only random kernels with it"));
static cl::opt<uint64_t>
    RandomNumber("number", cl::cat(Category),
                 cl::desc("Only the random kernel with this number"));
static cl::opt<unsigned>
    Reduce("reduce", cl::init(3), cl::cat(Category),
           cl::desc("How many failures of random kernels are made small"));
static cl::opt<unsigned>
    AtLeast("at-least", cl::init(1), cl::cat(Category),
            cl::desc("Fail when there are fewer stops of random kernels"));
static cl::opt<bool> Spread("spread", cl::cat(Category),
                            cl::desc("Twins read copies of the request"));
static cl::opt<std::string> Root("root", cl::init(REPRISE_TEST_ROOT),
                                 cl::cat(Category),
                                 cl::desc("The folder that holds the suites"));
#ifdef REPRISE_WEAKENINGS
static cl::opt<StopRule>
    Broken("break", cl::cat(Category), cl::Required,
           cl::desc("The rule to break; the test has to fail"),
           cl::values(clEnumValN(StopRule::LeaveTogether, "leave-together",
                                 "each thread leaves for itself"),
                      clEnumValN(StopRule::ReadOnce, "read-once",
                                 "threads read the request twice"),
                      clEnumValN(StopRule::DoneAtTheEnd, "done-at-the-end",
                                 "blocks are done before their last store")));
#endif

static bool isWanted(const suites::Benchmark &B) {
  return Names.empty() || is_contained(Names, B.Suite) ||
         is_contained(Names, B.Suite + "/" + B.Name);
}

static std::string percent(uint64_t Now, uint64_t Before) {
  std::string Text;
  raw_string_ostream S(Text);
  S << format("%.2f",
              100.0 *
                  (static_cast<double>(Now) / static_cast<double>(Before) - 1));
  return Text;
}

static void printStops(ArrayRef<BenchmarkStops> All) {
  Table T({"BENCHMARK", "KERNEL", "ENTRY", "INSIDE", "SITES", "LAUNCHES",
           "STOPS", "INSIDE", "CUTS", "RESUMES", "RACES", "REMARK"});
  StopCounts Sum;
  for (const BenchmarkStops &B : All)
    for (const KernelStops &K : B.Kernels) {
      const StopCounts &C = K.Counts;
      T.add({B.Name, K.Name, nameOf(K.Plan.Entry),
             K.Plan.leavesInside() ? nameOf(K.Plan.Inside) : "none",
             std::to_string(K.Plan.Sites.size()), std::to_string(K.Launches),
             std::to_string(C.Stops), std::to_string(C.Inside),
             std::to_string(C.Cuts), std::to_string(C.Resumes),
             std::to_string(C.Races),
             !K.NotExecuted.empty()    ? "not executed: " + K.NotExecuted
             : !K.Plan.Refusal.empty() ? "no twin: " + K.Plan.Refusal
                                       : K.Plan.InsideRefusal});
      Sum.Stops += C.Stops;
      Sum.Inside += C.Inside;
      Sum.Cuts += C.Cuts;
      Sum.Resumes += C.Resumes;
      Sum.Races += C.Races;
    }
  T.print(outs());
  outs() << "all: " << Sum.Stops << " stops, " << Sum.Inside
         << " of them asked at checkpoints inside; " << Sum.Cuts << " cuts; "
         << Sum.Resumes << " resumes; " << Sum.Races
         << " ends that depend on the order of threads\n";
}

static void printCosts(ArrayRef<BenchmarkStops> All) {
  Table T({"BENCHMARK", "KERNEL", "INSIDE", "SITES", "INSTRUCTIONS",
           "MAPLESS %", "TWIN %", "WITH MAP %"});
  double Mapless = 0, Plain = 0, Mapped = 0;
  unsigned Count = 0;
  for (const BenchmarkStops &B : All)
    for (const KernelStops &K : B.Kernels) {
      if (!K.Cost.Original)
        continue;
      T.add({B.Name, K.Name,
             K.Plan.leavesInside() ? nameOf(K.Plan.Inside) : "none",
             std::to_string(K.Plan.Sites.size()),
             std::to_string(K.Cost.Original),
             percent(K.Cost.Mapless, K.Cost.Original),
             percent(K.Cost.Twin, K.Cost.Original),
             percent(K.Cost.Mapped, K.Cost.Original)});
      auto Whole = static_cast<double>(K.Cost.Original);
      Mapless += std::log(static_cast<double>(K.Cost.Mapless) / Whole);
      Plain += std::log(static_cast<double>(K.Cost.Twin) / Whole);
      Mapped += std::log(static_cast<double>(K.Cost.Mapped) / Whole);
      ++Count;
    }
  T.print(outs());
  auto Mean = [&](double Sum) {
    return format("%.2f", 100 * (std::exp(Sum / Count) - 1));
  };
  if (Count)
    outs() << Count
           << " kernels, geometric mean of more instructions: " << Mean(Mapless)
           << " % in twins that know no map, " << Mean(Plain)
           << " % in others without one, " << Mean(Mapped) << " % with one\n";
}

static int stopRandomKernels() {
  RandomOptions O;
  O.Kernels = RandomKernels;
  O.Seed = Seed;
  O.Stops = Stops.getNumOccurrences() ? Stops : O.Stops;
  O.Launches = std::max(1u, RandomLaunches.getValue());
  O.By = Made;
  O.Reduce = Reduce;
  O.Feature = RandomFeature;
  if (RandomNumber.getNumOccurrences())
    O.Number = RandomNumber;
  bool Shows = errs().is_displayed();
  RandomListener L;
  L.Progress = [&](uint64_t Done) {
    if (Shows)
      errs() << "\r\033[Kkernels " << Done << " of " << O.Kernels;
  };
  L.Failure = [](const std::string &What) {
    outs() << "failure: " << What << '\n';
    outs().flush();
  };
  RandomStops R = stopRandom(O, L);
  if (Shows)
    errs() << "\r\033[K";
  if (!R.Error.empty()) {
    errs() << "reprise-checkpoint-test: " << R.Error << '\n';
    return 2;
  }
  printRandom(R, outs());
  if (R.Failures)
    return 1;
  if (R.Counts.Stops < std::max(1u, AtLeast.getValue())) {
    errs() << "reprise-checkpoint-test: too few stops; ask for more "
              "--random kernels\n";
    return 2;
  }
  return 0;
}

int main(int Argc, char **Argv) {
  cl::HideUnrelatedOptions(Category);
  cl::ParseCommandLineOptions(Argc, Argv,
                              "Stops kernels, resumes them, and compares\n");
#ifdef REPRISE_WEAKENINGS
  BrokenRule = Broken;
#endif
  if (RandomKernels)
    return stopRandomKernels();
  CampaignOptions Options;
  Options.Plan.Spread = Spread;
  Options.Root = Root;
  Options.Kernel = Only;
  Options.Stops = Cost ? 0 : Stops;
  Options.Seed = Seed;
  Options.By = Made;
  if (!Cost || Poll.getNumOccurrences())
    Options.Plan.PollInstructions = Poll;

  std::vector<BenchmarkStops> All;
  bool Shows = errs().is_displayed();
  for (const suites::Benchmark &B : suites::allBenchmarks()) {
    if (!isWanted(B))
      continue;
    if (Shows)
      errs() << "\r\033[K" << B.Suite << "/" << B.Name;
    All.push_back(runBenchmark(B, Options));
  }
  if (Shows)
    errs() << "\r\033[K";
  if (All.empty()) {
    errs() << "reprise-checkpoint-test: there is no such suite or benchmark; "
              "`reprise-suites nothing` lists them\n";
    return 2;
  }
  if (Cost)
    printCosts(All);
  else
    printStops(All);
  bool Failed = false;
  for (const BenchmarkStops &B : All)
    for (const std::string &F : B.Failures) {
      outs() << "failure: " << F << '\n';
      Failed = true;
    }
  return Failed ? 1 : 0;
}
