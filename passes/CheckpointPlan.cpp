//===- CheckpointPlan.cpp - Where a kernel can be left --------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//   1. What the threads do together decides the granularity, and refuses.
//   2. Loops that may wait for other blocks refuse the kernel.
//   3. Each loop that can run for long gets a site, or a reason why not.
//   4. If a barrier carries a decision, all barriers do: nobody knows which of
//      them meet.
//
//===----------------------------------------------------------------------===//

#include "CheckpointPlan.h"
#include "BlockUniform.h"
#include "CountedLoop.h"
#include "StopRules.h"
#include "SyncOps.h"
#include "WaitLoops.h"

#include "llvm/ADT/PostOrderIterator.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Analysis/AssumptionCache.h"
#include "llvm/Analysis/CFG.h"
#include "llvm/Analysis/LoopInfo.h"
#include "llvm/Analysis/ScalarEvolution.h"
#include "llvm/Analysis/TargetLibraryInfo.h"
#include "llvm/IR/DebugInfoMetadata.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/TargetParser/Triple.h"

#include <algorithm>
#include <map>

using namespace llvm;

namespace reprise {

const char *nameOf(Granularity G) {
  switch (G) {
  case Granularity::None:
    return "none";
  case Granularity::Thread:
    return "thread";
  case Granularity::Warp:
    return "warp";
  case Granularity::Block:
    return "block";
  }
  return "?";
}

const char *nameOf(SiteKind K) {
  switch (K) {
  case SiteKind::CountedLoop:
    return "loop in slices";
  case SiteKind::Loop:
    return "loop";
  case SiteKind::Barrier:
    return "barrier";
  case SiteKind::WarpOp:
    return "warp operation";
  }
  return "?";
}

bool CheckpointPlan::leavesInside() const {
  return any_of(Sites, [](const CheckpointSite &S) { return S.Period != 0; });
}

namespace {

std::string placeOf(const DebugLoc &Loc) {
  if (!Loc)
    return "";
  return (cast<DIScope>(Loc.getScope())->getFilename() + ":" +
          Twine(Loc.getLine()) + ":" + Twine(Loc.getCol()))
      .str();
}

class Planner {
public:
  Planner(Function &F, const PlanOptions &Options)
      : F(F), Options(Options), Info(Triple(F.getParent()->getTargetTriple())),
        Libraries(Info), Assumptions(F), Dominators(F), Loops(Dominators),
        SE(F, Libraries, Assumptions, Dominators, Loops), Uniform(F) {}

  CheckpointPlan run();

private:
  void classify();
  void refuseFull();
  void refuseWaiting();
  void visit(Loop &L);
  void place(Loop &L);
  bool placeUniform(Loop &L);
  bool placeAtOperation(Loop &L, SyncKind Kind);
  bool isAlone(const SyncOp &Op) const;
  bool waitsAcross(const Loop &L) const;
  void carryEverywhere();
  void decline(const Loop &L, const Twine &Why) {
    Plan.Declined.push_back({whereIs(L), Why.str()});
  }

  std::string whereIs(const Loop &L) const {
    if (DebugLoc Start = L.getStartLoc())
      return placeOf(Start);
    for (const Instruction &I : *L.getHeader())
      if (I.getDebugLoc())
        return placeOf(I.getDebugLoc());
    return L.getHeader()->hasName() ? "block " + L.getHeader()->getName().str()
                                    : "a loop";
  }
  uint64_t weight(const Loop &L);
  /// Threads that wait for each other take longer for as many instructions, so
  /// blocks are asked twice as often.
  uint32_t period(uint64_t Body) const {
    const bool Waits = Plan.Inside == Granularity::Block;
    const uint64_t Distance = Options.PollInstructions / (Waits ? 2 : 1);
    const uint64_t N = Distance / std::max<uint64_t>(Body, 1);
    return static_cast<uint32_t>(
        std::bit_floor(std::clamp<uint64_t>(N, 1, 1u << 16)));
  }

