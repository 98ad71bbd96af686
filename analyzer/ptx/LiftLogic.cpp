//===- LiftLogic.cpp - Bits, shifts and comparisons of PTX as IR ----------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LiftImpl.h"

#include "llvm/ADT/StringSwitch.h"

using namespace llvm;

namespace reprise::ptx {

bool FunctionLifter::logic(const Instruction &I) {
  ArrayRef<Operand> O = I.Operands;
  StringRef Op = I.Opcode;
  if (Types.empty() || O.size() < 2)
    return false;
  Type T = Types[0];
  if (Op == "shf")
    return funnelShift(I);
  if (Op == "lop3")
    return lookup(I);
  if (Op == "prmt")
    return permute(I);
  if (Op == "bfe" || Op == "bfi" || Op == "bmsk" || Op == "szext")
    return bitField(I, T);
  if (Op == "bfind" || Op == "brev" || Op == "clz" || Op == "popc")
    return countBits(I, T);
  if (Op == "shl" || Op == "shr")
    return shift(I, T);
  Value *A = read(O[1], T);
  if (!A)
    return false;
  if (Op == "not")
    return write(O[0], B.CreateNot(A));
  if (Op == "cnot")
    return write(O[0], resize(B.CreateIsNull(A), T.Width, false));
  Value *Second = O.size() == 3 ? read(O[2], T) : nullptr;
  if (!Second)
    return false;
  return write(O[0], Op == "and"  ? B.CreateAnd(A, Second)
                     : Op == "or" ? B.CreateOr(A, Second)
                                  : B.CreateXor(A, Second));
}

/// Shifts by the width or more give 0, or the sign.
bool FunctionLifter::shift(const Instruction &I, const Type &T) {
  ArrayRef<Operand> O = I.Operands;
  Value *A = O.size() == 3 ? read(O[1], T) : nullptr;
  Value *N = A ? read(O[2], 32) : nullptr;
  if (!N)
    return false;
  bool Left = I.Opcode == "shl", Arithmetic = !Left && T.isSigned();
  Value *Last = constant(32, T.Width - 1);
  Value *Clamped = intrinsic(Intrinsic::umin, {N->getType()}, {N, Last});
  Value *By = resize(Clamped, T.Width, false);
  Value *R = Left         ? B.CreateShl(A, By)
             : Arithmetic ? B.CreateAShr(A, By)
                          : B.CreateLShr(A, By);
  if (!Arithmetic)
    R = B.CreateSelect(B.CreateICmpUGT(N, Last), constant(T.Width, 0), R);
  return write(O[0], R, T.isSigned());
}

/// shf.{l,r}.{clamp,wrap}.b32 d, lo, hi, n
bool FunctionLifter::funnelShift(const Instruction &I) {
  ArrayRef<Operand> O = I.Operands;
  if (O.size() != 4)
    return false;
  Value *Lo = read(O[1], 32), *Hi = read(O[2], 32), *N = read(O[3], 32);
  if (!Lo || !Hi || !N)
    return false;
  N = I.has("clamp")
          ? intrinsic(Intrinsic::umin, {N->getType()}, {N, constant(32, 32)})
          : B.CreateAnd(N, 31);
  Value *Both =
      B.CreateOr(B.CreateShl(resize(Hi, 64, false), 32), resize(Lo, 64, false));
  Value *By = resize(N, 64, false);
  Value *R = I.has("l") ? B.CreateLShr(B.CreateShl(Both, By), 32)
                        : B.CreateLShr(Both, By);
  return write(O[0], B.CreateTrunc(R, intType(32)));
}

/// lop3.b32 d, a, b, c, table: bit (4a + 2b + c) of the table.
bool FunctionLifter::lookup(const Instruction &I) {
  ArrayRef<Operand> O = I.Operands;
  if (O.size() != 5 || O[4].Kind != OperandKind::Integer ||
      O[0].Kind == OperandKind::Pair)
    return false;
  Value *In[3];
  for (unsigned N = 0; N < 3; ++N)
    if (!(In[N] = read(O[N + 1], 32)))
      return false;
  // The usual tables as what they were made from.
  switch (O[4].Value & 0xff) {
  case 0xc0:
    return write(O[0], B.CreateAnd(In[0], In[1]));
  case 0x80:
    return write(O[0], B.CreateAnd(B.CreateAnd(In[0], In[1]), In[2]));
  case 0xfe:
    return write(O[0], B.CreateOr(B.CreateOr(In[0], In[1]), In[2]));
  case 0xea:
    return write(O[0], B.CreateOr(B.CreateAnd(In[0], In[1]), In[2]));
  case 0xf8:
    return write(O[0], B.CreateOr(In[0], B.CreateAnd(In[1], In[2])));
  default:
    break;
  }
  Value *R = constant(32, 0);
  for (unsigned Row = 0; Row < 8; ++Row) {
    if (!(O[4].Value >> Row & 1))
      continue;
    Value *Term = constant(32, ~0ull & 0xffffffff);
    for (unsigned N = 0; N < 3; ++N)
      Term = B.CreateAnd(Term, Row >> (2 - N) & 1 ? In[N] : B.CreateNot(In[N]));
    R = B.CreateOr(R, Term);
  }
  return write(O[0], R);
}

/// prmt.b32 d, a, b, c: each nibble of c picks one of eight bytes; its top
/// bit replicates the sign. The modes with names stay opaque.
bool FunctionLifter::permute(const Instruction &I) {
  ArrayRef<Operand> O = I.Operands;
  if (I.Modifiers.size() != 1)
    return named(I, Types[0]);
  if (O.size() != 4)
    return false;
  Value *Lo = read(O[1], 32), *Hi = read(O[2], 32), *Pick = read(O[3], 32);
  if (!Lo || !Hi || !Pick)
    return false;
  Value *Both =
      B.CreateOr(B.CreateShl(resize(Hi, 64, false), 32), resize(Lo, 64, false));
  Value *R = constant(32, 0);
  for (unsigned N = 0; N < 4; ++N) {
    Value *Nibble = B.CreateLShr(Pick, 4 * N);
    Value *By = resize(B.CreateShl(B.CreateAnd(Nibble, 7), 3), 64, false);
    Value *Byte = B.CreateTrunc(B.CreateLShr(Both, By), B.getInt8Ty());
    Value *Sign = B.CreateAShr(Byte, 7);
    Byte = B.CreateSelect(B.CreateTrunc(B.CreateLShr(Nibble, 3), B.getInt1Ty()),
                          Sign, Byte);
    R = B.CreateOr(R, B.CreateShl(resize(Byte, 32, false), 8 * N));
  }
  return write(O[0], R);
}

bool FunctionLifter::bitField(const Instruction &I, const Type &T) {
  ArrayRef<Operand> O = I.Operands;
  if (I.Opcode == "bmsk" || I.Opcode == "szext")
    return named(I, T);
  unsigned W = T.Width;
  auto Byte = [&](const Operand &X) -> Value * {
    Value *V = read(X, 32);
    return V ? B.CreateAnd(V, 255) : nullptr;
  };
  // Everything in twice the width, where no shift by up to 255 loses bits
  // once it is clamped to the width.
  auto Clamp = [&](Value *V) {
    return resize(
        intrinsic(Intrinsic::umin, {V->getType()}, {V, constant(32, W)}), 2 * W,
        false);
  };
  auto Mask = [&](Value *Length) {
    return B.CreateSub(B.CreateShl(constant(2 * W, 1), Clamp(Length)),
                       constant(2 * W, 1));
  };
  if (I.Opcode == "bfi" && O.size() == 5) {
    Value *A = read(O[1], W), *Into = read(O[2], W);
    Value *Pos = Byte(O[3]), *Length = Byte(O[4]);
    if (!A || !Into || !Pos || !Length)
      return false;
    Value *M = B.CreateShl(Mask(Length), Clamp(Pos));
    Value *Moved = B.CreateShl(resize(A, 2 * W, false), Clamp(Pos));
    Value *R =
        B.CreateOr(B.CreateAnd(resize(Into, 2 * W, false), B.CreateNot(M)),
                   B.CreateAnd(Moved, M));
    return write(O[0], B.CreateTrunc(R, intType(W)));
  }
  if (O.size() != 4)
    return false;
  Value *A = read(O[1], T), *Pos = Byte(O[2]), *Length = Byte(O[3]);
  if (!A || !Pos || !Length)
    return false;
  if (T.isSigned() && (!isa<ConstantInt>(Pos) || !isa<ConstantInt>(Length)))
    return named(I, T); // The sign's place varies.
  Value *R = B.CreateAnd(
      B.CreateLShr(resize(A, 2 * W, T.isSigned()), Clamp(Pos)), Mask(Length));
  R = B.CreateTrunc(R, intType(W));
  if (T.isSigned()) {
    uint64_t L = cast<ConstantInt>(Length)->getZExtValue();
    if (L == 0)
      R = constant(W, 0);
    else if (L < W)
      R = B.CreateAShr(B.CreateShl(R, W - L), W - L);
  }
  return write(O[0], R, T.isSigned());
}

bool FunctionLifter::countBits(const Instruction &I, const Type &T) {
  ArrayRef<Operand> O = I.Operands;
  Value *A = read(O[1], T);
  if (!A)
    return false;
  llvm::Type *Own = A->getType();
  if (I.Opcode == "brev")
    return write(O[0], intrinsic(Intrinsic::bitreverse, {Own}, {A}));
  if (I.Opcode == "popc")
    return write(O[0], intrinsic(Intrinsic::ctpop, {Own}, {A}));
  auto LeadingZeros = [&](Value *V) {
    return resize(intrinsic(Intrinsic::ctlz, {Own}, {V, B.getFalse()}), 32,
                  false);
  };
  if (I.Opcode == "clz")
    return write(O[0], LeadingZeros(A));
  // bfind: the highest bit that differs from the sign; all ones if none does.
  if (T.isSigned())
    A = B.CreateXor(A, B.CreateAShr(A, T.Width - 1));
  Value *Shift = LeadingZeros(A);
  Value *R =
      I.has("shiftamt") ? Shift : B.CreateSub(constant(32, T.Width - 1), Shift);
  return write(O[0],
               B.CreateSelect(B.CreateIsNull(A), constant(32, 0xffffffff), R));
}

//===----------------------------------------------------------------------===//
// Comparisons
//===----------------------------------------------------------------------===//

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

/// One bit, or null for the forms that are left opaque.
Value *FunctionLifter::compare(const Instruction &I, const Type &T,
                               const Operand &X, const Operand &Y) {
  if (I.Modifiers.empty() || T.Lanes != 1 || T.K == Type::Kind::Other)
    return nullptr;
  StringRef Name = I.Modifiers[0];
  if (T.isFloat()) {
    auto P = floatPredicate(Name);
    if (P == CmpInst::BAD_FCMP_PREDICATE || I.has("ftz"))
      return nullptr;
    Value *A = readFloat(X, T), *Second = readFloat(Y, T);
    return A && Second ? B.CreateFCmp(P, A, Second) : nullptr;
  }
  auto P = integerPredicate(Name, T.isSigned());
  if (P == CmpInst::BAD_ICMP_PREDICATE)
    return nullptr;
  Value *A = read(X, T), *Second = read(Y, T);
  return A && Second ? B.CreateICmp(P, A, Second) : nullptr;
}

/// setp.cmp[.bool].type p|q, a, b, [!]c and set.cmp[.bool].dtype.stype d, ...
/// p is (a cmp b) bool c, q is !(a cmp b) bool c.
bool FunctionLifter::comparison(const Instruction &I) {
  ArrayRef<Operand> O = I.Operands;
  if (Types.empty() || O.size() < 3)
    return false;
  bool Set = I.Opcode == "set";
  Value *R = compare(I, Types.back(), O[1], O[2]);
  if (!R || (Set && Types.size() != 2))
    return false;
  Value *Not = B.CreateNot(R);
  if (O.size() == 4) {
    Value *Third = predicate(O[3]);
    auto Combine = [&](Value *V) -> Value * {
      if (I.has("and"))
        return B.CreateAnd(V, Third);
      if (I.has("or"))
        return B.CreateOr(V, Third);
      return B.CreateXor(V, Third);
    };
    R = Combine(R);
    Not = Combine(Not);
  }
  if (Set) {
    const Type &D = Types[0];
    if (D.Lanes != 1 || D.K == Type::Kind::Other)
      return false;
    // True is all ones, or 1.0.
    Value *True = D.isFloat() ? asBits(ConstantFP::get(floatType(D), 1.0))
                              : constant(D.Width, ~0ull);
    if (!D.isFloat())
      True = Constant::getAllOnesValue(intType(D.Width));
    return write(O[0], B.CreateSelect(R, True, constant(D.Width, 0)));
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
  } else if (Types.size() == 2 && !I.has("ftz")) {
    if (Types[1].isFloat()) {
      if (Value *X = readFloat(O[3], Types[1]))
        Condition = B.CreateFCmpOGE(X, ConstantFP::get(X->getType(), 0.0));
    } else if (Value *X = read(O[3], Types[1])) {
      Condition = B.CreateICmpSGE(X, constant(Types[1].Width, 0));
    }
  }
  return Condition &&
         write(O[0], B.CreateSelect(Condition, A, Second), T.isSigned());
}

} // namespace reprise::ptx
