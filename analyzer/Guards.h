//===- Guards.h - The conditions under which a block runs -----------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A block runs only if every branch whose one edge dominates it went that way
// (in the current iteration of the loops around it). Conditions that are not
// understood are left out, which widens the may-set; `Exact` then says that
// the rest is not the whole condition.
//
// Example: `if (i < n && data[i]) {...}` gives n - 1 - i >= 0, Exact false.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_ANALYZER_GUARDS_H
#define REPRISE_ANALYZER_GUARDS_H

#include "Evaluator.h"

#include "llvm/Analysis/PostDominators.h"

namespace reprise {

struct Guard {
  /// Uniform guards: a one-bit expression that must be true; else None.
  Id Uniform = None;
  /// Otherwise L >= 0.
  Lin L;
  /// What the source calls the guarded number, may be empty.
  std::string Name;
  /// The exiting block of a loop whose "stay" condition this is; else null.
  llvm::BasicBlock *StayAt = nullptr;
  /// An index is at one place of a table, see HostLoad.
  bool Place = false;
};

/// Conditions that hold whenever the code runs, outermost first.
struct Context {
  std::vector<Guard> Guards;
  bool Exact = true; ///< The guards together are sufficient, too.
};

/// Upper bounds on the iteration number of a loop at a block inside it.
struct LoopBounds {
  std::vector<LinBound> Hi;
  /// Guards that bound the counter when shifted by one iteration: a test at
  /// the loop's end, which iteration k passed at its iteration k - 1.
  std::vector<Guard> Late;
  /// Exits whose condition Hi states completely.
  std::set<llvm::BasicBlock *> Counted;
  bool Exact = false; ///< One exit, whose count Hi holds.
};

class GuardReader {
public:
  GuardReader(Evaluator &Eval, llvm::DominatorTree &DT,
              llvm::PostDominatorTree &PDT)
      : Eval(Eval), DT(DT), PDT(PDT) {}

  /// Appends the guards that "Cond is Truth" implies; false when they say
  /// less than the condition.
  bool read(llvm::Value *Cond, bool Truth, std::vector<Guard> &Out);

  const Context &context(llvm::BasicBlock *B);
  /// The context of passing from Pred to Succ.
  Context edgeContext(llvm::BasicBlock *Pred, llvm::BasicBlock *Succ);
  /// What must hold for B to run where Anchor runs, in the same iterations of
  /// the loops around both: no less and no more, but for what the loops around
  /// B alone do when their bounds are Counted. None where that cannot be told.
  std::optional<std::vector<Guard>> conditionsBeside(llvm::BasicBlock *B,
                                                     llvm::BasicBlock *Anchor);
  /// True when G let each iteration of L before the current one go on.
  bool heldInAllIterations(const Guard &G, const llvm::Loop *L) const;
  /// Bounds for the counter of L, a loop that contains B.
  const LoopBounds &loopBounds(const llvm::Loop *L, llvm::BasicBlock *B);

private:
  bool readCompare(llvm::ICmpInst *C, bool Truth, std::vector<Guard> &Out);
  bool readEdge(llvm::BasicBlock *Pred, llvm::BasicBlock *Succ,
                std::vector<Guard> &Out);
  bool controlIsExact(llvm::BasicBlock *B);
  void findControllers(llvm::Function &F);
  llvm::BasicBlock *soleExit(const llvm::Loop *L);

  Evaluator &Eval;
  llvm::DominatorTree &DT;
  llvm::PostDominatorTree &PDT;
  llvm::DenseMap<llvm::BasicBlock *, llvm::SmallVector<llvm::BasicBlock *, 4>>
      Controllers; ///< Empty until they are needed.
  llvm::DenseMap<const llvm::Loop *, llvm::BasicBlock *> SoleExits;
  std::map<llvm::BasicBlock *, Context> Contexts;
  std::map<std::pair<const llvm::Loop *, llvm::BasicBlock *>, LoopBounds>
      Bounds;
};

} // namespace reprise

#endif // REPRISE_ANALYZER_GUARDS_H
