//===- LiftCompare.cpp - Comparisons and selections of PTX as IR ----------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LiftImpl.h"

#include "llvm/ADT/StringSwitch.h"

using namespace llvm;

namespace reprise::ptx {

static CmpInst::Predicate integerPredicate(StringRef Name, bool Signed) {
  using P = CmpInst::Predicate;
  return StringSwitch<P>(Name)
      .Case("eq", CmpInst::ICMP_EQ)
      .Case("ne", CmpInst::ICMP_NE)
      .Case("lt", Signed ? CmpInst::ICMP_SLT : CmpInst::ICMP_ULT)
      .Case("le", Signed ? CmpInst::ICMP_SLE : CmpInst::ICMP_ULE)
      .Case("gt", Signed ? CmpInst::ICMP_SGT : CmpInst::ICMP_UGT)
      .Case("ge", Signed ? CmpInst::ICMP_SGE : CmpInst::ICMP_UGE)
      .Case("lo", CmpInst::ICMP_ULT)
      .Case("ls", CmpInst::ICMP_ULE)
      .Case("hi", CmpInst::ICMP_UGT)
      .Case("hs", CmpInst::ICMP_UGE)
      .Default(CmpInst::BAD_ICMP_PREDICATE);
}

static CmpInst::Predicate floatPredicate(StringRef Name) {
  using P = CmpInst::Predicate;
  return StringSwitch<P>(Name)
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
}

/// One bit; null for what is no comparison of numbers.
Value *FunctionLifter::compare(const Instruction &I, const Type &T, Value *X,
                               Value *Y) {
  if (I.Modifiers.empty() || !X || !Y || T.K == Type::Kind::Other)
    return nullptr;
  StringRef Name = I.Modifiers[0];
  if (!T.isFloat()) {
    auto P = integerPredicate(Name, T.isSigned());
    return P == CmpInst::BAD_ICMP_PREDICATE ? nullptr : B.CreateICmp(P, X, Y);
  }
  auto P = floatPredicate(Name);
  if (P == CmpInst::BAD_FCMP_PREDICATE)
    return nullptr;
  if (T.Width == 16)
    return pure("setp." + Name + (I.has("ftz") ? ".ftz" : "") +
                    (T.Brain ? ".bf16" : ".f16"),
                B.getInt1Ty(), {X, Y});
  X = B.CreateBitCast(X, floatType(T));
  Y = B.CreateBitCast(Y, floatType(T));
  if (I.has("ftz")) {
    X = flushed(X, T);
    Y = flushed(Y, T);
  }
  return B.CreateFCmp(P, X, Y);
}

/// The third operand of setp and set, combined with what was compared.
static Value *combine(IRBuilder<> &B, const Instruction &I, Value *V,
                      Value *With) {
  if (!With)
    return V;
  return I.has("and")  ? B.CreateAnd(V, With)
         : I.has("or") ? B.CreateOr(V, With)
                       : B.CreateXor(V, With);
}

/// Comparisons of f16x2 and bf16x2: setp p|q has one predicate for each lane,
/// set one half of the result.
bool FunctionLifter::compareLanes(const Instruction &I, const Type &T) {
  ArrayRef<Operand> O = I.Operands;
  Value *X = read(O[1], 32), *Y = read(O[2], 32);
  Value *Third = O.size() == 4 ? predicate(O[3]) : nullptr;
  if (!X || !Y || T.Width != 32)
    return false;
  Type Half = T;
  Half.Width = 16;
  Half.Lanes = 1;
  Value *R[2];
  for (unsigned N = 0; N < 2; ++N) {
    auto Part = [&](Value *V) {
      return B.CreateTrunc(B.CreateLShr(V, 16 * N), intType(16));
    };
    Value *V = compare(I, Half, Part(X), Part(Y));
    if (!V)
      return false;
    R[N] = combine(B, I, V, Third);
  }
  if (I.Opcode == "setp")
    return O[0].Kind == OperandKind::Pair && write(O[0].Elements[0], R[0]) &&
           write(O[0].Elements[1], R[1]);
  if (Types.size() != 2)
    return false;
  uint64_t True = !Types[0].isFloat() ? 0xffff
                  : Types[0].Brain    ? 0x3f80
                                      : 0x3c00;
  return write(O[0], B.CreateOr(B.CreateSelect(R[0], constant(32, True),
                                               constant(32, 0)),
                                B.CreateSelect(R[1], constant(32, True << 16),
                                               constant(32, 0))));
}

/// setp.cmp[.bool].type p|q, a, b, [!]c and set.cmp[.bool].dtype.stype d, ...
/// p is (a cmp b) bool c, q is !(a cmp b) bool c.
bool FunctionLifter::comparison(const Instruction &I) {
  ArrayRef<Operand> O = I.Operands;
  if (Types.empty() || O.size() < 3)
    return false;
  Type T = Types.back();
  if (T.Lanes == 2)
    return compareLanes(I, T);
  bool Set = I.Opcode == "set";
  Value *R = T.Width ? compare(I, T, read(O[1], T), read(O[2], T)) : nullptr;
  if (!R || (Set && Types.size() != 2))
    return false;
  Value *Third = O.size() == 4 ? predicate(O[3]) : nullptr;
  Value *Not = combine(B, I, B.CreateNot(R), Third);
  R = combine(B, I, R, Third);
  if (Set) {
    const Type &D = Types[0];
    if (D.Lanes != 1 || D.K == Type::Kind::Other)
      return false;
    // True is all ones, or 1.0.
    Value *True = D.isFloat() ? asBits(ConstantFP::get(floatType(D), 1.0))
                              : Constant::getAllOnesValue(intType(D.Width));
    return write(O[0], B.CreateSelect(R, True, constant(D.Width, 0)),
                 D.isSigned());
  }
  if (O[0].Kind != OperandKind::Pair)
    return write(O[0], R);
  return write(O[0].Elements[0], R) && write(O[0].Elements[1], Not);
}

/// selp d, a, b, p and slct d, a, b, c (c >= 0 ? a : b).
bool FunctionLifter::selection(const Instruction &I) {
  ArrayRef<Operand> O = I.Operands;
  if (Types.empty() || O.size() != 4)
    return false;
  Type T = Types[0];
  Value *A = read(O[1], T), *Second = read(O[2], T);
  if (!A || !Second)
    return false;
  Value *Condition = nullptr;
  if (I.Opcode == "selp") {
    Condition = predicate(O[3]);
  } else if (Types.size() == 2) {
    if (Types[1].isFloat()) {
      // Subnormal numbers below zero are zero with .ftz.
      if (Value *X = readFloat(O[3], Types[1]))
        Condition = B.CreateFCmpOGE(I.has("ftz") ? flushed(X, Types[1]) : X,
                                    ConstantFP::get(X->getType(), 0.0));
    } else if (Value *X = read(O[3], Types[1])) {
      Condition = B.CreateICmpSGE(X, constant(Types[1].Width, 0));
    }
  }
  return Condition &&
         write(O[0], B.CreateSelect(Condition, A, Second), T.isSigned());
}

} // namespace reprise::ptx
