//===- Replay.cpp - Kill a launch, run it again, compare ------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Replay.h"
#include "Runtime.h"

#include "llvm/ADT/STLExtras.h"

#include <algorithm>
#include <cassert>
#include <cstring>

using namespace llvm;

namespace reprise::emulator {

//===----------------------------------------------------------------------===//
// Memory
//===----------------------------------------------------------------------===//

Snapshot::Snapshot(const Program &P, const Launch &L) {
  auto Keep = [&](uint64_t Address, uint64_t Size) {
    const auto *From = atAddress<uint8_t>(Address);
    if (Size)
      Parts.push_back({Address, {From, From + Size}});
  };
  for (const Allocation &A : L.Allocations)
    Keep(A.Address, A.Size);
  for (const Symbol &S : P.symbols())
    if (!S.Constant)
      Keep(S.Address, S.Size);
  llvm::sort(Parts, [](const Part &A, const Part &B) {
    return A.Address < B.Address;
  });
}

void Snapshot::restore() const {
  for (const Part &One : Parts)
    std::memcpy(atAddress<uint8_t>(One.Address), One.Bytes.data(),
                One.Bytes.size());
}

std::optional<Difference> Snapshot::compare() const {
  for (const Part &One : Parts) {
    const auto *Now = atAddress<uint8_t>(One.Address);
    if (std::memcmp(Now, One.Bytes.data(), One.Bytes.size()) == 0)
      continue;
    auto [Clean, Other] =
        std::mismatch(One.Bytes.begin(), One.Bytes.end(), Now);
    auto Offset = static_cast<uint64_t>(Clean - One.Bytes.begin());
    return Difference{One.Address + Offset, *Clean, *Other};
  }
  return std::nullopt;
}

//===----------------------------------------------------------------------===//
// Text
//===----------------------------------------------------------------------===//

std::string str(const Schedule &S) {
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
  return "run " + emulator::str(First) + ", stopped " + text(Stop) +
         ", run again " + emulator::str(Again);
}

//===----------------------------------------------------------------------===//
// Runs
//===----------------------------------------------------------------------===//

Replayer::Replayer(Program &Code, Kernel &Entry, Launch What)
    : K(Entry), P(Code), L(std::move(What)), Initial(Code, L) {}

Replayer::~Replayer() { Initial.restore(); }

Result Replayer::run(const Schedule &Order, const Cut &Stop, TraceLevel Trace) {
  L.Order = Order;
  L.Stop = Stop;
  L.Trace = Trace;
  Result R = K.run(L);
  Instructions += R.Instructions;
  return R;
}

Result Replayer::clean(const Schedule &Order, TraceLevel Trace) {
  Initial.restore();
  Result R = run(Order, {}, Trace);
  if (!Final && R.S == Status::Finished)
    Final.emplace(P, L);
  return R;
}

Outcome Replayer::kill(const Replay &Try, ArrayRef<Schedule> Confirm) {
  assert(Final && "there is nothing to compare with");
  Outcome Out;
  Initial.restore();
  Result R = run(Try.First, Try.Stop, TraceLevel::None);
  // A run that took too long was stopped at a moment like any other.
  if (R.S == Status::Faulted && R.Problem.Kind != FaultKind::Limit) {
    Out.K = Outcome::Kind::Faulted;
    Out.Problem = std::move(R.Problem);
    return Out;
  }
  R = run(Try.Again, {}, TraceLevel::None);
  if (R.S == Status::Finished) {
    Out.At = difference();
    if (!Out.At)
      return Out;
  }
  Out.K = Outcome::Kind::Differs;
  Out.Problem = std::move(R.Problem);
  // If clean runs leave something else in some order, it was the order.
  SmallVector<Schedule, 4> Orders{Try.Again};
  Orders.append(Confirm.begin(), Confirm.end());
  for (const Schedule &Order : Orders) {
    R = clean(Order);
    if (R.S != Status::Finished)
      return {Outcome::Kind::Faulted, std::nullopt, std::move(R.Problem)};
    if (auto D = difference())
      return {Outcome::Kind::Race, D, {}};
  }
  return Out;
}

} // namespace reprise::emulator
