//===- ValueConvert.cpp - Bodies of conversions ---------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Every conversion between formats goes through double, which holds all of them
// exactly but 64-bit integers; of those one keeps a sticky bit.
//
//   cvt.rz.f16.f64       decode, encode
//   cvt.rn.f16x2.f32     two operands, the first one into the upper half
//   cvt.rn.f16x2.e4m3x2  lane by lane
//
//===----------------------------------------------------------------------===//

#include "ValuesImpl.h"

using namespace llvm;

namespace reprise::ptx {

/// The number in From's format, or null.
Value *ValueBuilder::asDouble(const Type &From, StringRef Name, Value *Bits) {
  if (auto Format = formatNamed(Name))
    return decode(B, *Format, Bits);
  if (From.isFloat()) {
    bool Wide = From.Width == 64;
    Value *V = B.CreateBitCast(Bits, Wide ? B.getDoubleTy() : B.getFloatTy());
    // GPUs take subnormal numbers into f16 whatever .ftz says.
    if (has("ftz") && !Wide && Types[0].Width >= 32)
      V = flush(V);
    return B.CreateFPExt(V, B.getDoubleTy());
  }
  if (From.isInteger() && From.Lanes == 1)
    return integerToDouble(From, Bits);
  return nullptr;
}

/// Exact up to 53 bits. Beyond that the bits below become one bit that says
/// whether any was set, which is all that rounding to fewer bits needs.
Value *ValueBuilder::integerToDouble(const Type &From, Value *Bits) {
  llvm::Type *Double = B.getDoubleTy();
  if (From.Width < 64)
    return From.isSigned() ? B.CreateSIToFP(Bits, Double)
                           : B.CreateUIToFP(Bits, Double);
  Value *Size = From.isSigned() ? B.CreateBinaryIntrinsic(Intrinsic::abs, Bits,
                                                          B.getFalse())
                                : Bits;
  constexpr uint64_t Low = 0xfff;
  Value *Sticky = B.CreateZExt(
      B.CreateIsNotNull(B.CreateAnd(Size, constant(64, Low))), B.getInt64Ty());
  Value *Short = B.CreateOr(B.CreateAnd(Size, constant(64, ~Low)),
                            B.CreateShl(Sticky, 11));
  Size = B.CreateSelect(B.CreateICmpUGE(Size, constant(64, uint64_t(1) << 53)),
                        Short, Size);
  Value *V = B.CreateUIToFP(Size, Double);
  if (!From.isSigned())
    return V;
  return B.CreateSelect(B.CreateICmpSLT(Bits, constant(64, 0)), B.CreateFNeg(V),
                        V);
}

/// cvt.rni.f32.f32 and its like: to a whole number of the same type.
Value *ValueBuilder::roundToIntegral(Value *V) {
  Intrinsic::ID Id = has("rni")   ? Intrinsic::roundeven
                     : has("rzi") ? Intrinsic::trunc
                     : has("rmi") ? Intrinsic::floor
                     : has("rpi") ? Intrinsic::ceil
                                  : Intrinsic::not_intrinsic;
  return Id == Intrinsic::not_intrinsic ? V : B.CreateUnaryIntrinsic(Id, V);
}

/// The double as bits of To, or null.
Value *ValueBuilder::convertTo(const Type &To, StringRef Name, Value *V) {
  bool Finite = has("satfinite");
  if (has("relu"))
    V = rectify(V);
  if (has("sat"))
    V = saturate(V);
  Value *Whole = roundToIntegral(V);
  bool Nearest = rounding() == Rounding::NearestEven || Whole != V;
  V = Whole;
  if (auto Format = formatNamed(Name))
    return encode(B, *Format, V, rounding(), Finite);
  if (!To.isFloat() || To.Lanes != 1)
    return nullptr;
  if (To.Width == 64)
    return B.CreateBitCast(V, B.getInt64Ty());
  Value *R = Nearest ? B.CreateFPTrunc(V, B.getFloatTy())
                     : directed(Intrinsic::experimental_constrained_fptrunc,
                                B.getFloatTy(), {V});
  if (has("ftz"))
    R = flush(R);
  return B.CreateBitCast(R, B.getInt32Ty());
}

/// 2 to the power of bits - 127, and back: the scale of block formats.
Value *ValueBuilder::scale(Value *V) {
  // The exponent of |V|, up one where anything is left.
  Value *Bits = B.CreateAnd(B.CreateBitCast(V, B.getInt64Ty()),
                            constant(64, ~(uint64_t(1) << 63)));
  Value *Exponent = B.CreateLShr(Bits, 52);
  if (has("rp")) {
    Value *Rest = B.CreateIsNotNull(
        B.CreateAnd(Bits, constant(64, (uint64_t(1) << 52) - 1)));
    Exponent = B.CreateAdd(Exponent, B.CreateZExt(Rest, B.getInt64Ty()));
  }
  Value *E = B.CreateSub(Exponent, constant(64, 1023 - 127));
  E = B.CreateBinaryIntrinsic(Intrinsic::smax, E, constant(64, 0));
  E = B.CreateBinaryIntrinsic(Intrinsic::smin, E, constant(64, 254));
  Value *Infinite = B.CreateICmpEQ(Bits, constant(64, 0x7ff0000000000000));
  E = B.CreateSelect(Infinite, constant(64, has("satfinite") ? 254 : 255), E);
  E = B.CreateSelect(B.CreateFCmpUNO(V, V), constant(64, 255), E);
  return B.CreateTrunc(E, B.getInt8Ty());
}

Value *ValueBuilder::convert() {
  // Stochastic rounding takes bits that the caller has made up.
  if (Types.size() != 2 || has("rs"))
    return nullptr;
  const Type &To = Types[0], &From = Types[1];
  StringRef ToName = TypeNames[0], FromName = TypeNames[1];
  bool FromScale = FromName.starts_with("ue8m0");
  bool ToScale = ToName.starts_with("ue8m0");
  bool Pair = ToName.ends_with("x2");
  if (!Pair && !FromName.ends_with("x2")) {
    if (F.arg_size() != 1)
      return nullptr;
    Value *Bits = argument(0, From.Width);
    if (From.isInteger() && From.Width == 64 && To.isFloat() &&
        To.Width >= 32) {
      // More bits than a double keeps: straight.
      llvm::Type *T = To.Width == 64 ? B.getDoubleTy() : B.getFloatTy();
      bool S = From.isSigned();
      Value *R = rounding() == Rounding::NearestEven
                     ? (S ? B.CreateSIToFP(Bits, T) : B.CreateUIToFP(Bits, T))
                     : directed(S ? Intrinsic::experimental_constrained_sitofp
                                  : Intrinsic::experimental_constrained_uitofp,
                                T, {Bits});
      R = has("sat") ? saturate(R) : R;
      return B.CreateBitCast(R, B.getIntNTy(To.Width));
    }
    Value *V = asDouble(From, FromName, Bits);
    return V ? convertTo(To, ToName, V) : nullptr;
  }
  if (!Pair)
    return nullptr;
  // Two results in one register: from two operands, or from two lanes.
  auto Format = formatNamed(ToName);
  unsigned ToWidth = ToScale              ? 8
                     : !Format            ? 0
                     : Format->Width > 8  ? 16
                     : Format->Width == 4 ? 4
                                          : 8;
  bool Lanes = FromName.ends_with("x2");
  auto Source = formatNamed(FromName);
  unsigned FromWidth = FromScale            ? 8
                       : !Source            ? 32
                       : Source->Width > 8  ? 16
                       : Source->Width == 4 ? 4
                                            : 8;
  if (!ToWidth || F.arg_size() != (Lanes ? 1u : 2u))
    return nullptr;
  Value *All = constant(2 * ToWidth, 0);
  for (unsigned N = 0; N < 2; ++N) {
    Value *Bits = Lanes ? lane(argument(0, 2 * FromWidth), N, FromWidth)
                        : argument(1 - N, From.Width);
    Value *V;
    if (FromScale) { // 2^(n - 127)
      Value *Wide = B.CreateZExt(Bits, B.getInt64Ty());
      Value *E = B.CreateShl(B.CreateAdd(Wide, constant(64, 1023 - 127)), 52);
      E = B.CreateSelect(B.CreateICmpEQ(Wide, constant(64, 255)),
                         constant(64, 0x7ff8000000000000), E);
      V = B.CreateBitCast(E, B.getDoubleTy());
    } else {
      V = asDouble(From, FromName, Bits);
    }
    Value *R = !V ? nullptr : ToScale ? scale(V) : convertTo(To, ToName, V);
    if (!R)
      return nullptr;
    R = B.CreateZExtOrTrunc(R, All->getType());
    All = B.CreateOr(All, B.CreateShl(R, N * ToWidth));
  }
  return All;
}

/// cvt.pack.sat.to.from.b32 d, a, b, c: a and b clamped, the first one above
/// the second, below what c gives.
Value *ValueBuilder::pack() {
  if (Types.size() < 2 || F.arg_size() < 2)
    return nullptr;
  const Type &To = Types[0];
  unsigned Width = To.Width;
  static const auto Widths = {2u, 4u, 8u, 16u};
  if (StringRef(Modifiers[2]).size() == 2 && !typeNamed(Modifiers[2]))
    Width = static_cast<unsigned>(Modifiers[2][1] - '0'); // u4, s2, ...
  if (!is_contained(Widths, Width) || To.isFloat())
    return nullptr;
  bool Signed = Modifiers[2].starts_with("s");
  llvm::Type *I64 = B.getInt64Ty();
  auto Clamp = [&](Value *V) {
    V = B.CreateSExt(V, I64);
    int64_t Lo = Signed ? -(int64_t(1) << (Width - 1)) : 0;
    int64_t Hi =
        Signed ? (int64_t(1) << (Width - 1)) - 1 : (int64_t(1) << Width) - 1;
    V = B.CreateBinaryIntrinsic(Intrinsic::smax, V,
                                ConstantInt::getSigned(I64, Lo));
    V = B.CreateBinaryIntrinsic(Intrinsic::smin, V,
                                ConstantInt::getSigned(I64, Hi));
    return B.CreateAnd(V, constant(64, maskTrailingOnes<uint64_t>(Width)));
  };
  Value *R = B.CreateOr(B.CreateShl(Clamp(argument(0, 32)), Width),
                        Clamp(argument(1, 32)));
  if (F.arg_size() == 3)
    R = B.CreateOr(B.CreateShl(B.CreateZExt(argument(2, 32), I64), 2 * Width),
                   R);
  return B.CreateTrunc(R, B.getInt32Ty());
}

} // namespace reprise::ptx
