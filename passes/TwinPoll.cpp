//===- TwinPoll.cpp - How a twin reads its request ------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Control.h"
#include "TwinBuilder.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Analysis/LoopInfo.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/InlineAsm.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/IntrinsicsNVPTX.h"
#include "llvm/IR/MDBuilder.h"
#include "llvm/Transforms/Utils/BasicBlockUtils.h"

using namespace llvm;

namespace reprise {

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

//===----------------------------------------------------------------------===//
// The request
//===----------------------------------------------------------------------===//

/// The kernel's reading of special registers; what it does not ask for need not
/// be asked for here.
static bool reads(const Function &F, Intrinsic::ID Id) {
  return any_of(instructions(F), [&](const Instruction &I) {
    const auto *Call = dyn_cast<IntrinsicInst>(&I);
    return Call && Call->getIntrinsicID() == Id;
  });
}

/// Compute capability 7.0 and later: loads of a scope, and a cache for each
/// multiprocessor that they may hit. Without a processor's name nothing is
/// known.
static bool hasScopes(const Function &F) {
  constexpr unsigned First = 70;
  StringRef Name = F.getFnAttribute("target-cpu").getValueAsString();
  unsigned Version = 0;
  return Name.consume_front("sm_") && !Name.consumeInteger(10, Version) &&
         Version >= First;
}

void TwinBuilder::findReader() {
  HasScopes = hasScopes(F);
  ThroughCache = !Spread && HasScopes;
  for (auto [Id, Factor] :
       {std::pair(Intrinsic::nvvm_read_ptx_sreg_ctaid_x, 0x9e3779b1u),
        std::pair(Intrinsic::nvvm_read_ptx_sreg_ctaid_y, 0x85ebca6bu),
        std::pair(Intrinsic::nvvm_read_ptx_sreg_ctaid_z, 0xc2b2ae35u)})
    if (reads(F, Id))
      BlockIndices.push_back({Id, Factor});
  for (Intrinsic::ID Id : {Intrinsic::nvvm_read_ptx_sreg_tid_x,
                           Intrinsic::nvvm_read_ptx_sreg_tid_y,
                           Intrinsic::nvvm_read_ptx_sreg_tid_z})
    if (reads(F, Id))
      ThreadIndices.push_back(Id);
  // Blocks that may take long have to be asked at once, where nobody asks them
  // later.
  constexpr unsigned Long = 2048;
  DominatorTree Tree(F);
  EachBlock = F.getInstructionCount() > Long ||
              (!LoopInfo(Tree).empty() && !Plan.leavesInside());
}

/// 0 in the first warp of the block, as far as the kernel tells them apart.
Value *TwinBuilder::warpInBlock(IRBuilder<> &B) {
  constexpr unsigned LanesLog = 5;
  Value *Warp = B.getInt32(0);
  for (Intrinsic::ID Id : ThreadIndices) {
    Value *Index = special(B, Id);
    if (Id == Intrinsic::nvvm_read_ptx_sreg_tid_x)
      Index = B.CreateLShr(Index, LanesLog);
    Warp = B.CreateOr(Warp, Index);
  }
  return Warp;
}

/// 0 for one block in four, in no regular order.
Value *TwinBuilder::blockInFour(IRBuilder<> &B) {
  constexpr unsigned Shift = 30;
  Value *Sum = B.getInt32(0);
  for (auto [Id, Factor] : BlockIndices)
    Sum = B.CreateAdd(Sum, B.CreateMul(special(B, Id), B.getInt32(Factor)));
  return B.CreateLShr(Sum, Shift);
}

/// 0 now and then, whoever asks.
Value *TwinBuilder::momentInMany(IRBuilder<> &B) {
  constexpr uint32_t Factor = 0x9e3779b1;
  constexpr unsigned Shift = 27;
  return B.CreateLShr(
      B.CreateMul(special(B, Intrinsic::nvvm_read_ptx_sreg_clock),
                  B.getInt32(Factor)),
      Shift);
}

//===----------------------------------------------------------------------===//
// All warps that read one word wait for one line of the cache that all
// multiprocessors share. So they read it through their multiprocessor's own
// cache, which nobody keeps up to date but a few of them: those load the word
// from behind that cache as well, wait for nothing, and the next ones see what
// has come.
//
// At the start of a launch that cache is empty. So a launch sees what an
// earlier one of its stream has seen.
//===----------------------------------------------------------------------===//

/// Where Refresh is 0, for others and for the next time too. Loads that choose
/// one register by a predicate would take ptxas many registers more.
Value *TwinBuilder::readRequest(IRBuilder<> &B, Value *Refresh) {
  if (!ThroughCache)
    return B.CreateLoad(I32, Copy, /*isVolatile=*/true);
  auto *Type = FunctionType::get(I32, {Copy->getType(), I32}, false);
  auto *Load = InlineAsm::get(Type,
                              "{\n\t"
                              ".reg .pred %far;\n\t"
                              ".reg .b32 %next;\n\t"
                              "setp.eq.u32 %far, $2, 0;\n\t"
                              "ld.relaxed.cta.global.u32 $0, [$1];\n\t"
                              "@%far ld.volatile.global.u32 %next, [$1];\n\t"
                              "}",
                              "=r,l,r", /*hasSideEffects=*/true);
  return B.CreateCall(Load, {Copy, Refresh});
}

/// Of global memory, as this multiprocessor saw it last.
Value *TwinBuilder::readNear(IRBuilder<> &B, Value *Word) {
  if (!HasScopes)
    return B.CreateLoad(I32, Word, /*isVolatile=*/true);
  auto *Type = FunctionType::get(I32, {Word->getType()}, false);
  auto *Load = InlineAsm::get(Type, "ld.relaxed.cta.global.u32 $0, [$1];",
                              "=r,l", /*hasSideEffects=*/true);
  return B.CreateCall(Load, {Word});
}

Value *TwinBuilder::readAtStart(IRBuilder<> &B) {
  Value *Refresh = ThroughCache ? warpInBlock(B) : nullptr;
  if (Refresh && !EachBlock)
    Refresh = B.CreateOr(Refresh, blockInFour(B));
  return readRequest(B, Refresh);
}

Value *TwinBuilder::wantsInside(IRBuilder<> &B, bool MayBeOften) {
  static_assert(static_cast<uint32_t>(StopRequest::AtEntry) == 1);
  Value *Refresh = nullptr;
  if (ThroughCache) {
    // The first warp may have ended, so the others do it now and then.
    constexpr uint32_t OneInFour = 3;
    Value *Moment = momentInMany(B);
    Refresh = warpInBlock(B);
    if (MayBeOften)
      Refresh = B.CreateOr(Refresh, B.CreateAnd(Moment, OneInFour));
    Refresh = B.CreateBinaryIntrinsic(Intrinsic::umin, Refresh, Moment);
    if (!MayBeOften)
      return B.CreateLShr(readRequest(B, Refresh), 1);
  }
  if (!Seen) {
    BasicBlock &Top = F.getEntryBlock();
    IRBuilder<> First(&Top, Top.begin());
    Seen = First.CreateAlloca(I32, nullptr, "reprise.seen");
    IRBuilder<> Last(cast<Instruction>(Asked)->getNextNode());
    Last.CreateStore(Asked, Seen);
    Counters.push_back(Seen);
  }
  Value *Wants = B.CreateLShr(confirmed(B, B.CreateLoad(I32, Seen)), 1);
  B.CreateStore(readRequest(B, Refresh), Seen);
  return Wants;
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

Value *TwinBuilder::decide(IRBuilder<> &B, bool MayBeOften) {
  Value *Wants = wantsInside(B, MayBeOften);
  switch (Plan.Inside) {
  case Granularity::Block:
    return anyOfBlock(B, Wants);
  case Granularity::Warp:
    return anyOfWarp(B, B.CreateIsNotNull(Wants));
  default:
    return B.CreateIsNotNull(Wants);
  }
}

} // namespace reprise
