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
#include "llvm/Analysis/ValueTracking.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/InlineAsm.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicsNVPTX.h"
#include "llvm/IR/MDBuilder.h"
#include "llvm/Transforms/Utils/BasicBlockUtils.h"
#include "llvm/Transforms/Utils/Local.h"
#include "llvm/Transforms/Utils/PromoteMemToReg.h"

using namespace llvm;

namespace reprise {

//===----------------------------------------------------------------------===//
// Pieces
//===----------------------------------------------------------------------===//

TwinBuilder::TwinBuilder(Function &F, const CheckpointPlan &Plan, bool WithMap,
                         bool Spread)
    : F(F), Plan(Plan), WithMap(WithMap), Spread(Spread), M(*F.getParent()),
      C(F.getContext()), I32(Type::getInt32Ty(C)), I64(Type::getInt64Ty(C)),
      Control(F.getArg(F.arg_size() - 1)),
      Place(findEntryPlace(F, Plan.Entry)) {}

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
  return B.CreateLoad(I32, Copy, /*isVolatile=*/true);
}

Value *TwinBuilder::confirmed(IRBuilder<> &B, Value *Read) {
  if (!Spread)
    return Read;
  BasicBlock *Here = B.GetInsertBlock();
  BasicBlock *Look = BasicBlock::Create(C, "reprise.look", &F);
  BasicBlock *Join = nullptr;
  if (Here->getTerminator()) {
    Join = SplitBlock(Here, B.GetInsertPoint());
    Here->getTerminator()->eraseFromParent();
  } else {
    Join = BasicBlock::Create(C, "reprise.sure", &F);
  }
  B.SetInsertPoint(Here);
  constexpr uint32_t Seldom = 1, Often = 2000;
  B.CreateCondBr(B.CreateIsNotNull(Read), Look, Join,
                 MDBuilder(C).createBranchWeights(Seldom, Often));
  B.SetInsertPoint(Look);
  Value *Sure = B.CreateLoad(I32, Request, /*isVolatile=*/true);
  B.CreateBr(Join);
  PHINode *P = PHINode::Create(I32, 2, "", Join->begin());
  P->addIncoming(B.getInt32(0), Here);
  P->addIncoming(Sure, Look);
  if (Join->getTerminator())
    B.SetInsertPoint(Join, Join->getFirstInsertionPt());
  else
    B.SetInsertPoint(Join);
  return P;
}

void TwinBuilder::leaveIf(IRBuilder<> &B, Value *Stop, BasicBlock *GoesOn) {
  constexpr uint32_t Seldom = 1, Often = 2000;
  B.CreateCondBr(Stop, Leave, GoesOn,
                 MDBuilder(C).createBranchWeights(Seldom, Often));
}

Value *TwinBuilder::anyOfBlock(IRBuilder<> &B, Value *Wants) {
  Value *Any = B.CreateIntrinsic(Intrinsic::nvvm_barrier0_or, {}, {Wants});
  return B.CreateICmpNE(Any, B.getInt32(0));
}

Value *TwinBuilder::anyOfWarp(IRBuilder<> &B, Value *Wants) {
  return B.CreateIntrinsic(Intrinsic::nvvm_vote_any_sync, {},
                           {B.getInt32(~0u), Wants});
}

Value *TwinBuilder::wantsInside(IRBuilder<> &B) {
  static_assert(static_cast<uint32_t>(StopRequest::AtEntry) == 1);
  if (!Seen) {
    BasicBlock &Top = F.getEntryBlock();
    IRBuilder<> First(&Top, Top.begin());
    Seen = First.CreateAlloca(I32, nullptr, "reprise.seen");
    IRBuilder<> Last(cast<Instruction>(Asked)->getNextNode());
    Last.CreateStore(Asked, Seen);
    Counters.push_back(Seen);
  }
  Value *Wants = B.CreateLShr(confirmed(B, B.CreateLoad(I32, Seen)), 1);
  B.CreateStore(readRequest(B), Seen);
  return Wants;
}

Value *TwinBuilder::decide(IRBuilder<> &B) {
  Value *Wants = wantsInside(B);
  switch (Plan.Inside) {
  case Granularity::Block:
    return anyOfBlock(B, Wants);
  case Granularity::Warp:
    return anyOfWarp(B, B.CreateIsNotNull(Wants));
  default:
    return B.CreateIsNotNull(Wants);
  }
}

//===----------------------------------------------------------------------===//
// Entry and end
//===----------------------------------------------------------------------===//

/// The word of the map that holds this block's bit, and the bit.
std::pair<Value *, Value *> TwinBuilder::doneBit(IRBuilder<> &B) {
  // A grid has at most 65535 blocks along y and z.
  Value *Row = B.CreateAdd(
      B.CreateMul(special(B, Intrinsic::nvvm_read_ptx_sreg_ctaid_z),
                  special(B, Intrinsic::nvvm_read_ptx_sreg_nctaid_y)),
      special(B, Intrinsic::nvvm_read_ptx_sreg_ctaid_y));
  Value *Width = special(B, Intrinsic::nvvm_read_ptx_sreg_nctaid_x);
  Value *X = special(B, Intrinsic::nvvm_read_ptx_sreg_ctaid_x);
  Value *Block =
      B.CreateAdd(B.CreateMul(B.CreateZExt(Row, I64), B.CreateZExt(Width, I64)),
                  B.CreateZExt(X, I64));
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
  // One of them stores, or a few: a million stores to one word take long.
  Value *Left = field(L, offsetof(reprise::Control, Left));
  Value *Known = L.CreateLoad(I32, Left, /*isVolatile=*/true);
  auto *Tell = BasicBlock::Create(C, "reprise.tell", &F);
  L.CreateCondBr(L.CreateIsNotNull(Known), Out, Tell);
  L.SetInsertPoint(Tell);
  L.CreateStore(L.getInt32(1), Left);
  L.CreateBr(Out);
  if (!WithMap)
    return;

  End = BasicBlock::Create(C, "reprise.end", &F);
  for (Instruction *R : Returns) {
    BranchInst::Create(End, R->getIterator());
    R->eraseFromParent();
  }
  makeCount();
}

/// Counts the thread behind its last store; the last one of the block sets the
/// block's bit.
void TwinBuilder::makeCount() {
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
  // Of 16 bytes, so that what comes behind it keeps its place modulo 16: code
  // may store vectors into arrays that are declared to be aligned to less.
  auto *Words = ArrayType::get(I32, 4);
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
  Asked = readRequest(B);
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
    Value *Done =
        B.CreateAnd(B.CreateLoad(I32, Word, /*isVolatile=*/true), Bit);
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
    Wants = wantsInside(B);
  } else if (S.Period > 1) {
    Value *Due = isDue(B, S.Period);
    BasicBlock *Before = S.At->getParent();
    Instruction *Then = SplitBlockAndInsertIfThen(Due, S.At->getIterator(),
                                                  /*Unreachable=*/false);
    IRBuilder<> Poll(Then);
    // All lanes have passed here equally often: they are all here when due.
    Value *Here = Barrier ? wantsInside(Poll) : decide(Poll);
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
