//===- SharedScalars.cpp - Block-wide values kept in shared memory --------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "SharedScalars.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/Module.h"
#include "llvm/IR/Operator.h"

using namespace llvm;

namespace reprise {

namespace {

/// What F does with one variable.
struct Uses {
  SmallVector<LoadInst *, 8> Loads;
  SmallVector<StoreInst *, 2> Stores;
};

/// Values that are cheaper to compute again than to read.
constexpr unsigned MaxDepth = 12;

/// The same for all threads of a block, whenever it is computed.
bool isOfBlock(const Value *V, unsigned Depth = 0) {
  if (isa<ConstantInt, ConstantPointerNull>(V))
    return true;
  if (auto *A = dyn_cast<Argument>(V))
    return !A->hasByValAttr();
  if (Depth == MaxDepth)
    return false;
  auto *I = dyn_cast<Instruction>(V);
  if (!I)
    return false;
  if (auto *Call = dyn_cast<IntrinsicInst>(I)) {
    StringRef Name = Call->getCalledFunction()->getName();
    return Name.starts_with("llvm.nvvm.read.ptx.sreg.ctaid.") ||
           Name.starts_with("llvm.nvvm.read.ptx.sreg.nctaid.") ||
           Name.starts_with("llvm.nvvm.read.ptx.sreg.ntid.");
  }
  if (auto *L = dyn_cast<LoadInst>(I)) {
    // A parameter: those that a kernel writes were copied before.
    const Value *Base = L->getPointerOperand()->stripPointerCasts();
    while (auto *G = dyn_cast<GetElementPtrInst>(Base)) {
      if (!G->hasAllConstantIndices())
        return false;
      Base = G->getPointerOperand()->stripPointerCasts();
    }
    auto *A = dyn_cast<Argument>(Base);
    return A && A->hasByValAttr() && !L->isVolatile();
  }
  // Undefined results could differ from use to use.
  if (!isa<BinaryOperator, CastInst, GetElementPtrInst, SelectInst, ICmpInst>(
          I))
    return false;
  return all_of(I->operands(),
                [&](const Use &U) { return isOfBlock(U.get(), Depth + 1); });
}

/// False when the variable is used in another way, or not only in F.
bool collect(Value &Address, Type *T, const Function &F, Uses &Out) {
  return all_of(Address.users(), [&](User *U) {
    if (auto *L = dyn_cast<LoadInst>(U)) {
      Out.Loads.push_back(L);
      return L->getFunction() == &F && L->getType() == T && !L->isAtomic();
    }
    if (auto *S = dyn_cast<StoreInst>(U)) {
      Out.Stores.push_back(S);
      return S->getFunction() == &F && S->getPointerOperand() == &Address &&
             S->getValueOperand()->getType() == T &&
             S->getValueOperand() != &Address && !S->isAtomic();
    }
    auto *Cast = dyn_cast<AddrSpaceCastOperator>(U);
    return Cast && collect(*Cast, T, F, Out);
  });
}

/// V, computed again before At.
Value *rebuild(Value *V, Instruction *At) {
  auto *I = dyn_cast<Instruction>(V);
  if (!I)
    return V;
  Instruction *New = I->clone();
  for (Use &U : New->operands())
    if (!isa<Function>(U.get()))
      U.set(rebuild(U.get(), At));
  New->insertBefore(At);
  return New;
}

} // namespace

bool replaceSharedScalars(Function &F) {
  constexpr unsigned SharedSpace = 3;
  bool Changed = false;
  for (GlobalVariable &GV : F.getParent()->globals()) {
    Type *T = GV.getValueType();
    if (GV.getAddressSpace() != SharedSpace ||
        !(T->isIntegerTy() || T->isPointerTy()))
      continue;
    Uses Found;
    if (!collect(GV, T, F, Found) || Found.Stores.empty() ||
        Found.Loads.empty())
      continue;
    Value *Stored = Found.Stores.front()->getValueOperand();
    if (any_of(Found.Stores,
               [&](StoreInst *S) { return S->getValueOperand() != Stored; }) ||
        !isOfBlock(Stored))
      continue;
    for (LoadInst *L : Found.Loads) {
      L->replaceAllUsesWith(rebuild(Stored, L));
      L->eraseFromParent();
    }
    Changed = true;
  }
  return Changed;
}

} // namespace reprise
