//===- CheckOnce.h - A check, with and without a memo -------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the C interface and the interposer have in common.
//
// The memo keeps a verdict under the number of the memory map only if the map
// was asked: most launches are decided by their arguments alone, and what comes
// and goes in memory does not make them forgotten.
//
// Thread safety: all functions; they allocate nothing and take no lock.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_RUNTIME_CHECKONCE_H
#define REPRISE_RUNTIME_CHECKONCE_H

#include "Memo.h"
#include "MemoryView.h"

#include <cstddef>

namespace reprise {

/// REPRISE_OK with a verdict, or an error with a result that claims nothing.
/// \p Map may be null: nothing is known; it counts, not Launch.allocations.
/// \p Scratch has LargeScratch bytes, aligned to 16; null: the stack is used.
reprise_status checkOnce(const Program &P, const reprise_launch &Launch,
                         const MemoryView *Map, std::byte *Scratch,
                         reprise_result &Result);

struct MemoAnswer {
  reprise_status Status;
  bool Hit; ///< The memo had it.
};

/// The same through a memo.
MemoAnswer checkThroughMemo(Memo &Table, const Program &P,
                            const reprise_launch &Launch, const MemoryView *Map,
                            std::byte *Scratch, reprise_result &Result);

} // namespace reprise

#endif // REPRISE_RUNTIME_CHECKONCE_H
