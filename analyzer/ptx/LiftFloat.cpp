//===- LiftFloat.cpp - Floating point of PTX as IR ------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Operations on f32 and f64 that round to nearest and keep subnormals are
// LLVM's. All others are calls whose name holds the whole opcode; Values.h
// gives them bodies for whoever executes the IR. The analysis has no use for
// them.
//
//===----------------------------------------------------------------------===//

#include "LiftImpl.h"

#include "llvm/ADT/FloatingPointMode.h"
#include "llvm/ADT/StringSwitch.h"

using namespace llvm;

namespace reprise::ptx {

bool isPlainFloat(const Instruction &I) {
  return none_of(I.Modifiers, [](StringRef M) {
    return is_contained({"ftz", "sat", "rz", "rm", "rp", "approx", "full",
                         "NaN", "xorsign", "abs", "relu", "oob"},
                        M);
  });
}

llvm::Type *FunctionLifter::floatType(const Type &T) {
  unsigned Width = T.Width / T.Lanes;
  llvm::Type *One = Width == 64   ? B.getDoubleTy()
                    : Width == 32 ? B.getFloatTy()
                    : T.Brain     ? B.getBFloatTy()
                                  : B.getHalfTy();
  return T.Lanes == 1 ? One : FixedVectorType::get(One, T.Lanes);
}

Value *FunctionLifter::readFloat(const Operand &O, const Type &T) {
  Value *V = read(O, T.Width);
  return V ? B.CreateBitCast(V, floatType(T)) : nullptr;
}

/// V with subnormal numbers made zero.
Value *FunctionLifter::flushed(Value *V, const Type &T) {
  V = pure(T.Width == 64 ? "ftz.f64" : "ftz.f32", intType(T.Width),
           {asBits(V)});
  return B.CreateBitCast(V, floatType(T));
}

/// testp.property p, a
bool FunctionLifter::testProperty(const Instruction &I) {
  if (Types.size() != 1 || I.Operands.size() != 2 || I.Modifiers.empty())
    return false;
  Value *V = readFloat(I.Operands[1], Types[0]);
  unsigned Class = StringSwitch<unsigned>(I.Modifiers[0])
                       .Case("finite", fcFinite)
                       .Case("infinite", fcInf)
                       .Case("number", ~fcNan & fcAllFlags)
                       .Case("notanumber", fcNan)
                       .Case("normal", fcNormal | fcZero) // PTX counts zero.
                       .Case("subnormal", fcSubnormal)
                       .Default(0);
  return V && Class &&
         write(I.Operands[0], intrinsic(Intrinsic::is_fpclass, {V->getType()},
                                        {V, constant(32, Class)}));
}

bool FunctionLifter::floating(const Instruction &I) {
  ArrayRef<Operand> O = I.Operands;
  if (Types.empty() || O.size() < 2)
    return false;
  Type T = Types[0];
  StringRef Op = I.Opcode;
  if (Op == "testp")
    return testProperty(I);
  // Mixed precision has a second type.
  bool Native = T.isFloat() && isPlainFloat(I) && Types.size() == 1 &&
                T.Lanes == 1 && T.Width >= 32;
  if (!Native)
    return named(I, T.Width);
  SmallVector<Value *, 3> V;
  for (const Operand &X : O.drop_front()) {
    V.push_back(readFloat(X, T));
    if (!V.back())
      return false;
  }
  llvm::Type *Real = V[0]->getType();
  if (V.size() == 1) {
    if (Op == "neg")
      return write(O[0], B.CreateFNeg(V[0]));
    if (Op == "abs")
      return write(O[0], intrinsic(Intrinsic::fabs, {Real}, {V[0]}));
    if (Op == "sqrt" && I.has("rn"))
      return write(O[0], intrinsic(Intrinsic::sqrt, {Real}, {V[0]}));
    if (Op == "rcp" && I.has("rn"))
      return write(O[0], B.CreateFDiv(ConstantFP::get(Real, 1.0), V[0]));
  }
  if (V.size() == 2) {
    if (Op == "add")
      return write(O[0], B.CreateFAdd(V[0], V[1]));
    if (Op == "sub")
      return write(O[0], B.CreateFSub(V[0], V[1]));
    if (Op == "mul")
      return write(O[0], B.CreateFMul(V[0], V[1]));
    if (Op == "div" && I.has("rn"))
      return write(O[0], B.CreateFDiv(V[0], V[1]));
    if (Op == "copysign") // d has the sign of a and the rest of b.
      return write(O[0], intrinsic(Intrinsic::copysign, {Real}, {V[1], V[0]}));
  }
  if (V.size() == 3 && (Op == "fma" || Op == "mad"))
    return write(O[0], intrinsic(Intrinsic::fma, {Real}, V));
  return named(I, T.Width);
}

} // namespace reprise::ptx
