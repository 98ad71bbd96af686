//===- CheckpointPlan.h - Where a kernel can be left ----------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// docs/semantics.md, "Stopping a kernel", has the argument: a thread that left
// is one that is never scheduled again, as long as no barrier or warp operation
// completes without it that would have waited for it. So
//
//   no barriers, warp operations, shared memory   each thread for itself
//   warp operations                               all lanes at once, where all
//                                                 of them are sure to be
//   barriers or shared memory                     all threads of the block
//
// A plan says where, or why not. It changes nothing; CheckpointTwin.h applies
// it, and `reprise explain --checkpoints` prints it.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_PASSES_CHECKPOINTPLAN_H
#define REPRISE_PASSES_CHECKPOINTPLAN_H

#include "llvm/IR/Function.h"
#include "llvm/IR/InstrTypes.h"

#include <string>
#include <vector>

namespace reprise {

/// Who decides to leave, together.
enum class Granularity : uint8_t { None, Thread, Warp, Block };
const char *nameOf(Granularity G);

enum class SiteKind : uint8_t {
  CountedLoop, ///< A loop runs in slices; between two the flag is polled.
  Loop,        ///< A loop counts its iterations.
  Barrier,     ///< A barrier of the kernel carries the block's decision.
  WarpOp       ///< Beside a warp operation of all lanes.
};
const char *nameOf(SiteKind K);

struct CheckpointSite {
  SiteKind Kind = SiteKind::Loop;
  llvm::BasicBlock *Header = nullptr; ///< Of the loop; null: in no loop.
  llvm::CallBase *At = nullptr;       ///< Barrier or warp operation.
  uint32_t Body = 0;                  ///< Instructions of an iteration.
  uint32_t Period = 0; ///< Iterations from poll to poll; 0: never polls.
  std::string Where;   ///< "file.cu:12:3", or the header's name.
};

/// A loop without a checkpoint.
struct DeclinedLoop {
  std::string Where, Reason;
};

struct CheckpointPlan {
  std::string Kernel;  ///< Mangled.
  std::string Refusal; ///< Why there is no twin; empty: there is one.
  /// Of the decision at entry of a launch without a map of blocks; with one it
  /// is the block.
  Granularity Entry = Granularity::None;
  Granularity Inside = Granularity::None;
  std::string InsideRefusal; ///< Why no place inside is looked for.
  std::vector<CheckpointSite> Sites;
  std::vector<DeclinedLoop> Declined;
  bool WaitsForCopies = false; ///< cp.async: wait for all before leaving.
  /// What the block's count takes of shared memory, so that all behind it keeps
  /// its place modulo 16 or, where bulk copies or tensor cores may need that of
  /// dynamic shared memory, 1024.
  uint32_t CountBytes = 16;

  /// Some site polls.
  bool leavesInside() const;
};

struct PlanOptions {
  /// Instructions of a thread from poll to poll, about; half as many where the
  /// block decides, whose threads wait for each other.
  uint32_t PollInstructions = 2048;
  /// Twins take a SpreadControl.
  bool Spread = false;
};

/// The plan for a kernel. Sites point into F, whose loops should be in
/// simplified form: others are declined. Counts of instructions are of F as it
/// is, so it should be optimised.
CheckpointPlan planCheckpoints(llvm::Function &F,
                               const PlanOptions &Options = {});

} // namespace reprise

#endif // REPRISE_PASSES_CHECKPOINTPLAN_H
