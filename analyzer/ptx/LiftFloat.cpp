//===- LiftFloat.cpp - Floating point of PTX as IR ------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Operations that round to nearest and keep subnormals are LLVM's. All others
// are calls whose name holds the whole opcode, so that nothing is lost for who
// executes them.
//
//===----------------------------------------------------------------------===//

#include "LiftImpl.h"

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

bool FunctionLifter::floating(const Instruction &I) {
  ArrayRef<Operand> O = I.Operands;
  if (Types.empty() || O.size() < 2)
    return false;
  Type T = Types[0];
  StringRef Op = I.Opcode;
  // Mixed precision has a second type.
  if (!T.isFloat() || !isPlainFloat(I) || Types.size() != 1)
    return named(I, T);
  SmallVector<Value *, 3> V;
  for (const Operand &X : O.drop_front()) {
    V.push_back(readFloat(X, T));
    if (!V.back())
      return false;
  }
  if (V.size() == 1 && Op == "neg")
    return write(O[0], B.CreateFNeg(V[0]));
  if (V.size() == 1 && Op == "abs")
    return write(O[0], intrinsic(Intrinsic::fabs, {V[0]->getType()}, {V[0]}));
  if (V.size() == 2) {
    if (Op == "add")
      return write(O[0], B.CreateFAdd(V[0], V[1]));
    if (Op == "sub")
      return write(O[0], B.CreateFSub(V[0], V[1]));
    if (Op == "mul")
      return write(O[0], B.CreateFMul(V[0], V[1]));
    if (Op == "div" && I.has("rn"))
      return write(O[0], B.CreateFDiv(V[0], V[1]));
    if (Op == "min" || Op == "max")
      return write(
          O[0], intrinsic(Op == "min" ? Intrinsic::minnum : Intrinsic::maxnum,
                          {V[0]->getType()}, {V[0], V[1]}));
    if (Op == "copysign") // d has the sign of a and the rest of b.
      return write(O[0], intrinsic(Intrinsic::copysign, {V[0]->getType()},
                                   {V[1], V[0]}));
  }
  if (V.size() == 3 && (Op == "fma" || Op == "mad"))
    return write(O[0], intrinsic(Intrinsic::fma, {V[0]->getType()}, V));
  return named(I, T);
}

} // namespace reprise::ptx
