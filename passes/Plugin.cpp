//===- Plugin.cpp - The pass plugin for clang -----------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// clang++ -fpass-plugin=reprise-plugin.so -x cuda app.cu ...
//
// Runs on the device compilation, before any optimisation, so that the answer
// is the same at every -O level and arithmetic still has the source's form.
// Adds the summaries as data; kernels stay as they were.
//
// The pass is also registered as `reprise` for opt.
//
//===----------------------------------------------------------------------===//

#include "Analyzer.h"
#include "Embed.h"
#include "Remarks.h"

#include "llvm/IR/Module.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Passes/PassPlugin.h"
#include "llvm/TargetParser/Triple.h"

using namespace llvm;

namespace {

struct ReprisePass : PassInfoMixin<ReprisePass> {
  PreservedAnalyses run(llvm::Module &M, ModuleAnalysisManager &) {
    if (!Triple(M.getTargetTriple()).isNVPTX())
      return PreservedAnalyses::all();
    reprise::Module Summary = reprise::analyzeModule(M);
    if (Summary.Kernels.empty())
      return PreservedAnalyses::all();
    reprise::emitRemarks(M, Summary);
    reprise::embedSummary(M, Summary);
    PreservedAnalyses Kept;
    Kept.preserveSet<AllAnalysesOn<Function>>();
    return Kept;
  }
  // Functions marked optnone are analysed as well.
  static bool isRequired() { return true; }
};

void registerPass(PassBuilder &PB) {
  PB.registerPipelineStartEPCallback(
      [](ModulePassManager &MPM, OptimizationLevel) {
        MPM.addPass(ReprisePass());
      });
  PB.registerPipelineParsingCallback(
      [](StringRef Name, ModulePassManager &MPM,
         ArrayRef<PassBuilder::PipelineElement>) {
        if (Name != "reprise")
          return false;
        MPM.addPass(ReprisePass());
        return true;
      });
}

} // namespace

extern "C" __attribute__((visibility("default"))) PassPluginLibraryInfo
llvmGetPassPluginInfo() {
  return {LLVM_PLUGIN_API_VERSION, "reprise", reprise_version(), registerPass};
}
