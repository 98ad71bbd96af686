//===- Stops.cpp - Stop a twin, resume it, compare ------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Stops.h"

#include "llvm/ADT/STLExtras.h"

#include <algorithm>
#include <cstring>

using namespace llvm;
using namespace reprise::emulator;

namespace reprise::checkpoints {

static uint64_t addressOf(const std::vector<uint32_t> &V) {
  return reinterpret_cast<uint64_t>(V.data());
}

Stopper::Stopper(Program &Code, Kernel &Entry, TwinCode Copies,
                 uint32_t ControlOffset, const Launch &L, bool Harmless,
                 std::optional<std::vector<Range>> Kept)
    : P(Code), Original(Entry), Twins(Copies), First(L), Second(L),
      Idempotent(Harmless), Backup(std::move(Kept)), Request(64),
      Done(doneBytes(L.Grid.count()) / 4), Left(64), Initial(Code, L) {
  Second.Params.resize(ControlOffset + sizeof(SpreadControl));
  // The vector stays as long as it is.
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast)
  Block = reinterpret_cast<Control *>(Second.Params.data() + ControlOffset);
  for (const auto *V : {&Request, &Done, &Left})
    Second.Allocations.push_back({addressOf(*V), V->size() * 4});
  llvm::sort(Second.Allocations, [](const Allocation &A, const Allocation &B) {
    return A.Address < B.Address;
  });
}

Stopper::~Stopper() { Initial.restore(); }

Result Stopper::original(const Schedule &Order) {
  Initial.restore();
  First.Order = Order;
  return Original.run(First);
}

Result Stopper::twin(const Schedule &Order) {
  Second.Order = Order;
  Second.Host.Address = addressOf(Request);
  return (Now == Way::Mapless ? Twins.Mapless : Twins.Any).run(Second);
}

/// Memory and map as before the first run.
void Stopper::begin(Way Which) {
  Now = Which;
  Initial.restore();
  std::fill(Request.begin(), Request.end(), 0);
  std::fill(Done.begin(), Done.end(), 0);
  std::fill(Left.begin(), Left.end(), 0);
  Control C;
  C.Request = addressOf(Request);
  C.Done = Which == Way::Mapped ? addressOf(Done) : 0;
  C.Left = addressOf(Left);
  // One copy, the word itself; a twin that knows none takes no notice.
  SpreadControl S;
  S.First = C;
  S.Copies = C.Request;
  std::memcpy(Block, &S, sizeof S);
  Second.Host = {};
  Second.Stop = {};
}

Schedule Stopper::order(std::mt19937_64 &Random) const {
  static constexpr Schedule::Kind Kinds[] = {Schedule::Kind::Sequential,
                                             Schedule::Kind::Shuffled,
                                             Schedule::Kind::Random};
  return {Kinds[Random() % 3], Random()};
}

void Stopper::save() {
  Saved.clear();
  for (const Range &R : *Backup) {
    // NOLINTNEXTLINE(performance-no-int-to-ptr)
    const auto *From = reinterpret_cast<const uint8_t *>(R.Begin);
    Saved.emplace_back(From, From + (R.End - R.Begin));
  }
}

void Stopper::putBack() const {
  for (auto [R, Bytes] : zip(*Backup, Saved))
    // NOLINTNEXTLINE(performance-no-int-to-ptr)
    llvm::copy(Bytes, reinterpret_cast<uint8_t *>(R.Begin));
}

/// Some run of the original is as Is says, in these orders or others. They are
/// many, since what a rare order does is taken for a wrong stop otherwise; few
/// of a launch that takes long.
bool Stopper::originalMay(const std::function<bool(const Result &)> &Is,
                          ArrayRef<Schedule> Orders) {
  constexpr uint64_t Least = 4, Most = 2048;
  constexpr uint64_t MostInstructions = uint64_t(1) << 28;
  uint64_t Spent = 0;
  auto May = [&](const Schedule &Order) {
    Result R = original(Order);
    Spent += R.Instructions;
    return Is(R);
  };
  if (any_of(Orders, May))
    return true;
  for (uint64_t Seed = 1;
       Seed <= Least || (Seed <= Most && Spent < MostInstructions); ++Seed)
    if (May({Schedule::Kind::Shuffled, Seed}) ||
        May({Schedule::Kind::Random, Seed}))
      return true;
  return false;
}

bool Stopper::endsOtherwise(ArrayRef<Schedule> Orders) {
  Race = originalMay(
      [&](const Result &X) {
        return X.S == Status::Finished && Final->compare();
      },
      Orders);
  return Race;
}

/// What a run may not do.
Stopper::Failure Stopper::judge(const Result &R, const std::string &How) const {
  if (R.S == Status::Faulted)
    return How + ": " + R.Problem.Text;
  if (!R.Uninitialised.empty() && !ReadsUninitialised)
    return How + ": " + R.Uninitialised[0].Text;
  return std::nullopt;
}

