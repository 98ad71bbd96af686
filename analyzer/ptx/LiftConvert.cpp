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

/// Rounded as asked, then the nearest number that fits. NaN gives 0; where one
/// of the types has 64 bits, the number with only the top bit set.
bool FunctionLifter::convertToInteger(const Instruction &I, const Type &From,
                                      const Type &To) {
  Value *V;
  if (From.Width == 16) { // Exact, and the same rounding.
    Value *Bits = read(I.Operands[1], 16);
    if (!Bits)
      return false;
    V = B.CreateBitCast(
        pure(From.Brain ? "cvt.f32.bf16" : "cvt.f32.f16", intType(32), {Bits}),
        B.getFloatTy());
  } else {
    V = readFloat(I.Operands[1], From);
  }
  if (!V)
    return false;
  if (I.has("ftz") && From.Width == 32)
    V = flushed(V, From);
  Intrinsic::ID Round = I.has("rni")   ? Intrinsic::roundeven
                        : I.has("rmi") ? Intrinsic::floor
                        : I.has("rpi") ? Intrinsic::ceil
                                       : Intrinsic::not_intrinsic;
  llvm::Type *Real = V->getType();
  if (Round != Intrinsic::not_intrinsic)
    V = intrinsic(Round, {Real}, {V});
  Value *R =
      intrinsic(To.isSigned() ? Intrinsic::fptosi_sat : Intrinsic::fptoui_sat,
                {intType(To.Width), Real}, {V});
  if (From.Width == 64 || To.Width == 64)
    R = B.CreateSelect(B.CreateFCmpUNO(V, V),
                       ConstantInt::get(C, APInt::getSignMask(To.Width)), R);
  return write(I.Operands[0], R, To.isSigned());
}

/// cvt.[rnd][.ftz][.sat].to.from d, a
bool FunctionLifter::convert(const Instruction &I) {
  ArrayRef<Operand> O = I.Operands;
  if (Types.size() < 2 || O.size() < 2)
    return false;
  Type To = Types[0], From = Types[1];
  bool One = Types.size() == 2 && O.size() == 2 && To.Lanes == 1 &&
             From.Lanes == 1 && I.Modifiers[0] != "pack";
  if (!One)
    return named(I, I.Modifiers[0] == "pack" ? 32 : To.Width);
  if (To.isInteger() && From.isInteger()) {
    Value *V = read(O[1], From);
    if (!V)
      return false;
    V = I.has("sat") ? saturate(V, From, To)
                     : resize(V, To.Width, From.isSigned());
    return write(O[0], V, To.isSigned());
  }
  if (To.isInteger() && From.isFloat())
    return convertToInteger(I, From, To);
  bool Plain = To.Width >= 32 && isPlainFloat(I) && !I.has("rna");
  if (Plain && To.isFloat() && From.isInteger()) {
    Value *V = read(O[1], From);
    return V && write(O[0], From.isSigned() ? B.CreateSIToFP(V, floatType(To))
                                            : B.CreateUIToFP(V, floatType(To)));
  }
  if (Plain && To.isFloat() && From.isFloat() && From.Width >= 32 &&
      To.Width != From.Width) {
    Value *V = readFloat(O[1], From);
    return V && write(O[0], B.CreateFPCast(V, floatType(To)));
  }
  // The operand as its own type has it, however wide its register is.
  Value *V = read(O[1], From);
  return V &&
         write(O[0], pure(spelling(I), intType(To.Width), {V}), To.isSigned());
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
