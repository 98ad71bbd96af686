//===- SmallFloat.cpp - Floating-point formats below 64 bits, in IR -------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "SmallFloat.h"

#include "llvm/ADT/StringSwitch.h"

#include <cmath>

using namespace llvm;

namespace reprise::ptx {

std::optional<FloatFormat> formatNamed(StringRef Name) {
  return StringSwitch<std::optional<FloatFormat>>(Name)
      .Cases("f16", "f16x2", FloatFormat{5, 10, 16, 0, true, 0x7fff, 0x7bff})
      .Cases("bf16", "bf16x2", FloatFormat{8, 7, 16, 0, true, 0x7fff, 0x7f7f})
      .Case("tf32", FloatFormat{8, 10, 19, 13, true, 0x3ffff, 0x3fbff})
      .Cases("e4m3", "e4m3x2", "e4m3x4",
             FloatFormat{4, 3, 8, 0, false, 0x7f, 0x7e})
      .Cases("e5m2", "e5m2x2", "e5m2x4",
             FloatFormat{5, 2, 8, 0, true, 0x7f, 0x7b})
      .Cases("e2m1x2", "e2m1x4", FloatFormat{2, 1, 4, 0, false, 0, 7})
      .Cases("e2m3x2", "e2m3x4", FloatFormat{2, 3, 6, 0, false, 0, 0x1f})
      .Cases("e3m2x2", "e3m2x4", FloatFormat{3, 2, 6, 0, false, 0, 0x1f})
      .Default(std::nullopt);
}

Value *decode(IRBuilder<> &B, const FloatFormat &F, Value *Bits) {
  Type *I64 = B.getInt64Ty(), *Double = B.getDoubleTy();
  auto C = [&](uint64_t V) { return B.getInt64(V); };
  Bits = B.CreateLShr(B.CreateZExt(Bits, I64), F.Below);
  uint64_t Magnitude = (uint64_t(1) << (F.Width - 1)) - 1;
  Value *M = B.CreateAnd(Bits, C(Magnitude));
  Value *Sign = B.CreateShl(B.CreateLShr(Bits, F.Width - 1), 63);
  // Normal numbers: the exponent moved to double's bias.
  uint64_t Bias = 1023u - static_cast<unsigned>(F.bias());
  Value *Normal = B.CreateAdd(B.CreateShl(M, 52 - F.Mantissa), C(Bias << 52));
  // Subnormal ones: a whole number of the smallest.
  double Smallest = std::ldexp(1.0, 1 - F.bias() - int(F.Mantissa));
  Value *Small =
      B.CreateBitCast(B.CreateFMul(B.CreateUIToFP(M, Double),
                                   ConstantFP::get(Double, Smallest)),
                      I64);
  Value *IsNormal = B.CreateICmpUGE(M, C(uint64_t(1) << F.Mantissa));
  Value *R = B.CreateSelect(IsNormal, Normal, Small);
  constexpr uint64_t Infinity = 0x7ff0000000000000, NaN = 0x7ff8000000000000;
  if (F.Infinity) {
    R = B.CreateSelect(B.CreateICmpEQ(M, C(F.infinity())), C(Infinity), R);
    R = B.CreateSelect(B.CreateICmpUGT(M, C(F.infinity())), C(NaN), R);
  } else if (F.NaN) {
    R = B.CreateSelect(B.CreateICmpEQ(M, C(F.NaN & Magnitude)), C(NaN), R);
  }
  return B.CreateBitCast(B.CreateOr(R, Sign), Double);
}

Value *encode(IRBuilder<> &B, const FloatFormat &F, Value *V, Rounding Mode,
              bool Finite) {
  Type *I64 = B.getInt64Ty();
  auto C = [&](uint64_t N) { return B.getInt64(N); };
  Value *Bits = B.CreateBitCast(V, I64);
  Value *Negative = B.CreateICmpSLT(Bits, C(0));
  Value *Exponent = B.CreateAnd(B.CreateLShr(Bits, 52), C(0x7ff));
  Value *Significand = B.CreateAnd(Bits, C((uint64_t(1) << 52) - 1));
  Significand = B.CreateSelect(B.CreateIsNull(Exponent), Significand,
                               B.CreateOr(Significand, C(uint64_t(1) << 52)));
  // Below the format's smallest exponent more bits go.
  uint64_t Least = 1024u - static_cast<unsigned>(F.bias());
  Value *E = B.CreateBinaryIntrinsic(Intrinsic::umax, Exponent, C(Least));
  Value *Drop = B.CreateAdd(B.CreateSub(E, Exponent), C(52 - F.Mantissa));
  Drop = B.CreateBinaryIntrinsic(Intrinsic::umin, Drop, C(60));
  Value *Q = B.CreateLShr(Significand, Drop);
  Value *Rest = B.CreateSub(Significand, B.CreateShl(Q, Drop));
  Value *Half = B.CreateShl(C(1), B.CreateSub(Drop, C(1)));
  Value *Inexact = B.CreateIsNotNull(Rest);
  Value *Up = nullptr;
  switch (Mode) {
  case Rounding::NearestEven:
    Up = B.CreateOr(B.CreateICmpUGT(Rest, Half),
                    B.CreateAnd(B.CreateICmpEQ(Rest, Half),
                                B.CreateTrunc(Q, B.getInt1Ty())));
    break;
  case Rounding::NearestAway:
    Up = B.CreateICmpUGE(Rest, Half);
    break;
  case Rounding::Zero:
    Up = B.getFalse();
    break;
  case Rounding::Down:
    Up = B.CreateAnd(Inexact, Negative);
    break;
  case Rounding::Up:
    Up = B.CreateAnd(Inexact, B.CreateNot(Negative));
    break;
  }
  Q = B.CreateAdd(Q, B.CreateZExt(Up, I64));
  // The leading one of Q adds one to the exponent, as a carry does.
  Value *M = B.CreateAdd(B.CreateShl(B.CreateSub(E, C(Least)), F.Mantissa), Q);
  bool Bounded = Finite || !F.Infinity;
  Value *Beyond = C(Bounded ? F.Largest : F.infinity());
  if (!Bounded && Mode == Rounding::Zero)
    Beyond = C(F.Largest);
  if (!Bounded && (Mode == Rounding::Down || Mode == Rounding::Up)) {
    Value *Away = Mode == Rounding::Down ? Negative : B.CreateNot(Negative);
    Beyond = B.CreateSelect(Away, C(F.infinity()), C(F.Largest));
  }
  M = B.CreateSelect(B.CreateICmpUGT(M, C(F.Largest)), Beyond, M);
  Value *Special = B.CreateICmpEQ(Exponent, C(0x7ff));
  M = B.CreateSelect(Special, C(Bounded ? F.Largest : F.infinity()), M);
  M = B.CreateOr(M, B.CreateShl(B.CreateZExt(Negative, I64), F.Width - 1));
  Value *IsNaN = B.CreateFCmpUNO(V, V);
  M = B.CreateSelect(IsNaN, C(F.NaN ? F.NaN : F.Largest), M);
  return B.CreateTrunc(B.CreateShl(M, F.Below), B.getIntNTy(F.Width + F.Below));
}

Value *addToOdd(IRBuilder<> &B, Value *X, Value *Y) {
  // The error of a sum is exact: both operands minus what the sum has of them.
  Value *Sum = B.CreateFAdd(X, Y);
  Value *OfY = B.CreateFSub(Sum, X), *OfX = B.CreateFSub(Sum, OfY);
  Value *Error = B.CreateFAdd(B.CreateFSub(X, OfX), B.CreateFSub(Y, OfY));
  Type *I64 = B.getInt64Ty();
  Value *Zero = ConstantFP::get(B.getDoubleTy(), 0.0);
  Value *Bits = B.CreateBitCast(Sum, I64);
  Value *Even = B.CreateNot(B.CreateTrunc(Bits, B.getInt1Ty()));
  Value *Inexact = B.CreateFCmpONE(Error, Zero);
  // One bit up in magnitude if the error has the sum's sign, else one down.
  Value *Same =
      B.CreateICmpEQ(B.CreateFCmpOGT(Error, Zero), B.CreateFCmpOGT(Sum, Zero));
  Value *Odd =
      B.CreateAdd(Bits, B.CreateSelect(Same, B.getInt64(1), B.getInt64(~0ull)));
  return B.CreateBitCast(B.CreateSelect(B.CreateAnd(Even, Inexact), Odd, Bits),
                         B.getDoubleTy());
}

} // namespace reprise::ptx