Stopper::Failure Stopper::clean(Costs &Cost) {
  Result R = original({});
  if (R.S != Status::Finished)
    return "the launch is no valid one: " + R.Problem.Text;
  Final.emplace(P, First);
  // Instructions are counted before the host's compiler sees the code.
  Schedule Mixed{Schedule::Kind::Random, 7};
  R = original(Mixed);
  if (R.S != Status::Finished)
    return "the launch is no valid one: " + R.Problem.Text;
  Race = Final->compare().has_value();
  ReadsUninitialised = !R.Uninitialised.empty();
  Cost.Original += R.Instructions;
  First.InstructionLimit = Second.InstructionLimit =
      64 * R.Instructions + (uint64_t(1) << 22);
  Accesses = R.Accesses, Stores = R.Stores, Barriers = R.Barriers;
  for (auto [Which, To] : {std::pair(Way::Mapless, &Costs::Mapless),
                           std::pair(Way::Plain, &Costs::Twin),
                           std::pair(Way::Mapped, &Costs::Mapped)})
    for (const Schedule &Order : {Mixed, Schedule()}) {
      begin(Which);
      R = twin(Order);
      if (Failure F = judge(R, "the twin, which nobody stops, " + str(Order))) {
        if (originalMay(
                [&](const Result &X) { return judge(X, "").has_value(); },
                Order))
          return "the launch is no valid one: " + *F;
        return F;
      }
      if (Left[0])
        return "the twin leaves, and nobody asked it to";
      if (Final->compare() && !Race && !endsOtherwise(Order))
        return "the twin, which nobody stops, leaves other memory than the "
               "original " +
               str(Order);
      Loads[static_cast<size_t>(Which)] = R.SignalLoads;
      if (Order.K == Schedule::Kind::Random)
        Cost.*To += R.Instructions;
      if (Which != Way::Mapped)
        continue;
      uint64_t Blocks = 0;
      for (uint32_t Word : Done)
        Blocks += static_cast<uint64_t>(__builtin_popcount(Word));
      if (Blocks != Second.Grid.count())
        return "the twin marks " + std::to_string(Blocks) + " of " +
               std::to_string(Second.Grid.count()) + " blocks as done";
    }
  return std::nullopt;
}

Stopper::Failure Stopper::stop(std::mt19937_64 &Random, StopCounts &Counts) {
  constexpr unsigned MostStops = 3;
  Way Which = Way::Mapped;
  if (Idempotent && Random() % 2)
    Which = Random() % 2 ? Way::Mapless : Way::Plain;
  // All blocks run again on what they may have read before.
  bool Restores = Backup && !Idempotent && Random() % 2;
  if (Restores)
    Which = Random() % 2 ? Way::Mapless : Way::Plain;
  begin(Which);
  if (Restores)
    save();
  std::string Story;
  SmallVector<Schedule, 4> Orders;
  auto Tell = [&](const std::string &What) {
    Story += (Story.empty() ? "" : ", then ") + What;
  };
  for (unsigned Run = 0;; ++Run) {
    Schedule Order = order(Random);
    Orders.push_back(Order);
    Request[0] = Left[0] = 0;
    Second.Host = {};
    Second.Stop = {};
    bool Stop = Run < MostStops && (Run == 0 || Random() % 4 == 0);
    bool Inside = (Idempotent || Restores) && Random() % 4 != 0;
    if (Restores && Run) {
      putBack();
      ++Counts.Restores;
    }
    Tell("run " + str(Order));
    if (Stop && (Idempotent || Restores) && Random() % 4 == 0) {
      // At any moment, as nobody has to ask.
      Cut &C = Second.Stop;
      static constexpr Cut::Kind Kinds[] = {Cut::Kind::Access, Cut::Kind::Store,
                                            Cut::Kind::Barrier};
      C.K = Kinds[Random() % 3];
      uint64_t Most = C.K == Cut::Kind::Access  ? Accesses
                      : C.K == Cut::Kind::Store ? Stores
                                                : Barriers;
      C.N = 1 + Random() % (Most + 4);
      Tell("cut off at " + std::to_string(C.N));
    } else if (Stop) {
      Second.Host.Value = static_cast<uint32_t>(Inside ? StopRequest::Anywhere
                                                       : StopRequest::AtEntry);
      Second.Host.Load =
          1 +
          Random() % std::max<uint64_t>(Loads[static_cast<size_t>(Which)], 1);
      // Twins read through a cache that is not kept up to date.
      Second.Host.Stale = Random() | 1;
      Tell("asked to leave before load " + std::to_string(Second.Host.Load) +
           (Inside ? "" : " at entry"));
    }
    Result R = twin(Order);
    if (Failure F = judge(R, Story)) {
      if (!Fails &&
          !originalMay(
              [&](const Result &X) { return judge(X, "").has_value(); },
              Orders))
        return F;
      // So may the kernel, for what threads race for.
      Fails = true;
      ++Counts.Races;
      Race = true;
      return std::nullopt;
    }
    Counts.Resumes += Run > 0;
    if (R.S == Status::Stopped) {
      ++Counts.Cuts;
      continue;
    }
    if (!Left[0])
      break;
    if (!Stop)
      return Story + ": it leaves, and nobody asked it to";
    ++Counts.Stops;
    Counts.Inside += Inside;
  }
  auto D = Final->compare();
  if (!D)
    return std::nullopt;
  if (Race) {
    ++Counts.Races;
    return std::nullopt;
  }
  // The order of threads explains it if it explains it for the original.
  if (endsOtherwise(Orders)) {
    ++Counts.Races;
    return std::nullopt;
  }
  return Story + ": the byte at " + std::to_string(D->Address) + " is " +
         std::to_string(D->Other) + ", after a run that nobody stops " +
         std::to_string(D->Clean);
}

} // namespace reprise::checkpoints