  Function &F;
  const PlanOptions &Options;
  TargetLibraryInfoImpl Info;
  TargetLibraryInfo Libraries;
  AssumptionCache Assumptions;
  DominatorTree Dominators;
  LoopInfo Loops;
  ScalarEvolution SE;
  BlockUniform Uniform;
  std::vector<SyncOp> Ops;
  std::map<const Loop *, uint64_t> Weights;
  bool BarriersUniform = true, HasReduction = false;
  CheckpointPlan Plan;
};

} // namespace

/// Instructions of one iteration, loops inside with the iterations that are
/// known. Of others it is supposed that they are few: those that are not have a
/// checkpoint of their own, and to ask behind each short one costs much.
uint64_t Planner::weight(const Loop &L) {
  constexpr unsigned Few = 8, Known = 1024;
  uint64_t &Sum = Weights[&L];
  if (Sum)
    return Sum;
  for (const BasicBlock *B : L.blocks())
    if (Loops.getLoopFor(B) == &L)
      for (const Instruction &I : *B)
        Sum += !isa<PHINode>(I) && !I.isDebugOrPseudoInst();
  for (const Loop *Inner : L.getSubLoops()) {
    uint64_t Trips = SE.getSmallConstantMaxTripCount(Inner);
    if (!Trips || Trips > Known)
      Trips = Few;
    uint64_t One = weight(*Inner);
    Weights[&L] = SaturatingAdd(Weights[&L], SaturatingMultiply(Trips, One));
  }
  return Weights[&L];
}

void Planner::classify() {
  Ops = findSyncOps(F);
  bool Barrier = false, Warp = false;
  std::string Inside;
  auto Refuse = [](std::string &To, const Twine &Why) {
    if (To.empty())
      To = Why.str();
  };
  for (const SyncOp &Op : Ops) {
    switch (Op.Kind) {
    case SyncKind::None:
      break;
    case SyncKind::Barrier:
    case SyncKind::Reduction:
      Barrier = true;
      HasReduction |= Op.Kind == SyncKind::Reduction;
      if (Op.InCallee)
        Refuse(Inside, "a barrier in a function that is not inlined");
      else if (!Uniform.isUniform(Op.Call->getParent()))
        BarriersUniform = false;
      break;
    case SyncKind::OtherBarrier:
      Barrier = true;
      Refuse(Inside, "a barrier for a part of the block (" + Op.Name + ")");
      break;
    case SyncKind::WarpAll:
    case SyncKind::WarpPart:
      Warp = true;
      if (Op.InCallee)
        Refuse(Inside, "a warp operation in a function that is not inlined");
      break;
    case SyncKind::Async:
      Plan.WaitsForCopies = true;
      break;
    case SyncKind::AsyncOther:
      Barrier = true;
      Plan.CountBytes = 1024;
      Refuse(Inside, "asynchronous operations that leaving would cut off (" +
                         Op.Name + ")");
      break;
    case SyncKind::Grid:
      Refuse(Plan.Refusal, "blocks work together (" + Op.Name + ")");
      break;
    case SyncKind::Exit:
      // Those in the kernel become jumps to its end.
      if (Op.InCallee || Op.Call->isInlineAsm())
        Refuse(Plan.Refusal, "threads end where the end of the block cannot "
                             "be seen");
      break;
    case SyncKind::Unknown:
      Refuse(Plan.Refusal, Op.Name + ", which may wait for anything");
      break;
    }
  }
  bool Shared = usesSharedMemory(F);
  Plan.Inside = Barrier || Shared ? Granularity::Block
                : Warp            ? Granularity::Warp
                                  : Granularity::Thread;
  if (weakened(StopRule::LeaveTogether))
    Plan.Inside = Granularity::Thread;
  Plan.Entry = Plan.Inside;
  Plan.InsideRefusal = std::move(Inside);
}

/// What a twin has more than its kernel: a count in shared memory and the
/// Control among the parameters.
void Planner::refuseFull() {
  constexpr uint64_t MostShared = 48 << 10;
  if (sharedBytes(F) > MostShared - Plan.CountBytes)
    Plan.Refusal = "static shared memory has no room for the block's count";
  // The last parameter is the Control.
  const DataLayout &DL = F.getDataLayout();
  uint64_t Bytes = 0, Before = 0;
  for (const Argument &A : F.args()) {
    Type *T = A.hasByValAttr() ? A.getParamByValType() : A.getType();
    Before = Bytes;
    Bytes = alignTo(Bytes, std::max(A.getParamAlign().valueOrOne(),
                                    DL.getABITypeAlign(T))) +
            DL.getTypeStoreSize(T).getFixedValue();
  }
  constexpr uint64_t Small = 4096, Large = 32764;
  if (Bytes > (Before > Small ? Large : Small))
    Plan.Refusal = "the parameters leave no room for the Control";
}

void Planner::refuseWaiting() {
  if (!Plan.Refusal.empty())
    return;
  for (const Instruction &I : instructions(F))
    if (const auto *Call = dyn_cast<CallBase>(&I))
      if (const Function *Callee = Call->getCalledFunction();
          Callee && !Callee->isDeclaration()) {
        Plan.Refusal = "a function that cannot be inlined (" +
                       Callee->getName().str() + ") may wait for other blocks";
        return;
      }
  ReversePostOrderTraversal<const Function *> Order(&F);
  if (containsIrreducibleCFG<const BasicBlock *>(Order, Loops))
    Plan.Refusal = "its control flow has loops with several entries";
  for (const Loop *L : Loops.getLoopsInPreorder())
    if (const Instruction *I = waitsFor(*L, SE)) {
      std::string Where = placeOf(I->getDebugLoc());
      Plan.Refusal = "a loop may wait for other blocks" +
                     (Where.empty() ? "" : " (" + Where + ")");
      return;
    }
}

/// Some thread may still wait at a warp operation for another one that has
/// reached the end of an iteration of L: to ask the block there would be a
/// deadlock. Operations in uniform blocks complete before, and so do those that
/// a barrier of the whole block comes after.
bool Planner::waitsAcross(const Loop &L) const {
  SmallPtrSet<const BasicBlock *, 8> Meeting;
  for (const SyncOp &Op : Ops)
    if (Op.Kind == SyncKind::Barrier || Op.Kind == SyncKind::Reduction)
      Meeting.insert(Op.Call->getParent());
  for (const SyncOp &Op : Ops) {
    if ((Op.Kind != SyncKind::WarpAll && Op.Kind != SyncKind::WarpPart) ||
        Uniform.isUniform(Op.Call->getParent()))
      continue;
    SmallVector<const BasicBlock *, 16> Next{Op.Call->getParent()};
    SmallPtrSet<const BasicBlock *, 16> Seen;
    while (!Next.empty()) {
      const BasicBlock *B = Next.pop_back_val();
      if (!Seen.insert(B).second || Meeting.count(B))
        continue;
      if (B == L.getLoopLatch())
        return true;
      append_range(Next, successors(B));
    }
  }
  return false;
}

/// All threads run L alike: they can be asked together between iterations.
bool Planner::placeUniform(Loop &L) {
  SmallVector<BasicBlock *, 4> Exiting;
  L.getExitingBlocks(Exiting);
  bool Alike =
      Uniform.isUniform(L.getHeader()) && L.getLoopLatch() &&
      Uniform.isUniform(L.getLoopLatch()) &&
      all_of(Exiting, [&](BasicBlock *B) { return Uniform.isUniform(B); });
  if (Plan.Inside != Granularity::Thread &&
      (!Alike || !BarriersUniform || waitsAcross(L)))
    return false;
  if (!L.getLoopLatch() || !L.getLoopPreheader())
    return false;
  CheckpointSite S;
  S.Header = L.getHeader();
  S.Where = whereIs(L);
  S.Body = static_cast<uint32_t>(std::min<uint64_t>(weight(L), ~0u));
  S.Period = period(S.Body);
  auto Counted = CountedLoop::match(L);
  // Where the ends of slices differ, threads would be asked apart.
  bool SameSlices = Plan.Inside == Granularity::Thread ||
                    (Counted && Uniform.isUniform(Counted->Counter) &&
                     Uniform.isUniform(Counted->end()));
  S.Kind = Counted && SameSlices && Counted->fits(S.Period)
               ? SiteKind::CountedLoop
               : SiteKind::Loop;
  Plan.Sites.push_back(std::move(S));
  return true;
}

/// All lanes are at Op when one is. A lane may instead be at another operation
/// of the same kind; where all of them follow each other in one block, lanes
/// that have done equally many are at the same one.
bool Planner::isAlone(const SyncOp &Op) const {
  return all_of(Ops, [&](const SyncOp &Other) {
    return Other.Kind != SyncKind::WarpAll || Other.Name != Op.Name ||
           Other.Call->getParent() == Op.Call->getParent();
  });
}

/// Barriers, or warp operations of all lanes, in L itself.
bool Planner::placeAtOperation(Loop &L, SyncKind Kind) {
  for (const SyncOp &Op : Ops) {
    if (Op.Kind != Kind || Loops.getLoopFor(Op.Call->getParent()) != &L ||
        (Kind == SyncKind::WarpAll && !isAlone(Op)))
      continue;
    CheckpointSite S;
    S.Kind = Kind == SyncKind::Barrier ? SiteKind::Barrier : SiteKind::WarpOp;
    S.Header = L.getHeader();
    S.At = Op.Call;
    S.Where = whereIs(L);
    S.Body = static_cast<uint32_t>(std::min<uint64_t>(weight(L), ~0u));
    S.Period = period(S.Body);
    Plan.Sites.push_back(std::move(S));
    return true;
  }
  return false;
}

void Planner::place(Loop &L) {
  if (placeUniform(L))
    return;
  switch (Plan.Inside) {
  case Granularity::Thread:
    return decline(L, "it is not in simplified form");
  case Granularity::Warp:
    if (!placeAtOperation(L, SyncKind::WarpAll))
      decline(L, "lanes of a warp may run it a different number of times, and "
                 "it has no warp operation that surely all of them run");
    return;
  case Granularity::Block:
    if (HasReduction && !BarriersUniform)
      return decline(L, "a barrier of the kernel has a predicate of its own, "
                        "and may meet those that would carry the decision");
    if (!placeAtOperation(L, SyncKind::Barrier))
      decline(L, !BarriersUniform
                     ? "threads may meet at other barriers while some of them "
                       "run it, and it has none"
                     : "threads of a block may run it a different number of "
                       "times, and it has no barrier");
    return;
  case Granularity::None:
    return;
  }
}

void Planner::visit(Loop &L) {
  uint64_t Trips = SE.getSmallConstantMaxTripCount(&L);
  // Polled less often than twice, it costs more than it gives.
  uint64_t Most = Trips ? SaturatingMultiply(Trips, weight(L)) : ~uint64_t(0);
  if (Most < uint64_t(2) * Options.PollInstructions)
    decline(L, "it is short: at most " + Twine(Most) + " instructions");
  else
    place(L);
  for (Loop *Inner : L.getSubLoops())
    visit(*Inner);
}

void Planner::carryEverywhere() {
  if (none_of(Plan.Sites, [](const CheckpointSite &S) {
        return S.Kind == SiteKind::Barrier;
      }))
    return;
  for (const SyncOp &Op : Ops) {
    if (Op.Kind != SyncKind::Barrier ||
        any_of(Plan.Sites,
               [&](const CheckpointSite &S) { return S.At == Op.Call; }))
      continue;
    CheckpointSite S;
    S.Kind = SiteKind::Barrier;
    S.At = Op.Call;
    S.Where = placeOf(Op.Call->getDebugLoc());
    Plan.Sites.push_back(std::move(S));
  }
}

CheckpointPlan Planner::run() {
  Plan.Kernel = F.getName().str();
  classify();
  refuseFull();
  refuseWaiting();
  if (!Plan.Refusal.empty()) {
    Plan.Entry = Plan.Inside = Granularity::None;
    return std::move(Plan);
  }
  if (!Plan.InsideRefusal.empty()) {
    Plan.Inside = Granularity::None;
    return std::move(Plan);
  }
  for (Loop *L : Loops)
    visit(*L);
  carryEverywhere();
  return std::move(Plan);
}

CheckpointPlan planCheckpoints(Function &F, const PlanOptions &Options) {
  return Planner(F, Options).run();
}

} // namespace reprise
