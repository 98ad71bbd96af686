//===- WaitLoops.cpp - Loops that may wait for other blocks ---------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "WaitLoops.h"
#include "SyncOps.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Analysis/ValueTracking.h"
#include "llvm/IR/InlineAsm.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/IntrinsicInst.h"

using namespace llvm;

namespace reprise {

/// Memory that other blocks do not see: shared, local, constant.
static bool isPrivateToBlock(const Value *P) {
  const Value *Object = getUnderlyingObject(P, 0);
  if (isa<AllocaInst>(Object))
    return true;
  unsigned Space = Object->getType()->getPointerAddressSpace();
  return Space == 3 || Space == 4 || Space == 5;
}

/// V is what the loop loaded or swapped at the same place before.
static bool isReadBefore(const Value *V, const Value *Pointer,
                         SmallPtrSetImpl<const Value *> &Seen) {
  if (!Seen.insert(V).second)
    return true; // Around the loop.
  if (const auto *P = dyn_cast<PHINode>(V))
    return all_of(P->incoming_values(), [&](const Use &U) {
      return isReadBefore(U.get(), Pointer, Seen);
    });
  if (const auto *L = dyn_cast<LoadInst>(V))
    return L->getPointerOperand()->stripPointerCasts() ==
           Pointer->stripPointerCasts();
  if (const auto *E = dyn_cast<ExtractValueInst>(V))
    if (const auto *X = dyn_cast<AtomicCmpXchgInst>(E->getAggregateOperand()))
      return X->getPointerOperand()->stripPointerCasts() ==
             Pointer->stripPointerCasts();
  // What the source made of it in between.
  if (isa<CastInst>(V) || isa<FreezeInst>(V))
    return isReadBefore(cast<Instruction>(V)->getOperand(0), Pointer, Seen);
  return false;
}

static bool isSignal(const Instruction &I, bool Fenced) {
  if (const auto *L = dyn_cast<LoadInst>(&I))
    return (L->isVolatile() || L->isAtomic() || Fenced) &&
           !isPrivateToBlock(L->getPointerOperand());
  if (const auto *R = dyn_cast<AtomicRMWInst>(&I))
    return !R->use_empty() && !isPrivateToBlock(R->getPointerOperand());
  if (const auto *X = dyn_cast<AtomicCmpXchgInst>(&I)) {
    SmallPtrSet<const Value *, 8> Seen;
    return !X->use_empty() && !isPrivateToBlock(X->getPointerOperand()) &&
           !isReadBefore(X->getCompareOperand(), X->getPointerOperand(), Seen);
  }
  const auto *Call = dyn_cast<CallInst>(&I);
  if (!Call || isa<DbgInfoIntrinsic>(Call) || Call->use_empty())
    return false;
  // Textures do not see what the launch writes.
  if (const auto *Asm = dyn_cast<InlineAsm>(Call->getCalledOperand()))
    return any_of(opcodesOf(Asm->getAsmString()), [](StringRef Opcode) {
      StringRef Family = Opcode.split('.').first;
      return Family.starts_with("ld") || Family == "atom" || Family == "suld";
    });
  const Function *F = Call->getCalledFunction();
  if (!F)
    return true;
  StringRef Name = F->getName();
  if (Name.consume_front("reprise.ptx."))
    return Name.starts_with("atomic") || Name.contains("volatile") ||
           Name.contains("relaxed") || Name.contains("acquire") ||
           Name.starts_with("memory") || Name.starts_with("texture.suld");
  if (Name.consume_front("llvm.nvvm."))
    return Name.starts_with("atomic") || Name.starts_with("suld");
  return !F->isIntrinsic() && Call->mayReadFromMemory();
}

static bool isFence(const Instruction &I) {
  if (isa<FenceInst>(I))
    return true;
  const auto *Call = dyn_cast<CallInst>(&I);
  const Function *F = Call ? Call->getCalledFunction() : nullptr;
  return F && (F->getName().starts_with("llvm.nvvm.membar") ||
               F->getName().starts_with("llvm.nvvm.fence"));
}

const Instruction *waitsFor(const Loop &L, ScalarEvolution &SE) {
  if (!isa<SCEVCouldNotCompute>(SE.getSymbolicMaxBackedgeTakenCount(&L)))
    return nullptr;
  // A fence makes plain loads happen again in each iteration.
  bool Fenced = any_of(L.blocks(),
                       [](const BasicBlock *B) { return any_of(*B, isFence); });
  for (const BasicBlock *B : L.blocks())
    for (const Instruction &I : *B)
      if (isSignal(I, Fenced))
        return &I;
  return nullptr;
}

} // namespace reprise
