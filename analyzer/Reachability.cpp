//===- Reachability.cpp - Which blocks can run after which ----------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Reachability.h"

#include "llvm/IR/CFG.h"

using namespace llvm;

namespace reprise {

bool Reachability::reaches(const BasicBlock *From, const BasicBlock *To,
                           const Loop *Around) {
  auto [It, New] = Known.try_emplace({From, Around});
  Blocks &Seen = It->second;
  if (New) {
    Blocks Headers;
    for (const Loop *L = Around; L; L = L->getParentLoop())
      Headers.insert(L->getHeader());
    SmallVector<const BasicBlock *, 16> Open{From};
    Seen.insert(From);
    while (!Open.empty())
      for (const BasicBlock *Next : successors(Open.pop_back_val()))
        if (!Headers.count(Next) && Seen.insert(Next).second)
          Open.push_back(Next);
  }
  return Seen.count(To) != 0;
}

} // namespace reprise
