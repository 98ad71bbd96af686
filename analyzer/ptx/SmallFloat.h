//===- SmallFloat.h - Floating-point formats below 64 bits, in IR ---------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Emits the exact conversion between a small format and double. A sum, a
// product or a quotient of small numbers can be computed in double and rounded
// once, so this is all that arithmetic on them needs; no library has to know
// the format.
//
//    f16    s eeeee mmmmmmmmmm          e4m3   s eeee mmm   no infinity
//    bf16   s eeeeeeee mmmmmmm          e5m2   s eeeee mm
//    tf32   s eeeeeeee mmmmmmmmmm 0...  e2m1, e2m3, e3m2    numbers only
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_ANALYZER_PTX_SMALLFLOAT_H
#define REPRISE_ANALYZER_PTX_SMALLFLOAT_H

#include "llvm/ADT/StringRef.h"
#include "llvm/IR/IRBuilder.h"

#include <optional>

namespace reprise::ptx {

struct FloatFormat {
  unsigned Exponent = 0, Mantissa = 0; ///< Bits.
  unsigned Width = 0;                  ///< Of the number, without Below.
  unsigned Below = 0;                  ///< Unused bits below it.
  bool Infinity = true;
  uint64_t NaN = 0;     ///< The NaN that operations give; 0: there is none.
  uint64_t Largest = 0; ///< Magnitude of the largest number.

  int bias() const { return (1 << (Exponent - 1)) - 1; }
  uint64_t infinity() const {
    return ((uint64_t(1) << Exponent) - 1) << Mantissa;
  }
};

/// "f16", "e4m3", ...; also for a type of several lanes, "e4m3x2".
std::optional<FloatFormat> formatNamed(llvm::StringRef Name);

enum class Rounding : uint8_t {
  NearestEven,
  NearestAway,
  Zero,
  Down,
  Up,
};

/// Bits, an integer of Width + Below bits, as a double: exact.
llvm::Value *decode(llvm::IRBuilder<> &B, const FloatFormat &F,
                    llvm::Value *Bits);

/// The double V rounded to F. Beyond the largest number there is infinity, or,
/// if Finite is set or the format has none, the largest number.
llvm::Value *encode(llvm::IRBuilder<> &B, const FloatFormat &F, llvm::Value *V,
                    Rounding Mode, bool Finite = false);

/// X + Y as a double whose last bit says whether more bits would follow (round
/// to odd), so that rounding it once more to fewer bits is right.
llvm::Value *addToOdd(llvm::IRBuilder<> &B, llvm::Value *X, llvm::Value *Y);

} // namespace reprise::ptx

#endif // REPRISE_ANALYZER_PTX_SMALLFLOAT_H
