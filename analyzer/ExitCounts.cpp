//===- ExitCounts.cpp - How often a loop goes round -----------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ExitCounts.h"

#include "llvm/IR/Instructions.h"

using namespace llvm;

namespace reprise {

/// S as a uniform value; none when it varies or has alternatives.
static std::optional<Val> uniformValue(Evaluator &Eval, const SCEV *S) {
  Val V = Eval.scev(S);
  bool Chosen = Eval.pending().has_value();
  Eval.clearPending();
  if (Chosen || !V.isUniform())
    return std::nullopt;
  return V;
}

/// The count of a loop that goes on while Rec is not End.
static std::optional<Lin>
countUntilEqual(Evaluator &Eval, const SCEVAddRecExpr *Rec, const SCEV *End) {
  const auto *Step = dyn_cast<SCEVConstant>(Rec->getOperand(1));
  unsigned Width = static_cast<unsigned>(
      Eval.scalarEvolution().getTypeSizeInBits(Rec->getType()));
  if (!Rec->isAffine() || !Step || Width > 64 || !Rec->getType()->isIntegerTy())
    return std::nullopt;
  bool Down = Step->getAPInt().isNegatedPowerOf2();
  if (!Down && !Step->getAPInt().isPowerOf2())
    return std::nullopt;
  unsigned Shift = (Down ? -Step->getAPInt() : Step->getAPInt()).logBase2();
  auto From = uniformValue(Eval, Rec->getStart());
  auto To = uniformValue(Eval, End);
  if (!From || !To || From->Width != Width || To->Width != Width)
    return std::nullopt;
  // The smallest k with k * 2^Shift = Distance modulo 2^Width. There is none
  // unless Distance is a multiple of 2^Shift.
  ExprTable &X = Eval.exprs();
  Id Distance = Down ? X.binary(Op::Sub, From->Exact, To->Exact)
                     : X.binary(Op::Sub, To->Exact, From->Exact);
  Id Rest = X.binary(
      Op::And, Distance,
      X.constant((APInt::getLowBitsSet(Width, Shift)).getSExtValue(), Width));
  Id Count = X.binary(Op::LShr, Distance,
                      X.constant(static_cast<int64_t>(Shift), Width));
  Val V;
  V.Width = Width;
  V.Exact = Count;
  V.L = Lin(Poly::leaf(X.unary(Op::SExt, 64, Count)));
  Lin Result = Eval.asUnsigned(V);
  Lin Zero(Poly::leaf(X.unary(Op::ZExt, 64, Rest)));
  if (!Eval.atoms().range(Zero, X).within(0, 0))
    Result.Checks.insert(Eval.atoms().addCheck(Zero, 0, 0));
  return Result;
}

std::optional<Lin> exitCount(Evaluator &Eval, const Loop *L,
                             BasicBlock *Exiting) {
  ScalarEvolution &SE = Eval.scalarEvolution();
  const SCEV *Count = SE.getExitCount(L, Exiting);
  if (!isa<SCEVCouldNotCompute>(Count)) {
    auto V = uniformValue(Eval, Count);
    return V ? std::optional(Eval.asUnsigned(*V)) : std::nullopt;
  }
  auto *Branch = dyn_cast<BranchInst>(Exiting->getTerminator());
  auto *Test = Branch && Branch->isConditional()
                   ? dyn_cast<ICmpInst>(Branch->getCondition())
                   : nullptr;
  if (!Test || !Test->getOperand(0)->getType()->isIntegerTy() ||
      L->contains(Branch->getSuccessor(0)) ==
          L->contains(Branch->getSuccessor(1)))
    return std::nullopt;
  bool LeaveIfTrue = !L->contains(Branch->getSuccessor(0));
  if (Test->getPredicate() !=
      (LeaveIfTrue ? CmpInst::ICMP_EQ : CmpInst::ICMP_NE))
    return std::nullopt;
  for (unsigned I = 0; I < 2; ++I) {
    const auto *Rec = dyn_cast<SCEVAddRecExpr>(SE.getSCEV(Test->getOperand(I)));
    const SCEV *End = SE.getSCEV(Test->getOperand(1 - I));
    if (Rec && Rec->getLoop() == L && SE.isLoopInvariant(End, L))
      return countUntilEqual(Eval, Rec, End);
  }
  return std::nullopt;
}

} // namespace reprise
