//===- Oracle.cpp - Is this launch idempotent? Run it and see -------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Oracle.h"
#include "Buffers.h"

#include "llvm/ADT/ScopeExit.h"

#include <cstring>
#include <random>

using namespace llvm;
using namespace reprise::emulator;

namespace reprise {

const char *nameOf(Answer A) {
  switch (A) {
  case Answer::Idempotent:
    return "idempotent";
  case Answer::Clobbers:
    return "clobbers";
  case Answer::NonIdempotent:
    return "non-idempotent";
  case Answer::RaceDependent:
    return "race-dependent";
  case Answer::Faulted:
    return "faulted";
  case Answer::NotExecuted:
    break;
  }
  return "not-executed";
}

static std::string text(const Schedule &S) {
  switch (S.K) {
  case Schedule::Kind::Sequential:
    return "in order";
  case Schedule::Kind::Shuffled:
    return "in shuffled order " + std::to_string(S.Seed);
  case Schedule::Kind::Random:
    break;
  }
  return "in random order " + std::to_string(S.Seed);
}

static std::string text(const Cut &C) {
  std::string N = std::to_string(C.N);
  switch (C.K) {
  case Cut::Kind::None:
    break;
  case Cut::Kind::Access:
    return "before access " + N;
  case Cut::Kind::Store:
    return "after store " + N;
  case Cut::Kind::Barrier:
    return "after barrier " + N;
  case Cut::Kind::Block:
    return "after " + N + (C.N == 1 ? " block" : " blocks");
  }
  return "at its end";
}

std::string Replay::str() const {
  return "run " + text(First) + ", stopped " + text(Stop) + ", run again " +
         text(Again);
}

namespace {

/// The bytes that a launch can change.
class Snapshot {
public:
  explicit Snapshot(ArrayRef<Allocation> Parts) {
    for (const Allocation &A : Parts) {
      const auto *From = memoryAt(A.Address);
      Bytes.emplace_back(From, From + A.Size);
    }
  }

  void restore(ArrayRef<Allocation> Parts) const {
    for (size_t I = 0; I < Parts.size(); ++I)
      std::memcpy(memoryAt(Parts[I].Address), Bytes[I].data(), Bytes[I].size());
  }

  /// The first address whose byte is another one now.
  std::optional<uint64_t> difference(ArrayRef<Allocation> Parts) const {
    for (size_t I = 0; I < Parts.size(); ++I) {
      const auto *Now = memoryAt(Parts[I].Address);
      if (std::memcmp(Now, Bytes[I].data(), Bytes[I].size()) == 0)
        continue;
      size_t At = 0;
      while (Now[At] == Bytes[I][At])
        ++At;
      return Parts[I].Address + At;
    }
    return std::nullopt;
  }

private:
  std::vector<std::vector<uint8_t>> Bytes;
};

class Oracle {
public:
  Oracle(Program &Code, emulator::Kernel &Entry, Launch Given,
         const OracleOptions &O)
      : K(Entry), L(std::move(Given)), Options(O), Parts(partsOf(Code, L)),
        Initial(Parts), Random(O.Seed) {
    L.InstructionLimit = Options.InstructionLimit;
  }

  Observation run() {
    auto PutBack = make_scope_exit([this] { reset(); });
    if (!cleanRuns())
      return Seen;
    if (!Seen.RaceAt)
      replays();
    Seen.A = Seen.RaceAt  ? Answer::RaceDependent
             : Seen.Wrong ? Answer::NonIdempotent
             : Seen.First ? Answer::Clobbers
                          : Answer::Idempotent;
    return Seen;
  }

private:
  /// How far a clean run came, to choose cuts of the same schedule.
  struct Course {
    Schedule Order;
    uint64_t Accesses, Stores, Barriers;
  };

  static std::vector<Allocation> partsOf(const Program &Code, const Launch &L) {
    std::vector<Allocation> All = L.Allocations;
    for (const Symbol &S : Code.symbols())
      if (S.Size)
        All.push_back({S.Address, S.Size});
    return All;
  }

  void reset() { Initial.restore(Parts); }

  Result execute(const Schedule &Order, const Cut &Stop, TraceLevel Trace) {
    L.Order = Order;
    L.Stop = Stop;
    L.Trace = Trace;
    Result R = K.run(L);
    Seen.Instructions += R.Instructions;
    return R;
  }

  Schedule schedule(unsigned Number) {
    if (Number == 0)
      return {Schedule::Kind::Sequential, 0};
    return {Number == 1 ? Schedule::Kind::Shuffled : Schedule::Kind::Random,
            Options.Seed + Number};
  }

