//===- main.cpp - reprise-differential ------------------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Exit status: 0 nothing was wrong, 1 something was, 2 nothing could be run.
//
//===----------------------------------------------------------------------===//

#include "Campaign.h"
#include "Generate.h"
#include "Tables.h"

#include "llvm/Support/CommandLine.h"
#include "llvm/Support/raw_ostream.h"

#include <chrono>

using namespace llvm;
using namespace reprise;
using namespace reprise::differential;

static cl::OptionCategory Category("Options");
static cl::opt<uint64_t> Seed("seed", cl::init(1), cl::cat(Category),
                              cl::desc("What everything follows from"));
static cl::opt<unsigned> Kernels("kernels", cl::init(100), cl::cat(Category),
                                 cl::desc("Number of kernels"));
static cl::opt<unsigned>
    Launches("launches", cl::init(200), cl::cat(Category),
             cl::desc("Launches of each kernel that decide something"));
static cl::opt<unsigned>
    AtLeast("at-least", cl::init(1), cl::cat(Category),
            cl::desc("Fail when fewer launches decide something"));
static cl::opt<unsigned> Jobs("jobs", cl::init(1), cl::cat(Category),
                              cl::desc("Threads"));
static cl::opt<unsigned>
    Reduce("reduce", cl::init(3), cl::cat(Category),
           cl::desc("How many wrong answers are made small and printed"));
static cl::opt<Form>
    FormOption("form", cl::init(Form::Source), cl::cat(Category),
               cl::desc("What is analysed and executed"),
               cl::values(clEnumValN(Form::Source, "source",
                                     "device IR of clang, not optimised"),
                          clEnumValN(Form::Ptx, "ptx", "PTX of clang -O2"),
                          clEnumValN(Form::Nvcc, "nvcc", "PTX of nvcc")));
static cl::opt<unsigned>
    SolverLimit("solver-limit", cl::init(20000), cl::cat(Category),
                cl::desc("Of Z3 for each proof; the command's own is 400000"));
static cl::opt<std::string> Format("format", cl::init("text"),
                                   cl::cat(Category), cl::desc("text or json"));
static cl::opt<unsigned>
    Print("print", cl::init(0), cl::cat(Category),
          cl::desc("Only print this many kernels as CUDA"));
#ifdef REPRISE_WEAKENINGS
static cl::opt<std::string>
    WeakenRun("weaken-run", cl::cat(Category),
              cl::desc("Run as usual with this rule switched off"));
static cl::list<std::string>
    Weaken("weaken", cl::CommaSeparated, cl::cat(Category),
           cl::desc("Rules to switch off, one at a time; `all` for each"));
#endif

static Options options() {
  Options O;
  O.Seed = Seed;
  O.Kernels = Kernels;
  O.Launches = Launches;
  O.Jobs = std::max(1u, Jobs.getValue());
  O.F = FormOption;
  O.SolverLimit = SolverLimit;
  return O;
}

#ifdef REPRISE_WEAKENINGS
static int weakenings() {
  std::vector<Rule> Rules;
  for (const RuleName &N : ruleNames())
    if (is_contained(Weaken, "all") || is_contained(Weaken, N.Name))
      Rules.push_back(N.R);
  if (Rules.empty()) {
    errs() << "--weaken knows: all";
    for (const RuleName &N : ruleNames())
      errs() << ", " << N.Name;
    errs() << '\n';
    return 2;
  }
  Options O = options();
  O.Batch = 10; // Rules that were caught need no more analysis.
  Weakened W = runWeakened(O, Rules);
  return printWeakened(W, Rules, outs()) ? 0 : 1;
}
#endif

int main(int Argc, char **Argv) {
  cl::HideUnrelatedOptions(Category);
  cl::ParseCommandLineOptions(
      Argc, Argv, "Holds verdicts on random launches against what they do\n");
  if (Print) {
    outs() << prelude(true);
    for (unsigned I = 0; I < Print; ++I)
      outs() << print(generate(Seed + I, "k" + std::to_string(I)));
    return 0;
  }
  Options O = options();
  if (!isAvailable(O.F)) {
    errs() << "reprise-differential: --form nvcc needs a CUDA toolkit with "
              "nvcc; set CUDA_PATH and configure again\n";
    return 2;
  }
#ifdef REPRISE_WEAKENINGS
  if (!Weaken.empty())
    return weakenings();
  for (const RuleName &N : ruleNames())
    if (WeakenRun == N.Name)
      O.Off = N.R;
#endif
  auto Begin = std::chrono::steady_clock::now();
  Statistics S = run(O, [&](unsigned Batch) {
    std::chrono::duration<double> Elapsed =
        std::chrono::steady_clock::now() - Begin;
    errs() << "kernels " << std::min(O.Kernels, Batch * O.Batch) << " of "
           << O.Kernels << ", " << static_cast<unsigned>(Elapsed.count())
           << " s\r";
  });
  errs() << '\n';
  std::chrono::duration<double> Elapsed =
      std::chrono::steady_clock::now() - Begin;
  if (!S.Error.empty()) {
    errs() << "reprise-differential: " << S.Error << '\n';
    return 2;
  }
  if (Format == "json")
    printJson(O, S, outs());
  else
    printText(O, S, Elapsed.count(), outs());
  if (!S.Failures.empty()) {
    Window W;
    for (size_t I = 0; I < std::min<size_t>(Reduce, S.Failures.size()); ++I)
      outs() << "\n// ---- wrong answer " << I + 1 << " of "
             << S.Failures.size() << '\n'
             << printCase(reduce(S.Failures[I], O.F, O.SolverLimit, W), O.F);
    return 1;
  }
  if (S.Decided < std::max(1u, AtLeast.getValue())) {
    errs() << "reprise-differential: too few launches decided something; ask "
              "for more --kernels\n";
    return 2;
  }
  return 0;
}
