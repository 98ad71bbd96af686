//===- LocalTables.h - Pointers in a thread's own arrays ------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//   float *To[3] = {q, k, v};
//   To[i / n][i % n] = x;      // To[i / n]: q, k or v
//
// A pointer that is loaded from a variable on the stack is one of those that
// the kernel stores there, if the variable's address goes nowhere else and all
// of its content is whole pointers at places of their own. What is loaded
// before anything was stored, or from beyond the variable, is undefined.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_ANALYZER_LOCALTABLES_H
#define REPRISE_ANALYZER_LOCALTABLES_H

#include "llvm/ADT/SetVector.h"
#include "llvm/Analysis/LoopInfo.h"
#include "llvm/Analysis/ScalarEvolution.h"
#include "llvm/IR/Instructions.h"

namespace reprise {

/// All pointers that Load, of a pointer, may give (an over-approximation); each
/// has one value in a thread's run. Empty where that is not known.
llvm::SmallSetVector<llvm::Value *, 4>
localTablePointers(llvm::LoadInst &Load, llvm::ScalarEvolution &SE,
                   const llvm::LoopInfo &LI);

} // namespace reprise

#endif // REPRISE_ANALYZER_LOCALTABLES_H