  /// True when the launch is a valid one. Fills in what is left of Seen.
  bool accept(const Result &R) {
    if (R.S != Status::Faulted)
      return true;
    switch (R.Problem.Kind) {
    case FaultKind::Limit:
    case FaultKind::BadLaunch:
    case FaultKind::Unsupported:
      Seen.A = Answer::NotExecuted;
      Seen.Reason = R.Problem.Text;
      break;
    default:
      Seen.A = Answer::Faulted;
      Seen.Problem = R.Problem;
    }
    return false;
  }

  bool cleanRuns() {
    for (unsigned I = 0; I < std::max(1u, Options.Schedules); ++I) {
      reset();
      Result R = execute(schedule(I), {}, TraceLevel::Bytes);
      if (!accept(R))
        return false;
      ++Seen.CleanRuns;
      Courses.push_back({L.Order, R.Accesses, R.Stores, R.Barriers});
      note(R);
      if (Clean.empty())
        Clean.emplace_back(Parts);
      else if (!Seen.RaceAt)
        Seen.RaceAt = Clean.front().difference(Parts);
    }
    return true;
  }

  void note(const Result &R) {
    uint64_t Bytes = 0;
    for (const Range &C : R.Trace.Clobbered)
      Bytes += C.End - C.Begin;
    Seen.ClobberedBytes = std::max(Seen.ClobberedBytes, Bytes);
    if (R.Trace.First &&
        (!Seen.First || R.Trace.First->Address < Seen.First->Address))
      Seen.First = R.Trace.First;
    if (Seen.Uninitialised.empty() && !R.Uninitialised.empty())
      Seen.Uninitialised = R.Uninitialised.front().Text;
  }

  uint64_t below(uint64_t N) { return Random() % N; }

  /// Cut number I of a clean run: each kind in turn, and last its end.
  Replay choose(unsigned I) {
    Replay Try;
    const Course &C = Courses[below(Courses.size())];
    Try.First = C.Order;
    Try.Again = schedule(static_cast<unsigned>(below(Courses.size())));
    // A run of one block after the other comes to few cuts between blocks.
    struct Choice {
      Cut::Kind Kind;
      uint64_t Most;
    };
    SmallVector<Choice, 4> Choices;
    for (Choice Each : {Choice{Cut::Kind::Store, C.Stores},
                        Choice{Cut::Kind::Access, C.Accesses},
                        Choice{Cut::Kind::Barrier, C.Barriers},
                        Choice{Cut::Kind::Block, L.Grid.count()}})
      if (Each.Most)
        Choices.push_back(Each);
    if (I + 1 == Options.Cuts || Choices.empty())
      return Try;
    const Choice &Taken = Choices[I % Choices.size()];
    Try.Stop = {Taken.Kind, 1 + below(Taken.Most)};
    return Try;
  }

  void replays() {
    for (unsigned I = 0; I < Options.Cuts && !Seen.Wrong && !Seen.RaceAt; ++I) {
      Replay Try = choose(I);
      reset();
      // Faults come from what the run read, and its reads were those of a
      // clean run; that one did not fault.
      execute(Try.First, Try.Stop, TraceLevel::None);
      Result Again = execute(Try.Again, {}, TraceLevel::None);
      ++Seen.Replays;
      std::optional<uint64_t> At;
      if (Again.S == Status::Finished) {
        At = Clean.front().difference(Parts);
        if (!At)
          continue;
      }
      judge(Try, Again, At);
    }
  }

  /// A re-run differs from the first clean run. If a clean run in the re-run's
  /// order does so too, it was the order.
  void judge(const Replay &Try, const Result &Again,
             std::optional<uint64_t> At) {
    reset();
    Result Same = execute(Try.Again, {}, TraceLevel::None);
    if (Same.S == Status::Finished) {
      Seen.RaceAt = Clean.front().difference(Parts);
      if (Seen.RaceAt)
        return;
    }
    Seen.Wrong = Try;
    if (At)
      Seen.DiffersAt = *At;
    else
      Seen.Problem = Again.Problem;
  }

  emulator::Kernel &K;
  Launch L;
  const OracleOptions &Options;
  std::vector<Allocation> Parts; ///< Allocations and variables.
  Snapshot Initial;
  std::mt19937_64 Random;
  std::vector<Course> Courses;
  std::vector<Snapshot> Clean; ///< The memory after the first clean run.
  Observation Seen;
};

} // namespace

Observation observe(Program &P, emulator::Kernel &K, Launch L,
                    const OracleOptions &Options) {
  return Oracle(P, K, std::move(L), Options).run();
}

} // namespace reprise
