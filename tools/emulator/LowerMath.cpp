//===- LowerMath.cpp - Arithmetic of clang's intrinsics -------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// `llvm.nvvm.ex2.approx.ftz.f` of clang and `ex2.approx.ftz.f32` of PTX are one
// operation. Both become a call of @reprise.ptx.value.ex2.approx.ftz.f32, for
// which the PTX front end has a body, so that the two forms of a kernel compute
// the same bits.
//
//===----------------------------------------------------------------------===//

#include "Lower.h"

#include "llvm/ADT/StringSwitch.h"
#include "llvm/IR/Constants.h"

using namespace llvm;

namespace reprise::emulator {

/// Calls the PTX operation with the bits of the arguments.
static bool callValue(Lowering &L, const Twine &Spelling) {
  auto AsBits = [&](Type *T) -> IntegerType * {
    TypeSize Bits = T->getPrimitiveSizeInBits();
    return Bits.isZero() ? nullptr : L.B.getIntNTy(static_cast<unsigned>(Bits));
  };
  IntegerType *Result = AsBits(L.Call->getType());
  SmallVector<Value *, 3> Args;
  for (Value *A : L.Call->args()) {
    IntegerType *T = AsBits(A->getType());
    if (!T)
      return false;
    Args.push_back(L.B.CreateBitCast(A, T));
  }
  return Result && L.done(L.runtime(("reprise.ptx.value." + Spelling).str(),
                                    Result, Args));
}

/// Rounded as asked, then the nearest number that fits, as the PTX front end
/// has it. NaN gives 0; where one of the types has 64 bits, the number with
/// only the top bit set.
static bool lowerToInteger(Lowering &L, ArrayRef<StringRef> Modifiers,
                           bool Signed) {
  IRBuilder<> &B = L.B;
  Value *V = L.arg(0);
  Type *Real = V->getType(), *To = L.Call->getType();
  if (is_contained(Modifiers, "ftz") && Real->isFloatTy()) {
    Value *Size = B.CreateUnaryIntrinsic(Intrinsic::fabs, V);
    Value *Normal = ConstantFP::get(
        Real, APFloat::getSmallestNormalized(APFloat::IEEEsingle()));
    V = B.CreateSelect(B.CreateFCmpOLT(Size, Normal), ConstantFP::getZero(Real),
                       V);
  }
  for (StringRef M : Modifiers)
    if (auto Round = StringSwitch<Intrinsic::ID>(M)
                         .Case("rn", Intrinsic::roundeven)
                         .Case("rm", Intrinsic::floor)
                         .Case("rp", Intrinsic::ceil)
                         .Default(Intrinsic::not_intrinsic))
      V = B.CreateUnaryIntrinsic(Round, V);
  Value *R = B.CreateIntrinsic(
      Signed ? Intrinsic::fptosi_sat : Intrinsic::fptoui_sat, {To, Real}, {V});
  if (Real->isDoubleTy() || To->isIntegerTy(64))
    R = B.CreateSelect(
        B.CreateFCmpUNO(V, V),
        ConstantInt::get(To, APInt::getSignMask(To->getIntegerBitWidth())), R);
  return L.done(R);
}

/// "ull2f.rn" is cvt.rn.f32.u64; "d2i.rz" is done here.
static bool lowerConversion(Lowering &L, StringRef Name) {
  auto [Types, Modifiers] = Name.split('.');
  auto [From, To] = Types.split('2');
  auto TypeOf = [](StringRef N) {
    return StringSwitch<StringRef>(N)
        .Case("f", "f32")
        .Case("d", "f64")
        .Case("i", "s32")
        .Case("ui", "u32")
        .Case("ll", "s64")
        .Case("ull", "u64")
        .Case("h", "f16")
        .Default("");
  };
  StringRef A = TypeOf(From), Z = TypeOf(To);
  if (A.empty() || Z.empty() || L.Call->arg_size() != 1)
    return false;
  SmallVector<StringRef, 3> Parts;
  Modifiers.split(Parts, '.', -1, false);
  if (Z[0] != 'f' && A[0] == 'f')
    return lowerToInteger(L, Parts, Z[0] == 's');
  std::string Spelling = "cvt";
  for (StringRef P : Parts)
    Spelling += "." + P.str();
  return callValue(L, Spelling + "." + Z + "." + A);
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

/// PTX's type for the last part of an intrinsic's name.
static StringRef typeSuffix(StringRef N) {
  return StringSwitch<StringRef>(N)
      .Case("f", "f32")
      .Case("d", "f64")
      .Cases("f16", "f16x2", "bf16", "bf16x2", N)
      .Default("");
}

bool lowerMath(Lowering &L, StringRef Name) {
  if (Value *V = lowerInteger(L, Name))
    return L.done(V);
  if (Name.split('.').first.contains('2') && lowerConversion(L, Name))
    return true;
  SmallVector<StringRef, 6> Parts;
  Name.split(Parts, '.');
  StringRef Type = typeSuffix(Parts.back());
  if (Type.empty() || Parts.size() < 2)
    return false;
  // Roundings to an integer are conversions in PTX.
  StringRef Integral = StringSwitch<StringRef>(Parts[0])
                           .Case("floor", "rmi")
                           .Case("ceil", "rpi")
                           .Case("trunc", "rzi")
                           .Case("round", "rni")
                           .Case("saturate", "sat")
                           .Default("");
  std::string Ftz = Parts.size() == 3 && Parts[1] == "ftz" ? ".ftz" : "";
  if (!Integral.empty()) {
    std::string Spelling = Integral == "sat" ? "cvt" + Ftz + ".sat"
                                             : "cvt." + Integral.str() + Ftz;
    return callValue(L, Spelling + "." + Type + "." + Type);
  }
  std::string Spelling =
      StringSwitch<StringRef>(Parts[0])
          .Case("fabs", "abs")
          .Case("fmin", "min")
          .Case("fmax", "max")
          .Case("sqrt", Parts.size() == 2 ? "sqrt.rn" : "sqrt")
          .Default(Parts[0])
          .str();
  for (StringRef P : ArrayRef(Parts).drop_front().drop_back())
    Spelling += P == "nan" ? ".NaN" : "." + P.str();
  return callValue(L, Spelling + "." + Type);
}

} // namespace reprise::emulator
