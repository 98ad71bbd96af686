//===- LoopTests.h - Move the test of a loop to its start -----------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Optimisers turn `while (t(i)) ...` into `if (t(i)) do ... while (t(i))`. The
// analysis reads the first form with less: a test at the end bounds the
// iteration after it. This undoes the turn:
//
//   pre:  br t(i0), head, out            pre:  br t(i0), head, out
//   head: i = phi i0, next               head: i = phi i0, next
//         ...                     ──►          br t(i), body, exit
//   latch: next = i + s                  body: ...
//          br t(next), head, exit        latch: next = i + s; br head
//
// Exact: the code runs the same instructions in the same order, and one test
// more, which is known to hold, before the first iteration.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_ANALYZER_LOOPTESTS_H
#define REPRISE_ANALYZER_LOOPTESTS_H

#include "llvm/IR/PassManager.h"

namespace reprise {

/// Needs loops in simplified form. Changes the loops whose test is a
/// comparison of what the header's phis and values from outside hold, and
/// which a dominating branch has made sure of before the loop.
class LoopTestsPass : public llvm::PassInfoMixin<LoopTestsPass> {
public:
  llvm::PreservedAnalyses run(llvm::Function &F,
                              llvm::FunctionAnalysisManager &FAM);
};

} // namespace reprise

#endif // REPRISE_ANALYZER_LOOPTESTS_H
