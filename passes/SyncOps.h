//===- SyncOps.h - How the threads of a kernel wait for each other --------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Reads device IR, of clang or lifted from PTX. What is not known to be
// harmless is Unknown: checkpoints must not be added beside it.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_PASSES_SYNCOPS_H
#define REPRISE_PASSES_SYNCOPS_H

#include "llvm/ADT/StringRef.h"
#include "llvm/IR/InstrTypes.h"

#include <string>
#include <vector>

namespace reprise {

enum class SyncKind : uint8_t {
  None,
  Barrier,      ///< Barrier 0, for all threads of the block that live.
  Reduction,    ///< The same, with a predicate of the kernel's own.
  OtherBarrier, ///< Another barrier, or one for a part of the block.
  WarpAll,      ///< A warp operation of all lanes that live.
  WarpPart,     ///< A warp operation of lanes that are not known.
  Async,        ///< cp.async, which ends before cp.async.wait_all does.
  AsyncOther,   ///< mbarriers, bulk copies, wgmma and their like.
  Grid,         ///< Clusters, dependent launches: other blocks count on this.
  Exit,         ///< Ends the thread.
  Unknown       ///< May be anything.
};

struct SyncOp {
  SyncKind Kind = SyncKind::None;
  llvm::CallBase *Call = nullptr; ///< In the kernel, or in what it calls.
  bool InCallee = false;
  std::string Name; ///< "shfl.sync.bfly.i32", "a call of 'f'".
};

/// Of a PTX instruction, by its opcode with modifiers.
SyncKind classifyOpcode(llvm::StringRef Opcode);

/// Of one call; calls of functions with a body are None.
SyncOp classifyCall(llvm::CallBase &Call);

/// The opcodes, with modifiers, of the instructions in PTX text.
std::vector<std::string> opcodesOf(llvm::StringRef Assembly);

/// All of F and of the functions that it calls, but for None.
std::vector<SyncOp> findSyncOps(llvm::Function &F);

/// True when F, or what it calls, uses a block's shared memory.
bool usesSharedMemory(llvm::Function &F);

/// Bytes of the shared variables that F refers to, gaps between them included;
/// those of dynamic size count as nothing.
uint64_t sharedBytes(llvm::Function &F);

} // namespace reprise

#endif // REPRISE_PASSES_SYNCOPS_H
