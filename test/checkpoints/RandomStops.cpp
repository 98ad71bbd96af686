//===- RandomStops.cpp - Twins of random kernels, stopped -----------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RandomStops.h"
#include "Generate.h"
#include "Reduce.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MathExtras.h"

using namespace llvm;
using namespace reprise::differential;

namespace reprise::checkpoints {

namespace {

constexpr unsigned PerFile = 16;
constexpr unsigned SolverLimit = 20000;
/// Of all threads. Launches that take longer decide nothing.
constexpr uint64_t MostInstructions = 300000;

uint64_t mix(uint64_t A, uint64_t B) {
  return differential::Random(A ^ (B << 20)).next();
}

Form analysed(Maker By) {
  return By == Maker::Plugin     ? Form::Source
         : By == Maker::ClangPtx ? Form::Ptx
                                 : Form::Nvcc;
}

/// Kernels in one file: what is asked about them, and their twins.
class File {
public:
  static Expected<std::unique_ptr<File>>
  open(ArrayRef<differential::Kernel> Kernels, Maker By,
       const PlanOptions &Plan);
  ~File() { reprise_db_free(Db); }
  File() = default;
  File(const File &) = delete;
  File &operator=(const File &) = delete;

  Compiled Seen;
  reprise_db *Db = nullptr;
  std::unique_ptr<Subject> Code;
};

Expected<std::unique_ptr<File>>
File::open(ArrayRef<differential::Kernel> Kernels, Maker By,
           const PlanOptions &Plan) {
  Form F = analysed(By);
  std::string Text = stopPrelude(F == Form::Nvcc);
  for (const differential::Kernel &K : Kernels)
    Text += print(K);
  auto New = std::make_unique<File>();
  auto C = compile(Text, F);
  if (!C)
    return C.takeError();
  New->Seen = std::move(*C);
  std::string Json = New->Seen.analyze(SolverLimit);
  char Problem[256] = "";
  if (reprise_db_load(Json.data(), Json.size(), &New->Db, Problem,
                      sizeof(Problem)) != REPRISE_OK)
    return createStringError("the summaries do not load: " +
                             std::string(Problem));
  if (By != Maker::Plugin) {
    auto S = Subject::openPtx(New->Seen.Ptx, "random", Plan);
    if (!S)
      return S.takeError();
    New->Code = std::move(*S);
    return std::move(New);
  }
  LLVMContext Context;
  auto M = compileToIr(Text, Form::Optimized, Context);
  if (!M)
    return M.takeError();
  auto S = Subject::open(**M, "random", Plan);
  if (!S)
    return S.takeError();
  New->Code = std::move(*S);
  return std::move(New);
}

/// What a launch showed.
struct Tried {
  std::string Undecided;
  std::optional<std::string> Failure;
  bool Idempotent = false, HasBackup = false, Racing = false;
};

/// What of a backup set there is memory for. The set may say much more, where
/// nothing was known of the allocations; a launch that runs touches none of it.
std::vector<emulator::Range> inMemory(ArrayRef<reprise_range> Set,
                                      const emulator::Launch &L,
                                      const emulator::Program &P) {
  std::vector<emulator::Range> Kept;
  auto Keep = [&](uint64_t Begin, uint64_t Size) {
    for (const reprise_range &R : Set) {
      emulator::Range Both{
          std::max(Begin, R.address),
          std::min(Begin + Size, SaturatingAdd(R.address, R.size))};
      if (Both.Begin < Both.End)
        Kept.push_back(Both);
    }
  };
  for (const emulator::Allocation &A : L.Allocations)
    Keep(A.Address, A.Size);
  for (const emulator::Symbol &S : P.symbols())
    if (!S.Constant)
      Keep(S.Address, S.Size);
  return Kept;
}

/// Stops a launch of K, which is in F and has the twin T.
Tried stopLaunch(File &F, const differential::Kernel &K, const Twin &T,
                 const LaunchSpec &L, Window &W, uint64_t Seed, uint64_t Stops,
                 StopCounts &Counts) {
  Tried Now;
  auto Prepare = [&](emulator::Program &P,
                     const std::string &Name) -> emulator::Kernel * {
    auto Code = P.prepare(Name);
    if (Code)
      return *Code;
    Now.Undecided = toString(Code.takeError());
    return nullptr;
  };
  emulator::Program &Code = F.Code->code();
  std::string Copy = TwinPrefix + K.Name;
  emulator::Kernel *Observed = Prepare(*F.Seen.Program, K.Name);
  emulator::Kernel *Original = Prepare(Code, K.Name);
  emulator::Kernel *Any = Prepare(Code, Copy);
  emulator::Kernel *Mapless =
      Prepare(Code, T.Mapless.empty() ? Copy : T.Mapless);
  const reprise_kernel *Summary = reprise_db_find(F.Db, K.Name.c_str());
  if (!Summary)
    Now.Undecided = "there is no summary";
  if (!Now.Undecided.empty())
    return Now;
  Oracle First(W, K, *F.Seen.Program, *Observed, MostInstructions);
  Observation Seen = First.observe(L);
  if (!Seen.Decided) {
    Now.Undecided = Seen.Fault;
    return Now;
  }
  Oracle Runs(W, K, Code, *Original, MostInstructions);
  Answer A = Runs.ask(Summary, L, /*WithBackup=*/true);
  // The variable of the kernel that was observed is somewhere else.
  Answer Own = First.ask(Summary, L, /*WithBackup=*/true);
  if (Wrong X = First.judge(L, Own, Seen, /*Replays=*/false, 0);
      X != Wrong::No) {
    Now.Failure = nameOf(X);
    return Now;
  }
  // An assumption that the launch breaks, its answer says nothing of.
  if (L.Map && !L.NoInBounds && !First.staysInAllocations(L)) {
    Now.Undecided = "leaves its allocations for others";
    return Now;
  }
  Now.Idempotent = A.Result.verdict == REPRISE_IDEMPOTENT;
  emulator::Launch Run = Runs.begin(L);
  std::optional<std::vector<emulator::Range>> Backup;
  if (!Now.Idempotent && A.Bounded)
    Backup = inMemory(A.Backup, Run, Code);
  Now.HasBackup = Backup.has_value();
  Stopper S(Code, *Original, {*Any, *Mapless}, T.ControlOffset, Run,
            Now.Idempotent, std::move(Backup));
  Costs Cost;
  auto Problem = S.clean(Cost);
  // In another order of threads it is.
  if (Problem &&
      StringRef(*Problem).starts_with("the launch is no valid one")) {
    Now.Undecided = "invalid in another order of threads";
    return Now;
  }
  std::mt19937_64 Random(Seed);
  uint64_t Goal = Counts.Stops + Counts.Cuts + Stops;
  for (uint64_t Try = 0;
       !Problem && Try < 2 * Stops && Counts.Stops + Counts.Cuts < Goal; ++Try)
    Problem = S.stop(Random, Counts);
  Now.Failure = std::move(Problem);
  Now.Racing = S.races();
  return Now;
}

std::string describe(differential::Kernel K, const LaunchSpec &L,
                     const PlanOptions &Plan) {
  K.Name = "k";
  return "// polls every " + std::to_string(Plan.PollInstructions) +
         " instructions" + (Plan.Spread ? ", copies of the request" : "") +
         "\n// reprise check k.cu " + commandLine(K, L, uint64_t(1) << 32) +
         "\n" + print(K);
}

class Campaign {
public:
  Campaign(const RandomOptions &Given, const RandomListener &Who)
      : Options(Given), Listener(Who) {}
  RandomStops run();

private:
  std::vector<differential::Kernel> kernels(uint64_t First) const;
  static PlanOptions planOf(uint64_t Seed);
  void kernel(File &F, const differential::Kernel &K, uint64_t Number,
              const PlanOptions &Plan);
  void count(const Twin &T, const differential::Kernel &K);
  void fail(const std::string &What) {
    ++R.Failures;
    Listener.Failure(What);
  }
  std::string reduced(const differential::Kernel &K, const LaunchSpec &L,
                      uint64_t Seed, const PlanOptions &Plan);

