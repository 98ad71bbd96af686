//===- CheckpointTwin.cpp - Kernels that can be left ----------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CheckpointTwin.h"
#include "Control.h"
#include "Normalize.h"
#include "StopRules.h"
#include "SyncOps.h"
#include "TwinBuilder.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/Dominators.h"
#include "llvm/Transforms/Utils/BasicBlockUtils.h"
#include "llvm/Transforms/Utils/PromoteMemToReg.h"

using namespace llvm;

namespace reprise {

TwinBuilder::TwinBuilder(Function &F, const CheckpointPlan &Plan, bool WithMap,
                         bool Spread)
    : F(F), Plan(Plan), WithMap(WithMap), Spread(Spread), M(*F.getParent()),
      C(F.getContext()), I32(Type::getInt32Ty(C)), I64(Type::getInt64Ty(C)),
      Control(F.getArg(F.arg_size() - 1)),
      Place(findEntryPlace(F, Plan.Entry)) {
  findReader();
}

//===----------------------------------------------------------------------===//
// Inside
//===----------------------------------------------------------------------===//

void TwinBuilder::add(const CheckpointSite &S) {
  if (Taken && S.At == Taken)
    return;
  switch (S.Kind) {
  case SiteKind::CountedLoop:
    return addSlices(S);
  case SiteKind::Loop:
    return addCount(S);
  case SiteKind::Barrier:
  case SiteKind::WarpOp:
    return addAt(S);
  }
}

/// A counter of passes, for each thread; promoted to a register later.
Value *TwinBuilder::isDue(IRBuilder<> &B, uint32_t Period) {
  BasicBlock &Top = F.getEntryBlock();
  IRBuilder<> First(&Top, Top.begin());
  AllocaInst *Passes = First.CreateAlloca(I32, nullptr, "reprise.passes");
  IRBuilder<> Last(Top.getTerminator());
  Last.CreateStore(Last.getInt32(0), Passes);
  Counters.push_back(Passes);
  Value *Next = B.CreateAdd(B.CreateLoad(I32, Passes), B.getInt32(1));
  B.CreateStore(Next, Passes);
  return B.CreateICmpEQ(B.CreateAnd(Next, Period - 1), B.getInt32(0));
}

void TwinBuilder::addAt(const CheckpointSite &S) {
  IRBuilder<> B(S.At);
  bool Barrier = S.Kind == SiteKind::Barrier;
  Value *Wants = B.getInt32(0);
  if (S.Period == 1) {
    Wants = wantsInside(B, /*MayBeOften=*/true);
  } else if (S.Period > 1) {
    Value *Due = isDue(B, S.Period);
    BasicBlock *Before = S.At->getParent();
    Instruction *Then = SplitBlockAndInsertIfThen(Due, S.At->getIterator(),
                                                  /*Unreachable=*/false);
    IRBuilder<> Poll(Then);
    // All lanes have passed here equally often: they are all here when due.
    Value *Here = Barrier ? wantsInside(Poll, true) : decide(Poll, true);
    B.SetInsertPoint(S.At);
    PHINode *P = B.CreatePHI(Here->getType(), 2);
    P->addIncoming(Constant::getNullValue(Here->getType()), Before);
    P->addIncoming(Here, Then->getParent());
    Wants = P;
  }
  Instruction *After = S.At;
  Value *Stop = Wants;
  if (Barrier) {
    Stop = anyOfBlock(B, Wants);
    After = S.At->getNextNode();
    S.At->eraseFromParent();
  } else if (S.Period == 1) {
    Stop = anyOfWarp(B, B.CreateIsNotNull(Wants));
  }
  BasicBlock *Last = After->getParent();
  BasicBlock *Rest = SplitBlock(Last, After->getIterator());
  Last->getTerminator()->eraseFromParent();
  B.SetInsertPoint(Last);
  leaveIf(B, Stop, Rest);
}

void TwinBuilder::finish() {
  DominatorTree Tree(F);
  PromoteMemToReg(Counters, Tree);
  MergeBlockIntoPredecessor(Body);
}

void applyPlan(Function &F, const CheckpointPlan &Plan, bool WithMap,
               bool Spread) {
  TwinBuilder B(F, Plan, WithMap, Spread);
  B.makeEntry();
  B.makeEnds();
  B.finishEntry();
  for (const CheckpointSite &S : Plan.Sites)
    B.add(S);
  if (WithMap && weakened(StopRule::DoneAtTheEnd))
    B.endEarly();
  B.finish();
}

//===----------------------------------------------------------------------===//
// Modules
//===----------------------------------------------------------------------===//

void removeCopy(Function &F) {
  Module &M = *F.getParent();
  dropAnnotations(F);
  F.eraseFromParent();
  for (GlobalVariable &V : make_early_inc_range(M.globals()))
    if (V.getName().starts_with(TwinPrefix) && V.use_empty())
      V.eraseFromParent();
}

static uint32_t controlOffset(const Function &F) {
  const DataLayout &DL = F.getDataLayout();
  uint64_t Offset = 0;
  for (const Argument &A : F.args()) {
    Type *T = A.hasByValAttr() ? A.getParamByValType() : A.getType();
    Align Natural = DL.getABITypeAlign(T);
    if (A.hasByValAttr())
      Natural = std::max(Natural, A.getParamAlign().valueOrOne());
    Offset = alignTo(Offset, Natural);
    if (A.getArgNo() + 1 != F.arg_size())
      Offset += DL.getTypeStoreSize(T);
  }
  return static_cast<uint32_t>(Offset);
}

std::vector<Twin> addTwins(Module &M, const PlanOptions &Options,
                           const KernelTest &IsKernel) {
  std::vector<Twin> Twins;
  for (const KernelEntry &Entry : findKernels(M)) {
    Function *Kernel = M.getFunction(Entry.Name);
    std::string Name = TwinPrefix + Entry.Name;
    if (StringRef(Entry.Name).starts_with(TwinPrefix) || M.getFunction(Name))
      continue;
    Twin &T = Twins.emplace_back();
    T.Code = copyKernel(*Kernel, Name, IsKernel, Options.Spread);
    T.Plan = planCheckpoints(*T.Code, Options);
    T.Plan.Kernel = Entry.Name;
    if (T.Plan.Refusal.empty()) {
      T.ControlOffset = controlOffset(*T.Code);
      T.ControlBytes = static_cast<uint32_t>(
          Options.Spread ? sizeof(SpreadControl) : sizeof(Control));
      applyPlan(*T.Code, T.Plan, /*WithMap=*/true, Options.Spread);
      if (Name = MaplessPrefix + Entry.Name; !M.getFunction(Name)) {
        Function *Mapless = copyKernel(*Kernel, Name, IsKernel, Options.Spread);
        applyPlan(*Mapless, planCheckpoints(*Mapless, Options),
                  /*WithMap=*/false, Options.Spread);
        T.Mapless = Name;
      }
      for (CheckpointSite &S : T.Plan.Sites) {
        S.Header = nullptr;
        S.At = nullptr;
      }
    } else {
      removeCopy(*T.Code);
      T.Code = nullptr;
    }
  }
  return Twins;
}

} // namespace reprise
