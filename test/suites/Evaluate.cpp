//===- Evaluate.cpp - What is said of a benchmark's launches --------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Evaluate.h"
#include "Checker.h"
#include "DeviceInput.h"
#include "Emulated.h"
#include "verify/Buffers.h"
#include "verify/Oracle.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Twine.h"

using namespace llvm;

namespace reprise::suites {

bool KernelResult::isUnexplained() const {
  return Expected && Expected->Class != Class && Expected->Note.empty();
}

namespace {

class Evaluation {
public:
  Evaluation(const Benchmark &B, const FileLabels *L,
             const EvaluateOptions &Given)
      : Origin(B), Labels(L), Options(Given) {
    R.Suite = B.Suite;
    R.Name = B.Name;
  }

  BenchmarkResult run();

private:
  struct Entry {
    DeviceInput::Found Found;
    std::unique_ptr<Checker> Check;
    size_t Row = 0;
  };

  bool open();
  void usual();
  void reduced();
  void decide(const HostLaunch &L);
  void confirm(const HostLaunch &L);
  Entry *find(const std::string &Kernel);
  void problem(const Twine &What) { R.Problems.push_back(What.str()); }
  /// One problem a launch is enough.
  bool failed(Error E) {
    if (!E)
      return false;
    problem(toString(std::move(E)));
    return true;
  }
  void walk(Host &H, function_ref<void(const HostLaunch &)> Do);

