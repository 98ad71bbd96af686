//===- LocalTables.cpp - Pointers in a thread's own arrays ----------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LocalTables.h"

#include "llvm/Analysis/ScalarEvolutionExpressions.h"
#include "llvm/Analysis/ValueTracking.h"

using namespace llvm;

namespace reprise {

/// Address is a multiple of eight bytes into Table.
static bool isPlace(Value *Address, AllocaInst &Table, ScalarEvolution &SE) {
  const SCEV *Offset = SE.getMinusSCEV(SE.getSCEV(Address), SE.getSCEV(&Table));
  return !isa<SCEVCouldNotCompute>(Offset) &&
         SE.getMinTrailingZeros(Offset) >= 3;
}

/// Gathers the stores to the variable at P; false where anything but loads and
/// stores is done with its address.
static bool findStores(Value &P, SmallVectorImpl<StoreInst *> &Stores) {
  for (User *U : P.users()) {
    if (isa<GetElementPtrInst>(U)) {
      if (!findStores(*U, Stores))
        return false;
    } else if (auto *S = dyn_cast<StoreInst>(U)) {
      if (S->getValueOperand() == &P)
        return false;
      Stores.push_back(S);
    } else if (!isa<LoadInst>(U)) {
      return false;
    }
  }
  return true;
}

SmallSetVector<Value *, 4>
localTablePointers(LoadInst &Load, ScalarEvolution &SE, const LoopInfo &LI) {
  SmallSetVector<Value *, 4> Pointers;
  auto *Table = dyn_cast<AllocaInst>(
      getUnderlyingObject(Load.getPointerOperand(), /*MaxLookup=*/0));
  SmallVector<StoreInst *, 4> Stores;
  if (!Table || !Load.getType()->isPointerTy() ||
      !isPlace(Load.getPointerOperand(), *Table, SE) ||
      !findStores(*Table, Stores))
    return {};
  for (StoreInst *S : Stores) {
    Value *V = S->getValueOperand();
    auto *I = dyn_cast<Instruction>(V);
    // A value that a loop computes again and again is there from an earlier
    // iteration.
    if (V->getType() != Load.getType() ||
        (I && LI.getLoopFor(I->getParent())) ||
        !isPlace(S->getPointerOperand(), *Table, SE))
      return {};
    Pointers.insert(V);
  }
  return Pointers;
}

} // namespace reprise
