//===- Matrix.h - Matrices that the registers of a warp hold --------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What mma.sync and ldmatrix do between the 32 lanes of a warp, as functions of
// their registers. A lane's registers are words in a buffer:
//
//   mma        before | A ... | B ... | C ... |     after | D ... |
//   ldmatrix   before | one row, 16 bytes |         after | one word of each |
//
// Registers of 64 bits are two words, the low one first. Lanes that do not
// exist have null for a buffer; their elements are 0.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TOOLS_EMULATOR_MATRIX_H
#define REPRISE_TOOLS_EMULATOR_MATRIX_H

#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <optional>

namespace reprise::emulator {

enum class Element : uint8_t { F16, BF16, TF32, F32, F64, S8, U8, S4, U4, S32 };
/// Of an element in a register.
unsigned bitsOf(Element E);

/// One operation. Compiled code passes it as a number of 64 bits.
struct MatrixOp {
  enum class Kind : uint8_t {
    Multiply,
    Load,
    LoadTransposed,
    Fragments ///< wmma.mma: Multiply, elements where LowerWmma.cpp says.
  };
  Kind K = Kind::Multiply;
  uint8_t M = 0, N = 0; ///< Load: M is how many matrices.
  uint8_t Depth = 0;    ///< The k of m16n8k16.
  Element AB[2] = {};   ///< Types of A and of B.
  Element CD = Element::F32;
  bool Saturates = false; ///< Integers.

  /// Words of a lane's registers.
  unsigned wordsOfA() const;
  unsigned wordsOfB() const;
  unsigned wordsOfC() const;
  unsigned words() const { return wordsOfA() + wordsOfB() + wordsOfC(); }
};
static_assert(sizeof(MatrixOp) == 8);

/// "f16", "s8", ...
std::optional<Element> elementNamed(llvm::StringRef Name);
/// True for types and a shape that execute() knows.
bool isKnown(const MatrixOp &Op);

/// "mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32" or "ldmatrix.sync.
/// aligned.m8n8.x4.trans.shared.b16"; empty for what is not known here.
std::optional<MatrixOp> matrixOpNamed(llvm::StringRef Opcode);

/// Executes Op for a warp. Sums of halves and floats are made in double
/// precision, in the order of k, and rounded once.
void execute(const MatrixOp &Op, uint32_t *const Lanes[32]);

} // namespace reprise::emulator

#endif // REPRISE_TOOLS_EMULATOR_MATRIX_H
