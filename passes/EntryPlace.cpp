//===- EntryPlace.cpp - How late threads may decide at entry --------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//   1. The nearest block that dominates all effects is in no loop: the way into
//      each loop is an effect, and so it would dominate its own way in.
//   2. In that block, the first effect, or else its end.
//   3. Threads that decide together need the block to be uniform; a block of
//      threads, to find a barrier there.
//
//===----------------------------------------------------------------------===//

#include "EntryPlace.h"
#include "BlockUniform.h"
#include "SyncOps.h"

#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/Analysis/LoopInfo.h"
#include "llvm/IR/CFG.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"

using namespace llvm;

namespace reprise {

static bool isSharedStore(const Instruction &I) {
  constexpr unsigned SharedSpace = 3;
  const auto *S = dyn_cast<StoreInst>(&I);
  return S && S->isSimple() && S->getPointerAddressSpace() == SharedSpace;
}

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
  for (Instruction &I : instructions(F))
    if (isEffect(I, Entry))
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
