//===- LiftConvert.cpp - Moves and conversions of PTX as IR ---------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LiftImpl.h"

using namespace llvm;

namespace reprise::ptx {

/// mov, with packing and unpacking of vectors.
bool FunctionLifter::move(const Instruction &I) {
  ArrayRef<Operand> O = I.Operands;
  if (Types.empty() || O.size() != 2)
    return false;
  // The address of a scalar parameter of a kernel: it needs one.
  if (O[1].Kind == OperandKind::Name && Syntax.IsEntry)
    if (auto It = ScalarParams.find(O[1].Name); It != ScalarParams.end()) {
      Argument *A = F->getArg(It->second);
      AllocaInst *Copy = newAlloca(A->getType(), "");
      B.CreateStore(A, Copy);
      return write(O[0], B.CreatePtrToInt(Copy, intType(Types[0].Width)));
    }
  Value *V = read(O[1], Types[0]);
  return V && write(O[0], V, Types[0].isSigned());
}

/// The nearest value that To can hold.
Value *FunctionLifter::saturate(Value *V, const Type &From, const Type &To) {
  if (From.Width < To.Width && From.isSigned() == To.isSigned())
    return V;
  unsigned Wide = std::max(From.Width, To.Width) + 1;
  Value *X = resize(V, Wide, From.isSigned());
  APInt Lo = To.isSigned() ? APInt::getSignedMinValue(To.Width).sext(Wide)
                           : APInt(Wide, 0);
  APInt Hi = To.isSigned() ? APInt::getSignedMaxValue(To.Width).sext(Wide)
                           : APInt::getMaxValue(To.Width).zext(Wide);
  X = intrinsic(Intrinsic::smax, {X->getType()}, {X, ConstantInt::get(C, Lo)});
  X = intrinsic(Intrinsic::smin, {X->getType()}, {X, ConstantInt::get(C, Hi)});
  return B.CreateTrunc(X, intType(To.Width));
}

/// cvt.[rnd][.ftz][.sat].to.from d, a
bool FunctionLifter::convert(const Instruction &I) {
  ArrayRef<Operand> O = I.Operands;
  if (Types.size() < 2 || O.size() < 2)
    return false;
  Type To = Types[0], From = Types[1];
  bool Simple = Types.size() == 2 && O.size() == 2 && To.Lanes == 1 &&
                From.Lanes == 1 && !I.has("ftz") && I.Modifiers[0] != "pack";
  if (!Simple)
    return named(I, To);
  if (To.isInteger() && From.isInteger()) {
    Value *V = read(O[1], From);
    if (!V)
      return false;
    V = I.has("sat") ? saturate(V, From, To)
                     : resize(V, To.Width, From.isSigned());
    return write(O[0], V, To.isSigned());
  }
  if (To.isInteger() && From.isFloat()) {
    // Beyond the range the nearest number; what NaN becomes differs for 64
    // bits.
    if (!I.has("rzi") || From.Width == 16 || To.Width != 32)
      return named(I, To);
    Value *V = readFloat(O[1], From);
    return V && write(O[0], intrinsic(To.isSigned() ? Intrinsic::fptosi_sat
                                                    : Intrinsic::fptoui_sat,
                                      {intType(32), V->getType()}, {V}));
  }
  if (I.has("sat") || I.has("rz") || I.has("rm") || I.has("rp") ||
      I.has("rna") || I.has("satfinite") || I.has("relu"))
    return named(I, To);
  if (To.isFloat() && From.isInteger()) {
    Value *V = read(O[1], From);
    return V && write(O[0], From.isSigned() ? B.CreateSIToFP(V, floatType(To))
                                            : B.CreateUIToFP(V, floatType(To)));
  }
  if (To.isFloat() && From.isFloat() && To.Width != From.Width) {
    Value *V = readFloat(O[1], From);
    return V && write(O[0], B.CreateFPCast(V, floatType(To)));
  }
  return named(I, To);
}

/// cvta.space d, a: to generic; cvta.to.space d, a: back. Global addresses are
/// generic ones.
bool FunctionLifter::convertAddress(const Instruction &I) {
  ArrayRef<Operand> O = I.Operands;
  if (I.Opcode != "cvta") {
    // Addresses of another block's shared memory stay shared.
    if (O.size() == 3 && I.Opcode == "mapa" && !Types.empty())
      if (Value *V = read(O[1], Types[0]))
        return write(O[0], V);
    return false;
  }
  if (O.size() != 2 || Types.empty())
    return false;
  unsigned AS =
      I.has("shared") || I.has("shared::cta") || I.has("shared::cluster")
          ? SharedAS
      : I.has("const") ? ConstAS
      : I.has("local") ? LocalAS
                       : GenericAS;
  Value *V = read(O[1], 64);
  if (!V)
    return false;
  if (AS != GenericAS) {
    auto *Own = PointerType::get(C, AS), *Generic = PointerType::get(C, 0);
    bool To = I.has("to");
    Value *P = B.CreateIntToPtr(V, To ? Generic : Own);
    V = B.CreatePtrToInt(B.CreateAddrSpaceCast(P, To ? Own : Generic),
                         B.getInt64Ty());
  }
  return write(O[0], V);
}

} // namespace reprise::ptx
