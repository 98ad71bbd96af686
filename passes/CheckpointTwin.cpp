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
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicsNVPTX.h"
#include "llvm/Transforms/Utils/BasicBlockUtils.h"
#include "llvm/Transforms/Utils/Local.h"
#include "llvm/Transforms/Utils/PromoteMemToReg.h"

using namespace llvm;

namespace reprise {

//===----------------------------------------------------------------------===//
// Pieces
//===----------------------------------------------------------------------===//

TwinBuilder::TwinBuilder(Function &F, const CheckpointPlan &Plan)
    : F(F), Plan(Plan), M(*F.getParent()), C(F.getContext()),
      I32(Type::getInt32Ty(C)), I64(Type::getInt64Ty(C)),
      Control(F.getArg(F.arg_size() - 1)) {}

Value *TwinBuilder::special(IRBuilder<> &B, Intrinsic::ID Id) {
  return B.CreateIntrinsic(Id, {}, {});
}

Value *TwinBuilder::field(IRBuilder<> &B, size_t Offset) {
  constexpr unsigned GlobalSpace = 1;
  Value *At = Control;
  if (Offset)
    At = B.CreateConstInBoundsGEP1_32(B.getInt8Ty(), Control,
                                      static_cast<unsigned>(Offset));
  return B.CreateLoad(PointerType::get(C, GlobalSpace), At);
}

Value *TwinBuilder::readRequest(IRBuilder<> &B) {
  return B.CreateLoad(I32, Request, /*isVolatile=*/true);
}

Value *TwinBuilder::anyOfBlock(IRBuilder<> &B, Value *Wants) {
  Value *Any = B.CreateIntrinsic(Intrinsic::nvvm_barrier0_or, {},
                                 {B.CreateZExt(Wants, I32)});
  return B.CreateICmpNE(Any, B.getInt32(0));
}

Value *TwinBuilder::wantsInside(IRBuilder<> &B) {
  return B.CreateICmpUGT(
      readRequest(B), B.getInt32(static_cast<uint32_t>(StopRequest::AtEntry)));
}

Value *TwinBuilder::decide(IRBuilder<> &B) {
  Value *Wants = wantsInside(B);
  switch (Plan.Inside) {
  case Granularity::Block:
    return anyOfBlock(B, Wants);
  case Granularity::Warp:
    return B.CreateIntrinsic(Intrinsic::nvvm_vote_any_sync, {},
                             {B.getInt32(~0u), Wants});
  default:
    return Wants;
  }
}

//===----------------------------------------------------------------------===//
// Entry and end
//===----------------------------------------------------------------------===//

/// The word of the map that holds this block's bit, and the bit.
std::pair<Value *, Value *> TwinBuilder::doneBit(IRBuilder<> &B) {
  auto Wide = [&](Intrinsic::ID Id) {
    return B.CreateZExt(special(B, Id), I64);
  };
  Value *Z = Wide(Intrinsic::nvvm_read_ptx_sreg_ctaid_z);
  Value *Y =
      B.CreateAdd(B.CreateMul(Z, Wide(Intrinsic::nvvm_read_ptx_sreg_nctaid_y)),
                  Wide(Intrinsic::nvvm_read_ptx_sreg_ctaid_y));
  Value *Block =
      B.CreateAdd(B.CreateMul(Y, Wide(Intrinsic::nvvm_read_ptx_sreg_nctaid_x)),
                  Wide(Intrinsic::nvvm_read_ptx_sreg_ctaid_x));
  Value *Word = B.CreateGEP(I32, DoneMap, B.CreateLShr(Block, 5));
  Value *Bit =
      B.CreateShl(B.getInt32(1), B.CreateAnd(B.CreateTrunc(Block, I32), 31));
  return {Word, Bit};
}

void TwinBuilder::makeEnds() {
  // Before there are more returns.
  SmallVector<CallBase *, 4> Exits;
  for (Instruction &I : instructions(F))
    if (auto *Call = dyn_cast<CallBase>(&I);
        Call && classifyCall(*Call).Kind == SyncKind::Exit)
      Exits.push_back(Call);
  for (CallBase *Call : Exits) {
    BasicBlock *Before = Call->getParent();
    SplitBlock(Before, Call->getIterator());
    Before->getTerminator()->eraseFromParent();
    ReturnInst::Create(C, Before);
  }
  EliminateUnreachableBlocks(F);
  SmallVector<Instruction *, 4> Returns;
  for (BasicBlock &B : F)
    if (isa<ReturnInst>(B.getTerminator()))
      Returns.push_back(B.getTerminator());

  Out = BasicBlock::Create(C, "reprise.out", &F);
  ReturnInst::Create(C, Out);

  Leave = BasicBlock::Create(C, "reprise.leave", &F);
  IRBuilder<> L(Leave);
  if (Plan.WaitsForCopies)
    L.CreateIntrinsic(Intrinsic::nvvm_cp_async_wait_all, {}, {});
  L.CreateStore(L.getInt32(1), field(L, offsetof(reprise::Control, Left)));
  L.CreateBr(Out);

  End = BasicBlock::Create(C, "reprise.end", &F);
  for (Instruction *R : Returns) {
    BranchInst::Create(End, R->getIterator());
    R->eraseFromParent();
  }
  Count = BasicBlock::Create(C, "reprise.count", &F);
  Mark = BasicBlock::Create(C, "reprise.mark", &F);
  BranchInst::Create(Count, Out, HasMap, End);
  IRBuilder<> B(Count);
  B.CreateIntrinsic(Intrinsic::nvvm_membar_cta, {}, {});
  Value *Before = B.CreateAtomicRMW(AtomicRMWInst::Add, Ended, B.getInt32(1),
                                    MaybeAlign(4), AtomicOrdering::Monotonic);
  Value *Threads =
      B.CreateMul(B.CreateMul(special(B, Intrinsic::nvvm_read_ptx_sreg_ntid_x),
                              special(B, Intrinsic::nvvm_read_ptx_sreg_ntid_y)),
                  special(B, Intrinsic::nvvm_read_ptx_sreg_ntid_z));
  B.CreateCondBr(B.CreateICmpEQ(B.CreateAdd(Before, B.getInt32(1)), Threads),
                 Mark, Out);
  B.SetInsertPoint(Mark);
  B.CreateIntrinsic(Intrinsic::nvvm_membar_gl, {}, {});
  auto [Word, Bit] = doneBit(B);
  B.CreateAtomicRMW(AtomicRMWInst::Or, Word, Bit, MaybeAlign(4),
                    AtomicOrdering::Monotonic);
  B.CreateBr(Out);
}

/// The kernel's first block goes on behind the checks; its variables stay at
/// the top.
void TwinBuilder::makeEntry() {
  BasicBlock *Top = &F.getEntryBlock();
  BasicBlock::iterator At = Top->begin();
  while (isa<AllocaInst>(*At))
    ++At;
  Body = Top->splitBasicBlock(At, "reprise.body");
  Ended = new GlobalVariable(M, I32, false, GlobalValue::InternalLinkage,
                             UndefValue::get(I32), F.getName() + "_ended",
                             nullptr, GlobalValue::NotThreadLocal,
                             /*AddressSpace=*/3);
  Ended->setAlignment(Align(4));

  IRBuilder<> B(Top->getTerminator());
  Request = field(B, offsetof(reprise::Control, Request));
  DoneMap = field(B, offsetof(reprise::Control, Done));
  HasMap = B.CreateIsNotNull(DoneMap);
}

void TwinBuilder::finishEntry() {
  BasicBlock *Top = &F.getEntryBlock();
  auto *Map = BasicBlock::Create(C, "reprise.map", &F, Body);
  auto *Begin = BasicBlock::Create(C, "reprise.begin", &F, Body);
  auto *Ask = BasicBlock::Create(C, "reprise.ask", &F, Body);
  bool Alone = Plan.Entry == Granularity::Thread;
  auto Wants = [&](IRBuilder<> &B) {
    return B.CreateICmpNE(readRequest(B), B.getInt32(0));
  };
  Top->getTerminator()->eraseFromParent();
  IRBuilder<> B(Top);
  if (!Alone) {
    B.CreateCondBr(HasMap, Map, Ask);
  } else {
    auto *Mine = BasicBlock::Create(C, "reprise.mine", &F, Body);
    B.CreateCondBr(HasMap, Map, Mine);
    B.SetInsertPoint(Mine);
    B.CreateCondBr(Wants(B), Leave, Body);
  }
  B.SetInsertPoint(Map);
  auto [Word, Bit] = doneBit(B);
  Value *Done = B.CreateAnd(B.CreateLoad(I32, Word, /*isVolatile=*/true), Bit);
  B.CreateCondBr(B.CreateICmpNE(Done, B.getInt32(0)), Out, Begin);
  // All threads write the same, before the barrier that decides.
  B.SetInsertPoint(Begin);
  B.CreateStore(B.getInt32(0), Ended);
  B.CreateBr(Ask);
  B.SetInsertPoint(Ask);
  Value *Stop = anyOfBlock(B, Wants(B));
  if (weakened(StopRule::ReadOnce) || weakened(StopRule::LeaveTogether))
    Stop = Wants(B);
  B.CreateCondBr(Stop, Leave, Body);
}

//===----------------------------------------------------------------------===//
// Inside
//===----------------------------------------------------------------------===//

void TwinBuilder::add(const CheckpointSite &S) {
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
  Value *Wants = B.getFalse();
  if (S.Period == 1) {
    Wants = wantsInside(B);
  } else if (S.Period > 1) {
    Value *Due = isDue(B, S.Period);
    BasicBlock *Before = S.At->getParent();
    Instruction *Then = SplitBlockAndInsertIfThen(Due, S.At->getIterator(),
                                                  /*Unreachable=*/false);
    IRBuilder<> Poll(Then);
    // All lanes have passed here equally often: they are all here when due.
    Value *Asked = Barrier ? wantsInside(Poll) : decide(Poll);
    B.SetInsertPoint(S.At);
    PHINode *P = B.CreatePHI(B.getInt1Ty(), 2);
    P->addIncoming(B.getFalse(), Before);
    P->addIncoming(Asked, Then->getParent());
    Wants = P;
  }
  Instruction *After = S.At;
  Value *Stop = Wants;
  if (Barrier) {
    Stop = anyOfBlock(B, Wants);
    After = S.At->getNextNode();
    S.At->eraseFromParent();
  } else if (S.Period == 1) {
    Stop = B.CreateIntrinsic(Intrinsic::nvvm_vote_any_sync, {},
                             {B.getInt32(~0u), Wants});
  }
  BasicBlock *Here = After->getParent();
  BasicBlock *Rest = SplitBlock(Here, After->getIterator());
  Here->getTerminator()->eraseFromParent();
  BranchInst::Create(Leave, Rest, Stop, Here);
}

void TwinBuilder::finish() {
  DominatorTree Tree(F);
  PromoteMemToReg(Counters, Tree);
}

void applyPlan(Function &F, const CheckpointPlan &Plan) {
  TwinBuilder B(F, Plan);
  B.makeEntry();
  B.makeEnds();
  B.finishEntry();
  for (const CheckpointSite &S : Plan.Sites)
    B.add(S);
  if (weakened(StopRule::DoneAtTheEnd))
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
    T.Code = copyKernel(*Kernel, Name, IsKernel);
    T.Plan = planCheckpoints(*T.Code, Options);
    T.Plan.Kernel = Entry.Name;
    if (T.Plan.Refusal.empty()) {
      T.ControlOffset = controlOffset(*T.Code);
      applyPlan(*T.Code, T.Plan);
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
