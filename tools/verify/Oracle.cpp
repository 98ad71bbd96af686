//===- Oracle.cpp - Is this launch idempotent? Run it and see -------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Oracle.h"

#include <algorithm>
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

namespace {

class Oracle {
public:
  Oracle(Program &P, emulator::Kernel &K, Launch L, const OracleOptions &O)
      : Blocks(L.Grid.count()), Runs(P, K, std::move(L)), Options(O),
        Random(O.Seed) {}

  Observation run() {
    if (cleanRuns() && (Seen.RaceAt || replays()))
      Seen.A = Seen.RaceAt  ? Answer::RaceDependent
               : Seen.Wrong ? Answer::NonIdempotent
               : Seen.First ? Answer::Clobbers
                            : Answer::Idempotent;
    Seen.Instructions = Runs.instructions();
    return std::move(Seen);
  }

private:
  /// The first are those of the clean runs.
  Schedule schedule(unsigned Number) const {
    if (Number == 0)
      return {Schedule::Kind::Sequential, 0};
    return {Number == 1 ? Schedule::Kind::Shuffled : Schedule::Kind::Random,
            Options.Seed + Number};
  }
  /// Any, also such that no clean run had.
  Schedule anyOrder() {
    switch (below(4)) {
    case 0:
      return schedule(0);
    case 1:
      return {Schedule::Kind::Shuffled, Random()};
    default:
      return {Schedule::Kind::Random, Random()};
    }
  }
  uint64_t below(uint64_t N) { return Random() % N; }

  /// A run on the first memory failed: fills in what is left of Seen.
  void refuse(const Fault &Problem) {
    switch (Problem.Kind) {
    case FaultKind::Limit:
    case FaultKind::BadLaunch:
    case FaultKind::Unsupported:
      Seen.A = Answer::NotExecuted;
      Seen.Reason = Problem.Text;
      break;
    default:
      Seen.A = Answer::Faulted;
      Seen.Problem = Problem;
    }
  }

  bool cleanRuns();
  void note(const Result &R);
  std::vector<Replay> plan();
  bool replays();

  uint64_t Blocks;
  Replayer Runs;
  const OracleOptions &Options;
  std::mt19937_64 Random;
  /// How far clean runs came: places for cuts of the same order.
  struct Course {
    Schedule Order;
    uint64_t Accesses, Stores, Barriers;
  };
  std::vector<Course> Courses;
  Observation Seen;
};

/// False when the launch is not a valid one.
bool Oracle::cleanRuns() {
  for (unsigned I = 0; I < std::max(1u, Options.Schedules); ++I) {
    Schedule Order = schedule(I);
    Result R = Runs.clean(Order, TraceLevel::Bytes);
    if (R.S == Status::Faulted) {
      refuse(R.Problem);
      return false;
    }
    ++Seen.CleanRuns;
    Courses.push_back({Order, R.Accesses, R.Stores, R.Barriers});
    note(R);
    if (!Seen.RaceAt)
      if (auto D = Runs.difference())
        Seen.RaceAt = D->Address;
  }
  return true;
}

void Oracle::note(const Result &R) {
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

/// What to try, Options.Cuts in all.
std::vector<Replay> Oracle::plan() {
  std::vector<Replay> Plan;
  auto Add = [&](const Schedule &First, Cut Stop) {
    if (Plan.size() < Options.Cuts)
      Plan.push_back({First, anyOrder(), Stop});
  };
  // A run that was complete is a cut as well, and finds most.
  Add(schedule(0), {});
  // Places of one kind in one course.
  struct Places {
    Schedule Order;
    Cut::Kind Kind;
    uint64_t Most;
  };
  std::vector<std::vector<Places>> Kinds;
  auto Gather = [&](Cut::Kind Kind, auto Most) {
    std::vector<Places> All;
    for (const Course &C : Courses)
      if (uint64_t N = Most(C))
        All.push_back({C.Order, Kind, N});
    if (!All.empty())
      Kinds.push_back(std::move(All));
  };
  Gather(Cut::Kind::Store, [](const Course &C) { return C.Stores; });
  Gather(Cut::Kind::Access, [](const Course &C) { return C.Accesses; });
  Gather(Cut::Kind::Barrier, [](const Course &C) { return C.Barriers; });
  Gather(Cut::Kind::Block, [&](const Course &) { return Blocks - 1; });
  if (Kinds.empty())
    Gather(Cut::Kind::Block, [&](const Course &) { return Blocks; });
  size_t Share = (Options.Cuts - Plan.size()) / Kinds.size();
  for (const std::vector<Places> &All : Kinds) {
    uint64_t Most = 0;
    for (const Places &P : All)
      Most = std::max(Most, P.Most);
    for (uint64_t N = 1; Most <= Share && N <= Most; ++N)
      for (const Places &P : All)
        if (P.Most == Most) {
          Add(P.Order, {P.Kind, N});
          break;
        }
  }
  for (size_t I = 0; Plan.size() < Options.Cuts; ++I) {
    const std::vector<Places> &All = Kinds[I % Kinds.size()];
    const Places &P = All[below(All.size())];
    // Half of them in an order that is not that of a clean run; it may come to
    // its end earlier.
    Schedule Order = P.Order;
    if (below(2))
      Order = {Order.K, Random()};
    Add(Order, {P.Kind, 1 + below(P.Most)});
  }
  return Plan;
}

/// False when a run on the first memory failed.
bool Oracle::replays() {
  for (const Replay &Try : plan()) {
    // Other orders than the re-run's explain nothing: what the stopped run
    // left and the re-run does not write is in no clean run's memory.
    Outcome O = Runs.kill(Try, {});
    ++Seen.Replays;
    switch (O.K) {
    case Outcome::Kind::Same:
      continue;
    case Outcome::Kind::Race:
      Seen.RaceAt = O.At->Address;
      return true;
    case Outcome::Kind::Faulted:
      refuse(O.Problem);
      return false;
    case Outcome::Kind::Differs:
      Seen.Wrong = Try;
      if (O.At)
        Seen.DiffersAt = O.At->Address;
      else
        Seen.Problem = O.Problem;
      return true;
    }
  }
  return true;
}

} // namespace

Observation observe(Program &P, emulator::Kernel &K, Launch L,
                    const OracleOptions &Options) {
  L.InstructionLimit = Options.InstructionLimit;
  return Oracle(P, K, std::move(L), Options).run();
}

} // namespace reprise
