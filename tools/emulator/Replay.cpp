//===- Replay.cpp - Kill a launch, run it again, compare ------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Replay.h"
#include "Runtime.h"

#include "llvm/ADT/StringExtras.h"

#include <algorithm>
#include <cstring>
#include <random>

using namespace llvm;

namespace reprise::emulator {

StringRef nameOf(Observation O) {
  switch (O) {
  case Observation::Idempotent:
    return "idempotent-observed";
  case Observation::NotIdempotent:
    return "non-idempotent";
  case Observation::RaceDependent:
    return "race-dependent";
  case Observation::Faulty:
    return "faulty";
  }
  return "";
}

namespace {

/// The content of all memory that a launch can write.
class Snapshot {
public:
  Snapshot(const Program &P, const Launch &L) {
    for (const Allocation &A : L.Allocations)
      Parts.push_back({A.Address, {}, A.Size});
    for (const Symbol &S : P.symbols())
      if (!S.Constant)
        Parts.push_back({S.Address, {}, S.Size});
    llvm::sort(Parts, [](const Part &A, const Part &B) {
      return A.Address < B.Address;
    });
    for (Part &One : Parts) {
      const auto *From = atAddress<uint8_t>(One.Address);
      One.Bytes.assign(From, From + One.Size);
    }
  }

  void restore() const {
    for (const Part &One : Parts)
      std::memcpy(atAddress<uint8_t>(One.Address), One.Bytes.data(), One.Size);
  }

  /// The first byte of memory that is not as it was.
  std::optional<Difference> compare() const {
    for (const Part &One : Parts) {
      const auto *Now = atAddress<uint8_t>(One.Address);
      if (std::memcmp(Now, One.Bytes.data(), One.Size) == 0)
        continue;
      auto [Clean, Other] =
          std::mismatch(One.Bytes.begin(), One.Bytes.end(), Now);
      auto Offset = static_cast<uint64_t>(Clean - One.Bytes.begin());
      return Difference{One.Address + Offset, *Clean, *Other};
    }
    return std::nullopt;
  }

private:
  struct Part {
    uint64_t Address;
    std::vector<uint8_t> Bytes;
    uint64_t Size;
  };
  std::vector<Part> Parts;
};

class Replayer {
public:
  Replayer(Program &Code, Kernel &Entry, const Launch &What,
           const ReplayOptions &How)
      : K(Entry), L(What), Options(How), Initial(Code, What), P(Code),
        Random(How.Seed) {
    L.Trace = TraceLevel::None;
  }

  ReplayResult run() {
    if (clean())
      kill();
    Initial.restore();
    return std::move(Out);
  }

private:
  Result once(const Schedule &Order, const Cut &Stop = {},
              TraceLevel Level = TraceLevel::None) {
    L.Order = Order;
    L.Stop = Stop;
    L.Trace = Level;
    return K.run(L);
  }
  Schedule anyOrder() {
    switch (Random() % 4) {
    case 0:
      return {Schedule::Kind::Sequential, 0};
    case 1:
      return {Schedule::Kind::Shuffled, Random()};
    default:
      return {Schedule::Kind::Random, Random()};
    }
  }
  bool clean();
  void kill();
  bool killAt(Schedule Order, const Cut &Stop);
  std::vector<uint64_t> places(uint64_t Most);

