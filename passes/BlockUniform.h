//===- BlockUniform.h - What all threads of a block do alike --------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A value is uniform if all threads of a block that compute it compute the same
// one, each time. A basic block is uniform if all threads that have not ended
// run it, equally often and in the same order with the other uniform blocks.
//
//   for (t = 0; t < tiles; ++t)        uniform: tiles is a parameter
//   for (i = threadIdx.x; i < n; ...)  not
//   while (flag_in_shared_memory)      not: what is loaded may change
//
// LLVM's analysis of the same name speaks of a warp, whose lanes load together;
// the threads of a block do not.
//
// Sound as a must-fact: what is not understood is not uniform.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_PASSES_BLOCKUNIFORM_H
#define REPRISE_PASSES_BLOCKUNIFORM_H

#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Analysis/PostDominators.h"
#include "llvm/IR/Function.h"

namespace reprise {

class BlockUniform {
public:
  /// Valid while F does not change.
  explicit BlockUniform(llvm::Function &F);

  bool isUniform(const llvm::Value *V) const { return !Varying.count(V); }
  bool isUniform(const llvm::BasicBlock *B) const { return !Apart.count(B); }

private:
  bool isSource(const llvm::Instruction &I) const;
  void mark(const llvm::Value *V);
  void diverge(const llvm::BasicBlock &At);

  const llvm::PostDominatorTree Post;
  llvm::DenseSet<const llvm::Value *> Varying;
  llvm::DenseSet<const llvm::BasicBlock *> Apart;
  llvm::SmallVector<const llvm::Value *, 32> Work;
};

} // namespace reprise

#endif // REPRISE_PASSES_BLOCKUNIFORM_H
