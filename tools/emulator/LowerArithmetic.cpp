//===- LowerArithmetic.cpp - Where host and device count otherwise --------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Lower.h"

#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Instructions.h"

using namespace llvm;

namespace reprise::emulator {

/// x / 0 is all ones and x % 0 is x, as on the device; MIN / -1 wraps.
static void guardDivision(BinaryOperator *I) {
  auto Op = I->getOpcode();
  bool Signed = Op == Instruction::SDiv || Op == Instruction::SRem;
  bool Quotient = Op == Instruction::SDiv || Op == Instruction::UDiv;
  Value *N = I->getOperand(0), *D = I->getOperand(1);
  Type *T = I->getType();
  if (auto *C = dyn_cast<ConstantInt>(D))
    if (!C->isZero() && !(Signed && C->isMinusOne()))
      return;
  IRBuilder<> B(I);
  Constant *One = ConstantInt::get(T, 1);
  Value *Zero = B.CreateICmpEQ(D, Constant::getNullValue(T));
  Value *Bad = Zero;
  Value *Minus = nullptr;
  if (Signed) {
    Minus = B.CreateICmpEQ(D, Constant::getAllOnesValue(T));
    Bad = B.CreateOr(Zero, Minus);
  }
  Value *V = B.CreateBinOp(Op, N, B.CreateSelect(Bad, One, D));
  if (Minus && Quotient)
    V = B.CreateSelect(Minus, B.CreateNeg(N), V);
  V = B.CreateSelect(Zero, Quotient ? Constant::getAllOnesValue(T) : N, V);
  I->replaceAllUsesWith(V);
  I->eraseFromParent();
}

/// A shift by the width or more moves everything out.
static void guardShift(BinaryOperator *I) {
  Type *T = I->getType();
  Value *Amount = I->getOperand(1);
  if (isa<Constant>(Amount))
    return;
  IRBuilder<> B(I);
  Constant *Most = ConstantInt::get(T, T->getScalarSizeInBits() - 1);
  Value *Far = B.CreateICmpUGT(Amount, Most);
  Value *Near = B.CreateSelect(Far, Most, Amount);
  Value *V = B.CreateBinOp(I->getOpcode(), I->getOperand(0), Near);
  if (I->getOpcode() != Instruction::AShr)
    V = B.CreateSelect(Far, Constant::getNullValue(T), V);
  I->replaceAllUsesWith(V);
  I->eraseFromParent();
}

/// Conversions to integers saturate; not a number becomes 0.
static void saturateConversion(CastInst *I) {
  IRBuilder<> B(I);
  Intrinsic::ID Id = I->getOpcode() == Instruction::FPToSI
                         ? Intrinsic::fptosi_sat
                         : Intrinsic::fptoui_sat;
  I->replaceAllUsesWith(B.CreateIntrinsic(
      Id, {I->getType(), I->getOperand(0)->getType()}, {I->getOperand(0)}));
  I->eraseFromParent();
}

void guardArithmetic(Function &F) {
  for (Instruction &I : make_early_inc_range(instructions(F)))
    switch (I.getOpcode()) {
    case Instruction::SDiv:
    case Instruction::UDiv:
    case Instruction::SRem:
    case Instruction::URem:
      guardDivision(cast<BinaryOperator>(&I));
      break;
    case Instruction::Shl:
    case Instruction::LShr:
    case Instruction::AShr:
      guardShift(cast<BinaryOperator>(&I));
      break;
    case Instruction::FPToSI:
    case Instruction::FPToUI:
      saturateConversion(cast<CastInst>(&I));
      break;
    default:
      break;
    }
}

} // namespace reprise::emulator
