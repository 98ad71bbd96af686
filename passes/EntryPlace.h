//===- EntryPlace.h - How late threads may decide at entry ----------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A thread has done nothing until its first effect. It loads the request at the
// start of the kernel and looks at it only there, so that its other loads are
// under way meanwhile, and threads that have nothing to do need not look at
// all.
//
//   i = blockIdx.x * blockDim.x + threadIdx.x;       i = ...;
//   if (asked) leave;                                if (i < n) {
//   if (i < n)                              ──►        x = b[i];
//     a[i] = b[i];                                     if (asked) leave;
//                                                      a[i] = x;
//                                                    }
//
// Effects are stores, atomics, volatile loads, everything that threads do
// together, and the start of a loop, so that the way to the decision is short.
// So are loads from an address that was loaded, and branches on what was
// loaded: when an earlier launch of the stream has left, memory does not hold
// what this one is to read.
//
// Threads that decide together have to be at one place. Where the first thing
// that a block does is a barrier, that barrier carries the decision; stores to
// shared memory before it do not count, since they end with the block.
//
// Sound in one direction: what may be an effect is one.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_PASSES_ENTRYPLACE_H
#define REPRISE_PASSES_ENTRYPLACE_H

#include "CheckpointPlan.h"

namespace reprise {

struct EntryPlace {
  /// The decision comes in front of this instruction; null: at the start.
  llvm::Instruction *Before = nullptr;
  /// Before is a barrier of the kernel, which all threads that have not ended
  /// come to once, before any other operation that they do together.
  bool AtBarrier = false;
  /// No thread ends before it has come here.
  bool BeforeAllEnds = false;
};

/// Where the threads of F, which decide as Entry says, are to decide. Valid as
/// long as Before exists. F has no loops with several entries.
EntryPlace findEntryPlace(llvm::Function &F, Granularity Entry);

} // namespace reprise

#endif // REPRISE_PASSES_ENTRYPLACE_H
