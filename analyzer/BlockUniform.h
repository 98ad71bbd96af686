//===- BlockUniform.h - What all threads of a block do alike --------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A block of code is *joint* when all threads of a thread block run it in the
// same iterations of the loops around it, or none does. That is so where every
// branch that decides about it, directly or through other branches, has a
// condition made of parameters, constants, block indices and sizes, and of
// counters of loops that all threads leave together.
//
//   for (int i = 0; i < n; ++i) {   // joint
//     if (threadIdx.x < i) ...      // not joint
//     __syncthreads();              // joint
//   }
//
// Everything loaded from memory that can be written is taken to differ from
// thread to thread, also where the address is the same.
//
// Sound in one direction: what is called joint is; other code may be as well.
// Thread safety: belongs to one analysis.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_ANALYZER_BLOCKUNIFORM_H
#define REPRISE_ANALYZER_BLOCKUNIFORM_H

#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Analysis/PostDominators.h"
#include "llvm/IR/Instructions.h"

namespace reprise {

class BlockUniform {
public:
  BlockUniform(llvm::Function &F, llvm::PostDominatorTree &PDT);

  /// All threads that compute V in one iteration of the loops around it get
  /// the same value.
  bool isUniform(const llvm::Value *V) const;
  /// See above.
  bool isJoint(const llvm::BasicBlock *B) const { return !Split.contains(B); }

private:
  bool differs(const llvm::Instruction &I) const;
  void spread(llvm::BasicBlock &B);

  llvm::PostDominatorTree &PDT;
  llvm::DenseSet<const llvm::Value *> Different;
  /// Blocks that threads may reach by different ways, or not at the same time.
  llvm::SmallPtrSet<const llvm::BasicBlock *, 16> Mixed;
  llvm::SmallPtrSet<const llvm::BasicBlock *, 16> Split; ///< Not joint.
};

/// The barriers of F at which all threads of a block meet, in no order. Empty
/// where that is not certain of every barrier: one is not joint, is for some
/// threads only, or has a number that is not known; or a thread may end or wait
/// in a way that is not understood.
llvm::SmallVector<const llvm::Instruction *, 8>
blockBarriers(llvm::Function &F, const BlockUniform &Uniform);

} // namespace reprise

#endif // REPRISE_ANALYZER_BLOCKUNIFORM_H
