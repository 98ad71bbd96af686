//===- EarlierRead.h - Was what is written read before? -------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A read in one loop and a write in another touch the same bytes in different
// iterations:
//
//   for (r = 0; r < 16; ++r) s[r] = m[r * n + t];
//   for (w = 1; w < 16; ++w) m[w * n + t] = s[w];
//
// Iteration w of the write overwrites what iteration r = w of the read has
// read. The iteration follows from equating the two addresses, and Z3 proves
// that it is one that the read's loop has.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_ANALYZER_EARLIERREAD_H
#define REPRISE_ANALYZER_EARLIERREAD_H

#include "KernelAnalysis.h"

namespace reprise {

/// True when each thread that executes \p W also executes \p R, at the same
/// address. Says nothing of which comes first. Sound as a must-fact; false is
/// the answer for whatever is not understood.
bool provedReadToo(KernelState &S, const AnalyzedAccess &R,
                   const AnalyzedAccess &W, unsigned ResourceLimit);

} // namespace reprise

#endif // REPRISE_ANALYZER_EARLIERREAD_H
