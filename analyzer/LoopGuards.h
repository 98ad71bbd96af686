//===- LoopGuards.h - Drop a branch that repeats a loop's first test ------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// With a loop's test at its start again (LoopTests.h), the branch before the
// loop decides what the first test decides:
//
//   br t(i0), pre, out                   br pre
//   pre:  x = ...; br head               pre:  x = ...; br head
//   head: i = phi i0, next       ──►     head: i = phi i0, next
//         br t(i), body, exit                  br t(i), body, exit
//   exit: br out                         exit: br out
//
// Two conditions for one number in different proportions (`i0 < n` and
// `i0 + k * step < n`) are more than a domain can state exactly; one is not.
//
// Exact: where t(i0) fails, the new way computes x for nothing, fails the same
// test and arrives at `out` with the same values.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_ANALYZER_LOOPGUARDS_H
#define REPRISE_ANALYZER_LOOPGUARDS_H

#include "llvm/IR/PassManager.h"

namespace reprise {

/// Needs loops in simplified form. Changes branches whose one side leads only
/// through computations that cannot fail to a loop that makes the same test.
class LoopGuardsPass : public llvm::PassInfoMixin<LoopGuardsPass> {
public:
  llvm::PreservedAnalyses run(llvm::Function &F,
                              llvm::FunctionAnalysisManager &FAM);
};

} // namespace reprise

#endif // REPRISE_ANALYZER_LOOPGUARDS_H
