//===- LoopGuards.cpp - Drop a branch that repeats a loop's first test ----===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LoopGuards.h"

#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/Analysis/ConstantFolding.h"
#include "llvm/Analysis/LoopInfo.h"
#include "llvm/Analysis/ValueTracking.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/Instructions.h"

using namespace llvm;

namespace reprise {

namespace {

class Dropper {
public:
  explicit Dropper(Loop &L)
      : L(L), Head(L.getHeader()), Before(L.getLoopPreheader()) {}

  bool run() {
    auto *Branch = dyn_cast<BranchInst>(Head->getTerminator());
    if (!Before || !Branch || !Branch->isConditional() ||
        !L.isLoopExiting(Head) || !harmless(*Head))
      return false;
    auto *Test = dyn_cast<ICmpInst>(Branch->getCondition());
    if (!Test)
      return false;
    unsigned Out = L.contains(Branch->getSuccessor(0)) ? 1 : 0;
    BranchInst *Guard = findGuard();
    if (!Guard)
      return false;
    unsigned Skip = Guard->getSuccessor(0) == Chain.back() ? 1 : 0;
    if (!sameDecision(*Guard, Skip, *Test, Out) ||
        !sameArrival(*Guard, Skip, Branch->getSuccessor(Out)))
      return false;
    drop(*Guard, Skip);
    return true;
  }

private:
  /// True when running B although the program would not changes nothing.
  static bool harmless(const BasicBlock &B) {
    return all_of(B, [&](const Instruction &I) {
      return isa<PHINode>(I) || I.isTerminator() ||
             isSafeToSpeculativelyExecute(&I);
    });
  }

  /// The branch that decides whether the loop is reached at all, and nothing
  /// else. Fills Chain with the blocks from the preheader up to it.
  BranchInst *findGuard() {
    for (BasicBlock *B = Before; B; B = B->getSinglePredecessor()) {
      // A block of phis has more than one way in, or can be looked through.
      if (!harmless(*B) || !B->phis().empty() || is_contained(Chain, B))
        return nullptr;
      Chain.push_back(B);
      BasicBlock *Pred = B->getSinglePredecessor();
      auto *Branch =
          Pred ? dyn_cast<BranchInst>(Pred->getTerminator()) : nullptr;
      if (!Branch)
        return nullptr;
      if (Branch->isConditional())
        return Branch->getSuccessor(0) == Branch->getSuccessor(1) ? nullptr
                                                                  : Branch;
    }
    return nullptr;
  }

  /// The value that V has when the loop is left before its first iteration;
  /// null if V is computed in the loop.
  Value *atFirst(Value *V) const {
    if (auto *Phi = dyn_cast<PHINode>(V); Phi && Phi->getParent() == Head)
      return Phi->getIncomingValueForBlock(Before);
    return L.isLoopInvariant(V) ? V : nullptr;
  }

  /// True when the loop's first test goes out exactly when Guard skips it.
  bool sameDecision(const BranchInst &Guard, unsigned Skip,
                    const ICmpInst &Test, unsigned Out) const {
    Value *A = atFirst(Test.getOperand(0)), *B = atFirst(Test.getOperand(1));
    if (!A || !B)
      return false;
    const DataLayout &DL = Head->getDataLayout();
    auto Implied = [&](bool SkipTaken) {
      // The guard is true when it skips at successor 0, and the reverse.
      return isImpliedCondition(Guard.getCondition(), Test.getPredicate(), A, B,
                                DL, SkipTaken == (Skip == 0));
    };
    return Implied(true) == (Out == 0) && Implied(false) == (Out == 1);
  }

  /// True when the loop's exit leads to where Guard skips to, with the values
  /// that Guard brings.
  bool sameArrival(const BranchInst &Guard, unsigned Skip, BasicBlock *Exit) {
    BasicBlock *Join = Guard.getSuccessor(Skip);
    const DataLayout &DL = Head->getDataLayout();
    // What the instructions on the way hold.
    SmallDenseMap<Value *, Value *, 4> Held;
    auto Arriving = [&](Value *V) {
      auto It = Held.find(V);
      return It == Held.end() ? atFirst(V) : It->second;
    };
    SmallPtrSet<BasicBlock *, 4> Seen;
    BasicBlock *Last = Head;
    for (BasicBlock *B = Exit; B != Join; B = B->getSingleSuccessor()) {
      if (!B || !Seen.insert(B).second || !harmless(*B))
        return false;
      for (PHINode &Phi : B->phis())
        Held[&Phi] = Arriving(Phi.getIncomingValueForBlock(Last));
      // A conversion of what the phis hold: a constant if that is one.
      for (Instruction &I : *B)
        if (!isa<PHINode>(I) && !I.isTerminator()) {
          SmallVector<Constant *, 2> Operands;
          for (Value *V : I.operands())
            Operands.push_back(dyn_cast_or_null<Constant>(Arriving(V)));
          Held[&I] = is_contained(Operands, nullptr)
                         ? nullptr
                         : ConstantFoldInstOperands(&I, Operands, DL);
        }
      Arrival.push_back(B);
      Last = B;
    }
    return all_of(Join->phis(), [&](const PHINode &Phi) {
      Value *V = Arriving(Phi.getIncomingValueForBlock(Last));
      return V && V == Phi.getIncomingValueForBlock(Guard.getParent());
    });
  }

  void drop(BranchInst &Guard, unsigned Skip) {
    // Flags may have been derived from the guard.
    for (BasicBlock *B : Chain)
      for (Instruction &I : *B)
        I.dropPoisonGeneratingFlags();
    for (Instruction &I : *Head)
      I.dropPoisonGeneratingFlags();
    for (BasicBlock *B : Arrival)
      for (Instruction &I : *B)
        I.dropPoisonGeneratingFlags();
    Guard.getSuccessor(Skip)->removePredecessor(Guard.getParent(),
                                                /*KeepOneInputPHIs=*/true);
    BranchInst::Create(Guard.getSuccessor(1 - Skip), &Guard);
    Guard.eraseFromParent();
  }

  Loop &L;
  BasicBlock *Head, *Before;
  SmallVector<BasicBlock *, 4> Chain;   ///< From the preheader to the guard.
  SmallVector<BasicBlock *, 4> Arrival; ///< From the loop to the guard's end.
};

} // namespace

PreservedAnalyses LoopGuardsPass::run(Function &F,
                                      FunctionAnalysisManager &FAM) {
  bool Changed = false;
  // Each branch that goes changes dominance: look again.
  for (bool Again = true; Again;) {
    Again = false;
    DominatorTree DT(F);
    LoopInfo LI(DT);
    for (Loop *L : LI.getLoopsInPreorder())
      if (Dropper(*L).run()) {
        Changed = Again = true;
        break;
      }
  }
  if (!Changed)
    return PreservedAnalyses::all();
  FAM.invalidate(F, PreservedAnalyses::none());
  return PreservedAnalyses::none();
}

} // namespace reprise
