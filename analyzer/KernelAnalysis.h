//===- KernelAnalysis.h - Working state of one kernel's analysis ----------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_ANALYZER_KERNELANALYSIS_H
#define REPRISE_ANALYZER_KERNELANALYSIS_H

#include "Analyzer.h"
#include "DomainBuilder.h"
#include "MemoryOps.h"
#include "Pointers.h"

namespace reprise {

/// An Access of the summary with what the analyzer knows beyond it.
struct AnalyzedAccess {
  Access A;
  llvm::Instruction *I = nullptr;
  llvm::Value *Address = nullptr; ///< As the instruction has it.
  int64_t Displacement = 0;
  Lin Offset; ///< Valid unless A.Top or the root is unknown.
  /// Bytes at Offset, also where that is known and given up (A.Top) because
  /// loaded data are in it; 0 where it is not known.
  uint32_t Width = 0;
  Context Guards;
  /// The instruction has this one address (no other alternative).
  bool Only = true;
  /// The instruction may skip the access by itself.
  bool Predicated = false;
  /// Writes: the order of threads may decide whether or where.
  bool OrderDependent = false;
  /// Rule R4: an atomic that, done again, changes nothing; those of one
  /// number may be mixed. 0: none.
  unsigned Repeatable = 0;

  /// Stands for a part of the executions of its instruction only.
  bool Part = false;
  /// A pseudo-read that never happens: its domain makes the range checks of
  /// that write, which a rule relies on. None: a real access.
  Id ChecksOf = None;

  bool isRead() const { return A.Kind != REPRISE_ACCESS_WRITE; }
  bool isWrite() const { return A.Kind != REPRISE_ACCESS_READ; }
  bool precise() const { return !A.Top && A.Root != RootKind::Unknown; }
};

/// Both go through the same pointer or variable. Unknown roots are like none.
inline bool sameObject(const Access &A, const Access &B) {
  return A.Root != RootKind::Unknown && A.Root == B.Root && A.Base == B.Base &&
         A.Symbol == B.Symbol;
}

/// Everything about one kernel while it is analysed. Members refer to the
/// function's LLVM analyses, which must outlive it.
struct KernelState {
  llvm::Function &F;
  llvm::DominatorTree &DT;
  llvm::PostDominatorTree &PDT;
  llvm::LoopInfo &LI;
  ExprTable Exprs;
  AtomTable Atoms;
  ParamLayout Layout;
  Kernel K; ///< Eval adds to its symbols.
  Evaluator Eval;
  GuardReader Reader;
  std::vector<AnalyzedAccess> Accesses;
  /// Conditions on the arguments without which no write is OrderDependent.
  std::vector<Guard> OrderGuards;
  /// A table grew past what a summary may hold; the kernel is given up.
  bool TooComplex = false;
  /// Z3 threw: what it was asked counts as not proved.
  mutable bool SolverFailed = false;
  mutable ProofCounts Proofs;

  KernelState(llvm::Function &F, llvm::DominatorTree &DT,
              llvm::PostDominatorTree &PDT, llvm::LoopInfo &LI,
              llvm::ScalarEvolution &SE, ParamLayout L)
      : F(F), DT(DT), PDT(PDT), LI(LI), Layout(std::move(L)),
        Eval(F, SE, LI, Layout, Exprs, Atoms, K.Symbols),
        Reader(Eval, DT, PDT) {}

  /// Index of D in K.Domains; equal domains share one.
  Id addDomain(Domain D);
  /// Builds the domain of an access and fills in its address.
  void describe(AnalyzedAccess &X);

private:
  /// A domain that was built, with what it was built from.
  struct Described {
    Context Guards;
    std::optional<Lin> Address; ///< Its constant does not matter.
    BuiltDomain Built;          ///< Without its D, which has moved to K.
    Id Domain;
  };
  const Described &domainOf(llvm::BasicBlock *B, const Context &Guards,
                            const Lin *Address);

  /// The newest ones of the block that was described last: unrolled code
  /// accesses neighbours under one condition.
  llvm::BasicBlock *DescribedAt = nullptr;
  std::vector<Described> Recent;
};

/// Finds the accesses and effects of the kernel: fills Accesses, K.Effects,
/// K.Symbols and K.Domains.
void collectAccesses(KernelState &S);

/// Rule R2: clears LiveIn of reads whose bytes the same thread has written
/// before in every execution.
void markWriteBeforeRead(KernelState &S);

/// Rules R2 and R3 where a loop, or the threads of a block together, have
/// written what is read (Coverage.h): clears LiveIn, and adds reads for what
/// may be left.
void markCovered(KernelState &S, unsigned SolverLimit);

/// Finds the writes that depend on the order of threads and the atomics of rule
/// R4, which must not: sets OrderDependent and Repeatable.
void markOrder(KernelState &S);

/// Pairs live-in reads with writes; fills K.Pairs. May add accesses: the first
/// iteration's share of a read in a loop, which is live-in for certain.
void pairAccesses(KernelState &S, unsigned SolverLimit);

/// Sets K.Class, K.Condition and K.Notes.
void classify(KernelState &S, unsigned SolverLimit);

} // namespace reprise

#endif // REPRISE_ANALYZER_KERNELANALYSIS_H
