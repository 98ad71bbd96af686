//===- TwinEnd.cpp - How the threads of a twin end ------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Control.h"
#include "SyncOps.h"
#include "TwinBuilder.h"

#include "llvm/IR/InlineAsm.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicsNVPTX.h"
#include "llvm/Transforms/Utils/BasicBlockUtils.h"

using namespace llvm;

namespace reprise {

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

/// What this thread and those it has met did comes before what it does next.
void TwinBuilder::fence(IRBuilder<> &B, bool Device) {
  if (!HasScopes) {
    B.CreateIntrinsic(Device ? Intrinsic::nvvm_membar_gl
                             : Intrinsic::nvvm_membar_cta,
                      {}, {});
    return;
  }
  auto *Type = FunctionType::get(B.getVoidTy(), false);
  B.CreateCall(
      InlineAsm::get(Type, Device ? "fence.acq_rel.gpu;" : "fence.acq_rel.cta;",
                     "~{memory}", /*hasSideEffects=*/true));
}

//===----------------------------------------------------------------------===//
//   count:  the lanes that are here meet; the first one goes on
//   tally:  fence; Ended += their number; all of the block ? mark : out
//   mark:   fence of the device; set the bit
//
// Lanes need not be together here, nor stay so: those that are form a group,
// each lane is in one, and the group's members alone wait for each other.
//===----------------------------------------------------------------------===//

/// Counts threads behind their last stores; the last one of the block sets the
/// block's bit.
void TwinBuilder::makeCount() {
  Count = BasicBlock::Create(C, "reprise.count", &F);
  Tally = BasicBlock::Create(C, "reprise.tally", &F);
  Mark = BasicBlock::Create(C, "reprise.mark", &F);
  BranchInst::Create(Count, Out, HasMap, End);
  IRBuilder<> B(Count);
  Value *Number = B.getInt32(1);
  if (HasScopes) {
    Value *Group = special(B, Intrinsic::nvvm_activemask);
    B.CreateIntrinsic(Intrinsic::nvvm_bar_warp_sync, {}, {Group});
    Value *Lower = B.CreateAnd(
        Group, special(B, Intrinsic::nvvm_read_ptx_sreg_lanemask_lt));
    B.CreateCondBr(B.CreateIsNull(Lower), Tally, Out);
    B.SetInsertPoint(Tally);
    Number = B.CreateUnaryIntrinsic(Intrinsic::ctpop, Group);
  } else {
    B.CreateBr(Tally);
    B.SetInsertPoint(Tally);
  }
  fence(B, /*Device=*/false);
  Value *Before = B.CreateAtomicRMW(AtomicRMWInst::Add, Ended, Number,
                                    MaybeAlign(4), AtomicOrdering::Monotonic);
  Value *Threads =
      B.CreateMul(B.CreateMul(special(B, Intrinsic::nvvm_read_ptx_sreg_ntid_x),
                              special(B, Intrinsic::nvvm_read_ptx_sreg_ntid_y)),
                  special(B, Intrinsic::nvvm_read_ptx_sreg_ntid_z));
  B.CreateCondBr(B.CreateICmpEQ(B.CreateAdd(Before, Number), Threads), Mark,
                 Out);
  B.SetInsertPoint(Mark);
  fence(B, /*Device=*/true);
  auto [Word, Bit] = doneBit(B);
  B.CreateAtomicRMW(AtomicRMWInst::Or, Word, Bit, MaybeAlign(4),
                    AtomicOrdering::Monotonic);
  B.CreateBr(Out);
}

} // namespace reprise