  const RandomOptions &Options;
  const RandomListener &Listener;
  Window W;
  RandomStops R;
};

} // namespace

/// Many checkpoints, or few; with copies of the request, or without.
PlanOptions Campaign::planOf(uint64_t Seed) {
  differential::Random R(Seed);
  PlanOptions Plan;
  Plan.PollInstructions = R.of<uint32_t>({1, 4, 16, 16, 64});
  Plan.Spread = R.percent(50);
  return Plan;
}

std::vector<differential::Kernel> Campaign::kernels(uint64_t First) const {
  std::vector<differential::Kernel> All;
  for (uint64_t N = First; N < std::min(Options.Kernels, First + PerFile);
       ++N) {
    std::string Name = "k" + std::to_string(N - First);
    uint64_t Seed = mix(Options.Seed, N);
    differential::Kernel K =
        N % 4 ? generateForStops(Seed, Name) : generate(Seed, Name);
    if ((Options.Feature.empty() || K.Features.count(Options.Feature)) &&
        (!Options.Number || N == *Options.Number))
      All.push_back(std::move(K));
  }
  return All;
}

void Campaign::count(const Twin &T, const differential::Kernel &K) {
  ++R.Kernels;
  const CheckpointPlan &Plan = T.Plan;
  for (const DeclinedLoop &L : Plan.Declined)
    ++R.Declined[L.Reason.starts_with("it is short") ? "it is short"
                                                     : L.Reason];
  if (!Plan.Refusal.empty()) {
    ++R.Refused[Plan.Refusal.substr(0, Plan.Refusal.rfind(" ("))];
    return;
  }
  ++R.Twins;
  ++R.Entry[nameOf(Plan.Entry)];
  ++R.Inside[Plan.leavesInside() ? nameOf(Plan.Inside) : "none"];
  if (!Plan.InsideRefusal.empty())
    ++R.Declined[Plan.InsideRefusal];
  for (const CheckpointSite &S : Plan.Sites)
    if (S.Period)
      ++R.Sites[nameOf(S.Kind)];
  for (const std::string &F : K.Features)
    ++R.Features[F];
}

/// A small kernel whose stops fail as well.
std::string Campaign::reduced(const differential::Kernel &K,
                              const LaunchSpec &L, uint64_t Seed,
                              const PlanOptions &Plan) {
  Case C{K, L, Wrong::No, Seed, ""};
  auto IsWrong = [&](std::vector<Case> &Tries,
                     bool OneKernel) -> std::optional<size_t> {
    std::vector<differential::Kernel> Kernels;
    for (const Case &T : Tries)
      if (Kernels.empty() || !OneKernel)
        Kernels.push_back(T.K);
    auto F = File::open(Kernels, Options.By, Plan);
    if (!F) { // One of them is no CUDA: all go.
      consumeError(F.takeError());
      return std::nullopt;
    }
    for (size_t I = 0; I < Tries.size(); ++I) {
      auto T = (*F)->Code->find(Tries[I].K.Name);
      if (!T) {
        consumeError(T.takeError());
        continue;
      }
      if (!(*T)->Plan.Refusal.empty())
        continue;
      StopCounts Counts;
      Tried Now =
          stopLaunch(**F, Tries[I].K, **T, Tries[I].L, W, Seed, 200, Counts);
      if (!Now.Failure)
        continue;
      Tries[I].Detail = *Now.Failure;
      return I;
    }
    return std::nullopt;
  };
  C = reduce(std::move(C), IsWrong);
  return C.Detail + ", made small\n" + describe(C.K, C.L, Plan);
}

void Campaign::kernel(File &F, const differential::Kernel &K, uint64_t Number,
                      const PlanOptions &Plan) {
  uint64_t Seed = mix(Options.Seed + 1, Number);
  auto T = F.Code->find(K.Name);
  if (!T) {
    fail(toString(T.takeError()));
    return;
  }
  count(**T, K);
  if (!(*T)->Plan.Refusal.empty())
    return;
  differential::Random Draws(Seed);
  unsigned Decided = 0;
  for (unsigned N = 0; N < 4 * Options.Launches && Decided < Options.Launches;
       ++N) {
    LaunchSpec L = draw(K, Draws);
    uint64_t Own = mix(Seed, N);
    Tried Now = stopLaunch(F, K, **T, L, W, Own,
                           Options.Stops / Options.Launches + 1, R.Counts);
    if (!Now.Undecided.empty()) {
      ++R.Undecided[Now.Undecided];
      continue;
    }
    ++Decided;
    ++R.Launches;
    R.Idempotent += Now.Idempotent;
    R.WithBackup += Now.HasBackup;
    R.AtEntry += !Now.Idempotent && !Now.HasBackup;
    R.Racing += Now.Racing;
    if (!Now.Failure)
      continue;
    fail("kernel " + std::to_string(Number) + ": " + *Now.Failure + "\n" +
         describe(K, L, Plan));
    if (R.Failures <= Options.Reduce)
      Listener.Failure(reduced(K, L, Own, Plan));
    return;
  }
}

RandomStops Campaign::run() {
  if (!isAvailable(analysed(Options.By))) {
    R.Error = "there is no nvcc; set CUDA_PATH and configure again";
    return std::move(R);
  }
  for (uint64_t First = 0; First < Options.Kernels; First += PerFile) {
    std::vector<differential::Kernel> Kernels = kernels(First);
    if (Kernels.empty())
      continue;
    PlanOptions Plan = planOf(mix(Options.Seed + 2, First));
    auto F = File::open(Kernels, Options.By, Plan);
    if (!F) {
      fail("kernels from number " + std::to_string(First) + ": " +
           toString(F.takeError()));
      continue;
    }
    for (const differential::Kernel &K : Kernels)
      kernel(**F, K, First + std::stoull(K.Name.substr(1)), Plan);
    Listener.Progress(std::min(Options.Kernels, First + PerFile));
  }
  return std::move(R);
}

RandomStops stopRandom(const RandomOptions &Options,
                       const RandomListener &Listener) {
  return Campaign(Options, Listener).run();
}

} // namespace reprise::checkpoints
