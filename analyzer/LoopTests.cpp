//===- LoopTests.cpp - Move the test of a loop to its start ---------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LoopTests.h"

#include "llvm/Analysis/LoopInfo.h"
#include "llvm/Analysis/ValueTracking.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/Transforms/Utils/LoopUtils.h"

using namespace llvm;

namespace reprise {

namespace {

class Turner {
public:
  Turner(Loop &L, DominatorTree &DT)
      : L(L), DT(DT), Head(L.getHeader()), Latch(L.getLoopLatch()) {}

  bool run() {
    auto *Branch =
        Latch ? dyn_cast<BranchInst>(Latch->getTerminator()) : nullptr;
    if (!L.getLoopPreheader() || !Branch || !Branch->isConditional() ||
        !L.isLoopExiting(Latch))
      return false;
    auto *Test = dyn_cast<ICmpInst>(Branch->getCondition());
    if (!Test)
      return false;
    bool StayIfTrue = Branch->getSuccessor(0) == Head;
    Value *First[2], *Each[2];
    for (unsigned I = 0; I < 2; ++I)
      if (!operand(Test->getOperand(I), First[I], Each[I]))
        return false;
    CmpInst::Predicate Stay =
        StayIfTrue ? Test->getPredicate() : Test->getInversePredicate();
    if (!heldBefore(Stay, First[0], First[1]))
      return false;
    turn(*Branch, StayIfTrue, Stay, Each[0], Each[1]);
    return true;
  }

private:
  /// V, which the latch tests, as the header sees it: before the first
  /// iteration and before each.
  bool operand(Value *V, Value *&First, Value *&Each) {
    if (L.isLoopInvariant(V)) {
      First = Each = V;
      return true;
    }
    for (PHINode &Phi : Head->phis())
      if (Phi.getIncomingValueForBlock(Latch) == V) {
        First = Phi.getIncomingValueForBlock(L.getLoopPreheader());
        Each = &Phi;
        return true;
      }
    return false;
  }

  /// True when a branch that dominates the loop has decided for A P B.
  bool heldBefore(CmpInst::Predicate P, Value *A, Value *B) {
    const DataLayout &DL = Head->getDataLayout();
    BasicBlock *Before = L.getLoopPreheader();
    for (auto *Node = DT.getNode(Before); Node; Node = Node->getIDom()) {
      auto *Branch = dyn_cast<BranchInst>(Node->getBlock()->getTerminator());
      if (!Branch || !Branch->isConditional())
        continue;
      for (unsigned I = 0; I < 2; ++I)
        if (Branch->getSuccessor(0) != Branch->getSuccessor(1) &&
            DT.dominates(
                BasicBlockEdge(Node->getBlock(), Branch->getSuccessor(I)),
                Before) &&
            isImpliedCondition(Branch->getCondition(), P, A, B, DL, I == 0)
                .value_or(false))
          return true;
    }
    return false;
  }

  /// The value that V of the last iteration has at the start of the next.
  Value *atStart(Value *V) {
    auto *I = dyn_cast<Instruction>(V);
    if (!I || !L.contains(I))
      return V;
    for (PHINode &Phi : Head->phis())
      if (Phi.getIncomingValueForBlock(Latch) == V)
        return &Phi;
    PHINode *Phi =
        PHINode::Create(V->getType(), 2, V->getName() + ".last", Head->begin());
    // Never seen: the loop is not left before its first iteration.
    Phi->addIncoming(PoisonValue::get(V->getType()), L.getLoopPreheader());
    Phi->addIncoming(V, Latch);
    return Phi;
  }

  void turn(BranchInst &Branch, bool StayIfTrue, CmpInst::Predicate Stay,
            Value *A, Value *B) {
    BasicBlock *Exit = Branch.getSuccessor(StayIfTrue ? 1 : 0);
    SmallVector<std::pair<PHINode *, Value *>, 4> Values;
    for (PHINode &Phi : Exit->phis())
      Values.emplace_back(&Phi, atStart(Phi.getIncomingValueForBlock(Latch)));
    // The body moves to a block of its own, or becomes the latch.
    BasicBlock *Body = Head->splitBasicBlock(Head->getFirstNonPHI(), "");
    BasicBlock *End = Latch == Head ? Body : Latch;
    Head->getTerminator()->eraseFromParent();
    IRBuilder<> Builder(Head);
    Builder.SetCurrentDebugLocation(Branch.getDebugLoc());
    Builder.CreateCondBr(Builder.CreateICmp(Stay, A, B), Body, Exit);
    for (auto &[Phi, V] : Values) {
      Phi->removeIncomingValue(End, /*DeletePHIIfEmpty=*/false);
      Phi->addIncoming(V, Head);
    }
    BranchInst::Create(Head, &Branch);
    Branch.eraseFromParent();
  }

  Loop &L;
  DominatorTree &DT;
  BasicBlock *Head, *Latch;
};

} // namespace

PreservedAnalyses LoopTestsPass::run(Function &F,
                                     FunctionAnalysisManager &FAM) {
  bool Changed = false;
  // Each turn changes blocks and dominance: look again. A loop that was turned
  // has no test at its end, so this ends.
  for (bool Again = true; Again;) {
    Again = false;
    DominatorTree DT(F);
    LoopInfo LI(DT);
    for (Loop *L : LI.getLoopsInPreorder()) {
      // Values that leave the loop do so through phis of its exits.
      formLCSSA(*L, DT, &LI, nullptr);
      if (Turner(*L, DT).run()) {
        Changed = Again = true;
        break;
      }
    }
  }
  if (!Changed)
    return PreservedAnalyses::all();
  FAM.invalidate(F, PreservedAnalyses::none());
  return PreservedAnalyses::none();
}

} // namespace reprise
