//===- Campaign.cpp - Many kernels, many launches -------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Campaign.h"
#include "Generate.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <thread>

namespace reprise::differential {

void Statistics::add(Statistics &&S) {
  Kernels += S.Kernels;
  Decided += S.Decided;
  Clobbering += S.Clobbering;
  SaidClobbers += S.SaidClobbers;
  Replays += S.Replays;
  Backups += S.Backups;
  Instructions += S.Instructions;
  All += S.All;
  for (auto &[Name, C] : S.Features)
    Features[Name] += C;
  for (auto &[Name, N] : S.Reasons)
    Reasons[Name] += N;
  for (auto &[Name, N] : S.Undecided)
    Undecided[Name] += N;
  for (auto &[Name, N] : S.Refused)
    Refused[Name] += N;
  std::move(S.Failures.begin(), S.Failures.end(), std::back_inserter(Failures));
  if (Error.empty())
    Error = std::move(S.Error);
}

namespace {

uint64_t mix(uint64_t A, uint64_t B) { return Random(A ^ (B << 20)).next(); }

std::vector<Kernel> kernelsOf(const Options &O, unsigned Batch) {
  std::vector<Kernel> Kernels;
  unsigned First = Batch * O.Batch;
  for (unsigned N = First; N < std::min(O.Kernels, First + O.Batch); ++N)
    Kernels.push_back(
        generate(mix(O.Seed, N), "k" + std::to_string(N - First)));
  return Kernels;
}

llvm::Expected<Compiled> compileAll(const std::vector<Kernel> &Kernels,
                                    Form F) {
  std::string Text;
  for (const Kernel &K : Kernels)
    Text += print(K);
  return compile(Text, F);
}

class Database {
public:
  explicit Database(const std::string &Json) {
    char Error[256] = "";
    if (reprise_db_load(Json.data(), Json.size(), &Db, Error, sizeof(Error)) !=
        REPRISE_OK)
      Problem = Error;
  }
  ~Database() { reprise_db_free(Db); }
  Database(const Database &) = delete;
  Database &operator=(const Database &) = delete;
  const reprise_kernel *find(const std::string &Name) const {
    return reprise_db_find(Db, Name.c_str());
  }
  std::string Problem;

private:
  reprise_db *Db = nullptr;
};

/// Launches of one kernel, until enough have decided something.
class KernelRun {
public:
  KernelRun(const Options &O, uint64_t Seed) : O(O), R(Seed) {}

