//===- EntryPlace.cpp - How late threads may decide at entry --------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//   1. What memory says may be old, and whatever is computed from it.
//   2. The nearest block that dominates all effects is in no loop: the way into
//      each loop is an effect, and so it would dominate its own way in.
//   3. In that block, the first effect, or else its end.
//   4. Threads that decide together need the block to be uniform; a block of
//      threads, to find a barrier there.
//
//===----------------------------------------------------------------------===//

#include "EntryPlace.h"
#include "BlockUniform.h"
#include "SyncOps.h"

#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/Analysis/LoopInfo.h"
#include "llvm/Analysis/ValueTracking.h"
#include "llvm/IR/CFG.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"

#include <utility>

using namespace llvm;

namespace reprise {

static bool isSharedStore(const Instruction &I) {
  constexpr unsigned SharedSpace = 3;
  const auto *S = dyn_cast<StoreInst>(&I);
  return S && S->isSimple() && S->getPointerAddressSpace() == SharedSpace;
}

/// Parameters, variables of the thread that hold such, and constants, which no
/// kernel writes.
static bool readsSteadyMemory(const Instruction &I) {
  constexpr unsigned ConstantSpace = 4;
  const auto *L = dyn_cast<LoadInst>(&I);
  if (!L)
    return false;
  const Value *Object = getUnderlyingObject(L->getPointerOperand());
  const auto *A = dyn_cast<Argument>(Object);
  const auto *G = dyn_cast<GlobalVariable>(Object);
  return isa<AllocaInst>(Object) || (A && A->hasByValAttr()) ||
         (G && (G->isConstant() || G->getAddressSpace() == ConstantSpace));
}

namespace {

/// A launch may begin when the one before it has left: then memory holds what
/// is not meant for it. A thread may load that, and must not use it: addresses
/// made of it point anywhere, and what branches on it may find nothing to do.
class OldValues {
public:
  explicit OldValues(Function &F) {
    // Variables of the thread are followed as a whole, stores to them are
    // effects; so one round in any order, and others while there is news.
    for (bool More = true; std::exchange(More, false);)
      for (Instruction &I : instructions(F))
        if (!Values.count(&I) &&
            ((I.mayReadFromMemory() && !readsSteadyMemory(I)) ||
             any_of(I.operands(),
                    [&](const Use &U) { return Values.count(U.get()); }))) {
          Values.insert(&I);
          More = true;
        }
  }

  /// It depends on an old value where it goes, or which memory it looks at.
  bool decide(const Instruction &I) const {
    if (const auto *S = dyn_cast<StoreInst>(&I))
      return Values.count(S->getPointerOperand());
    return (I.isTerminator() || I.mayReadFromMemory()) &&
           any_of(I.operands(),
                  [&](const Use &U) { return Values.count(U.get()); });
  }

private:
  SmallPtrSet<const Value *, 32> Values;
};

} // namespace

/// Something that a thread which leaves afterwards has done.
static bool isEffect(Instruction &I, Granularity Entry) {
  if (I.isDebugOrPseudoInst() || I.isLifetimeStartOrEnd() || isa<AssumeInst>(I))
    return false;
  if (auto *Call = dyn_cast<CallBase>(&I)) {
    if (classifyCall(*Call).Kind == SyncKind::Exit && !Call->isInlineAsm())
      return false; // Becomes a jump to the end.
    return Call->isInlineAsm() || Call->isConvergent() ||
           !Call->onlyReadsMemory() ||
           !(isa<IntrinsicInst>(Call) || Call->willReturn());
  }
  if (I.isVolatile() || I.isAtomic())
    return true;
  return I.mayWriteToMemory() &&
         !(Entry == Granularity::Block && isSharedStore(I));
}

EntryPlace findEntryPlace(Function &F, Granularity Entry) {
  DominatorTree Tree(F);
  LoopInfo Loops(Tree);
  SmallPtrSet<const Instruction *, 32> Effects;
  BasicBlock *Common = nullptr;
  auto Add = [&](Instruction &I) {
    if (!Tree.isReachableFromEntry(I.getParent()))
      return;
    Effects.insert(&I);
    Common = Common ? Tree.findNearestCommonDominator(Common, I.getParent())
                    : I.getParent();
  };
  const OldValues Old(F);
  for (Instruction &I : instructions(F))
    if (isEffect(I, Entry) || Old.decide(I))
      Add(I);
  for (Loop *L : Loops.getLoopsInPreorder()) {
    BasicBlock *Way = L->getLoopPreheader();
    if (!Way)
      return {};
    Add(*Way->getTerminator());
  }
  if (!Common)
    return {};
  EntryPlace Place;
  for (Instruction &I : *Common)
    if (Effects.count(&I) || I.isTerminator()) {
      Place.Before = &I;
      break;
    }
  if (isa<ReturnInst>(Place.Before) || isa<UnreachableInst>(Place.Before))
    return {};
  if (Entry == Granularity::Thread)
    return Place;
  if (!BlockUniform(F).isUniform(Common))
    return {};
  auto *Call = dyn_cast<CallBase>(Place.Before);
  Place.AtBarrier = Call && classifyCall(*Call).Kind == SyncKind::Barrier;
  if (Entry == Granularity::Block && !Place.AtBarrier)
    return {};
  Place.BeforeAllEnds = true;
  for (BasicBlock &B : F)
    if (succ_empty(&B) && !Tree.dominates(Common, &B))
      Place.BeforeAllEnds = false;
  for (Instruction &I : instructions(F))
    if (auto *Exit = dyn_cast<CallBase>(&I);
        Exit && classifyCall(*Exit).Kind == SyncKind::Exit &&
        !Tree.dominates(Place.Before, Exit))
      Place.BeforeAllEnds = false;
  return Place;
}

} // namespace reprise
