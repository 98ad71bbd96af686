//===- LiftInteger.cpp - Integer arithmetic of PTX as IR ------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LiftImpl.h"

#include "llvm/IR/IntrinsicsNVPTX.h"

using namespace llvm;

namespace reprise::ptx {

void FunctionLifter::setCarry(Value *V) {
  if (!Carry) {
    Carry = newAlloca(B.getInt1Ty(), "carry");
    new StoreInst(undefined(1), Carry, Entry);
  }
  if (Guard)
    V = B.CreateSelect(Guard, V, B.CreateLoad(B.getInt1Ty(), Carry));
  B.CreateStore(V, Carry);
}

Value *FunctionLifter::carry() {
  if (!Carry)
    return undefined(1);
  return B.CreateLoad(B.getInt1Ty(), Carry);
}

bool FunctionLifter::integer(const Instruction &I) {
  if (Types.empty())
    return false;
  if (I.Opcode == "dp4a" || I.Opcode == "dp2a")
    return dotProduct(I);
  Type T = Types[0];
  if (T.isFloat())
    return floating(I);
  if (!T.isInteger())
    return false;
  if (T.Lanes > 1)
    return lanes(I, T);
  ArrayRef<Operand> O = I.Operands;
  StringRef Op = I.Opcode;
  if (O.size() < 2)
    return false;
  if (Op.starts_with("add") || Op.starts_with("sub"))
    return addition(I, T);
  if (Op == "mul24" || Op == "mad24")
    return multiply24(I, T);
  if (Op.starts_with("mul") || Op.starts_with("mad"))
    return multiplication(I, T);
  if (Op == "div" || Op == "rem")
    return division(I, T);
  Value *A = read(O[1], T);
  if (!A)
    return false;
  if (Op == "neg")
    return write(O[0], B.CreateNeg(A), T.isSigned());
  if (Op == "abs")
    return write(O[0],
                 intrinsic(Intrinsic::abs, {A->getType()}, {A, B.getFalse()}),
                 T.isSigned());
  Value *Second = O.size() > 2 ? read(O[2], T) : nullptr;
  if (!Second)
    return false;
  auto Extreme = [&](bool Max) {
    Intrinsic::ID Id = T.isSigned() ? (Max ? Intrinsic::smax : Intrinsic::smin)
                                    : (Max ? Intrinsic::umax : Intrinsic::umin);
    return intrinsic(Id, {A->getType()}, {A, Second});
  };
  if (Op == "min" || Op == "max") {
    Value *V = Extreme(Op == "max");
    if (I.has("relu"))
      V = intrinsic(Intrinsic::smax, {A->getType()}, {V, constant(T.Width, 0)});
    return write(O[0], V, T.isSigned());
  }
  if (Op == "sad" && O.size() == 4) {
    Value *Third = read(O[3], T);
    return Third &&
           write(O[0], B.CreateAdd(Third,
                                   B.CreateSub(Extreme(true), Extreme(false))));
  }
  return false;
}

/// add, sub, addc, subc. The carry of a subtraction is its borrow.
bool FunctionLifter::addition(const Instruction &I, const Type &T) {
  ArrayRef<Operand> O = I.Operands;
  bool Subtract = I.Opcode.starts_with("sub");
  bool UsesCarry = I.Opcode.ends_with("c");
  Value *X = O.size() == 3 ? read(O[1], T) : nullptr;
  Value *Y = X ? read(O[2], T) : nullptr;
  if (!Y)
    return false;
  if (I.has("sat"))
    return write(O[0],
                 intrinsic(Subtract ? Intrinsic::ssub_sat : Intrinsic::sadd_sat,
                           {X->getType()}, {X, Y}));
  if (!UsesCarry && !I.has("cc"))
    return write(O[0], Subtract ? B.CreateSub(X, Y) : B.CreateAdd(X, Y),
                 T.isSigned());
  unsigned Wide = T.Width + 1;
  X = resize(X, Wide, false);
  Y = resize(Y, Wide, false);
  Value *In = UsesCarry ? resize(carry(), Wide, false) : constant(Wide, 0);
  Value *R = Subtract ? B.CreateSub(B.CreateSub(X, Y), In)
                      : B.CreateAdd(B.CreateAdd(X, Y), In);
  if (I.has("cc"))
    setCarry(B.CreateTrunc(B.CreateLShr(R, T.Width), B.getInt1Ty()));
  return write(O[0], B.CreateTrunc(R, intType(T.Width)), T.isSigned());
}

/// The part of a * b that the modifiers ask for.
Value *FunctionLifter::product(const Instruction &I, const Type &T) {
  Value *X = read(I.Operands[1], T), *Y = read(I.Operands[2], T);
  if (!X || !Y)
    return nullptr;
  if (!I.has("hi") && !I.has("wide"))
    return B.CreateMul(X, Y);
  unsigned Wide = T.Width * 2;
  Value *P =
      B.CreateMul(resize(X, Wide, T.isSigned()), resize(Y, Wide, T.isSigned()));
  if (I.has("wide"))
    return P;
  return B.CreateTrunc(B.CreateLShr(P, T.Width), intType(T.Width));
}

bool FunctionLifter::multiplication(const Instruction &I, const Type &T) {
  ArrayRef<Operand> O = I.Operands;
  if (O.size() < 3)
    return false;
  Value *P = product(I, T);
  if (!P)
    return false;
  if (I.Opcode == "mul")
    return write(O[0], P, T.isSigned());
  unsigned Width = P->getType()->getIntegerBitWidth();
  Value *Z = O.size() == 4 ? read(O[3], Width, T.isSigned()) : nullptr;
  if (!Z)
    return false;
  bool UsesCarry = I.Opcode == "madc";
  if (I.has("sat")) // mad.hi.sat.s32
    return write(O[0], intrinsic(Intrinsic::sadd_sat, {P->getType()}, {P, Z}));
  if (!UsesCarry && !I.has("cc"))
    return write(O[0], B.CreateAdd(P, Z), T.isSigned());
  unsigned Wide = Width + 1;
  Value *In = UsesCarry ? resize(carry(), Wide, false) : constant(Wide, 0);
  Value *R = B.CreateAdd(
      B.CreateAdd(resize(P, Wide, false), resize(Z, Wide, false)), In);
  if (I.has("cc"))
    setCarry(B.CreateTrunc(B.CreateLShr(R, Width), B.getInt1Ty()));
  return write(O[0], B.CreateTrunc(R, intType(Width)), T.isSigned());
}

/// Products of the low 24 bits: the low or the high 32 bits of 48.
bool FunctionLifter::multiply24(const Instruction &I, const Type &T) {
  ArrayRef<Operand> O = I.Operands;
  bool Add = I.Opcode == "mad24";
  if (O.size() != (Add ? 4u : 3u) || T.Width != 32)
    return false;
  Value *X = read(O[1], T), *Y = read(O[2], T);
  if (!X || !Y)
    return false;
  auto Narrow = [&](Value *V) {
    return resize(B.CreateTrunc(V, intType(24)), 48, T.isSigned());
  };
  Value *P = B.CreateMul(Narrow(X), Narrow(Y));
  P = B.CreateTrunc(I.has("hi") ? B.CreateLShr(P, 16) : P, intType(32));
  if (Add) {
    Value *Z = read(O[3], T);
    if (!Z)
      return false;
    P = I.has("sat") ? intrinsic(Intrinsic::sadd_sat, {P->getType()}, {P, Z})
                     : B.CreateAdd(P, Z); // mad24.hi.sat.s32
  }
  return write(O[0], P);
}

/// add, min and max of u16x2 and s16x2.
bool FunctionLifter::lanes(const Instruction &I, const Type &T) {
  ArrayRef<Operand> O = I.Operands;
  Value *X = O.size() == 3 ? read(O[1], T.Width) : nullptr;
  Value *Y = X ? read(O[2], T.Width) : nullptr;
  if (!Y)
    return false;
  llvm::Type *V = FixedVectorType::get(intType(T.Width / T.Lanes), T.Lanes);
  X = B.CreateBitCast(X, V);
  Y = B.CreateBitCast(Y, V);
  if (I.Opcode == "add")
    return write(O[0], B.CreateAdd(X, Y));
  if (I.Opcode != "min" && I.Opcode != "max")
    return false;
  bool Max = I.Opcode == "max";
  Value *R = intrinsic(T.isSigned() ? (Max ? Intrinsic::smax : Intrinsic::smin)
                                    : (Max ? Intrinsic::umax : Intrinsic::umin),
                       {V}, {X, Y});
  if (I.has("relu"))
    R = intrinsic(Intrinsic::smax, {V}, {R, Constant::getNullValue(V)});
  return write(O[0], R);
}

/// LLVM says of a division by zero, and of the least number by -1, that it
/// never happens, and passes take what follows for facts. PTX has a result, if
/// an unspecified one: the divisor is hidden from passes (Lift.h).
bool FunctionLifter::division(const Instruction &I, const Type &T) {
  ArrayRef<Operand> O = I.Operands;
  Value *X = O.size() == 3 ? read(O[1], T) : nullptr;
  Value *Y = X ? read(O[2], T) : nullptr;
  if (!Y)
    return false;
  auto *Known = dyn_cast<ConstantInt>(Y);
  if (!Known || Known->isZero() || Known->isMinusOne())
    Y = pure("divisor.b" + Twine(T.Width), Y->getType(), {Y});
  bool Quotient = I.Opcode == "div";
  Value *R = T.isSigned()
                 ? (Quotient ? B.CreateSDiv(X, Y) : B.CreateSRem(X, Y))
                 : (Quotient ? B.CreateUDiv(X, Y) : B.CreateURem(X, Y));
  return write(O[0], R, T.isSigned());
}

/// dp4a.T.U d, a, b, c and dp2a.{lo,hi}: sums of products of bytes.
bool FunctionLifter::dotProduct(const Instruction &I) {
  ArrayRef<Operand> O = I.Operands;
  if (O.size() != 4 || Types.size() != 2)
    return false;
  Value *X = read(O[1], 32), *Y = read(O[2], 32), *Sum = read(O[3], 32);
  if (!X || !Y || !Sum)
    return false;
  bool Four = I.Opcode == "dp4a";
  unsigned Bits = Four ? 8 : 16, First = !Four && I.has("hi") ? 2 : 0;
  auto Part = [&](Value *V, unsigned Width, unsigned Index, bool Signed) {
    return resize(B.CreateTrunc(B.CreateLShr(V, Index * Width), intType(Width)),
                  32, Signed);
  };
  for (unsigned N = 0; N < 32 / Bits; ++N)
    Sum = B.CreateAdd(Sum,
                      B.CreateMul(Part(X, Bits, N, Types[0].isSigned()),
                                  Part(Y, 8, First + N, Types[1].isSigned())));
  return write(O[0], Sum);
}

} // namespace reprise::ptx
