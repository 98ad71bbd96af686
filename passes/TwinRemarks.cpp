//===- TwinRemarks.cpp - Tell where kernels can be left -------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TwinRemarks.h"

#include "llvm/Analysis/OptimizationRemarkEmitter.h"
#include "llvm/Demangle/Demangle.h"
#include "llvm/IR/DebugInfoMetadata.h"

using namespace llvm;

namespace reprise {

static void tellPlan(Function &F, const CheckpointPlan &P) {
  OptimizationRemarkEmitter Emitter(&F);
  DiagnosticLocation Where(F.getSubprogram());
  const BasicBlock *Block = &F.getEntryBlock();
  std::string Name = demangle(P.Kernel);
  Emitter.emit([&] {
    OptimizationRemark R("reprise", "Checkpoints", Where, Block);
    R << "kernel " << ore::NV("Kernel", Name) << " can be left at entry by a "
      << ore::NV("Entry", nameOf(P.Entry));
    for (const CheckpointSite &S : P.Sites)
      if (S.Period)
        R << "; inside by a " << ore::NV("Inside", nameOf(P.Inside)) << " at "
          << ore::NV("Site", S.Where) << " (" << nameOf(S.Kind)
          << ", polled every " << ore::NV("Period", S.Period) << ")";
    return R;
  });
  auto Missed = [&](const std::string &What) {
    Emitter.emit([&] {
      return OptimizationRemarkMissed("reprise", "NoCheckpoint", Where, Block)
             << "kernel " << ore::NV("Kernel", Name)
             << " has no checkpoint inside: " << ore::NV("Reason", What);
    });
  };
  if (!P.InsideRefusal.empty())
    Missed(P.InsideRefusal);
  for (const DeclinedLoop &D : P.Declined)
    Missed(D.Where + ": " + D.Reason);
}

void emitTwinRemarks(llvm::Module &M, const std::vector<Twin> &Twins) {
  for (const Twin &T : Twins) {
    Function *F = M.getFunction(T.Plan.Kernel);
    if (!F)
      continue;
    if (T.Plan.Refusal.empty()) {
      tellPlan(*F, T.Plan);
      continue;
    }
    OptimizationRemarkEmitter Emitter(F);
    Emitter.emit([&] {
      return OptimizationRemarkMissed("reprise", "NoTwin",
                                      DiagnosticLocation(F->getSubprogram()),
                                      &F->getEntryBlock())
             << "kernel " << ore::NV("Kernel", demangle(T.Plan.Kernel))
             << " cannot be stopped: " << ore::NV("Reason", T.Plan.Refusal);
    });
  }
}

} // namespace reprise
