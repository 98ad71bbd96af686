//===- FloatCompare.cpp - Comparisons of shared floating-point numbers ----===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A comparison of numbers that all threads share is done at launch on their
// bits. Sign and magnitude become two's complement, which makes both zeros 0
// and keeps the order; a NaN is what lies above infinity:
//
//   key(x) = x < 0 ? MIN - x : x           nan(x) = (x & ~MIN) > infinity
//   x < y, ordered: key(x) < key(y) and neither is a NaN
//
// Where the code flushes subnormal numbers they become zero first.
//
//===----------------------------------------------------------------------===//

#include "Evaluator.h"

#include "llvm/ADT/APFloat.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/Instructions.h"

using namespace llvm;

namespace reprise {

namespace {
/// The fields of a format of Width bits with one sign, as masks.
struct FloatFormat {
  unsigned Width;
  int64_t Infinity;

  explicit FloatFormat(const fltSemantics &S)
      : Width(APFloat::semanticsSizeInBits(S)),
        Infinity(APFloat::getInf(S).bitcastToAPInt().getSExtValue()) {}
  int64_t sign() const {
    return APInt::getSignedMinValue(Width).getSExtValue();
  }
  int64_t magnitude() const {
    return APInt::getSignedMaxValue(Width).getSExtValue();
  }
};
} // namespace

static Id flushed(ExprTable &X, const FloatFormat &T, Id Bits) {
  unsigned W = T.Width;
  Id Exponent = X.binary(Op::And, Bits, X.constant(T.Infinity, W));
  Id Zero = X.binary(Op::And, Bits, X.constant(T.sign(), W));
  return X.select(X.compare(Op::Eq, Exponent, X.constant(0, W)), Zero, Bits);
}

Id Evaluator::flushedFloat(Id Bits) {
  return flushed(Exprs,
                 FloatFormat(Exprs[Bits].Width == 64 ? APFloat::IEEEdouble()
                                                     : APFloat::IEEEsingle()),
                 Bits);
}

std::optional<Id> Evaluator::floatBits(Value *V) {
  Type *T = V->getType();
  if (auto *C = dyn_cast<ConstantFP>(V))
    return Exprs.constant(
        C->getValueAPF().bitcastToAPInt().getSExtValue(),
        APFloat::semanticsSizeInBits(C->getValueAPF().getSemantics()));
  if (auto *A = dyn_cast<Argument>(V)) {
    const Param &P = Layout.Params[A->getArgNo()];
    if (P.Size * 8 != T->getPrimitiveSizeInBits())
      return std::nullopt;
    return Exprs.param(P.Offset, P.Size * 8);
  }
  if (auto L = hostLoad(V)) {
    if (L->Index || (L->Variable && L->Variable->isConstant()))
      return std::nullopt;
    return L->Variable
               ? Exprs.symbolBytes(symbol(*L->Variable), L->First, L->Bits)
               : Exprs.param(Layout.Params[L->Param].Offset +
                                 static_cast<uint32_t>(L->First),
                             L->Bits);
  }
  if (auto *Freeze = dyn_cast<FreezeInst>(V))
    return floatBits(Freeze->getOperand(0));
  auto *Cast = dyn_cast<BitCastInst>(V);
  if (!Cast || !Cast->getSrcTy()->isIntegerTy())
    return std::nullopt;
  Val Bits = scev(SE.getSCEV(Cast->getOperand(0)));
  return Bits.isUniform() ? std::optional(Bits.Exact) : std::nullopt;
}

std::optional<Id> Evaluator::floatCompare(FCmpInst *C) {
  Type *Ty = C->getOperand(0)->getType();
  if (!Ty->isHalfTy() && !Ty->isBFloatTy() && !Ty->isFloatTy() &&
      !Ty->isDoubleTy())
    return std::nullopt;
  auto A = floatBits(C->getOperand(0)), B = floatBits(C->getOperand(1));
  if (!A || !B)
    return std::nullopt;

  ExprTable &X = Exprs;
  const fltSemantics &Semantics = Ty->getFltSemantics();
  const FloatFormat T(Semantics);
  switch (F.getDenormalMode(Semantics).Input) {
  case DenormalMode::IEEE:
    break;
  case DenormalMode::PreserveSign:
  case DenormalMode::PositiveZero: // Both zeros compare equal.
    A = flushed(X, T, *A);
    B = flushed(X, T, *B);
    break;
  default:
    return std::nullopt;
  }

  unsigned W = T.Width;
  Id Zero = X.constant(0, W), Infinity = X.constant(T.Infinity, W);
  auto Magnitude = [&](Id V) {
    return X.binary(Op::And, V, X.constant(T.magnitude(), W));
  };
  auto Key = [&](Id V) {
    Id Negative = X.binary(Op::Sub, X.constant(T.sign(), W), V);
    return X.select(X.compare(Op::SLt, V, Zero), Negative, V);
  };
  auto IsNaN = [&](Id V) { return X.compare(Op::ULt, Infinity, Magnitude(V)); };
  Id True = X.constant(1, 1), False = X.constant(0, 1);

  // The predicate is a set of outcomes: equal, greater, less, unordered.
  unsigned Outcomes = C->getPredicate();
  static_assert(CmpInst::FCMP_OEQ == 1 && CmpInst::FCMP_OGT == 2 &&
                CmpInst::FCMP_OLT == 4 && CmpInst::FCMP_UNO == 8);
  bool IfUnordered = Outcomes & 8;
  if (X.constantValue(*A))
    std::swap(A, B), Outcomes = CmpInst::getSwappedPredicate(C->getPredicate());
  auto Constant = X.constantValue(*B);
  Id Unordered = X.binary(Op::Or, IsNaN(*A), IsNaN(*B));

  Id Holds = None;
  switch (Outcomes & 7) {
  case 0:
    Holds = False;
    break;
  case 1:
  case 6: {
    Op O = (Outcomes & 7) == 1 ? Op::Eq : Op::Ne;
    bool IsZero = Constant && X.constantValue(Magnitude(*B)) == 0;
    Holds = IsZero     ? X.compare(O, Magnitude(*A), Zero)
            : Constant ? X.compare(O, *A, *B)
                       : X.compare(O, Key(*A), Key(*B));
    // No bits of a NaN are those of a number.
    if (Constant && X.constantValue(IsNaN(*B)) == 0 &&
        IfUnordered == (O == Op::Ne))
      return Holds;
    break;
  }
  case 2:
    Holds = X.compare(Op::SLt, Key(*B), Key(*A));
    break;
  case 3:
    Holds = X.compare(Op::SLe, Key(*B), Key(*A));
    break;
  case 4:
    Holds = X.compare(Op::SLt, Key(*A), Key(*B));
    break;
  case 5:
    Holds = X.compare(Op::SLe, Key(*A), Key(*B));
    break;
  default:
    Holds = True;
    break;
  }
  return X.select(Unordered, IfUnordered ? True : False, Holds);
}

} // namespace reprise
