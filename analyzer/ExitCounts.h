//===- ExitCounts.h - How often a loop goes round -------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The iteration in which a loop is left, where all threads leave it in the
// same one. LLVM knows most such counts. It gives up on `i != end` with a step
// of 4, as unrolled loops have it: unless the distance is a multiple of 4 the
// loop never ends. Here that becomes a check for the launch:
//
//   i = start, start + 4, ... until i == end
//   count (end - start) / 4, check: (end - start) mod 4 is 0
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_ANALYZER_EXITCOUNTS_H
#define REPRISE_ANALYZER_EXITCOUNTS_H

#include "Evaluator.h"

namespace reprise {

/// The number of the iteration, from 0, in which the block Exiting leaves L,
/// provided that L is not left elsewhere before: a uniform form, exact under
/// its checks. None when it differs between threads or is not understood.
std::optional<Lin> exitCount(Evaluator &Eval, const llvm::Loop *L,
                             llvm::BasicBlock *Exiting);

} // namespace reprise

#endif // REPRISE_ANALYZER_EXITCOUNTS_H
