//===- Divisions.h - Multiplications that divide by a constant ------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Compilers divide by a constant d with a multiplication: the high part of
// x * M is x / d for a suitable M. This gives the division back, which the
// analysis understands:
//
//   x / 3   (zext(x) * 0xaaaaaaab) >> 33           unsigned
//   x / 7   t = hi(x * 0x24924925), (((x - t) >> 1) + t) >> 2
//   x / 7   t = hi(x * -1840700269) + x, (t >> 2) + (t >>> 31)   signed
//   x / 8   (x + ((x >> 31) >>> 29)) >> 3          signed
//
// Exact: whether x * M >> p is x / d for every x is decided by arithmetic, not
// by a table of known constants.
//
// The condition. Let M * d = 2^p + e with 0 <= e, and x = q * d + r. Then
// x * M / 2^p = q + (r + x * e / 2^p) / d, whose floor is q if and only if
// x * e < 2^p * (d - r). The largest x with r = d - 1 decides, and for all
// other r the largest x at all with twice the room. For x = -y < 0 the floor
// must be one below the quotient: 0 < y * e <= 2^p * (d - r), likewise.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_ANALYZER_DIVISIONS_H
#define REPRISE_ANALYZER_DIVISIONS_H

#include "llvm/ADT/APInt.h"
#include "llvm/IR/PassManager.h"

#include <optional>

namespace reprise {

/// The d, 2 or more, with floor(x * M / 2^P) = floor(x / d) for all x in
/// 0 .. Max; none if there is no such d, or M is a power of two. If Signed also
/// floor(x * M / 2^P) + 1 = -floor(-x / d) for all x in -Max - 1 .. -1.
/// All numbers are unsigned, of any width.
std::optional<llvm::APInt> divisorOf(const llvm::APInt &M, unsigned P,
                                     const llvm::APInt &Max, bool Signed);

/// Wants constants in place, and the shape that code generators make: it comes
/// before passes that merge shifts.
class DivisionsPass : public llvm::PassInfoMixin<DivisionsPass> {
public:
  llvm::PreservedAnalyses run(llvm::Function &F,
                              llvm::FunctionAnalysisManager &FAM);
};

} // namespace reprise

#endif // REPRISE_ANALYZER_DIVISIONS_H
