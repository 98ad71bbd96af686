//===- TwinEntry.cpp - How the threads of a twin begin --------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Control.h"
#include "StopRules.h"
#include "TwinBuilder.h"

#include "llvm/Analysis/ValueTracking.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/InlineAsm.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicsNVPTX.h"
#include "llvm/Transforms/Utils/BasicBlockUtils.h"

using namespace llvm;

namespace reprise {

/// The kernel's first block goes on behind the checks; its variables stay at
/// the top.
void TwinBuilder::makeEntry() {
  BasicBlock *Top = &F.getEntryBlock();
  BasicBlock::iterator At = Top->begin();
  while (isa<AllocaInst>(*At))
    ++At;
  Body = Top->splitBasicBlock(At, "reprise.body");
  IRBuilder<> B(Top->getTerminator());
  Request = Copy = field(B, offsetof(reprise::Control, Request));
  if (Spread) {
    constexpr uint32_t Words = 32; // From copy to copy.
    Value *Mask = B.CreateLoad(
        I32, B.CreateConstInBoundsGEP1_32(B.getInt8Ty(), Control,
                                          offsetof(SpreadControl, Mask)));
    Value *Offset = B.CreateMul(
        B.CreateAnd(special(B, Intrinsic::nvvm_read_ptx_sreg_smid), Mask),
        B.getInt32(Words));
    Copy = B.CreateGEP(I32, field(B, offsetof(SpreadControl, Copies)), Offset);
  }
  if (!WithMap)
    return;
  // Larger than a word, so that what comes behind it keeps its place: code may
  // store vectors into arrays that are declared to be aligned to less.
  auto *Words = ArrayType::get(I32, Plan.CountBytes / 4);
  Ended = new GlobalVariable(M, Words, false, GlobalValue::InternalLinkage,
                             UndefValue::get(Words), F.getName() + "_ended",
                             nullptr, GlobalValue::NotThreadLocal,
                             /*AddressSpace=*/3);
  Ended->setAlignment(Align(16));
  DoneMap = field(B, offsetof(reprise::Control, Done));
  HasMap = B.CreateIsNotNull(DoneMap);
}

void TwinBuilder::decideAtEntry(IRBuilder<> &B, Value *Wants, Granularity Who,
                                BasicBlock *GoesOn) {
  Wants = confirmed(B, Wants);
  Value *Stop = nullptr;
  if (Who == Granularity::Block)
    Stop = anyOfBlock(B, Wants);
  else if (Who == Granularity::Warp)
    Stop = anyOfWarp(B, B.CreateIsNotNull(Wants));
  else
    Stop = B.CreateIsNotNull(Wants);
  if (weakened(StopRule::ReadOnce) || weakened(StopRule::LeaveTogether))
    Stop = B.CreateIsNotNull(B.CreateLoad(I32, Request, /*isVolatile=*/true));
  leaveIf(B, Stop, GoesOn);
}

/// The letter that inline PTX has for values like V; empty: none.
static StringRef constraintOf(const Value &V) {
  const Type *T = V.getType();
  if (T->isPointerTy() || T->isIntegerTy(64))
    return "l";
  return T->isIntegerTy(32)   ? "r"
         : T->isFloatTy()     ? "f"
         : T->isDoubleTy()    ? "d"
         : T->isIntegerTy(16) ? "h"
                              : "";
}

/// Loads that come before the decision stay there, so that they are under way
/// while threads wait for the request: the code generator would move them to
/// their users, behind the branch. An empty piece of assembly uses them.
void TwinBuilder::keepLoads() {
  constexpr unsigned Most = 16;
  DominatorTree Tree(F);
  SmallVector<LoadInst *, 16> Loads;
  for (Instruction &I : instructions(F)) {
    auto *L = dyn_cast<LoadInst>(&I);
    if (!L || L->isVolatile() || Loads.size() == Most ||
        !Tree.dominates(L, Place.Before))
      continue;
    // Not those of parameters.
    const Value *Object = getUnderlyingObject(L->getPointerOperand());
    const auto *A = dyn_cast<Argument>(Object);
    if (!isa<AllocaInst>(Object) && !(A && A->hasByValAttr()))
      Loads.push_back(L);
  }
  IRBuilder<> B(Place.Before);
  for (LoadInst *L : Loads) {
    Value *V = L;
    if (auto *T = dyn_cast<FixedVectorType>(V->getType()))
      V = T->getNumElements() ? B.CreateExtractElement(V, uint64_t(0)) : V;
    StringRef Letter = constraintOf(*V);
    if (Letter.empty())
      continue;
    auto *Type = FunctionType::get(B.getVoidTy(), {V->getType()}, false);
    B.CreateCall(InlineAsm::get(Type, "", Letter, /*hasSideEffects=*/true),
                 {V});
  }
}

/// In front of the first effect.
void TwinBuilder::decideLate(Value *Wants) {
  if (!Place.AtBarrier)
    keepLoads();
  BasicBlock *Here = Place.Before->getParent();
  BasicBlock *Rest = SplitBlock(Here, Place.Before->getIterator());
  Here->getTerminator()->eraseFromParent();
  IRBuilder<> B(Here);
  decideAtEntry(B, Wants, Plan.Entry, Rest);
  if (Plan.Entry == Granularity::Block) {
    Taken = Place.Before;
    Place.Before->eraseFromParent();
  }
}

//===----------------------------------------------------------------------===//
//   top:    has map ? map : ask         asked = *Request
//   map:    bit is set ? out : begin
//   begin:  Ended = 0;  block           all write the same, before a barrier
//   block:  any of block asked ? leave : body
//   ask:    asked ? leave : body
//   body:   ... in front of the first effect: asked ? leave : ...
//
// With a late decision ask is the body. So is block, where that decision is the
// block's too and no thread can end, and be counted, before it.
//===----------------------------------------------------------------------===//

void TwinBuilder::finishEntry() {
  BasicBlock *Top = &F.getEntryBlock();
  const bool Late = Place.Before;
  const bool Alike = Late && Place.AtBarrier && Place.BeforeAllEnds &&
                     Plan.Entry == Granularity::Block;
  Top->getTerminator()->eraseFromParent();
  IRBuilder<> B(Top);
  Asked = readAtStart(B);
  BasicBlock *Ask = Body, *Block = Body, *Decided = nullptr;
  if (!Late) {
    Ask = BasicBlock::Create(C, "reprise.ask", &F, Body);
    IRBuilder<> A(Ask);
    decideAtEntry(A, Asked, Plan.Entry, Body);
  }
  if (!WithMap) {
    B.CreateBr(Ask);
  } else {
    if (!Late && Plan.Entry == Granularity::Block) {
      Block = Ask;
    } else if (!Alike) {
      Block = BasicBlock::Create(C, "reprise.block", &F, Body);
      IRBuilder<> A(Block);
      decideAtEntry(A, Asked, Granularity::Block, Body);
      Decided = A.GetInsertBlock();
    }
    auto *Map = BasicBlock::Create(C, "reprise.map", &F, Ask);
    auto *Begin = BasicBlock::Create(C, "reprise.begin", &F, Ask);
    B.CreateCondBr(HasMap, Map, Ask);
    B.SetInsertPoint(Map);
    auto [Word, Bit] = doneBit(B);
    // Nobody else sets this block's bit, so it is no matter how old the word
    // is.
    Value *Done = B.CreateAnd(readNear(B, Word), Bit);
    B.CreateCondBr(B.CreateIsNotNull(Done), Out, Begin);
    B.SetInsertPoint(Begin);
    B.CreateStore(B.getInt32(0), Ended);
    B.CreateBr(Block);
  }
  if (!Late)
    return;
  Value *Pending = Asked;
  if (WithMap && !Alike) {
    // A block that has decided does not do so again.
    PHINode *Open = PHINode::Create(I32, 2, "reprise.open", Body->begin());
    Open->addIncoming(Asked, Top);
    Open->addIncoming(B.getInt32(0), Decided);
    Pending = Open;
  }
  decideLate(Pending);
}

} // namespace reprise
