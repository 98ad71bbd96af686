//===- LowerMath.cpp - Device arithmetic, one description for both fronts -===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LowerMath.h"

#include "llvm/ADT/StringSwitch.h"
#include "llvm/IR/Constants.h"

using namespace llvm;

namespace reprise::emulator {

/// Subnormal numbers become zero of their sign.
static Value *flush(IRBuilder<> &B, Value *V) {
  if (!V->getType()->isFloatTy())
    return V;
  Value *Size = B.CreateUnaryIntrinsic(Intrinsic::fabs, V);
  Value *Tiny = B.CreateFCmpOLT(
      Size, ConstantFP::get(V->getType(), APFloat::getSmallestNormalized(
                                              APFloat::IEEEsingle())));
  Value *Zero = B.CreateBinaryIntrinsic(Intrinsic::copysign,
                                        ConstantFP::get(V->getType(), 0.0), V);
  return B.CreateSelect(Tiny, Zero, V);
}

/// Between 0 and 1; not a number becomes 0.
static Value *clampToOne(IRBuilder<> &B, Value *V) {
  Type *T = V->getType();
  Value *Zero = ConstantFP::get(T, 0.0), *One = ConstantFP::get(T, 1.0);
  Value *Positive = B.CreateSelect(B.CreateFCmpOGT(V, Zero), V, Zero);
  return B.CreateSelect(B.CreateFCmpOLT(Positive, One), Positive, One);
}

/// Through the runtime, in the precision of the operands.
static Value *library(Lowering &L, StringRef Name, ArrayRef<Value *> Args,
                      Rounding Round = Rounding::Nearest) {
  Type *T = Args[0]->getType();
  SmallVector<Value *, 4> All(Args);
  std::string Full = ("rt_" + Name).str();
  if (Round != Rounding::Nearest) {
    Full += "_rounded";
    All.push_back(L.B.getInt32(static_cast<uint32_t>(Round)));
  }
  Full += T->isDoubleTy() ? "_f64" : "_f32";
  return L.runtime(Full, T, All);
}

static Value *emitPlain(Lowering &L, const MathOp &Op, ArrayRef<Value *> A) {
  IRBuilder<> &B = L.B;
  StringRef N = Op.Name;
  Type *T = A[0]->getType();
  bool Nearest = Op.Round == Rounding::Nearest;
  bool Native = T->isFloatTy() || T->isDoubleTy();
  if (!Nearest) {
    bool Known = StringSwitch<bool>(N)
                     .Cases("add", "sub", "mul", "div", "fma", true)
                     .Cases("sqrt", "rcp", true)
                     .Default(false);
    if (!Known || !Native)
      return nullptr;
    if (N == "rcp")
      return library(L, "div", {ConstantFP::get(T, 1.0), A[0]}, Op.Round);
    return library(L, N, A, Op.Round);
  }
  if (A.size() == 1) {
    if (N == "neg")
      return B.CreateFNeg(A[0]);
    if (N == "saturate" || N == "mov")
      return A[0];
    if (N == "rcp")
      return B.CreateFDiv(ConstantFP::get(T, 1.0), A[0]);
    if (N == "rsqrt")
      return B.CreateFDiv(ConstantFP::get(T, 1.0),
                          B.CreateUnaryIntrinsic(Intrinsic::sqrt, A[0]));
    Intrinsic::ID Id = StringSwitch<Intrinsic::ID>(N)
                           .Cases("abs", "fabs", Intrinsic::fabs)
                           .Case("sqrt", Intrinsic::sqrt)
                           .Case("floor", Intrinsic::floor)
                           .Case("ceil", Intrinsic::ceil)
                           .Case("trunc", Intrinsic::trunc)
                           .Case("round", Intrinsic::roundeven)
                           .Default(Intrinsic::not_intrinsic);
    if (Id != Intrinsic::not_intrinsic)
      return B.CreateUnaryIntrinsic(Id, A[0]);
    bool Special = StringSwitch<bool>(N)
                       .Cases("ex2", "lg2", "sin", "cos", "tanh", true)
                       .Default(false);
    if (!Special)
      return nullptr;
    if (Native)
      return library(L, N, A);
    Type *Wide = T->getWithNewType(B.getFloatTy());
    if (T->isVectorTy())
      return nullptr;
    return B.CreateFPTrunc(library(L, N, {B.CreateFPExt(A[0], Wide)}), T);
  }
  if (A.size() == 2) {
    if (N == "add")
      return B.CreateFAdd(A[0], A[1]);
    if (N == "sub")
      return B.CreateFSub(A[0], A[1]);
    if (N == "mul")
      return B.CreateFMul(A[0], A[1]);
    if (N == "div")
      return B.CreateFDiv(A[0], A[1]);
    if (N == "min" || N == "fmin")
      return B.CreateBinaryIntrinsic(
          Op.NaN ? Intrinsic::minimum : Intrinsic::minnum, A[0], A[1]);
    if (N == "max" || N == "fmax")
      return B.CreateBinaryIntrinsic(
          Op.NaN ? Intrinsic::maximum : Intrinsic::maxnum, A[0], A[1]);
    if (N == "copysign") // The sign of the first.
      return B.CreateBinaryIntrinsic(Intrinsic::copysign, A[1], A[0]);
    return nullptr;
  }
  if (A.size() == 3 && (N == "fma" || N == "mad"))
    return B.CreateIntrinsic(Intrinsic::fma, {T}, {A[0], A[1], A[2]});
  return nullptr;
}

Value *emitMath(Lowering &L, const MathOp &Op, ArrayRef<Value *> Args) {
  if (Args.empty())
    return nullptr;
  SmallVector<Value *, 3> A(Args);
  if (Op.Ftz)
    for (Value *&V : A)
      V = flush(L.B, V);
  Value *V = emitPlain(L, Op, A);
  if (!V)
    return nullptr;
  if (Op.Sat || Op.Name == "saturate")
    V = clampToOne(L.B, V);
  return Op.Ftz ? flush(L.B, V) : V;
}

//===----------------------------------------------------------------------===//
// Conversions
//===----------------------------------------------------------------------===//

static Intrinsic::ID toIntegral(Rounding R) {
  return R == Rounding::Nearest ? Intrinsic::roundeven
         : R == Rounding::Zero  ? Intrinsic::trunc
         : R == Rounding::Down  ? Intrinsic::floor
                                : Intrinsic::ceil;
}

/// Narrower integers are saturated where the conversion says so.
static Value *convertInteger(IRBuilder<> &B, const Conversion &How, Value *V,
                             Type *To) {
  unsigned From = V->getType()->getIntegerBitWidth();
  unsigned Bits = To->getIntegerBitWidth();
  if (!How.Sat)
    return How.FromSigned ? B.CreateSExtOrTrunc(V, To)
                          : B.CreateZExtOrTrunc(V, To);
  unsigned Wide = std::max(From, Bits) + 1;
  Type *T = B.getIntNTy(Wide);
  V = How.FromSigned ? B.CreateSExt(V, T) : B.CreateZExt(V, T);
  APInt Low =
      How.ToSigned ? APInt::getSignedMinValue(Bits).sext(Wide) : APInt(Wide, 0);
  APInt High = How.ToSigned ? APInt::getSignedMaxValue(Bits).zext(Wide)
                            : APInt::getMaxValue(Bits).zext(Wide);
  V = B.CreateBinaryIntrinsic(Intrinsic::smax, V, ConstantInt::get(T, Low));
  V = B.CreateBinaryIntrinsic(Intrinsic::smin, V, ConstantInt::get(T, High));
  return B.CreateTrunc(V, To);
}

Value *emitConversion(Lowering &L, const Conversion &How, Value *V, Type *To) {
  IRBuilder<> &B = L.B;
  bool Nearest = How.Round == Rounding::Nearest;
  if (!How.FromFloat && !How.ToFloat)
    return convertInteger(B, How, V, To);
  if (How.FromFloat && !How.ToFloat) {
    if (How.Ftz)
      V = flush(B, V);
    if (How.Round != Rounding::Zero)
      V = B.CreateUnaryIntrinsic(toIntegral(How.Round), V);
    Value *Result = B.CreateIntrinsic(How.ToSigned ? Intrinsic::fptosi_sat
                                                   : Intrinsic::fptoui_sat,
                                      {To, V->getType()}, {V});
    if (To->getIntegerBitWidth() != 64)
      return Result;
    // With 64 bits, what is not a number becomes the sign bit.
    Constant *Sign = ConstantInt::get(To, APInt::getSignMask(64));
    return B.CreateSelect(B.CreateFCmpUNO(V, V), Sign, Result);
  }
  if (!How.FromFloat) {
    if (!Nearest) {
      if (!To->isFloatTy() && !To->isDoubleTy())
        return nullptr;
      Value *Wide = How.FromSigned ? B.CreateSExt(V, B.getInt64Ty())
                                   : B.CreateZExt(V, B.getInt64Ty());
      return L.runtime(To->isFloatTy() ? "rt_int_to_f32" : "rt_int_to_f64", To,
                       {Wide, B.getInt32(How.FromSigned),
                        B.getInt32(static_cast<uint32_t>(How.Round))});
    }
    V = How.FromSigned ? B.CreateSIToFP(V, To) : B.CreateUIToFP(V, To);
    return How.Sat ? clampToOne(B, V) : V;
  }
  if (How.Ftz)
    V = flush(B, V);
  if (How.ToIntegral)
    V = B.CreateUnaryIntrinsic(toIntegral(How.Round), V);
  unsigned From = V->getType()->getScalarSizeInBits();
  unsigned Bits = To->getScalarSizeInBits();
  if (From < Bits) {
    V = B.CreateFPExt(V, To);
  } else if (From > Bits) {
    if (Nearest || How.ToIntegral) {
      V = B.CreateFPTrunc(V, To);
    } else if (To->isFloatTy()) {
      V = L.runtime("rt_narrow_f32", To,
                    {V, B.getInt32(static_cast<uint32_t>(How.Round))});
    } else {
      return nullptr;
    }
  } else if (V->getType() != To) {
    // Between half and bfloat.
    V = B.CreateFPTrunc(B.CreateFPExt(V, B.getFloatTy()), To);
  }
  if (How.Sat)
    V = clampToOne(B, V);
  if (How.Relu) {
    Value *Zero = ConstantFP::get(To, 0.0);
    V = B.CreateSelect(B.CreateFCmpULT(V, Zero), Zero, V);
  }
  return How.Ftz ? flush(B, V) : V;
}

//===----------------------------------------------------------------------===//
// Intrinsics of clang
//===----------------------------------------------------------------------===//

static std::optional<Rounding> roundingNamed(StringRef N) {
  return StringSwitch<std::optional<Rounding>>(N)
      .Case("rn", Rounding::Nearest)
      .Case("rz", Rounding::Zero)
      .Case("rm", Rounding::Down)
      .Case("rp", Rounding::Up)
      .Default(std::nullopt);
}

/// "d2i.rz", "ull2f.rn", "f2h.rn.ftz"
static bool lowerConversion(Lowering &L, StringRef Name) {
  auto [Types, Modifiers] = Name.split('.');
  auto [From, To] = Types.split('2');
  struct Shape {
    bool Float, Signed;
    unsigned Bits;
  };
  auto ShapeOf = [](StringRef N) {
    return StringSwitch<std::optional<Shape>>(N)
        .Case("f", Shape{true, true, 32})
        .Case("d", Shape{true, true, 64})
        .Case("i", Shape{false, true, 32})
        .Case("ui", Shape{false, false, 32})
        .Case("ll", Shape{false, true, 64})
        .Case("ull", Shape{false, false, 64})
        .Default(std::nullopt);
  };
  auto A = ShapeOf(From), Z = ShapeOf(To);
  if (!A || !Z || L.Call->arg_size() != 1)
    return false;
  Conversion How;
  How.FromFloat = A->Float;
  How.ToFloat = Z->Float;
  How.FromSigned = A->Signed;
  How.ToSigned = Z->Signed;
  SmallVector<StringRef, 3> Parts;
  Modifiers.split(Parts, '.', -1, false);
  for (StringRef P : Parts) {
    if (auto R = roundingNamed(P))
      How.Round = *R;
    How.Ftz |= P == "ftz";
  }
  Value *V = emitConversion(L, How, L.arg(0), L.Call->getType());
  return V && L.done(V);
}

/// The high half of a product.
static Value *highProduct(IRBuilder<> &B, Value *X, Value *Y, bool Signed) {
  unsigned Bits = X->getType()->getIntegerBitWidth();
  Type *Wide = B.getIntNTy(Bits * 2);
  auto Extend = [&](Value *V) {
    return Signed ? B.CreateSExt(V, Wide) : B.CreateZExt(V, Wide);
  };
  return B.CreateTrunc(B.CreateLShr(B.CreateMul(Extend(X), Extend(Y)), Bits),
                       X->getType());
}

static Value *lowerInteger(Lowering &L, StringRef Name) {
  IRBuilder<> &B = L.B;
  if (Name.starts_with("mulhi."))
    return highProduct(B, L.arg(0), L.arg(1), !Name.contains(".u"));
  if (Name == "mul24.i" || Name == "mul24.ui") {
    auto Low = [&](Value *V) {
      V = B.CreateShl(V, 8);
      return Name == "mul24.i" ? B.CreateAShr(V, 8) : B.CreateLShr(V, 8);
    };
    return B.CreateMul(Low(L.arg(0)), Low(L.arg(1)));
  }
  if (Name == "sad.i" || Name == "sad.ui") {
    bool S = Name == "sad.i";
    Value *X = L.arg(0), *Y = L.arg(1);
    Value *Less = S ? B.CreateICmpSLT(X, Y) : B.CreateICmpULT(X, Y);
    Value *D = B.CreateSelect(Less, B.CreateSub(Y, X), B.CreateSub(X, Y));
    return B.CreateAdd(D, L.arg(2));
  }
  if (Name == "d2i.lo" || Name == "d2i.hi") {
    Value *Bits = B.CreateBitCast(L.arg(0), B.getInt64Ty());
    return B.CreateTrunc(Name == "d2i.hi" ? B.CreateLShr(Bits, 32) : Bits,
                         B.getInt32Ty());
  }
  if (Name == "lohi.i2d") {
    Value *Low = B.CreateZExt(L.arg(0), B.getInt64Ty());
    Value *High = B.CreateShl(B.CreateZExt(L.arg(1), B.getInt64Ty()), 32);
    return B.CreateBitCast(B.CreateOr(Low, High), B.getDoubleTy());
  }
  if (Name == "prmt")
    return L.runtime("rt_prmt", B.getInt32Ty(), {L.arg(0), L.arg(1), L.arg(2)});
  return nullptr;
}

bool lowerMath(Lowering &L, StringRef Name) {
  if (Value *V = lowerInteger(L, Name))
    return L.done(V);
  if (Name.split('.').first.contains('2') && lowerConversion(L, Name))
    return true;
  SmallVector<StringRef, 6> Parts;
  Name.split(Parts, '.');
  MathOp Op;
  Op.Name = Parts[0];
  for (StringRef P : ArrayRef(Parts).drop_front()) {
    if (auto R = roundingNamed(P))
      Op.Round = *R;
    else if (P == "ftz")
      Op.Ftz = true;
    else if (P == "sat")
      Op.Sat = true;
    else if (P == "nan")
      Op.NaN = true;
    else if (P == "xorsign" || P == "relu")
      return false;
  }
  // "sqrt.f" rounds to nearest unless fast arithmetic was asked for.
  SmallVector<Value *, 3> Args;
  for (Value *A : L.Call->args()) {
    if (!A->getType()->isFPOrFPVectorTy() || A->getType() != L.Call->getType())
      return false;
    Args.push_back(A);
  }
  Value *V = emitMath(L, Op, Args);
  return V && L.done(V);
}

} // namespace reprise::emulator
