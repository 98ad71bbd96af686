//===- WaitLoops.cpp - Loops that may wait for other blocks ---------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "WaitLoops.h"
#include "LoopEnds.h"
#include "SyncOps.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Analysis/ScalarEvolutionExpressions.h"
#include "llvm/Analysis/ValueTracking.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/InlineAsm.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/IntrinsicInst.h"

using namespace llvm;

namespace reprise {

/// Memory that other blocks do not see, or nobody writes: shared, local,
/// constant, parameters.
static bool isPrivateToBlock(const Value *P) {
  const Value *Object = getUnderlyingObject(P, 0);
  if (isa<AllocaInst>(Object))
    return true;
  if (const auto *A = dyn_cast<Argument>(Object))
    return A->hasByValAttr();
  if (const auto *V = dyn_cast<GlobalVariable>(Object); V && V->isConstant())
    return true;
  unsigned Space = Object->getType()->getPointerAddressSpace();
  return Space == 3 || Space == 4 || Space == 5;
}

/// Without what leaves all bits as they are.
static const Value *stripped(const Value *V) {
  while (isa<BitCastInst>(V) || isa<IntToPtrInst>(V) || isa<PtrToIntInst>(V) ||
         isa<AddrSpaceCastInst>(V) || isa<FreezeInst>(V))
    V = cast<Instruction>(V)->getOperand(0);
  return V;
}

//===----------------------------------------------------------------------===//
// Signals
//===----------------------------------------------------------------------===//

/// Of one of "reprise.ptx.", by its modifiers too: ".volatile", ".cv", ...
static bool isNamedSignal(StringRef Name) {
  SmallVector<StringRef, 8> Parts;
  Name.split(Parts, '.');
  return is_contained({"atomic", "memory", "multimem", "read"}, Parts[0]) ||
         Name.starts_with("texture.suld") || any_of(Parts, [](StringRef M) {
           return is_contained({"volatile", "relaxed", "acquire", "mmio", "cv"},
                               M);
         });
}

/// cp.async and its like.
static bool copiesFromGlobal(const CallInst &Call) {
  auto Copies = [](StringRef Name) {
    return Name.contains("cp.async") &&
           (Name.contains("global") || Name.contains("g2s"));
  };
  if (const auto *Asm = dyn_cast<InlineAsm>(Call.getCalledOperand()))
    return any_of(opcodesOf(Asm->getAsmString()), Copies);
  const Function *F = Call.getCalledFunction();
  return F && Copies(F->getName());
}

/// A signal whatever is beside it.
static bool isSignal(const Instruction &I) {
  if (const auto *L = dyn_cast<LoadInst>(&I))
    return (L->isVolatile() || L->isAtomic()) &&
           !isPrivateToBlock(L->getPointerOperand());
  if (const auto *R = dyn_cast<AtomicRMWInst>(&I))
    return !R->use_empty() && !isPrivateToBlock(R->getPointerOperand());
  if (const auto *X = dyn_cast<AtomicCmpXchgInst>(&I))
    return !X->use_empty() && !isPrivateToBlock(X->getPointerOperand());
  const auto *Call = dyn_cast<CallInst>(&I);
  if (!Call || isa<DbgInfoIntrinsic>(Call))
    return false;
  if (copiesFromGlobal(*Call))
    return true; // The word may come into shared memory that way.
  if (Call->use_empty())
    return false;
  // Textures do not see what the launch writes.
  if (const auto *Asm = dyn_cast<InlineAsm>(Call->getCalledOperand()))
    return any_of(opcodesOf(Asm->getAsmString()), [](StringRef Opcode) {
      StringRef Family = Opcode.split('.').first;
      return Family.starts_with("ld") || Family == "atom" || Family == "suld" ||
             Family == "multimem" || Family == "wmma";
    });
  const Function *F = Call->getCalledFunction();
  if (!F)
    return true;
  StringRef Name = F->getName();
  if (Name.consume_front("reprise.ptx."))
    return isNamedSignal(Name);
  if (Name.consume_front("llvm.nvvm."))
    return Name.starts_with("atomic") || Name.starts_with("suld");
  return !F->isIntrinsic() && Call->mayReadFromMemory();
}

/// Makes loads beside it happen again in each iteration.
static bool ordersMemory(const Instruction &I) {
  if (isa<FenceInst>(I))
    return true;
  if (isa<AtomicRMWInst>(I) || isa<AtomicCmpXchgInst>(I))
    return true;
  if (const auto *L = dyn_cast<LoadInst>(&I))
    return isStrongerThanMonotonic(L->getOrdering());
  if (const auto *S = dyn_cast<StoreInst>(&I))
    return isStrongerThanMonotonic(S->getOrdering());
  const auto *Call = dyn_cast<CallInst>(&I);
  if (!Call || isa<DbgInfoIntrinsic>(Call))
    return false;
  if (Call->isInlineAsm())
    return Call->mayWriteToMemory();
  const Function *F = Call->getCalledFunction();
  if (!F)
    return true;
  SyncOp Op = classifyCall(const_cast<CallInst &>(*Call));
  switch (Op.Kind) {
  case SyncKind::None:
    break;
  case SyncKind::WarpAll:
  case SyncKind::WarpPart:
    return StringRef(Op.Name).starts_with("bar");
  default:
    return true;
  }
  StringRef Name = F->getName();
  if (Name.consume_front("reprise.ptx."))
    return Name.starts_with("atomic") || Name.starts_with("memory") ||
           Name.contains("nanosleep") || Name.contains("fence") ||
           Name.contains("membar");
  if (Name.consume_front("llvm.nvvm."))
    return Name.starts_with("membar") || Name.starts_with("fence") ||
           Name.starts_with("nanosleep") || Name.starts_with("atomic");
  return !F->isIntrinsic() && Call->mayWriteToMemory();
}

static bool storesForOthers(const Instruction &I) {
  if (const auto *S = dyn_cast<StoreInst>(&I))
    return !isPrivateToBlock(S->getPointerOperand());
  const auto *Call = dyn_cast<CallInst>(&I);
  const Function *F = Call ? Call->getCalledFunction() : nullptr;
  return F && F->getName().starts_with("reprise.ptx.write");
}

/// L ends by what is loaded and by nothing else that changes: while the word
/// stays, L goes on.
static bool endsByValueOf(const Loop &L, const LoadInst &Load) {
  SmallVector<BasicBlock *, 8> Exiting;
  L.getExitingBlocks(Exiting);
  return any_of(Exiting, [&](const BasicBlock *B) {
    SmallVector<const Value *, 16> Next(B->getTerminator()->operands());
    SmallPtrSet<const Value *, 16> Seen;
    bool Found = false;
    while (!Next.empty()) {
      const auto *I = dyn_cast<Instruction>(Next.pop_back_val());
      if (!I || !L.contains(I) || !Seen.insert(I).second)
        continue;
      if (isa<PHINode>(I))
        return false;
      Found |= I == &Load;
      if (!isa<LoadInst>(I))
        append_range(Next, I->operands());
    }
    return Found;
  });
}

static SmallVector<const Instruction *, 8> signalsOf(const Loop &L) {
  bool Ordered = false, Stored = false;
  for (const BasicBlock *B : L.blocks())
    for (const Instruction &I : *B) {
      Ordered |= ordersMemory(I);
      Stored |= storesForOthers(I);
    }
  auto IsMadeAgain = [&](const Instruction &I) {
    const auto *Load = dyn_cast<LoadInst>(&I);
    return Load && !Load->hasMetadata(LLVMContext::MD_invariant_load) &&
           !isPrivateToBlock(Load->getPointerOperand()) &&
           (Ordered ||
            (Stored && L.isLoopInvariant(stripped(Load->getPointerOperand())) &&
             endsByValueOf(L, *Load)));
  };
  SmallVector<const Instruction *, 8> Found;
  for (const BasicBlock *B : L.blocks())
    for (const Instruction &I : *B)
      if (isSignal(I) || IsMadeAgain(I))
        Found.push_back(&I);
  return Found;
}

//===----------------------------------------------------------------------===//
// Compare-and-swap
//===----------------------------------------------------------------------===//

/// The compare-and-swap whose old value V is; null: it is none.
static const AtomicCmpXchgInst *swapOf(const Value *V, unsigned Part) {
  const auto *E = dyn_cast<ExtractValueInst>(stripped(V));
  return E && E->getNumIndices() == 1 && E->getIndices()[0] == Part
             ? dyn_cast<AtomicCmpXchgInst>(E->getAggregateOperand())
             : nullptr;
}

static bool isOnlyIn(const Loop &L, const Instruction &I) {
  return L.contains(&I) && none_of(L.getSubLoops(), [&](const Loop *S) {
           return S->contains(&I);
         });
}

/// V is what this iteration of L read at Pointer.
static bool isReadIn(const Loop &L, const Value *V, const Value *Pointer,
                     SmallPtrSetImpl<const Value *> &Seen) {
  V = stripped(V);
  const auto *I = dyn_cast<Instruction>(V);
  if (!I || !isOnlyIn(L, *I) || !Seen.insert(V).second)
    return false;
  const Value *At = nullptr;
  if (const auto *P = dyn_cast<PHINode>(I))
    return P->getParent() != L.getHeader() &&
           all_of(P->incoming_values(), [&](const Use &U) {
             SmallPtrSet<const Value *, 8> Path(Seen.begin(), Seen.end());
             return isReadIn(L, U.get(), Pointer, Path);
           });
  if (const auto *Load = dyn_cast<LoadInst>(I))
    At = Load->getPointerOperand();
  else if (const auto *X = swapOf(I, 0); X && isOnlyIn(L, *X))
    At = X->getPointerOperand();
  return At && stripped(At) == stripped(Pointer);
}

/// X ends L when it succeeds, all iterations come to it, and it expects what L
/// read at its place since the last time.
static bool isRetried(const Loop &L, const AtomicCmpXchgInst &X,
                      const DominatorTree &Tree) {
  const BasicBlock *Latch = L.getLoopLatch();
  if (!Latch || !isOnlyIn(L, X) || !Tree.dominates(X.getParent(), Latch))
    return false;
  const Value *Expected = stripped(X.getCompareOperand());
  const Value *Pointer = X.getPointerOperand();
  SmallPtrSet<const Value *, 8> Seen;
  const auto *P = dyn_cast<PHINode>(Expected);
  bool Carried = P && P->getParent() == L.getHeader();
  // What the first iteration expects does not matter.
  if (Carried
          ? !L.isLoopInvariant(stripped(Pointer)) ||
                !isReadIn(L, P->getIncomingValueForBlock(Latch), Pointer, Seen)
          : !isReadIn(L, Expected, Pointer, Seen))
    return false;
  for (const BasicBlock *B : L.blocks()) {
    const auto *Branch = dyn_cast<BranchInst>(B->getTerminator());
    // Behind X there is no way around this branch.
    if (!Branch || !Branch->isConditional() ||
        !Tree.dominates(X.getParent(), B) || !Tree.dominates(B, Latch))
      continue;
    const Value *Condition = Branch->getCondition();
    bool OnSuccess = true;
    if (const auto *C = dyn_cast<ICmpInst>(Condition)) {
      if (!C->isEquality())
        continue;
      OnSuccess = C->getPredicate() == CmpInst::ICMP_EQ;
      const Value *Old = C->getOperand(0), *Other = C->getOperand(1);
      if (swapOf(Old, 0) != &X)
        std::swap(Old, Other);
      if (swapOf(Old, 0) != &X || stripped(Other) != Expected)
        continue;
    } else if (swapOf(Condition, 1) != &X) {
      continue;
    }
    if (!L.contains(Branch->getSuccessor(OnSuccess ? 0 : 1)))
      return true;
  }
  return false;
}

//===----------------------------------------------------------------------===//

/// Iterations of a bound that nobody waits for the end of.
static bool isNoBound(const SCEV *Count) {
  constexpr unsigned Bits = 40;
  const auto *C = dyn_cast<SCEVConstant>(Count);
  return isa<SCEVCouldNotCompute>(Count) ||
         (C && C->getAPInt().getActiveBits() > Bits);
}

const Instruction *waitsFor(const Loop &L, ScalarEvolution &SE) {
  if (!isNoBound(SE.getSymbolicMaxBackedgeTakenCount(&L)))
    return nullptr;
  SmallVector<const Instruction *, 8> Signals = signalsOf(L);
  if (Signals.empty() || !endDependsOn(L, Signals))
    return nullptr;
  DominatorTree Tree(*L.getHeader()->getParent());
  for (const BasicBlock *B : L.blocks())
    for (const Instruction &I : *B)
      if (const auto *X = dyn_cast<AtomicCmpXchgInst>(&I);
          X && isRetried(L, *X, Tree))
        return nullptr;
  return Signals.front();
}

} // namespace reprise
