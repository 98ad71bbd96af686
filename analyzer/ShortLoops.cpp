//===- ShortLoops.cpp - Straight code of loops that choose a step ---------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ShortLoops.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Analysis/AssumptionCache.h"
#include "llvm/Analysis/LoopInfo.h"
#include "llvm/Analysis/OptimizationRemarkEmitter.h"
#include "llvm/Analysis/ScalarEvolution.h"
#include "llvm/Analysis/TargetTransformInfo.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/Instructions.h"
#include "llvm/Transforms/Utils/LoopUtils.h"
#include "llvm/Transforms/Utils/UnrollLoop.h"

using namespace llvm;

namespace reprise {

/// Loops that run more often, or whose copies would be larger, are left: each
/// access of a copy is one of the summary.
static constexpr unsigned MaxCopies = 9; ///< One of a loop's test alone.
static constexpr unsigned MaxInstructions = 512;

namespace {

/// Is what a loop carries in Phi, each time around, its value plus one of a few
/// numbers that the loop does not change?
class ChosenStep {
public:
  ChosenStep(const Loop &L, const PHINode &Phi) : L(L), Phi(Phi) {}

  bool find() {
    return next(Phi.getIncomingValueForBlock(L.getLoopLatch()), 0);
  }

private:
  static constexpr unsigned MaxDepth = 8;
  const Loop &L;
  const PHINode &Phi;

  /// The values that V may be, if the loop chooses.
  SmallVector<const Value *, 4> choices(const Value *V) const {
    SmallVector<const Value *, 4> Result;
    if (const auto *S = dyn_cast<SelectInst>(V))
      Result = {S->getTrueValue(), S->getFalseValue()};
    else if (const auto *P = dyn_cast<PHINode>(V);
             P && L.contains(P) && P->getParent() != L.getHeader())
      Result.append(P->incoming_values().begin(), P->incoming_values().end());
    return Result;
  }

  /// Phi, plus such numbers.
  bool next(const Value *V, unsigned Depth) const {
    if (V == &Phi)
      return true;
    if (Depth == MaxDepth)
      return false;
    if (const auto *G = dyn_cast<GetElementPtrInst>(V))
      return next(G->getPointerOperand(), Depth + 1) &&
             all_of(G->indices(),
                    [&](const Use &I) { return number(I.get(), Depth + 1); });
    if (const auto *B = dyn_cast<BinaryOperator>(V))
      return B->getOpcode() == Instruction::Add &&
             ((next(B->getOperand(0), Depth + 1) &&
               number(B->getOperand(1), Depth + 1)) ||
              (next(B->getOperand(1), Depth + 1) &&
               number(B->getOperand(0), Depth + 1)));
    const auto Values = choices(V);
    return !Values.empty() &&
           all_of(Values, [&](const Value *C) { return next(C, Depth + 1); });
  }

  bool number(const Value *V, unsigned Depth) const {
    if (L.isLoopInvariant(V))
      return true;
    const auto Values = choices(V);
    return Depth < MaxDepth && !Values.empty() &&
           all_of(Values, [&](const Value *C) { return number(C, Depth + 1); });
  }
};

} // namespace

/// An address that the loop carries, by steps that it chooses.
static bool carriesUnknown(const Loop &L, ScalarEvolution &SE) {
  return any_of(L.getHeader()->phis(), [&](PHINode &Phi) {
    return Phi.getType()->isPointerTy() && isa<SCEVUnknown>(SE.getSCEV(&Phi)) &&
           ChosenStep(L, Phi).find();
  });
}

/// How often the header of \p L runs, or 0 where it is not to be written out.
static unsigned copies(const Loop &L, ScalarEvolution &SE) {
  if (!L.isInnermost() || !L.isLoopSimplifyForm() || !L.getExitingBlock())
    return 0;
  const unsigned Count = SE.getSmallConstantTripCount(&L);
  if (Count == 0 || Count > MaxCopies || !carriesUnknown(L, SE))
    return 0;
  size_t Size = 0;
  for (const BasicBlock *B : L.blocks())
    Size += B->size();
  return Count * Size > MaxInstructions ? 0 : Count;
}

PreservedAnalyses ShortLoopsPass::run(Function &F,
                                      FunctionAnalysisManager &FAM) {
  auto &LI = FAM.getResult<LoopAnalysis>(F);
  if (LI.empty())
    return PreservedAnalyses::all();
  auto &SE = FAM.getResult<ScalarEvolutionAnalysis>(F);
  auto &DT = FAM.getResult<DominatorTreeAnalysis>(F);
  auto &AC = FAM.getResult<AssumptionAnalysis>(F);
  auto &TTI = FAM.getResult<TargetIRAnalysis>(F);
  auto &ORE = FAM.getResult<OptimizationRemarkEmitterAnalysis>(F);
  bool Changed = false;
  for (Loop *L : LI.getLoopsInPreorder()) {
    const unsigned Count = copies(*L, SE);
    if (Count == 0)
      continue;
    formLCSSARecursively(*L, DT, &LI, &SE);
    UnrollLoopOptions How = {};
    How.Count = Count;
    How.Force = true;
    How.ForgetAllSCEV = true;
    UnrollLoop(L, How, &LI, &SE, &DT, &AC, &TTI, &ORE, /*PreserveLCSSA=*/false);
    Changed = true;
  }
  return Changed ? PreservedAnalyses::none() : PreservedAnalyses::all();
}

} // namespace reprise
