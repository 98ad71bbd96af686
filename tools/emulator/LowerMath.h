//===- LowerMath.h - Device arithmetic, one description for both fronts ---===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// `llvm.nvvm.ex2.approx.ftz.f` of clang and `ex2.approx.ftz.f32` of PTX are one
// operation here, so that both forms of a kernel compute the same bits.
//
// Approximate instructions of the device are computed with the host's library:
// their last bits differ from the device's.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TOOLS_EMULATOR_LOWERMATH_H
#define REPRISE_TOOLS_EMULATOR_LOWERMATH_H

#include "Lower.h"

namespace reprise::emulator {

enum class Rounding : uint8_t { Nearest, Zero, Down, Up };

struct MathOp {
  llvm::StringRef Name; ///< "add", "fma", "ex2", ...
  Rounding Round = Rounding::Nearest;
  bool Ftz = false, Sat = false;
  bool NaN = false; ///< min and max yield not a number where one operand is.
};

/// The operation on values of one floating-point type; null when unknown.
llvm::Value *emitMath(Lowering &L, const MathOp &Op,
                      llvm::ArrayRef<llvm::Value *> Args);

/// Bits of a saturating or rounding conversion between numbers.
struct Conversion {
  bool FromFloat = false, ToFloat = false;
  bool FromSigned = false, ToSigned = false;
  Rounding Round = Rounding::Nearest;
  bool ToIntegral = false; ///< Round to an integer: cvt.rni.f32.f32.
  bool Ftz = false, Sat = false, Relu = false;
};

/// V as To, both integers or floating-point types; null when unknown.
llvm::Value *emitConversion(Lowering &L, const Conversion &How, llvm::Value *V,
                            llvm::Type *To);

} // namespace reprise::emulator

#endif // REPRISE_TOOLS_EMULATOR_LOWERMATH_H
