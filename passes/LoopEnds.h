//===- LoopEnds.h - What decides when a loop ends -------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Follows values through a loop: from an instruction to its users; through a
// branch to all that is done or not done because of it; through memory, which
// is one place here; through operations of several threads, which are one place
// too. Threads of a block run one text, so what another thread of the block
// hands over in shared memory was followed to there.
//
// Values that come into the loop from outside are the same whatever other
// blocks do meanwhile.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_PASSES_LOOPENDS_H
#define REPRISE_PASSES_LOOPENDS_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/Analysis/LoopInfo.h"
#include "llvm/IR/Instruction.h"

namespace reprise {

/// True when the values of Sources, instructions of L, may change how often a
/// thread runs L. Sources that have no value, such as asynchronous copies,
/// change memory.
///
/// Sound as a must-fact: false is a proof.
bool endDependsOn(const llvm::Loop &L,
                  llvm::ArrayRef<const llvm::Instruction *> Sources);

} // namespace reprise

#endif // REPRISE_PASSES_LOOPENDS_H
