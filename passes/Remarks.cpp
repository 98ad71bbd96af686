//===- Remarks.cpp - Report classes through LLVM's remarks ----------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Remarks.h"

#include "llvm/Analysis/OptimizationRemarkEmitter.h"
#include "llvm/IR/DebugInfoMetadata.h"
#include "llvm/IR/Module.h"

using namespace llvm;

namespace reprise {

void emitRemarks(llvm::Module &M, const Module &Summary) {
  for (const Kernel &K : Summary.Kernels) {
    Function *F = M.getFunction(K.Name);
    if (!F)
      continue;
    OptimizationRemarkEmitter Emitter(F);
    Emitter.emit([&] {
      DiagnosticLocation Where(F->getSubprogram());
      OptimizationRemarkAnalysis R("reprise", "Idempotence", Where,
                                   &F->getEntryBlock());
      R << "kernel " << ore::NV("Kernel", K.Demangled) << ": "
        << ore::NV("Class", reprise_class_name(K.Class));
      if (!K.Condition.empty())
        R << " if " << ore::NV("Condition", K.Condition);
      for (const std::string &Note : K.Notes)
        R << "; " << ore::NV("Note", Note);
      return R;
    });
  }
}

} // namespace reprise
