//===- CountedLoop.cpp - Loops that can run in slices ---------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CountedLoop.h"

#include "llvm/IR/Constants.h"
#include "llvm/IR/PatternMatch.h"

using namespace llvm;

namespace reprise {

std::optional<CountedLoop> CountedLoop::match(const Loop &L) {
  BasicBlock *Latch = L.getLoopLatch();
  if (!Latch || !L.getLoopPreheader() || !L.isLoopExiting(Latch))
    return std::nullopt;
  CountedLoop C;
  C.Latch = dyn_cast<BranchInst>(Latch->getTerminator());
  if (!C.Latch || !C.Latch->isConditional() ||
      C.Latch->getSuccessor(0) == C.Latch->getSuccessor(1))
    return std::nullopt;
  C.Test = dyn_cast<ICmpInst>(C.Latch->getCondition());
  if (!C.Test || C.Test->getParent() != Latch || !C.Test->hasOneUse() ||
      !C.Test->getOperand(0)->getType()->isIntegerTy())
    return std::nullopt;
  for (unsigned I : {0u, 1u}) {
    auto *Next = dyn_cast<BinaryOperator>(C.Test->getOperand(I));
    if (!Next || Next->getOpcode() != Instruction::Add ||
        !L.isLoopInvariant(C.Test->getOperand(1 - I)))
      continue;
    for (unsigned J : {0u, 1u}) {
      auto *Counter = dyn_cast<PHINode>(Next->getOperand(J));
      C.Step = Next->getOperand(1 - J);
      if (!Counter || Counter->getParent() != L.getHeader() ||
          !L.isLoopInvariant(C.Step) ||
          PatternMatch::match(C.Step, PatternMatch::m_Zero()) ||
          Counter->getIncomingValueForBlock(Latch) != Next)
        continue;
      C.Counter = Counter;
      C.EndOperand = 1 - I;
      CmpInst::Predicate P =
          I ? C.Test->getSwappedPredicate() : C.Test->getPredicate();
      C.GoesOn = C.Latch->getSuccessor(0) == L.getHeader()
                     ? P
                     : CmpInst::getInversePredicate(P);
      const ConstantInt *Fixed = C.constantStep();
      bool Up = !Fixed || Fixed->getValue().isStrictlyPositive();
      bool Below = ICmpInst::isLT(C.GoesOn) || ICmpInst::isLE(C.GoesOn);
      if (C.GoesOn == CmpInst::ICMP_NE ||
          (CmpInst::isRelational(C.GoesOn) && Below == Up))
        return C;
    }
  }
  return std::nullopt;
}

const ConstantInt *CountedLoop::constantStep() const {
  return dyn_cast<ConstantInt>(Step);
}

bool CountedLoop::fits(uint32_t N) const {
  unsigned Width = Step->getType()->getIntegerBitWidth();
  APInt Steps = APInt(64, N).zextOrTrunc(Width);
  const ConstantInt *Fixed = constantStep();
  if (Steps.getActiveBits() != APInt(64, N).getActiveBits() ||
      Steps.isNegative())
    return false;
  if (!Fixed)
    return true;
  bool Overflow = false;
  (void)Fixed->getValue().abs().umul_ov(Steps, Overflow);
  return !Overflow;
}

Value *CountedLoop::sliceEnd(IRBuilder<> &B, Value *From, uint32_t N) const {
  unsigned Width = Step->getType()->getIntegerBitWidth();
  APInt Steps = APInt(64, N).zextOrTrunc(Width);
  const ConstantInt *Fixed = constantStep();
  bool Up = !Fixed || Fixed->getValue().isStrictlyPositive();
  Value *Whole = end();
  Value *Left = Up ? B.CreateSub(Whole, From) : B.CreateSub(From, Whole);
  Value *Move = B.CreateMul(Step, ConstantInt::get(B.getContext(), Steps));
  Value *Distance = Up ? Move : B.CreateNeg(Move);
  Value *Far = B.CreateICmpUGT(Left, Distance);
  if (GoesOn != CmpInst::ICMP_NE)
    Far = B.CreateAnd(Far, B.CreateICmp(GoesOn, From, Whole));
  if (!Fixed) {
    // From 1 to what N times fits: 0 wraps to the largest number.
    APInt Most = APInt::getSignedMaxValue(Width).udiv(Steps);
    Value *Less = B.CreateSub(Step, ConstantInt::get(Step->getType(), 1));
    Far = B.CreateAnd(
        Far, B.CreateICmpULT(Less, ConstantInt::get(B.getContext(), Most)));
  }
  return B.CreateSelect(Far, B.CreateAdd(From, Move), Whole);
}

} // namespace reprise
