//===- WaitLoops.h - Loops that may wait for other blocks -----------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A loop waits for another block if it goes round until that block has written
// something. So it has no bound, it reads what others may have written since it
// read it last, and what it reads decides how often it goes round:
//
//   signal   a volatile or atomic load, an atomic operation, assembly that
//            loads, an asynchronous copy
//            any load from memory that other blocks may write, where the loop
//            also has something that makes it happen again: a barrier, a fence,
//            an atomic operation, a pause, assembly
//            such a load of one place, where the loop also stores, and ends by
//            a comparison of what was loaded with what does not change
//
// A loop whose end no signal decides (LoopEnds.h) goes round equally often
// whatever the other blocks do. One that ends as soon as its compare-and-swap
// succeeds waits for nobody, if it expects what it has read itself since the
// last try: where it fails, another thread has made progress.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_PASSES_WAITLOOPS_H
#define REPRISE_PASSES_WAITLOOPS_H

#include "llvm/Analysis/LoopInfo.h"
#include "llvm/Analysis/ScalarEvolution.h"

namespace reprise {

/// What in L reads a word that others may be waited for with. Null where L
/// surely does not wait. A block that was stopped at entry would let such a
/// loop go round for ever.
///
/// Sound as a must-fact: null is a proof, but for plain loads that are no
/// signal by the list above: what they read while another block writes it has
/// no defined value, and the compiler may make them once for all iterations.
const llvm::Instruction *waitsFor(const llvm::Loop &L,
                                  llvm::ScalarEvolution &SE);

} // namespace reprise

#endif // REPRISE_PASSES_WAITLOOPS_H