  Kernel &K;
  Launch L;
  const ReplayOptions &Options;
  Snapshot Initial;
  std::optional<Snapshot> Final;
  Program &P;
  std::mt19937_64 Random;
  uint64_t Accesses = 0, Stores = 0, Barriers = 0;
  ReplayResult Out;
};

/// Clean runs: false when they settle the matter.
bool Replayer::clean() {
  for (unsigned I = 0; I < std::max(Options.CleanRuns, 2u); ++I) {
    Schedule Order;
    if (I == 1)
      Order = {Schedule::Kind::Random, Random()};
    else if (I > 1)
      Order = anyOrder();
    Initial.restore();
    Result R = once(Order, {}, I ? TraceLevel::None : TraceLevel::Bytes);
    ++Out.CleanRuns;
    if (R.S != Status::Finished) {
      Out.Seen = Observation::Faulty;
      Out.Order = Order;
      Out.Problem = std::move(R.Problem);
      return false;
    }
    Accesses = std::max(Accesses, R.Accesses);
    Stores = std::max(Stores, R.Stores);
    Barriers = std::max(Barriers, R.Barriers);
    if (!I) {
      Out.Traced = std::move(R.Trace);
      Final.emplace(P, L);
    } else if (auto D = Final->compare()) {
      Out.Seen = Observation::RaceDependent;
      Out.Order = Order;
      Out.First = D;
      return false;
    }
  }
  return true;
}

/// Numbers from 1 to Most, all or a random choice with the last one.
std::vector<uint64_t> Replayer::places(uint64_t Most) {
  std::vector<uint64_t> Result;
  if (Most <= Options.Cuts) {
    for (uint64_t N = 1; N <= Most; ++N)
      Result.push_back(N);
    return Result;
  }
  for (unsigned I = 0; I + 1 < Options.Cuts; ++I)
    Result.push_back(1 + Random() % Most);
  Result.push_back(Most);
  return Result;
}

/// Stops, runs again, compares. False when that proved something.
bool Replayer::killAt(Schedule Order, const Cut &Stop) {
  Initial.restore();
  Result R = once(Order, Stop);
  if (R.S == Status::Faulted) {
    Out.Seen = Observation::Faulty;
    Out.Order = Order;
    Out.Problem = std::move(R.Problem);
    return false;
  }
  Schedule Again = anyOrder();
  R = once(Again);
  ++Out.Replays;
  std::optional<Difference> D;
  if (R.S == Status::Finished)
    D = Final->compare();
  if (R.S == Status::Finished && !D)
    return true;
  Out.Seen = Observation::NotIdempotent;
  Out.Killed = Stop;
  Out.Order = Order;
  Out.First = D;
  Out.Problem = std::move(R.Problem);
  return false;
}

void Replayer::kill() {
  using K = Cut::Kind;
  // A run that was complete is a cut as well, and finds most.
  if (!killAt({}, {K::Block, L.Grid.count()}))
    return;
  for (uint64_t N : places(L.Grid.count() - 1)) {
    Schedule Order{Random() % 2 ? Schedule::Kind::Sequential
                                : Schedule::Kind::Shuffled,
                   Random()};
    if (!killAt(Order, {K::Block, N}))
      return;
  }
  for (auto [Kind, Most] :
       {std::pair(K::Store, Stores), std::pair(K::Barrier, Barriers),
        std::pair(K::Access, Accesses)})
    for (uint64_t N : places(Most))
      if (!killAt(anyOrder(), {Kind, N}))
        return;
}

std::string describe(const Cut &C) {
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
  return "";
}

} // namespace

std::string ReplayResult::str() const {
  std::string Text = nameOf(Seen).str();
  auto Byte = [](uint64_t V) { return "0x" + utohexstr(V, true); };
  switch (Seen) {
  case Observation::Idempotent:
    return Text + ": " + std::to_string(Replays) + " replays agree with " +
           std::to_string(CleanRuns) + " clean runs";
  case Observation::Faulty:
    return Text + ": " + Problem.Text;
  case Observation::RaceDependent:
    return Text + ": clean runs differ at " + Byte(First->Address);
  case Observation::NotIdempotent:
    break;
  }
  Text += ": killed " + describe(Killed) + " and run again, ";
  if (!First)
    return Text + "it fails: " + Problem.Text;
  Text += "it leaves " + Byte(First->Other) + " at " + Byte(First->Address) +
          ", not " + Byte(First->Clean);
  if (Traced.First)
    Text += "; the first clobbered byte is " + Byte(Traced.First->Address) +
            ", read by " + Traced.First->Reader.str() + ", written by " +
            Traced.First->Writer.str();
  return Text;
}

ReplayResult replay(Program &P, Kernel &K, const Launch &L,
                    const ReplayOptions &Options) {
  return Replayer(P, K, L, Options).run();
}

} // namespace reprise::emulator