  const Benchmark &Origin;
  const FileLabels *Labels;
  const EvaluateOptions &Options;
  std::unique_ptr<DeviceInput> Input;
  emulator::Program *Code = nullptr;
  std::string Refusal; ///< Why there is no Code.
  std::map<std::string, Entry> Entries;
  BenchmarkResult R;
};

} // namespace

bool Evaluation::open() {
  InputOptions In;
  In.Analysis.SolverLimit = Options.SolverLimit;
  std::map<std::string, ProofCounts> Proofs;
  In.Analysis.Proofs = [&](const std::string &Kernel, const ProofCounts &C) {
    Proofs[Kernel] = C;
  };
  In.ClangFlags = {"-I" + Options.Root + "/suites"};
  auto Opened = DeviceInput::open(Options.Root + "/" + Origin.Suite + "/" +
                                      Origin.Name + ".cu",
                                  "", In, /*WithCode=*/true);
  if (failed(Opened.takeError()))
    return false;
  Input = std::move(*Opened);
  auto P = Input->program(0);
  if (P)
    Code = *P;
  else
    Refusal = toString(P.takeError());
  for (const Kernel &K : Input->kernels()) {
    KernelResult &Row = R.Kernels.emplace_back();
    Row.Name = shortName(K);
    Row.Class = K.Class;
    Row.Condition = K.Condition;
    Row.Proofs = Proofs[K.Name];
    if (!Labels)
      continue;
    auto It = Labels->find(Row.Name);
    if (It == Labels->end())
      problem(Row.Name + " has no label");
    else
      Row.Expected = It->second;
  }
  // The labels list what a suite has to have.
  if (Labels)
    for (const auto &[Kernel, L] : *Labels)
      if (llvm::none_of(R.Kernels, [&, &Name = Kernel](const KernelResult &K) {
            return K.Name == Name;
          }))
        problem(Kernel + " is labelled, and there is no such kernel");
  return true;
}

Evaluation::Entry *Evaluation::find(const std::string &Name) {
  auto [It, New] = Entries.try_emplace(Name);
  Entry &E = It->second;
  if (!New)
    return E.Check ? &E : nullptr;
  auto Found = Input->find(Name);
  if (failed(Found.takeError()))
    return nullptr;
  E.Found = *Found;
  E.Row = static_cast<size_t>(
      llvm::find_if(R.Kernels,
                    [&](const KernelResult &K) {
                      return K.Name == shortName(*E.Found.Summary);
                    }) -
      R.Kernels.begin());
  auto Check = Checker::create(
      *E.Found.Summary, Code ? Code->symbols() : ArrayRef<emulator::Symbol>());
  if (failed(Check.takeError()))
    return nullptr;
  E.Check = std::move(*Check);
  return &E;
}

void Evaluation::walk(Host &H, function_ref<void(const HostLaunch &)> Do) {
  auto FindSymbol = [&](const std::string &Name, uint64_t Bytes) -> uint8_t * {
    static std::vector<uint8_t> Nowhere;
    if (Code)
      for (const emulator::Symbol &S : Code->symbols())
        if (S.Name == Name && S.Size >= Bytes)
          return memoryAt(S.Address);
    if (Code)
      problem("there is no variable " + Name + " of " + Twine(Bytes) +
              " bytes");
    Nowhere.resize(Bytes);
    return Nowhere.data();
  };
  for (const HostStep &S : H.steps()) {
    if (S.Launch)
      Do(*S.Launch);
    else
      S.Memory.carryOut(FindSymbol);
  }
}

void Evaluation::decide(const HostLaunch &L) {
  Entry *E = find(L.Kernel);
  if (!E)
    return;
  auto Block = E->Check->pack(L);
  if (failed(Block.takeError()))
    return;
  auto Result = E->Check->check(L, *Block);
  if (failed(Result.takeError()))
    return;
  KernelResult &Row = R.Kernels[E->Row];
  Row.Launches += L.Times;
  if (L.Expected == Idempotent)
    Row.TrulyIdempotent += L.Times;
  switch (Result->verdict) {
  case REPRISE_IDEMPOTENT:
    Row.Idempotent += L.Times;
    break;
  case REPRISE_CLOBBERS:
    Row.Clobbers += L.Times;
    break;
  case REPRISE_UNKNOWN:
    Row.Unknown += L.Times;
    break;
  }
  if (L.Expected == Clobbers && Result->verdict == REPRISE_IDEMPOTENT) {
    Row.Wrong += L.Times;
    problem(Row.Name + ": said idempotent, and it is not");
  }
  if (L.Expected == Idempotent && Result->verdict != REPRISE_IDEMPOTENT) {
    Row.Missed += L.Times;
    std::string Why = Result->verdict == REPRISE_CLOBBERS
                          ? "said clobbers"
                          : reprise_reason_name(Result->reason);
    for (uint32_t Access : {Result->read, Result->write})
      if (std::string Text = E->Check->describe(Access); !Text.empty())
        Why += ", " + Text;
    Row.Reasons[Why] += L.Times;
    if (Result->verdict == REPRISE_CLOBBERS)
      problem(Row.Name + ": " + Why + ", and it is idempotent");
  }
  if (Options.Time)
    Row.Nanoseconds.push_back(E->Check->time(L, *Block));
}

void Evaluation::usual() {
  Host H(Scale::Usual);
  Origin.Launches(H);
  walk(H, [&](const HostLaunch &L) { decide(L); });
  for (const KernelResult &Row : R.Kernels)
    if (!Row.Launches)
      problem(Row.Name + " is never launched");
}

void Evaluation::confirm(const HostLaunch &L) {
  Entry *E = find(L.Kernel);
  if (!E)
    return;
  KernelResult &Row = R.Kernels[E->Row];
  if (!Code) {
    Row.NotExecuted = Refusal;
    return;
  }
  auto Block = E->Check->pack(L);
  if (failed(Block.takeError()))
    return;
  auto Verdict = E->Check->check(L, *Block);
  if (failed(Verdict.takeError()))
    return;
  auto Ready = Code->prepare(E->Found.Summary->Name);
  if (!Ready) {
    Row.NotExecuted = toString(Ready.takeError());
    return;
  }
  emulator::Launch Run = emulated(L);
  Run.Params = std::move(*Block);
  OracleOptions How;
  How.Schedules = 2;
  How.Cuts = 6;
  Observation Seen = observe(*Code, **Ready, Run, How);
  auto Contradiction = [&](const Twine &What) {
    problem(Row.Name + ", small launch with grid " + Twine(L.Grid.X) + "x" +
            Twine(L.Grid.Y) + "x" + Twine(L.Grid.Z) + ": " + What);
  };
  switch (Seen.A) {
  case Answer::NotExecuted:
    Row.NotExecuted = Seen.Reason;
    return;
  case Answer::Faulted:
    Contradiction("faulted: " + Seen.Problem.Text);
    return;
  default:
    break;
  }
  ++Row.Confirmed;
  std::string Shown = nameOf(Seen.A);
  if (Seen.First)
    Shown += ", read by " + Seen.First->Reader.str() + ", written by " +
             Seen.First->Writer.str();
  if (Seen.Wrong)
    Shown += ", " + Seen.Wrong->str();
  if (Seen.isRefuted() && Verdict->verdict == REPRISE_IDEMPOTENT)
    Contradiction("said idempotent, but the oracle says " + Shown);
  if (Seen.isRefuted() != (L.Expected == Clobbers))
    Contradiction(Twine("the table says ") +
                  (L.Expected == Clobbers ? "clobbers" : "idempotent") +
                  ", the oracle " + Shown);
  // Later launches work on what this one leaves.
  for (uint64_t I = 0; I < L.Times; ++I)
    (*Ready)->run(Run);
}

void Evaluation::reduced() {
  Host H(Scale::Reduced);
  Origin.Launches(H);
  if (Code)
    Code->reset();
  Entries.clear();
  walk(H, [&](const HostLaunch &L) { confirm(L); });
  for (const KernelResult &Row : R.Kernels)
    if (!Row.Confirmed && Row.NotExecuted.empty())
      problem(Row.Name + " has no small launch");
}

BenchmarkResult Evaluation::run() {
  if (!open())
    return std::move(R);
  usual();
  if (Options.Oracle)
    reduced();
  for (const KernelResult &Row : R.Kernels)
    if (Row.isUnexplained())
      problem(Row.Name + " is " + reprise_class_name(Row.Class) +
              ", labelled " + reprise_class_name(Row.Expected->Class) +
              ", and no note says why");
  return std::move(R);
}

BenchmarkResult evaluate(const Benchmark &B, const FileLabels *Labels,
                         const EvaluateOptions &Options) {
  return Evaluation(B, Labels, Options).run();
}

} // namespace reprise::suites
