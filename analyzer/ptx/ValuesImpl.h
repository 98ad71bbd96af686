//===- ValuesImpl.h - What the bodies of value functions share ------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//   Values.cpp        names, lanes, integer values
//   ValueFloat.cpp    arithmetic
//   ValueConvert.cpp  cvt
//   SmallFloat.cpp    formats below 32 bits
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_ANALYZER_PTX_VALUESIMPL_H
#define REPRISE_ANALYZER_PTX_VALUESIMPL_H

#include "LiftImpl.h"
#include "SmallFloat.h"

namespace reprise::ptx {

/// Builds one body.
class ValueBuilder {
public:
  explicit ValueBuilder(llvm::Function &F);
  /// False when the operation is not known; the function is then as before.
  bool run();

private:
  using Value = llvm::Value;

  // Values.cpp
  Value *result();
  Value *argument(unsigned N, unsigned Width);
  Value *lane(Value *V, unsigned N, unsigned Width);
  bool has(StringRef Modifier) const {
    return llvm::is_contained(Modifiers, Modifier);
  }
  Rounding rounding() const;
  Value *findNthSet();
  llvm::ConstantInt *constant(unsigned Width, uint64_t V) {
    return llvm::ConstantInt::get(B.getIntNTy(Width), V);
  }
  Value *real(double V, llvm::Type *T) { return llvm::ConstantFP::get(T, V); }

  // ValueFloat.cpp
  Value *arithmetic();
  Value *smallArithmetic(const FloatFormat &F, ArrayRef<Value *> Bits);
  Value *arithmetic(llvm::Type *T, ArrayRef<Value *> V);
  Value *mixedArithmetic();
  Value *directed(llvm::Intrinsic::ID Id, llvm::Type *T, ArrayRef<Value *> V);
  Value *approximation(llvm::Type *T, Value *V);
  Value *extreme(llvm::Type *T, ArrayRef<Value *> V);
  Value *minOrMax(llvm::Type *T, Value *X, Value *Y);
  Value *fastQuotient(Value *X, Value *Y);
  Value *flush(Value *V);
  Value *flushSmall(const FloatFormat &F, Value *Bits);
  Value *saturate(Value *V);
  Value *rectify(Value *V);
  Value *compareSmall();

  // ValueConvert.cpp
  Value *convert();
  Value *pack();
  Value *convertTo(const Type &To, StringRef Name, Value *Double);
  Value *asDouble(const Type &From, StringRef Name, Value *Bits);
  Value *scale(Value *Double);
  Value *integerToDouble(const Type &From, Value *Bits);
  Value *roundToIntegral(Value *V);

  llvm::Function &F;
  llvm::IRBuilder<> B;
  StringRef Opcode;
  llvm::SmallVector<StringRef, 8> Modifiers;
  llvm::SmallVector<StringRef, 4> TypeNames;
  llvm::SmallVector<Type, 4> Types;
};

} // namespace reprise::ptx

#endif // REPRISE_ANALYZER_PTX_VALUESIMPL_H
