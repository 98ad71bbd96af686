//===- ShortLoops.h - Straight code of loops that choose a step -----------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Iterators over tiles add one number to a pointer between the vectors of a
// tile and another one behind the last:
//
//   for (s = 0; s < 2; ++s) {             load p
//     load p                       ──►    p += inner
//     p += s + 1 < 2 ? inner : next;      load p
//   }                                     p += next
//
// Such a pointer has no linear form in s, and a loop around this one carries it
// on. With the few iterations written out it has one: each step is a number
// that all threads share.
//
// Exact: the same instructions run in the same order.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_ANALYZER_SHORTLOOPS_H
#define REPRISE_ANALYZER_SHORTLOOPS_H

#include "llvm/IR/PassManager.h"

namespace reprise {

/// Needs loops in simplified form. Writes out innermost loops of a few
/// iterations, as many in each run, that carry a pointer and add one of several
/// numbers to it, none of which the loop changes; leaves all others.
class ShortLoopsPass : public llvm::PassInfoMixin<ShortLoopsPass> {
public:
  llvm::PreservedAnalyses run(llvm::Function &F,
                              llvm::FunctionAnalysisManager &FAM);
};

} // namespace reprise

#endif // REPRISE_ANALYZER_SHORTLOOPS_H
