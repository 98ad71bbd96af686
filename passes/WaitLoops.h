//===- WaitLoops.h - Loops that may wait for other blocks -----------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_PASSES_WAITLOOPS_H
#define REPRISE_PASSES_WAITLOOPS_H

#include "llvm/Analysis/LoopInfo.h"
#include "llvm/Analysis/ScalarEvolution.h"

namespace reprise {

/// What in L reads a word that others may be waited for with: a volatile or
/// atomic load, an atomic operation whose result is used, assembly, in a loop
/// without a bound. Null where L surely does not wait. A block that was stopped
/// at entry would let such a loop go round for ever.
///
/// A compare-and-swap that expects what the loop read before does not wait:
/// where it fails, another thread has made progress.
///
/// Sound as a must-fact: null is a proof, up to loads that the compiler may
/// make once for all iterations.
const llvm::Instruction *waitsFor(const llvm::Loop &L,
                                  llvm::ScalarEvolution &SE);

} // namespace reprise

#endif // REPRISE_PASSES_WAITLOOPS_H
