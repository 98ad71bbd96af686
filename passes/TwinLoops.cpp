//===- TwinLoops.cpp - Checkpoints at the back edges of loops -------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CountedLoop.h"
#include "TwinBuilder.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/IR/CFG.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/Transforms/Utils/BasicBlockUtils.h"
#include "llvm/Transforms/Utils/Cloning.h"
#include "llvm/Transforms/Utils/ValueMapper.h"

using namespace llvm;

namespace reprise {

/// New is another way from Old to To: To's phis get from it what they get from
/// Old.
static void addWay(BasicBlock &To, BasicBlock *Old, BasicBlock *New) {
  for (PHINode &P : To.phis())
    P.addIncoming(P.getIncomingValueForBlock(Old), New);
}

//===----------------------------------------------------------------------===//
//   slice:  m = end(i); header
//   latch:  i' test m ? header : over
//   over:   i' test n ? poll : exit
//   poll:   decide ? leave : slice
//
// Two loops, one in the other: the inner one looks to ptxas as the kernel's
// loop did, so that it is unrolled as that was. A loop that has loops inside is
// not unrolled; it keeps one head, and so fewer registers:
//
//   poll:   decide ? leave : again
//   again:  m' = end(i'); header
//===----------------------------------------------------------------------===//

void TwinBuilder::addSlices(const CheckpointSite &S) {
  // Other sites have changed the function, but not this loop's own shape: its
  // latch and the way in are as they were.
  DominatorTree Tree(F);
  LoopInfo Loops(Tree);
  const Loop *L = Loops.getLoopFor(S.Header);
  auto Match = CountedLoop::match(*L);
  assert(Match && "the plan was made for another function");
  BasicBlock *Header = S.Header, *Latch = Match->Latch->getParent();
  unsigned OnTrue = Match->Latch->getSuccessor(0) == Header ? 0 : 1;
  BasicBlock *Exit = Match->Latch->getSuccessor(1 - OnTrue);
  BasicBlock *Way = L->getLoopPreheader();

  auto *Again = BasicBlock::Create(C, "reprise.slice", &F, Header);
  auto *Over = BasicBlock::Create(C, "reprise.over", &F, Exit);
  auto *Poll = BasicBlock::Create(C, "reprise.poll", &F, Exit);
  Value *First = Match->Counter->getIncomingValueForBlock(Way);
  Value *Next = Match->Counter->getIncomingValueForBlock(Latch);

  IRBuilder<> B(Over);
  Value *GoesOn = B.CreateICmp(Match->GoesOn, Next, Match->end());
  B.CreateCondBr(GoesOn, Poll, Exit);
  B.SetInsertPoint(Poll);
  leaveIf(B, decide(B), Again);
  Poll = B.GetInsertBlock();

  Value *Until = nullptr;
  B.SetInsertPoint(Again);
  if (L->isInnermost()) {
    Value *From = nullptr;
    for (PHINode &P : Header->phis()) {
      PHINode *Outer = B.CreatePHI(P.getType(), 2, P.getName() + ".slice");
      Outer->addIncoming(P.getIncomingValueForBlock(Way), Way);
      Outer->addIncoming(P.getIncomingValueForBlock(Latch), Poll);
      P.setIncomingValueForBlock(Way, Outer);
      P.replaceIncomingBlockWith(Way, Again);
      if (&P == Match->Counter)
        From = Outer;
    }
    Until = Match->sliceEnd(B, From, S.Period);
    Way->getTerminator()->replaceSuccessorWith(Header, Again);
  } else {
    Value *More = Match->sliceEnd(B, Next, S.Period);
    addWay(*Header, Latch, Again);
    B.SetInsertPoint(Way->getTerminator());
    Value *Begun = Match->sliceEnd(B, First, S.Period);
    PHINode *Slice =
        PHINode::Create(More->getType(), 3, "reprise.end", Header->begin());
    Slice->addIncoming(Begun, Way);
    Slice->addIncoming(Slice, Latch);
    Slice->addIncoming(More, Again);
    Until = Slice;
    B.SetInsertPoint(Again);
  }
  B.CreateBr(Header);
  Exit->replacePhiUsesWith(Latch, Over);
  Match->Latch->setSuccessor(1 - OnTrue, Over);
  Match->Test->setOperand(Match->EndOperand, Until);
}

//===----------------------------------------------------------------------===//
//   latch:  ... ? tick : exit
//   tick:   left' = left - 1;  left' == 0 ? poll : header
//   poll:   decide ? leave : again
//   again:  header, with left = period
//===----------------------------------------------------------------------===//

void TwinBuilder::addCount(const CheckpointSite &S) {
  DominatorTree Tree(F);
  LoopInfo Loops(Tree);
  Loop *L = Loops.getLoopFor(S.Header);
  BasicBlock *Header = S.Header, *Latch = L->getLoopLatch();
  assert(Latch && "the plan was made for another function");
  BasicBlock *Tick = SplitEdge(Latch, Header);
  auto *Poll = BasicBlock::Create(C, "reprise.poll", &F, Header);
  auto *Again = BasicBlock::Create(C, "reprise.again", &F, Header);
  Value *Full = ConstantInt::get(I32, S.Period);

  PHINode *Left = PHINode::Create(I32, 3, "reprise.left", Header->begin());
  for (BasicBlock *P : predecessors(Header))
    if (P != Tick)
      Left->addIncoming(Full, P);
  IRBuilder<> B(Tick->getTerminator());
  Value *Less = B.CreateSub(Left, B.getInt32(1));
  Left->addIncoming(Less, Tick);
  if (S.Period > 1)
    B.CreateCondBr(B.CreateICmpEQ(Less, B.getInt32(0)), Poll, Header);
  else
    B.CreateBr(Poll);
  Tick->getTerminator()->eraseFromParent();
  B.SetInsertPoint(Poll);
  leaveIf(B, decide(B), Again);
  B.SetInsertPoint(Again);
  B.CreateBr(Header);
  addWay(*Header, Tick, Again);
  Left->setIncomingValueForBlock(Again, Full);
  if (S.Period == 1)
    Header->removePredecessor(Tick, /*KeepOneInputPHIs=*/true);
}

//===----------------------------------------------------------------------===//
// A broken rule
//===----------------------------------------------------------------------===//

void TwinBuilder::endEarly() {
  StoreInst *Last = nullptr;
  for (Instruction &I : instructions(F))
    if (auto *S = dyn_cast<StoreInst>(&I);
        S && S->getPointerAddressSpace() == 0)
      Last = S;
  if (!Last)
    return;
  // The count comes here as well. It is complete before the last thread has
  // stored; the one at the end comes too late to matter.
  BasicBlock *Before = Last->getParent();
  BasicBlock *Rest = SplitBlock(Before, Last->getIterator());
  ValueToValueMapTy Map;
  SmallVector<BasicBlock *, 3> Copies;
  for (BasicBlock *B : {End, Count, Tally, Mark}) {
    Copies.push_back(CloneBasicBlock(B, Map, ".early", &F));
    Map[B] = Copies.back();
  }
  Map[Out] = Rest;
  for (BasicBlock *B : Copies)
    for (Instruction &I : *B)
      RemapInstruction(&I, Map, RF_IgnoreMissingLocals);
  Before->getTerminator()->eraseFromParent();
  BranchInst::Create(Copies[0], Before);
}

} // namespace reprise
