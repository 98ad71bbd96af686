//===- main.cpp - reprise-window-test -------------------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Exit status: 0 nothing was wrong, 1 something was, 2 nothing could be run.
//
//===----------------------------------------------------------------------===//

#include "Forms.h"
#include "Judge.h"
#include "Weaken.h"

#include "llvm/Support/CommandLine.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <mutex>
#include <thread>

using namespace llvm;
using namespace reprise;
using namespace reprise::window;
using differential::Form;

static cl::OptionCategory Category("Options");
static cl::opt<uint64_t> Seed("seed", cl::init(1), cl::cat(Category),
                              cl::desc("What everything follows from"));
static cl::opt<unsigned> Sequences("sequences", cl::init(1000),
                                   cl::cat(Category),
                                   cl::desc("Number of sequences"));
static cl::opt<unsigned> Jobs("jobs", cl::init(1), cl::cat(Category),
                              cl::desc("Threads"));
static cl::opt<Form>
    FormOption("form", cl::init(Form::Source), cl::cat(Category),
               cl::desc("What is analysed and executed"),
               cl::values(clEnumValN(Form::Source, "source",
                                     "device IR of clang, not optimised"),
                          clEnumValN(Form::Ptx, "ptx", "PTX of clang -O2")));
#ifdef REPRISE_WEAKENINGS
static cl::opt<bool> Weakenings(
    "weakenings", cl::cat(Category),
    cl::desc("Switch off one rule after the other; each must be caught"));
#endif

namespace {

/// The family, compiled and analysed.
class Subject {
public:
  Subject() {
    auto C = differential::compile(familyText(), FormOption);
    if (!C)
      fail(toString(C.takeError()));
    Code = std::make_unique<differential::Compiled>(std::move(*C));
    const std::string Json = Code->analyze(400000);
    char Error[256];
    if (reprise_db_load(Json.data(), Json.size(), &Db, Error, sizeof Error))
      fail(Error);
    D = std::make_unique<Device>(*Code->Program);
  }
  ~Subject() { reprise_db_free(Db); }
  Subject(const Subject &) = delete;
  Subject &operator=(const Subject &) = delete;

  void judge(uint64_t Number, Totals &T) {
    judgeSequence(*D, Db, Random(Seed ^ (Number << 24)).next(), T);
  }

private:
  [[noreturn]] static void fail(const std::string &Message) {
    errs() << "reprise-window-test: " << Message << '\n';
    std::exit(2);
  }
  std::unique_ptr<differential::Compiled> Code;
  std::unique_ptr<Device> D;
  reprise_db *Db = nullptr;
};

} // namespace

static Totals judgeAll() {
  Totals All;
  std::atomic<unsigned> Next = 0;
  std::mutex Lock;
  auto Work = [&] {
    Subject S;
    Totals T;
    for (unsigned N = Next++; N < Sequences; N = Next++)
      S.judge(N, T);
    std::lock_guard<std::mutex> Guard(Lock);
    All.add(T);
  };
  std::vector<std::thread> Threads;
  for (unsigned I = 1; I < std::max(1u, Jobs.getValue()); ++I)
    Threads.emplace_back(Work);
  Work();
  for (std::thread &T : Threads)
    T.join();
  return All;
}

static double percent(uint64_t Part, uint64_t Whole) {
  return Whole ? 100.0 * static_cast<double>(Part) / static_cast<double>(Whole)
               : 0;
}

static void print(const Totals &T, double Seconds) {
  outs() << T.Sequences << " sequences of " << T.Operations << " operations, "
         << T.Launches << " of them launches, " << format("%.0f s\n", Seconds)
         << T.Points << " places to restart from: said valid " << T.Valid
         << ", else bytes to save " << T.Bounded << ", none help "
         << T.Unbounded << '\n'
         << "replays: " << T.Replays << " as said valid, " << T.SavedReplays
         << " with what was asked for saved\n"
         << "truly valid " << T.TrulyValid << ", of these said "
         << T.ProvedValid
         << format(" (%.2f %%)\n", percent(T.ProvedValid, T.TrulyValid))
         << "bytes asked to save " << T.SavedBytes << ", needed "
         << T.NeededBytes << ", in all buffers written " << T.WrittenBytes
         << format(" (saved %.1f %% of them)\n",
                   percent(T.SavedBytes, T.WrittenBytes))
         << "wrong " << T.Wrong << '\n';
  if (T.Wrong)
    outs() << T.First;
}

#ifdef REPRISE_WEAKENINGS
static int weakenings() {
  static constexpr std::pair<Rule, const char *> Rules[] = {
      {Rule::None, "none"},
      {Rule::WindowLaterReads, "later reads"},
      {Rule::WindowCopyReads, "reads of copies"},
      {Rule::WindowMayAsMust, "may as must"},
      {Rule::WindowOwnWrites, "own writes"},
      {Rule::WindowUnsteady, "unsteady writes"},
      {Rule::WindowAtomics, "bytes of atomics"}};
  bool Good = true;
  Subject S;
  for (const auto &[R, Name] : Rules) {
    Weakening = R;
    Totals T;
    unsigned N = 0;
    while (N < Sequences && T.Wrong == 0)
      S.judge(N++, T);
    Weakening = Rule::None;
    const bool Caught = T.Wrong != 0;
    Good = Good && Caught == (R != Rule::None);
    outs() << Name << ": "
           << (Caught ? "wrong after " + std::to_string(N) + " sequences"
                      : "nothing wrong in " + std::to_string(N) + " sequences")
           << '\n';
    if (R == Rule::None)
      outs() << T.First;
  }
  return Good ? 0 : 1;
}
#endif

int main(int Argc, char **Argv) {
  cl::HideUnrelatedOptions(Category);
  cl::ParseCommandLineOptions(
      Argc, Argv, "Holds the rollback window against random sequences\n");
#ifdef REPRISE_WEAKENINGS
  if (Weakenings)
    return weakenings();
#endif
  const auto Begin = std::chrono::steady_clock::now();
  const Totals T = judgeAll();
  const std::chrono::duration<double> Elapsed =
      std::chrono::steady_clock::now() - Begin;
  print(T, Elapsed.count());
  return T.Wrong ? 1 : 0;
}
