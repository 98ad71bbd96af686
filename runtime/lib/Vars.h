//===- Vars.h - Which values does a var take? -----------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The ends of a var's values are found when a domain defines it. Its dims are
// not, as long as nobody asks: most launches are decided by hulls alone.
//
//   tid 0 .. 255, ctaid 0 .. 7       i = 256 ctaid + tid   0 .. 2047
//   cut to i <= 1999                                       0 .. 1999
//   asked for its dims                                     {0 + 1*[2000]}
//
// Where the dims decide what the ends are (a bound cuts a sum that has gaps, a
// sum has too many dims), they are found at once.
//
// Soundness: a set holds at least the values really taken. Thread safety: as
// Frame.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_RUNTIME_VARS_H
#define REPRISE_RUNTIME_VARS_H

#include "Frame.h"

namespace reprise {

/// Smallest and largest value of a form over the hulls of its vars. On poison
/// or overflow the reason, else REPRISE_REASON_NONE.
reprise_reason formHull(const Frame &F, const FormRef &Form, int64_t &Min,
                        int64_t &Max);

/// The values of sum Coef * Var over the terms [\p Begin, \p End), plus
/// \p Const. Returns as formHull.
reprise_reason formSet(Frame &F, int64_t Const, uint32_t Begin, uint32_t End,
                       int64_t &Base, int64_t &Lo, int64_t &Hi, DimList &Dims);

/// The ends of the same set, where formSet would find just these and Base = Lo.
/// False where that is not known. The terms are not of MayWiden.
bool formEnds(const Frame &F, int64_t Const, uint32_t Begin, uint32_t End,
              int64_t &Lo, int64_t &Hi);

/// Defines var \p Index over the vars that it is made of, which are Set. The
/// result is the same in all domains that have the var.
const VarState &defineVar(Frame &F, uint32_t Index);

/// Var \p Index, which is Set, with its dims.
const NumSet &varSet(Frame &F, uint32_t Index);

/// Why \p Value, which is poison, is.
inline reprise_reason poisonReason(const Frame &F, uint32_t Value) {
  return static_cast<reprise_reason>(F.Poison[Value]);
}

} // namespace reprise

#endif // REPRISE_RUNTIME_VARS_H
