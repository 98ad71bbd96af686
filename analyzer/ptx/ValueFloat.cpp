//===- ValueFloat.cpp - Bodies of floating-point arithmetic ---------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//   f32, f64           LLVM's instructions; with .rz, .rm, .rp between two
//                      changes of the rounding mode
//   f16, bf16          in double, rounded once
//   .ftz               operands and results that are subnormal become zero
//   .sat .relu         0 .. 1, 0 .. infinity
//
//===----------------------------------------------------------------------===//

#include "ValuesImpl.h"

#include "llvm/ADT/StringSwitch.h"
#include "llvm/IR/MDBuilder.h"

using namespace llvm;

namespace reprise::ptx {

/// Subnormal numbers as zero of the same sign.
Value *ValueBuilder::flush(Value *V) {
  llvm::Type *T = V->getType();
  Value *Size = B.CreateUnaryIntrinsic(Intrinsic::fabs, V);
  APFloat Least = APFloat::getSmallestNormalized(T->getFltSemantics());
  Value *Zero = B.CreateBinaryIntrinsic(Intrinsic::copysign, real(0.0, T), V);
  return B.CreateSelect(B.CreateFCmpOLT(Size, ConstantFP::get(T, Least)), Zero,
                        V);
}

Value *ValueBuilder::flushSmall(const FloatFormat &Format, Value *Bits) {
  uint64_t Sign = uint64_t(1) << (Format.Width - 1);
  unsigned Width = Bits->getType()->getIntegerBitWidth();
  Value *Small =
      B.CreateIsNull(B.CreateAnd(Bits, constant(Width, Format.infinity())));
  return B.CreateSelect(Small, B.CreateAnd(Bits, constant(Width, Sign)), Bits);
}

/// 0 .. 1; NaN is 0.
Value *ValueBuilder::saturate(Value *V) {
  llvm::Type *T = V->getType();
  V = B.CreateSelect(B.CreateFCmpOGT(V, real(0.0, T)), V, real(0.0, T));
  return B.CreateSelect(B.CreateFCmpOGT(V, real(1.0, T)), real(1.0, T), V);
}

/// Negative numbers, and negative zero, as 0; NaN stays.
Value *ValueBuilder::rectify(Value *V) {
  llvm::Type *T = V->getType();
  return B.CreateSelect(B.CreateFCmpOLE(V, real(0.0, T)), real(0.0, T), V);
}

/// Id with the rounding mode that the modifiers ask for.
Value *ValueBuilder::directed(Intrinsic::ID Id, llvm::Type *T,
                              ArrayRef<Value *> V) {
  // The names of modes are those of FLT_ROUNDS.
  unsigned Mode = rounding() == Rounding::Zero   ? 0
                  : rounding() == Rounding::Up   ? 2
                  : rounding() == Rounding::Down ? 3
                                                 : 1;
  LLVMContext &C = F.getContext();
  auto Text = [&](const char *S) {
    return MetadataAsValue::get(C, MDString::get(C, S));
  };
  // Whoever calls computes with the usual mode; this must not move there.
  F.addFnAttr(Attribute::StrictFP);
  F.addFnAttr(Attribute::NoInline);
  F.removeFnAttr(Attribute::Memory);
  llvm::Function *SetMode =
      Intrinsic::getDeclaration(F.getParent(), Intrinsic::set_rounding);
  auto Set = [&](unsigned To) {
    B.CreateCall(SetMode, {constant(32, To)})->addFnAttr(Attribute::StrictFP);
  };
  SmallVector<Value *, 5> Arguments(V.begin(), V.end());
  Arguments.push_back(Text("round.dynamic"));
  Arguments.push_back(Text("fpexcept.ignore"));
  SmallVector<llvm::Type *, 2> Overloads{T};
  if (V[0]->getType() != T)
    Overloads.push_back(V[0]->getType());
  Set(Mode);
  CallInst *R = B.CreateIntrinsic(Id, Overloads, Arguments);
  R->addFnAttr(Attribute::StrictFP);
  Set(1);
  return R;
}

/// One of two, by PTX's rules: a NaN loses against a number unless .NaN is
/// asked for, -0 is below +0.
Value *ValueBuilder::minOrMax(llvm::Type *T, Value *X, Value *Y) {
  bool Max = Opcode == "max";
  Value *First = Max ? B.CreateFCmpOGT(X, Y) : B.CreateFCmpOLT(X, Y);
  // Among equal zeros: the signs tell.
  llvm::Type *Bits = B.getIntNTy(T->getPrimitiveSizeInBits());
  Value *XB = B.CreateBitCast(X, Bits), *YB = B.CreateBitCast(Y, Bits);
  Value *Equal =
      B.CreateBitCast(Max ? B.CreateAnd(XB, YB) : B.CreateOr(XB, YB), T);
  Value *R = B.CreateSelect(First, X, Y);
  R = B.CreateSelect(B.CreateFCmpOEQ(X, Y), Equal, R);
  Value *XNaN = B.CreateFCmpUNO(X, X), *YNaN = B.CreateFCmpUNO(Y, Y);
  Value *Canonical = B.CreateBitCast(
      constant(Bits->getIntegerBitWidth(),
               T->isDoubleTy() ? 0x7fffffffffffffff : 0x7fffffff),
      T);
  if (has("NaN"))
    return B.CreateSelect(B.CreateOr(XNaN, YNaN), Canonical, R);
  R = B.CreateSelect(XNaN, Y, B.CreateSelect(YNaN, X, R));
  return B.CreateSelect(B.CreateAnd(XNaN, YNaN), Canonical, R);
}

/// min and max of two or three; with .xorsign.abs the larger or smaller
/// magnitude with the exclusive or of the signs.
Value *ValueBuilder::extreme(llvm::Type *T, ArrayRef<Value *> V) {
  if (!has("xorsign")) {
    SmallVector<Value *, 3> In(V);
    if (has("abs"))
      for (Value *&X : In)
        X = B.CreateUnaryIntrinsic(Intrinsic::fabs, X);
    Value *R = minOrMax(T, In[0], In[1]);
    return In.size() == 3 ? minOrMax(T, R, In[2]) : R;
  }
  if (V.size() != 2)
    return nullptr;
  llvm::Type *Bits = B.getIntNTy(T->getPrimitiveSizeInBits());
  Value *Sign = B.CreateBitCast(
      B.CreateXor(B.CreateBitCast(V[0], Bits), B.CreateBitCast(V[1], Bits)), T);
  Value *R = minOrMax(T, B.CreateUnaryIntrinsic(Intrinsic::fabs, V[0]),
                      B.CreateUnaryIntrinsic(Intrinsic::fabs, V[1]));
  Value *Signed = B.CreateBinaryIntrinsic(Intrinsic::copysign, R, Sign);
  return B.CreateSelect(B.CreateFCmpUNO(R, R), R, Signed);
}

/// The functions of one operand that PTX approximates.
Value *ValueBuilder::approximation(llvm::Type *T, Value *V) {
  if (Opcode == "rcp")
    return B.CreateFDiv(real(1.0, T), V);
  if (Opcode == "sqrt")
    return B.CreateUnaryIntrinsic(Intrinsic::sqrt, V);
  if (Opcode == "rsqrt") {
    if (T->isDoubleTy())
      return B.CreateFDiv(real(1.0, T),
                          B.CreateUnaryIntrinsic(Intrinsic::sqrt, V));
    llvm::Type *Double = B.getDoubleTy();
    Value *Root =
        B.CreateUnaryIntrinsic(Intrinsic::sqrt, B.CreateFPExt(V, Double));
    return B.CreateFPTrunc(B.CreateFDiv(real(1.0, Double), Root), T);
  }
  auto Id = StringSwitch<Intrinsic::ID>(Opcode)
                .Case("sin", Intrinsic::sin)
                .Case("cos", Intrinsic::cos)
                .Case("lg2", Intrinsic::log2)
                .Case("ex2", Intrinsic::exp2)
                .Case("tanh", Intrinsic::tanh)
                .Default(Intrinsic::not_intrinsic);
  return Id == Intrinsic::not_intrinsic ? nullptr
                                        : B.CreateUnaryIntrinsic(Id, V);
}

/// div.approx: numbers beyond 2^126 have 0 as their reciprocal.
Value *ValueBuilder::fastQuotient(Value *X, Value *Y) {
  llvm::Type *T = Y->getType();
  Value *Large = B.CreateFCmpOGT(B.CreateUnaryIntrinsic(Intrinsic::fabs, Y),
                                 real(0x1p126, T));
  Value *Zero = B.CreateBinaryIntrinsic(Intrinsic::copysign, real(0.0, T), Y);
  return B.CreateSelect(Large, B.CreateFMul(X, Zero), B.CreateFDiv(X, Y));
}

/// f32 and f64.
Value *ValueBuilder::arithmetic(llvm::Type *T, ArrayRef<Value *> Operands) {
  SmallVector<Value *, 3> V(Operands);
  bool Ftz = has("ftz");
  // The fast approximation looks at the upper half of the number only.
  bool Half = T->isDoubleTy() && has("approx") && Ftz;
  auto Upper = [&](Value *X) {
    Value *Bits = B.CreateBitCast(X, B.getInt64Ty());
    return B.CreateBitCast(B.CreateAnd(Bits, constant(64, 0xffffffff00000000)),
                           T);
  };
  for (Value *&X : V) {
    X = Half ? Upper(X) : X;
    X = Ftz ? flush(X) : X;
  }
  bool Nearest = rounding() == Rounding::NearestEven;
  Value *R = nullptr;
  if (Opcode == "min" || Opcode == "max")
    return V.size() < 2 ? nullptr : extreme(T, V);
  if (Opcode == "neg" && V.size() == 1)
    return B.CreateFNeg(V[0]);
  if (Opcode == "abs" && V.size() == 1)
    return B.CreateUnaryIntrinsic(Intrinsic::fabs, V[0]);
  if (V.size() == 1) {
    if (Nearest)
      R = approximation(T, V[0]);
    else if (Opcode == "sqrt")
      R = directed(Intrinsic::experimental_constrained_sqrt, T, V);
    else if (Opcode == "rcp")
      R = directed(Intrinsic::experimental_constrained_fdiv, T,
                   {real(1.0, T), V[0]});
    if (R && Half)
      R = Upper(R);
  } else if (V.size() == 2) {
    auto Two = [&](llvm::Instruction::BinaryOps Op, Intrinsic::ID Id) {
      return Nearest ? B.CreateBinOp(Op, V[0], V[1]) : directed(Id, T, V);
    };
    if (Opcode == "add")
      R = Two(llvm::Instruction::FAdd,
              Intrinsic::experimental_constrained_fadd);
    else if (Opcode == "sub")
      R = Two(llvm::Instruction::FSub,
              Intrinsic::experimental_constrained_fsub);
    else if (Opcode == "mul")
      R = Two(llvm::Instruction::FMul,
              Intrinsic::experimental_constrained_fmul);
    else if (Opcode == "div" && has("approx"))
      R = fastQuotient(V[0], V[1]);
    else if (Opcode == "div")
      R = Two(llvm::Instruction::FDiv,
              Intrinsic::experimental_constrained_fdiv);
  } else if (V.size() == 3 && (Opcode == "fma" || Opcode == "mad")) {
    R = Nearest ? B.CreateIntrinsic(Intrinsic::fma, {T}, V)
                : directed(Intrinsic::experimental_constrained_fma, T, V);
  }
  if (!R)
    return nullptr;
  R = Ftz ? flush(R) : R;
  return has("sat") ? saturate(R) : R;
}

/// f16 and bf16: Bits to bits.
Value *ValueBuilder::smallArithmetic(const FloatFormat &Format,
                                     ArrayRef<Value *> Operands) {
  if (has("oob"))
    return nullptr;
  SmallVector<Value *, 3> Bits(Operands), V;
  for (Value *&X : Bits) {
    X = has("ftz") ? flushSmall(Format, X) : X;
    V.push_back(decode(B, Format, X));
  }
  constexpr uint64_t SignBit = 0x8000;
  if ((Opcode == "neg" || Opcode == "abs") && V.size() == 1) {
    Value *R = Opcode == "neg"
                   ? B.CreateXor(Bits[0], constant(16, SignBit))
                   : B.CreateAnd(Bits[0], constant(16, SignBit - 1));
    return B.CreateSelect(B.CreateFCmpUNO(V[0], V[0]), constant(16, Format.NaN),
                          R);
  }
  llvm::Type *T = B.getDoubleTy();
  Value *R = nullptr;
  if (Opcode == "min" || Opcode == "max")
    R = V.size() < 2 ? nullptr : extreme(T, V);
  else if (V.size() == 1)
    R = approximation(T, V[0]);
  else if (V.size() == 2 && Opcode == "add")
    R = addToOdd(B, V[0], V[1]);
  else if (V.size() == 2 && Opcode == "sub")
    R = addToOdd(B, V[0], B.CreateFNeg(V[1]));
  else if (V.size() == 2 && Opcode == "mul")
    R = B.CreateFMul(V[0], V[1]);
  else if (V.size() == 3 && Opcode == "fma")
    R = addToOdd(B, B.CreateFMul(V[0], V[1]), V[2]);
  if (!R)
    return nullptr;
  R = has("sat") ? saturate(R) : has("relu") ? rectify(R) : R;
  R = encode(B, Format, R, Rounding::NearestEven);
  return has("ftz") ? flushSmall(Format, R) : R;
}

/// add, sub and fma of an f16 or bf16 number (two for fma) and an f32 one.
Value *ValueBuilder::mixedArithmetic() {
  std::optional<FloatFormat> Small = formatNamed(TypeNames[1]);
  bool Fused = Opcode == "fma";
  if (!Small || Types[0].Width != 32 || Types[0].Lanes != 1 ||
      F.arg_size() != (Fused ? 3u : 2u))
    return nullptr;
  SmallVector<Value *, 3> V;
  for (unsigned N = 0; N + 1 < F.arg_size(); ++N)
    V.push_back(
        B.CreateFPTrunc(decode(B, *Small, argument(N, 16)), B.getFloatTy()));
  V.push_back(B.CreateBitCast(argument(Fused ? 2 : 1, 32), B.getFloatTy()));
  Value *R = arithmetic(B.getFloatTy(), V);
  return R ? B.CreateBitCast(R, B.getInt32Ty()) : nullptr;
}

Value *ValueBuilder::arithmetic() {
  if (Types.size() == 2 && Types[0].isFloat() && Types[1].isFloat())
    return mixedArithmetic();
  if (Types.size() != 1 || !Types[0].isFloat() || F.arg_empty())
    return nullptr;
  const Type &T = Types[0];
  unsigned Width = T.Width / T.Lanes;
  Value *All = constant(T.Width, 0);
  for (unsigned L = 0; L < T.Lanes; ++L) {
    SmallVector<Value *, 3> V;
    for (unsigned N = 0; N < F.arg_size(); ++N)
      V.push_back(lane(argument(N, T.Width), L, Width));
    Value *R;
    if (Width == 16) {
      R = smallArithmetic(*formatNamed(TypeNames[0]), V);
    } else {
      llvm::Type *Real = Width == 64 ? B.getDoubleTy() : B.getFloatTy();
      for (Value *&X : V)
        X = B.CreateBitCast(X, Real);
      R = arithmetic(Real, V);
      R = R ? B.CreateBitCast(R, B.getIntNTy(Width)) : nullptr;
    }
    if (!R)
      return nullptr;
    All = B.CreateOr(All,
                     B.CreateShl(B.CreateZExt(R, All->getType()), L * Width));
  }
  return All;
}

/// setp.cmp[.ftz].f16: one bit.
Value *ValueBuilder::compareSmall() {
  std::optional<FloatFormat> Format =
      TypeNames.empty() ? std::nullopt : formatNamed(TypeNames[0]);
  if (!Format || F.arg_size() != 2)
    return nullptr;
  auto P = StringSwitch<CmpInst::Predicate>(Modifiers[0])
               .Case("eq", CmpInst::FCMP_OEQ)
               .Case("ne", CmpInst::FCMP_ONE)
               .Case("lt", CmpInst::FCMP_OLT)
               .Case("le", CmpInst::FCMP_OLE)
               .Case("gt", CmpInst::FCMP_OGT)
               .Case("ge", CmpInst::FCMP_OGE)
               .Case("equ", CmpInst::FCMP_UEQ)
               .Case("neu", CmpInst::FCMP_UNE)
               .Case("ltu", CmpInst::FCMP_ULT)
               .Case("leu", CmpInst::FCMP_ULE)
               .Case("gtu", CmpInst::FCMP_UGT)
               .Case("geu", CmpInst::FCMP_UGE)
               .Case("num", CmpInst::FCMP_ORD)
               .Case("nan", CmpInst::FCMP_UNO)
               .Default(CmpInst::BAD_FCMP_PREDICATE);
  if (P == CmpInst::BAD_FCMP_PREDICATE)
    return nullptr;
  Value *V[2];
  for (unsigned N = 0; N < 2; ++N) {
    Value *Bits = argument(N, 16);
    V[N] = decode(B, *Format, has("ftz") ? flushSmall(*Format, Bits) : Bits);
  }
  return B.CreateFCmp(P, V[0], V[1]);
}

} // namespace reprise::ptx
