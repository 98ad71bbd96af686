//===- TextSlices.h - Loops of PTX that can run in slices -----------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// CountedLoop.h for text, which has the proof:
//
//     ...                           m = end(i)
//   L:                            L:
//     ...                           ...
//     add.s32 i, i, s;              add.s32 i, i, s;
//     setp.lt.s32 p, i, n;    ──►   setp.lt.s32 p, i, m;
//     @p bra L;                     @p bra L;
//                                   setp.lt.s32 p, i, n;
//                                   @!p bra past;
//                                   poll; m = end(i); bra L;
//                                 past:
//
// The text has to be of this form: the three instructions follow each other in
// one block; between L and the branch nothing else writes i, and nothing n or
// s; nobody jumps in between from elsewhere, so that the place in front of L is
// the only way in. The lifted loop has to be one that its plan has slices for:
// that all threads which decide together count alike is known of that one. Its
// test is this setp, since the branch is its latch's; n cannot be its counter,
// since nothing in the loop writes it.
//
// Sound as a must-fact: no value means that the loop counts its iterations.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_PASSES_PTX_TEXTSLICES_H
#define REPRISE_PASSES_PTX_TEXTSLICES_H

#include "ptx/Syntax.h"

#include <optional>
#include <string>

namespace reprise::ptx {

struct TextSlice {
  size_t Label = 0, Test = 0, Branch = 0; ///< Statements: L, setp, bra.
  unsigned Bits = 32;                     ///< Of the counter: 32 or 64.
  std::string Type;                       ///< Of the comparison: "s32".
  std::string GoesOn;                     ///< "lt": counter GoesOn end.
  std::string Counter, End;               ///< As text; End may be a literal.
  bool EndIsFirst = false;                ///< Of the comparison's operands.
  std::string Step;                       ///< A register; empty: By it is.
  int64_t By = 0;

  /// Sets M to the end of the next Period iterations. Uses the registers p0
  /// and, by the width, r0 to r2 or d0 to d2, with Own, "%reprise_", in front.
  std::string sliceEnd(llvm::StringRef M, uint32_t Period,
                       llvm::StringRef Own) const;
  /// The test with M in place of the end.
  std::string test(const Function &F, llvm::StringRef M) const;
};

/// The loop of F that the statement Branch closes; slices of Period iterations.
/// Thread safety: no shared state.
std::optional<TextSlice> findSlice(const Function &F, size_t Branch,
                                   uint32_t Period);

} // namespace reprise::ptx

#endif // REPRISE_PASSES_PTX_TEXTSLICES_H