  /// Visit gets each launch with its number and what its run showed.
  template <typename Visitor>
  void each(const Kernel &K, Oracle &Runs, const Visitor &Visit) {
    unsigned Decided = 0;
    for (unsigned N = 0; N < 3 * O.Launches && Decided < O.Launches; ++N) {
      LaunchSpec L = draw(K, R);
      Observation Seen = Runs.observe(L);
      Decided += Seen.Decided;
      if (!Visit(L, Seen, N))
        return;
      // Most kernels that leave their buffers always do.
      if (N == 60 && Decided < 3)
        return;
    }
  }

private:
  const Options &O;
  Random R;
};

/// One kernel. What it may still report is bounded.
void runKernel(const Options &O, const Kernel &K, const reprise_kernel *Summary,
               emulator::Program &Program, emulator::Kernel &Code, Window &W,
               uint64_t Seed, Statistics &S) {
  Oracle Runs(W, K, Program, Code);
  bool Reported = false;
  KernelRun(O, Seed).each(
      K, Runs, [&](const LaunchSpec &L, const Observation &Seen, unsigned N) {
        bool Backup = Seen.Clobbers && N % 8 == 0, Replays = N % 32 == 0;
        Answer A = Runs.ask(Summary, L, Backup);
        uint64_t CutSeed = mix(Seed, N);
        Wrong X = Runs.judge(L, A, Seen, Replays, CutSeed);
        if (X != Wrong::No && !Reported) {
          S.Failures.push_back({K, L, X, CutSeed, Seen.First});
          Reported = true;
        }
        S.Instructions += Seen.Instructions;
        if (!Seen.Decided) {
          ++S.Undecided[Seen.Fault];
          return true;
        }
        ++S.Decided;
        S.Backups += A.Bounded;
        S.SaidClobbers += A.Result.verdict == REPRISE_CLOBBERS;
        if (Seen.Overwrites) {
          ++S.Clobbering;
          return true;
        }
        bool Proved = A.Result.verdict == REPRISE_IDEMPOTENT;
        S.Replays += Proved && Replays;
        Count C{1, Proved};
        S.All += C;
        for (const std::string &F : K.Features)
          S.Features[F] += C;
        if (L.Far)
          S.Features["buffers gigabytes apart"] += C;
        if (!Proved)
          ++S.Reasons[reprise_reason_name(A.Result.reason)];
        return true;
      });
}

Statistics runBatch(const Options &O, unsigned Batch, Window &W) {
  Statistics S;
  std::vector<Kernel> Kernels = kernelsOf(O, Batch);
  auto C = compileAll(Kernels, O.F);
  if (!C) {
    S.Error = llvm::toString(C.takeError());
    return S;
  }
  Database Db(C->analyze(O.SolverLimit));
  if (!Db.Problem.empty()) {
    S.Error = "the summaries do not load: " + Db.Problem;
    return S;
  }
  for (size_t I = 0; I < Kernels.size(); ++I) {
    const Kernel &K = Kernels[I];
    const reprise_kernel *Summary = Db.find(K.Name);
    std::vector<size_t> Offsets;
    if (!Summary || reprise_kernel_param_bytes(Summary) != layOut(K, Offsets)) {
      S.Error =
          K.Name + " has no summary, or one of other parameters:\n" + print(K);
      return S;
    }
    auto Code = C->Program->prepare(K.Name);
    if (!Code) {
      ++S.Refused[llvm::toString(Code.takeError())];
      continue;
    }
    ++S.Kernels;
    runKernel(O, K, Summary, *C->Program, **Code, W,
              mix(O.Seed + 1, Batch * O.Batch + I), S);
  }
  return S;
}

} // namespace

Statistics run(const Options &O,
               const std::function<void(unsigned)> &Progress) {
  unsigned Batches = (O.Kernels + O.Batch - 1) / O.Batch;
  std::vector<Statistics> Parts(Batches);
  std::atomic<unsigned> Next = 0;
  std::mutex Telling;
  unsigned Done = 0;
  auto Work = [&] {
#ifdef REPRISE_WEAKENINGS
    Weakening = O.Off;
#endif
    Window W;
    for (unsigned B = Next++; B < Batches; B = Next++) {
      Parts[B] = runBatch(O, B, W);
      std::lock_guard<std::mutex> Lock(Telling);
      Progress(++Done);
    }
  };
  std::vector<std::thread> Threads;
  for (unsigned I = 1; I < O.Jobs; ++I)
    Threads.emplace_back(Work);
  Work();
  for (std::thread &T : Threads)
    T.join();
  Statistics S;
  for (Statistics &Part : Parts)
    S.add(std::move(Part));
  return S;
}

#ifdef REPRISE_WEAKENINGS

Weakened runWeakened(const Options &O, const std::vector<Rule> &Rules) {
  Weakened Result;
  Window W;
  for (unsigned First = 0; First < O.Kernels; First += O.Batch) {
    unsigned Batch = First / O.Batch;
    std::vector<Kernel> Kernels = kernelsOf(O, Batch);
    auto C = compileAll(Kernels, O.F);
    if (!C) {
      llvm::errs() << llvm::toString(C.takeError()) << '\n';
      return Result;
    }
    std::map<Rule, std::shared_ptr<Database>> Open;
    Open[Rule::None] = std::make_shared<Database>(C->analyze(O.SolverLimit));
    for (Rule X : Rules)
      if (!Result.CaughtAfter[X]) {
        Open[X] = Open[Rule::None]; // The runtime's rules change no summary.
        if (X >= Rule::Widths)
          continue;
        Weakening = X;
        Open[X] = std::make_shared<Database>(C->analyze(O.SolverLimit));
        Weakening = Rule::None;
      }
    for (size_t I = 0; I < Kernels.size(); ++I) {
      auto Code = C->Program->prepare(Kernels[I].Name);
      if (!Code) {
        llvm::consumeError(Code.takeError());
        continue;
      }
      Oracle Runs(W, Kernels[I], *C->Program, **Code);
      uint64_t Seed = mix(O.Seed + 1, Batch * O.Batch + I);
      KernelRun(O, Seed).each(
          Kernels[I], Runs,
          [&](const LaunchSpec &L, const Observation &Seen, unsigned N) {
            Result.Decided += Seen.Decided;
            if (!Seen.Decided)
              return true;
            for (auto &[X, Db] : Open) {
              if (Result.CaughtAfter[X])
                continue;
              const reprise_kernel *Summary = Db->find(Kernels[I].Name);
              if (!Summary)
                continue;
              Weakening = X;
              Answer A = Runs.ask(Summary, L, false);
              Weakening = Rule::None;
              Wrong Found = Runs.judge(L, A, Seen, false, mix(Seed, N));
              if (Found == Wrong::No)
                continue;
              if (X == Rule::None) {
                ++Result.WrongWithout;
                continue;
              }
              Result.CaughtAfter[X] = Result.Decided;
              Result.How[X] = nameOf(Found);
            }
            return true;
          });
    }
    if (std::all_of(Rules.begin(), Rules.end(),
                    [&](Rule X) { return Result.CaughtAfter[X] != 0; }))
      break;
  }
  Result.CaughtAfter.erase(Rule::None);
  return Result;
}

#endif

} // namespace reprise::differential
