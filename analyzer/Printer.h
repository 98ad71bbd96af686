//===- Printer.h - Expressions and conditions for people ------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Prints in the names of the source: parameters, blockDim, gridDim, loop
// counters. Offsets and ranges are in bytes: `A[0 .. 4n)`.
//
// Ranges are printed for non-negative sizes and strides, which is what a
// reader expects; the verdict at launch never relies on the printed text.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_ANALYZER_PRINTER_H
#define REPRISE_ANALYZER_PRINTER_H

#include "Symbolic.h"

namespace reprise {

struct AnalyzedAccess;
struct KernelState;

std::string printExpr(const KernelState &S, Id Expr);
std::string printPoly(const KernelState &S, const Poly &P);
/// Name of the root: a parameter, a variable, or "*" for any memory.
std::string printRoot(const KernelState &S, const Access &A);
/// "C[4i]": root and offset over the vars of the access's domain.
std::string printAccess(const KernelState &S, const AnalyzedAccess &X);

/// Bytes [Lo, Hi) from a root.
struct ByteRange {
  std::string Root;
  Poly Lo, Hi;
  bool Whole = false;  ///< The whole allocation; ends not known.
  bool Handle = false; ///< What a texture or surface is bound to.

  /// Becomes the hull of both where the ends can be compared.
  bool merge(const ByteRange &O);
};
/// All bytes that the access may touch.
ByteRange rangeOf(KernelState &S, const AnalyzedAccess &X);
/// "C[0 .. 4n)", "C[*]" for the whole allocation, "texture t".
std::string printRange(const KernelState &S, const ByteRange &R);

} // namespace reprise

#endif // REPRISE_ANALYZER_PRINTER_H
