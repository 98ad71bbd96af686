//===- WriteBeforeRead.cpp - Rule R2 --------------------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// R2: the same thread always writes all bytes before it reads them.
//
// Accepted when a plain store W and a read R have the same address expression
// (the machine's, not only the same linear form: forms are equal numbers only
// where nothing wraps), W is at least as wide, and W dominates R; every loop
// around W
// is also around R, so that the iteration numbers in the offset mean the same
// iteration. Then each execution of R finds W executed with the same address
// by the same thread, in the very same iteration: R never sees a value from
// before the launch, in whichever prefix the instance was stopped.
//
//===----------------------------------------------------------------------===//

#include "KernelAnalysis.h"
#include "Weaken.h"

using namespace llvm;

namespace reprise {

/// Each loop around A is around B.
static bool loopsEnclose(const LoopInfo &LI, const BasicBlock *A,
                         const BasicBlock *B) {
  const Loop *L = LI.getLoopFor(A);
  return !L || L->contains(B);
}

static bool sameAddress(KernelState &S, const AnalyzedAccess &W,
                        const AnalyzedAccess &R) {
  if (!W.Address || !R.Address || W.Displacement != R.Displacement)
    return false;
  ScalarEvolution &SE = S.Eval.scalarEvolution();
  return W.Address == R.Address ||
         (SE.isSCEVable(W.Address->getType()) &&
          SE.isSCEVable(R.Address->getType()) &&
          SE.getSCEV(W.Address) == SE.getSCEV(R.Address));
}

static bool covers(KernelState &S, const AnalyzedAccess &W,
                   const AnalyzedAccess &R) {
  return W.A.Kind == REPRISE_ACCESS_WRITE && isa<StoreInst>(W.I) &&
         !W.Predicated && W.Only && W.precise() && sameObject(W.A, R.A) &&
         (sameAddress(S, W, R) || weakened(Rule::R2Address)) &&
         W.A.Width >= R.A.Width &&
         (S.DT.dominates(W.I, R.I) || weakened(Rule::R2Dominance)) &&
         loopsEnclose(S.LI, W.I->getParent(), R.I->getParent());
}

void markWriteBeforeRead(KernelState &S) {
  for (AnalyzedAccess &R : S.Accesses) {
    if (!R.isRead() || !R.precise())
      continue;
    for (const AnalyzedAccess &W : S.Accesses)
      if (covers(S, W, R)) {
        R.A.LiveIn = false;
        R.A.Rule = "R2";
        break;
      }
  }
}

} // namespace reprise
