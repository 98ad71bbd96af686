//===- GridSync.cpp - Barriers and warp operations ------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "GridSwitch.h"
#include "Matrix.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/bit.h"

#include <bit>

using namespace llvm;

namespace reprise::emulator {

//===----------------------------------------------------------------------===//
// Barriers
//===----------------------------------------------------------------------===//

BarrierState &Grid::barrierNumber(uint32_t Id) {
  if (Id >= 16) {
    fault(FaultKind::Barrier, callSite(), 0, 0,
          "there is no barrier " + std::to_string(Id) + "; the last is 15");
    leave();
  }
  return Running->Block->Barriers[Id];
}

static void advance(uint16_t &Epoch) {
  if (Epoch != 0xffff) // A block that is older than that proves no order.
    ++Epoch;
}

/// Lets the threads go when all have arrived. Self goes on without waiting.
bool Grid::release(BlockState &B, BarrierState &Bar, ThreadState *Self) {
  uint32_t Needed = Bar.Needed ? Bar.Needed : B.Live;
  if (Bar.Arrived < Needed || !Bar.Arrived)
    return false;
  ++Out.Barriers;
  IdleSlices = 0;
  if (K.Traced && Bar.Waiting.size() + (Self ? 1 : 0) >= B.Live)
    for (ThreadState &T : B.Threads) {
      advance(T.Now.Block);
      advance(T.Now.Warp);
    }
  for (ThreadState *T : Bar.Waiting) {
    T->Result = Bar.Trues | uint64_t(Bar.Arrived) << 32;
    ready(*T);
  }
  if (Self)
    Self->Result = Bar.Trues | uint64_t(Bar.Arrived) << 32;
  Bar.Waiting.clear();
  Bar.Arrived = Bar.Needed = Bar.Trues = 0;
  if (L.Stop.K == Cut::Kind::Barrier && Out.Barriers >= L.Stop.N)
    stop(Status::Stopped);
  return true;
}

[[gnu::always_inline]] inline uint32_t Grid::reduce(uint32_t Id, uint32_t Count,
                                                    BarrierOp Op, bool Value) {
  if (StopNext) {
    stop(Status::Stopped);
    leave();
  }
  BarrierState &Bar = barrierNumber(Id);
  ThreadState &T = *Running;
  ++Bar.Arrived;
  Bar.Trues += Value;
  if (Count)
    Bar.Needed = Count;
  if (release(*T.Block, Bar, &T)) {
    if (Stopping)
      leave();
  } else {
    T.S = ThreadState::State::Waiting;
    ++T.Block->Waiting;
    Bar.Waiting.push_back(&T);
    wait(T);
  }
  auto Trues = static_cast<uint32_t>(T.Result);
  auto All = static_cast<uint32_t>(T.Result >> 32);
  return Op == BarrierOp::Popc  ? Trues
         : Op == BarrierOp::And ? Trues == All
         : Op == BarrierOp::Or  ? Trues != 0
                                : 0;
}

void callBarrier(uint32_t Id, uint32_t Count) {
  activeGrid().reduce(Id, Count, BarrierOp::Sync, false);
}

uint32_t callReduce(uint32_t Id, uint32_t Count, uint32_t Op, uint32_t Value) {
  return activeGrid().reduce(Id, Count, static_cast<BarrierOp>(Op), Value);
}

void Grid::arrive(uint32_t Id, uint32_t Count) {
  BarrierState &Bar = barrierNumber(Id);
  ++Bar.Arrived;
  Bar.Needed = Count;
  if (release(*Running->Block, Bar, nullptr) && Stopping)
    leave();
}

//===----------------------------------------------------------------------===//
// Warps
//===----------------------------------------------------------------------===//

/// The lane that a shuffle reads, as PTX defines it, and whether it is in
/// range.
static std::pair<uint32_t, bool> shuffleSource(const WarpSlot &S,
                                               uint32_t Lane) {
  uint32_t Segment = S.Clamp >> 8 & 31, Bound = S.Clamp & 31;
  uint32_t B = S.Argument & 31;
  uint32_t Most = (Lane & Segment) | (Bound & ~Segment);
  uint32_t Least = Lane & Segment;
  int64_t From = Lane;
  bool In = true;
  switch (S.Op) {
  case WarpOp::ShflUp:
    From = int64_t(Lane) - B;
    In = From >= int64_t(Most);
    break;
  case WarpOp::ShflDown:
    From = int64_t(Lane) + B;
    In = From <= int64_t(Most);
    break;
  case WarpOp::ShflBfly:
    From = Lane ^ B;
    In = From <= int64_t(Most);
    break;
  default:
    From = Least | (B & ~Segment);
    In = From <= int64_t(Most);
    break;
  }
  return {In ? static_cast<uint32_t>(From) : Lane, In};
}

/// The result for one lane of a group that has arrived.
static uint64_t warpResult(const WarpState &W, uint32_t Lane, uint32_t Group) {
  const WarpSlot &S = W.Slots[Lane];
  auto Fold = [&](auto Op) {
    uint32_t V = 0;
    bool First = true;
    for (uint32_t I = 0; I < 32; ++I)
      if (Group >> I & 1) {
        auto X = static_cast<uint32_t>(W.Slots[I].Value);
        V = First ? X : Op(V, X);
        First = false;
      }
    return uint64_t(V);
  };
  auto Lanes = [&](auto Which) {
    uint32_t Mask = 0;
    for (uint32_t I = 0; I < 32; ++I)
      if ((Group >> I & 1) && Which(W.Slots[I].Value))
        Mask |= 1u << I;
    return Mask;
  };
  auto True = [](uint64_t V) { return V & 1; };
  switch (S.Op) {
  case WarpOp::Sync:
    return 0;
  case WarpOp::ShflIdx:
  case WarpOp::ShflUp:
  case WarpOp::ShflDown:
  case WarpOp::ShflBfly: {
    auto [From, In] = shuffleSource(S, Lane);
    // Reading a lane that takes no part is undefined.
    uint64_t V = (Group >> From & 1) ? W.Slots[From].Value : 0;
    return (V & 0xffffffff) | uint64_t(In) << 32;
  }
  case WarpOp::VoteAll:
    return Lanes(True) == Group;
  case WarpOp::VoteAny:
    return Lanes(True) != 0;
  case WarpOp::VoteUni:
    return Lanes(True) == Group || Lanes(True) == 0;
  case WarpOp::Ballot:
    return Lanes(True);
  case WarpOp::MatchAny:
    return Lanes([&](uint64_t V) { return V == S.Value; });
  case WarpOp::MatchAll: {
    bool All = Lanes([&](uint64_t V) { return V == S.Value; }) == Group;
    return All ? Group | uint64_t(1) << 32 : 0;
  }
  case WarpOp::RedAdd:
    return Fold([](uint32_t A, uint32_t B) { return A + B; });
  case WarpOp::RedMin:
    return Fold(
        [](uint32_t A, uint32_t B) { return int32_t(A) < int32_t(B) ? A : B; });
  case WarpOp::RedMax:
    return Fold(
        [](uint32_t A, uint32_t B) { return int32_t(A) > int32_t(B) ? A : B; });
  case WarpOp::RedUMin:
    return Fold([](uint32_t A, uint32_t B) { return std::min(A, B); });
  case WarpOp::RedUMax:
    return Fold([](uint32_t A, uint32_t B) { return std::max(A, B); });
  case WarpOp::RedAnd:
    return Fold([](uint32_t A, uint32_t B) { return A & B; });
  case WarpOp::RedOr:
    return Fold([](uint32_t A, uint32_t B) { return A | B; });
  case WarpOp::RedXor:
    return Fold([](uint32_t A, uint32_t B) { return A ^ B; });
  case WarpOp::ActiveMask:
    return Group;
  case WarpOp::Matrix:
    break; // Its results are in the lanes' buffers.
  }
  return 0;
}

/// Gives all lanes of a group the results of a matrix operation.
static void exchangeMatrix(const WarpState &W, uint32_t Group,
                           const WarpSlot &S) {
  uint32_t *Lanes[32] = {};
  for (uint32_t I = 0; I < 32; ++I)
    if (Group >> I & 1)
      Lanes[I] = atAddress<uint32_t>(W.Slots[I].Value);
  execute(std::bit_cast<MatrixOp>(S.Argument | uint64_t(S.Clamp) << 32), Lanes);
}

/// Lets the lanes go that wait for Lane's operation, once all that it names
/// have arrived.
bool Grid::completeWarp(BlockState &B, uint32_t Number, uint32_t Lane,
                        ThreadState *Self) {
  WarpState &W = B.Warps[Number];
  const WarpSlot Wanted = W.Slots[Lane];
  uint32_t Group = Wanted.Mask & W.Live;
  for (uint32_t I = 0; I < 32; ++I)
    if (Group >> I & 1) {
      const WarpSlot &S = W.Slots[I];
      if (!S.Waiting || S.Op != Wanted.Op || S.Mask != Wanted.Mask)
        return false;
      if (S.Op == WarpOp::Matrix &&
          (S.Argument != Wanted.Argument || S.Clamp != Wanted.Clamp))
        return false;
    }
  IdleSlices = 0;
  uint32_t First = Number * 32;
  if (Group == W.Live)
    for (uint32_t I = First; I < std::min(First + 32, BlockThreads); ++I)
      advance(B.Threads[I].Now.Warp);
  if (Wanted.Op == WarpOp::Matrix)
    exchangeMatrix(W, Group, Wanted);
  uint64_t Results[32];
  for (uint32_t I = 0; I < 32; ++I)
    if (Group >> I & 1)
      Results[I] = warpResult(W, I, Group);
  for (uint32_t I = 0; I < 32; ++I)
    if (Group >> I & 1) {
      ThreadState &T = B.Threads[First + I];
      T.Result = Results[I];
      W.Slots[I].Waiting = false;
      if (&T != Self)
        ready(T);
    }
  return true;
}

[[gnu::always_inline]] inline uint64_t
Grid::warp(WarpOp Op, uint32_t Mask, uint64_t Value, uint32_t Argument,
           uint32_t Clamp, const void *From) {
  if (StopNext) {
    stop(Status::Stopped);
    leave();
  }
  ThreadState &T = *Running;
  uint32_t Lane = T.Context.Lane;
  bool Converges = Op == WarpOp::ActiveMask;
  if (!Converges && !(Mask >> Lane & 1)) {
    fault(FaultKind::Barrier, callSite(), 0, 0,
          "the mask of a warp operation lacks the thread's own lane");
    leave();
  }
  WarpSlot &S = T.Block->Warps[T.Context.Warp].Slots[Lane];
  S = {true, Op, Mask, Argument, Clamp, Value, From};
  if (Converges || !completeWarp(*T.Block, T.Context.Warp, Lane, &T)) {
    T.S = ThreadState::State::Waiting;
    ++T.Block->Waiting;
    wait(T);
  }
  return T.Result;
}

uint64_t callWarp(uint32_t Op, uint32_t Mask, uint64_t Value, uint32_t Argument,
                  uint32_t Clamp) {
  return activeGrid().warp(static_cast<WarpOp>(Op), Mask, Value, Argument,
                           Clamp, __builtin_return_address(0));
}

/// Active masks: the lanes that stand at one call when nobody can go on, which
/// is as far as a warp can converge.
bool Grid::resolveActive() {
  bool Any = false;
  for (auto &B : Blocks) {
    if (!B->Active)
      continue;
    for (uint32_t N = 0; N < B->Warps.size(); ++N) {
      WarpState &W = B->Warps[N];
      const void *From = nullptr;
      uint32_t Group = 0;
      for (uint32_t I = 0; I < 32; ++I) {
        WarpSlot &S = W.Slots[I];
        if (!S.Waiting || S.Op != WarpOp::ActiveMask)
          continue;
        if (!From)
          From = S.From;
        if (From == S.From)
          Group |= 1u << I;
      }
      for (uint32_t I = 0; I < 32; ++I)
        if (Group >> I & 1) {
          W.Slots[I].Waiting = false;
          ThreadState &T = B->Threads[N * 32 + I];
          T.Result = Group;
          ready(T);
          Any = true;
        }
    }
  }
  return Any;
}

/// Those that waited for T need not any more.
void Grid::afterExit(ThreadState &T) {
  BlockState &B = *T.Block;
  for (BarrierState &Bar : B.Barriers)
    if (!Bar.Waiting.empty() && !Bar.Needed)
      release(B, Bar, nullptr);
  WarpState &W = B.Warps[T.Context.Warp];
  for (uint32_t I = 0; I < 32; ++I)
    if (W.Slots[I].Waiting && W.Slots[I].Op != WarpOp::ActiveMask)
      completeWarp(B, T.Context.Warp, I, nullptr);
}

} // namespace reprise::emulator
