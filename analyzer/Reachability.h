//===- Reachability.h - Which blocks can run after which ------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Exact over the control flow graph, whatever its size: LLVM's
// isPotentiallyReachable says yes to whatever takes more than 32 blocks.
//
// Thread safety: belongs to one analysis.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_ANALYZER_REACHABILITY_H
#define REPRISE_ANALYZER_REACHABILITY_H

#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/Analysis/LoopInfo.h"

#include <map>

namespace reprise {

class Reachability {
public:
  /// Is there a path from \p From to \p To that starts no new iteration of
  /// \p Around or of a loop around it? Null: any path. True for equal blocks.
  bool reaches(const llvm::BasicBlock *From, const llvm::BasicBlock *To,
               const llvm::Loop *Around);

private:
  using Blocks = llvm::SmallPtrSet<const llvm::BasicBlock *, 16>;
  std::map<std::pair<const llvm::BasicBlock *, const llvm::Loop *>, Blocks>
      Known;
};

} // namespace reprise

#endif // REPRISE_ANALYZER_REACHABILITY_H
