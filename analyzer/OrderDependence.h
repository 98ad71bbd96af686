//===- OrderDependence.h - What the order of threads decides --------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A run that was stopped leaves what it wrote. That the re-run reads live-in
// what the first run read is not enough where the two may write different
// bytes: nobody repairs those that only the first one wrote.
//
//   if (atomicExch(&taken, 1) == 0)  // taken: shared, one thread wins
//     winner[threadIdx.x] = 1;       // stopped: thread 3's; run again: 5's too
//
// So a write is *order-dependent* if the order of threads, or the clock,
// decides whether it happens or where. (That they decide what it writes is
// harmless: it is written again.) Sources are results of atomics that are used,
// atomic loads of shared memory, clocks, names of processors and warps, the set
// of active threads, memory whose content depends on the order (floating-point
// sums, exchanges, atomic stores, atomics of one word that do not commute), and
// reads of global memory that see what this launch wrote: another thread may
// have written there too. Dependence follows operands, control, and values
// through shared and local memory.
//
// Plain and volatile accesses of shared memory that race are no source: they
// are taken for undefined behaviour, and a program that has it has no clean
// run. Barriers, shuffles and votes give every run the same values.
//
// Sound for over-approximation: what is not known to be independent depends.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_ANALYZER_ORDERDEPENDENCE_H
#define REPRISE_ANALYZER_ORDERDEPENDENCE_H

#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/Analysis/PostDominators.h"
#include "llvm/IR/Function.h"
#include "llvm/IR/Instructions.h"

namespace reprise {

/// Done twice with one operand, it leaves what it leaves when done once: and,
/// or, and the minima and maxima of integers.
bool isRepeatable(llvm::AtomicRMWInst::BinOp Op);

/// Metadata of loads and stores that are atomic in PTX, and lifted as volatile.
inline constexpr char AtomicAccess[] = "reprise.atomic.access";

/// True when F has a source of order dependence. Then the values that it stores
/// matter to OrderDependence.
bool hasOrderSource(llvm::Function &F);

/// Where an instruction's accesses may go.
struct Reach {
  bool Private = true; ///< Shared or local memory.
  bool Global = true;
  /// Reads of global memory may see what this launch wrote.
  bool SeesWrites = true;
};

/// Of one function, whose code does not change while this exists.
class OrderDependence {
public:
  using ReachOf = llvm::function_ref<Reach(llvm::Instruction &)>;
  OrderDependence(llvm::Function &F, llvm::PostDominatorTree &PDT, ReachOf R);

  /// The value may differ between two runs of a launch.
  bool depends(const llvm::Value *V) const { return Values.contains(V); }
  /// Whether the block runs may differ.
  bool depends(const llvm::BasicBlock *B) const { return Blocks.contains(B); }

  /// The blocks that sources are in. Where none of them runs, nothing depends.
  const llvm::SmallPtrSetImpl<llvm::BasicBlock *> &sources() const {
    return Sources;
  }

private:
  bool step(llvm::Instruction &I);
  bool dependsByOperands(const llvm::Instruction &I) const;
  bool updatesInOrder(llvm::Instruction &I) const;
  bool control(llvm::BasicBlock &B);

  llvm::PostDominatorTree &PDT;
  ReachOf Where;
  llvm::DenseSet<const llvm::Value *> Values;
  llvm::SmallPtrSet<const llvm::BasicBlock *, 16> Blocks;
  llvm::SmallPtrSet<llvm::BasicBlock *, 4> Sources;
  /// Variables whose atomics do not commute.
  llvm::SmallPtrSet<const llvm::Value *, 4> Mixed;
  /// Some content of shared or local memory depends on the order.
  bool PrivateContent = false;
};

} // namespace reprise

#endif // REPRISE_ANALYZER_ORDERDEPENDENCE_H
