//===- Uniform.h - Uniform expressions ------------------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A number that is the same for all threads of a launch. Values are bit
// vectors kept zero-extended in 64 bits; Model.h gives each operator's meaning.
//
//   add, 8 bits, 0xff and 0x02       -> 0x01       wraps, as LLVM and PTX do
//   cadd, 64 bits, INT64_MAX and 1   -> poison     mathematical integers
//
// Poison is tracked beside the value and matters only to what depends on it.
// Errors: none beyond poison. Thread safety: pure functions.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_RUNTIME_UNIFORM_H
#define REPRISE_RUNTIME_UNIFORM_H

#include "Model.h"

namespace reprise {

/// What the leaves of expressions read.
struct LaunchValues {
  const unsigned char *Arguments = nullptr; ///< Kernel::ParamBytes of them.
  uint32_t NTid[3] = {1, 1, 1};
  uint32_t NCtaId[3] = {1, 1, 1};
  uint32_t DynShared = 0;
};

/// An expression as it is evaluated: operands are indices of values.
///
/// Op::SymbolBytes has the index of its symbol in A. What it reads is not in
/// LaunchValues: the Frame loads it, evaluate() says poison.
struct Insn {
  Op Opcode;
  uint8_t Width;
  uint8_t WidthA; ///< Of operand A, for conversions and comparisons.
  uint32_t A, B, C;
  int64_t Imm;
};

/// All bits of a value of \p Width bits, 1 to 64.
constexpr uint64_t widthMask(unsigned Width) { return ~0ull >> (64 - Width); }

/// Evaluates \p I over \p Values and \p Poison, which hold its operands.
/// Returns the value; \p IsPoison says whether it is poison (then it is 0).
uint64_t evaluate(const Insn &I, const LaunchValues &Launch,
                  const uint64_t *Values, const uint8_t *Poison,
                  bool &IsPoison);

/// The number in \p Count bytes at \p Bytes, the lowest first.
inline uint64_t loadLittleEndian(const unsigned char *Bytes, unsigned Count) {
  uint64_t Value = 0;
  for (unsigned I = 0; I < Count; ++I)
    Value |= uint64_t{Bytes[I]} << (8 * I);
  return Value;
}

} // namespace reprise

#endif // REPRISE_RUNTIME_UNIFORM_H
