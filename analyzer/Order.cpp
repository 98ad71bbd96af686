//===- Order.cpp - Writes that depend on the order, and rule R4 -----------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// R4: an atomic whose result is unused and whose operator is idempotent (and,
// or, min, max of integers) may be done again, where all that else touches its
// bytes are atomics of the same operator and width: stopped or not, the bytes
// end as the old value combined with every operand. That needs the same
// operands at the same places in both runs, so neither the address nor the
// operand nor whether it happens may depend on the order of threads.
//
//===----------------------------------------------------------------------===//

#include "KernelAnalysis.h"
#include "Normalize.h"
#include "OrderDependence.h"

#include "llvm/ADT/STLExtras.h"

#include <optional>

using namespace llvm;

namespace reprise {

/// AnalyzedAccess::Repeatable. Passes may have changed the operator since the
/// mark was made.
static unsigned repeatableKind(const AtomicRMWInst &R, uint32_t Width) {
  if (!R.use_empty() || !R.hasMetadata(ResultUnused) ||
      !isRepeatable(R.getOperation()))
    return 0;
  return Width * 256 + static_cast<unsigned>(R.getOperation());
}

/// What decides where I writes; not what it writes.
static bool addressDepends(const OrderDependence &D, const Instruction &I) {
  if (auto *S = dyn_cast<StoreInst>(&I))
    return D.depends(S->getPointerOperand());
  if (auto *R = dyn_cast<AtomicRMWInst>(&I))
    return D.depends(R->getPointerOperand());
  return any_of(I.operands(), [&](const Use &U) { return D.depends(U.get()); });
}

/// What the arguments must be for any source to be executed.
static std::vector<Guard> sourceGuards(KernelState &S,
                                       const OrderDependence &D) {
  std::optional<std::vector<Guard>> Common;
  for (BasicBlock *B : D.sources()) {
    std::vector<Guard> Here;
    for (const Guard &G : S.Reader.context(B).Guards)
      if (G.Uniform != None)
        Here.push_back(G);
    if (!Common) {
      Common = std::move(Here);
      continue;
    }
    erase_if(*Common, [&](const Guard &G) {
      return none_of(Here,
                     [&](const Guard &H) { return H.Uniform == G.Uniform; });
    });
  }
  return Common.value_or(std::vector<Guard>());
}

void markOrder(KernelState &S) {
  DenseMap<const Instruction *, Reach> Known;
  for (const AnalyzedAccess &X : S.Accesses) {
    // A copy's other side may be private. What is not known of a call is a
    // reason of its own.
    const bool Copies = isa<CallBase>(X.I) && X.I->mayWriteToMemory() &&
                        X.A.Reason != REPRISE_REASON_UNRESOLVED_CALL;
    auto [It, New] = Known.try_emplace(X.I, Reach{Copies, true, false});
    It->second.Private |= !X.Only;
    It->second.SeesWrites |= X.isRead() && !X.A.LiveIn;
  }
  OrderDependence D(S.F, S.PDT, [&](Instruction &I) {
    auto It = Known.find(&I);
    return It == Known.end() ? Reach{true, false, false} : It->second;
  });
  S.OrderGuards = sourceGuards(S, D);
  for (AnalyzedAccess &X : S.Accesses) {
    if (!X.isWrite())
      continue;
    X.OrderDependent = D.depends(X.I->getParent()) || addressDepends(D, *X.I);
    auto *R = dyn_cast<AtomicRMWInst>(X.I);
    if (R && !X.OrderDependent && !D.depends(R->getValOperand()))
      X.Repeatable = repeatableKind(*R, X.A.Width);
    if (X.Repeatable)
      X.A.Rule = "R4";
  }
}

} // namespace reprise
