//===- LiftLogic.cpp - Bits and shifts of PTX as IR -----------------------===//
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
  if (Op == "bfe" || Op == "bfi")
    return bitField(I, T);
  if (Op == "bmsk" || Op == "szext")
    return sizeAndMask(I, T);
  if (Op == "fns") // Finding the n-th set bit takes a loop.
    return named(I, 32);
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
/// lop3.bool.b32 d|p, a, b, c, table, q: p is (d != 0) bool q as well.
bool FunctionLifter::lookup(const Instruction &I) {
  ArrayRef<Operand> O = I.Operands;
  if (O.size() < 5 || O[4].Kind != OperandKind::Integer)
    return false;
  if (O[0].Kind == OperandKind::Pair) {
    Value *R = lookupTable(O);
    Value *With = R && O.size() == 6 ? predicate(O[5]) : nullptr;
    if (!With)
      return false;
    Value *P = B.CreateIsNotNull(R);
    P = I.has("and") ? B.CreateAnd(P, With) : B.CreateOr(P, With);
    return write(O[0].Elements[0], R) && write(O[0].Elements[1], P);
  }
  Value *R = O.size() == 5 ? lookupTable(O) : nullptr;
  return R && write(O[0], R);
}

Value *FunctionLifter::lookupTable(ArrayRef<Operand> O) {
  Value *In[3];
  for (unsigned N = 0; N < 3; ++N)
    if (!(In[N] = read(O[N + 1], 32)))
      return nullptr;
  // The usual tables as what they were made from.
  switch (O[4].Value & 0xff) {
  case 0xc0:
    return B.CreateAnd(In[0], In[1]);
  case 0x80:
    return B.CreateAnd(B.CreateAnd(In[0], In[1]), In[2]);
  case 0xfe:
    return B.CreateOr(B.CreateOr(In[0], In[1]), In[2]);
  case 0xea:
    return B.CreateOr(B.CreateAnd(In[0], In[1]), In[2]);
  case 0xf8:
    return B.CreateOr(In[0], B.CreateAnd(In[1], In[2]));
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
  return R;
}

/// prmt.b32{.mode} d, a, b, c: each nibble of c picks one of the eight bytes of
/// {b, a}; its top bit replicates the sign. A mode makes the nibbles from the
/// low two bits of c.
bool FunctionLifter::permute(const Instruction &I) {
  ArrayRef<Operand> O = I.Operands;
  if (O.size() != 4)
    return false;
  Value *Lo = read(O[1], 32), *Hi = read(O[2], 32), *Pick = read(O[3], 32);
  if (!Lo || !Hi || !Pick)
    return false;
  if (I.Modifiers.size() > 1) {
    // For each value of c the four nibbles that it stands for.
    static constexpr uint16_t Modes[6][4] = {
        {0x3210, 0x4321, 0x5432, 0x6543},  // f4e: forward from c
        {0x5670, 0x6701, 0x7012, 0x0123},  // b4e: backward from c
        {0x0000, 0x1111, 0x2222, 0x3333},  // rc8: byte c, four times
        {0x3210, 0x3211, 0x3222, 0x3333},  // ecl: the lower ones become c
        {0x0000, 0x1110, 0x2210, 0x3210},  // ecr: the upper ones become c
        {0x1010, 0x3232, 0x1010, 0x3232}}; // rc16: a half, twice
    unsigned Mode = StringSwitch<unsigned>(I.Modifiers[1])
                        .Case("f4e", 0)
                        .Case("b4e", 1)
                        .Case("rc8", 2)
                        .Case("ecl", 3)
                        .Case("ecr", 4)
                        .Case("rc16", 5)
                        .Default(6);
    if (Mode == 6)
      return false;
    uint64_t Table = 0;
    for (unsigned N = 0; N < 4; ++N)
      Table |= uint64_t(Modes[Mode][N]) << (16 * N);
    Value *By = B.CreateShl(B.CreateAnd(resize(Pick, 64, false), 3), 4);
    Pick = B.CreateTrunc(B.CreateLShr(constant(64, Table), By), intType(32));
  }
  Value *Both =
      B.CreateOr(B.CreateShl(resize(Hi, 64, false), 32), resize(Lo, 64, false));
  Value *R = constant(32, 0);
  for (unsigned N = 0; N < 4; ++N) {
    Value *Nibble = B.CreateLShr(Pick, 4 * N);
    Value *By = resize(B.CreateShl(B.CreateAnd(Nibble, 7), 3), 64, false);
    Value *Byte = B.CreateTrunc(B.CreateLShr(Both, By), B.getInt8Ty());
    if (I.Modifiers.size() == 1)
      Byte =
          B.CreateSelect(B.CreateTrunc(B.CreateLShr(Nibble, 3), B.getInt1Ty()),
                         B.CreateAShr(Byte, 7), Byte);
    R = B.CreateOr(R, B.CreateShl(resize(Byte, 32, false), 8 * N));
  }
  return write(O[0], R);
}

/// bmsk.{clamp,wrap} d, a, b: b ones from bit a on.
/// szext.{clamp,wrap}.type d, a, b: a extended from its low b bits.
bool FunctionLifter::sizeAndMask(const Instruction &I, const Type &T) {
  ArrayRef<Operand> O = I.Operands;
  if (O.size() != 3 || T.Width != 32)
    return false;
  Value *A = read(O[1], 32), *Second = read(O[2], 32);
  if (!A || !Second)
    return false;
  bool Wrap = I.has("wrap");
  auto Bits = [&](Value *V) { // 0 .. 31, or 0 .. 32.
    V = Wrap
            ? B.CreateAnd(V, 31)
            : intrinsic(Intrinsic::umin, {V->getType()}, {V, constant(32, 32)});
    return resize(V, 64, false);
  };
  Value *Ones =
      B.CreateSub(B.CreateShl(constant(64, 1), Bits(Second)), constant(64, 1));
  if (I.Opcode == "bmsk")
    return write(O[0], B.CreateTrunc(B.CreateShl(Ones, Bits(A)), intType(32)));
  Value *R = B.CreateAnd(A, B.CreateTrunc(Ones, intType(32)));
  if (T.isSigned()) {
    // (r ^ top) - top carries the top bit of the field on; 0 bits have none.
    Value *Top = B.CreateTrunc(
        B.CreateLShr(B.CreateAdd(Ones, constant(64, 1)), 1), intType(32));
    Top = B.CreateSelect(B.CreateIsNull(Ones), constant(32, 0), Top);
    R = B.CreateSub(B.CreateXor(R, Top), Top);
  }
  return write(O[0], R);
}

bool FunctionLifter::bitField(const Instruction &I, const Type &T) {
  ArrayRef<Operand> O = I.Operands;
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
  Value *R = B.CreateAnd(
      B.CreateLShr(resize(A, 2 * W, T.isSigned()), Clamp(Pos)), Mask(Length));
  R = B.CreateTrunc(R, intType(W));
  // Behind the last bit of the number its sign goes on; a field's own top bit
  // does the same in the result.
  if (T.isSigned()) {
    Value *Last =
        intrinsic(Intrinsic::umin, {Pos->getType()},
                  {B.CreateSub(B.CreateAdd(Pos, Length), constant(32, 1)),
                   constant(32, W - 1)});
    Value *Sign =
        B.CreateTrunc(B.CreateLShr(A, resize(Last, W, false)), B.getInt1Ty());
    Value *Above = B.CreateTrunc(B.CreateNot(Mask(Length)), intType(W));
    R = B.CreateOr(R, B.CreateSelect(Sign, Above, constant(W, 0)));
    R = B.CreateSelect(B.CreateIsNull(Length), constant(W, 0), R);
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

} // namespace reprise::ptx
