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
// With -reprise-checkpoints, kernels get checkpointed twins at the end of the
// pipeline, where the code of the kernels themselves is final:
//
//   clang++ -Xclang -load -Xclang reprise-plugin.so \
//           -fpass-plugin=reprise-plugin.so -mllvm -reprise-checkpoints ...
//
// The passes are also registered as `reprise` and `reprise-checkpoints` for
// opt.
//
//===----------------------------------------------------------------------===//

#include "Analyzer.h"
#include "CheckpointTwin.h"
#include "Embed.h"
#include "Remarks.h"
#include "TwinRemarks.h"

#include "llvm/Analysis/TargetTransformInfo.h"
#include "llvm/IR/Module.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Passes/PassPlugin.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/TargetParser/Triple.h"

using namespace llvm;

static cl::opt<bool> Checkpoints("reprise-checkpoints",
                                 cl::desc("Add checkpointed twins of kernels"));
static cl::opt<unsigned> PollInstructions(
    "reprise-poll-instructions",
    cl::init(reprise::PlanOptions().PollInstructions),
    cl::desc("Instructions of a thread from checkpoint to checkpoint, about"));

static cl::opt<bool>
    Spread("reprise-spread-requests",
           cl::desc("Twins take a Control of 40 bytes and read copies of the "
                    "request, one for each multiprocessor"));

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

struct TwinPass : PassInfoMixin<TwinPass> {
  PreservedAnalyses run(llvm::Module &M, ModuleAnalysisManager &MAM) {
    if (!Triple(M.getTargetTriple()).isNVPTX())
      return PreservedAnalyses::all();
    auto &FAM =
        MAM.getResult<FunctionAnalysisManagerModuleProxy>(M).getManager();
    // What a launch passes is the same for all threads.
    auto IsKernel = [&](Function &F) {
      bool Found =
          !FAM.getResult<TargetIRAnalysis>(F).isSourceOfDivergence(F.getArg(0));
      FAM.clear(F, F.getName());
      return Found;
    };
    reprise::PlanOptions Options;
    Options.PollInstructions = PollInstructions;
    Options.Spread = Spread;
    std::vector<reprise::Twin> Twins = reprise::addTwins(M, Options, IsKernel);
    if (Twins.empty())
      return PreservedAnalyses::all();
    reprise::emitTwinRemarks(M, Twins);
    reprise::embedTwins(M, Twins);
    return PreservedAnalyses::none();
  }
  static bool isRequired() { return true; }
};

void registerPass(PassBuilder &PB) {
  PB.registerPipelineStartEPCallback(
      [](ModulePassManager &MPM, OptimizationLevel) {
        MPM.addPass(ReprisePass());
      });
  PB.registerOptimizerLastEPCallback(
      [](ModulePassManager &MPM, OptimizationLevel) {
        if (Checkpoints)
          MPM.addPass(TwinPass());
      });
  PB.registerPipelineParsingCallback(
      [](StringRef Name, ModulePassManager &MPM,
         ArrayRef<PassBuilder::PipelineElement>) {
        if (Name == "reprise")
          MPM.addPass(ReprisePass());
        else if (Name == "reprise-checkpoints")
          MPM.addPass(TwinPass());
        else
          return false;
        return true;
      });
}

} // namespace

extern "C" __attribute__((visibility("default"))) PassPluginLibraryInfo
llvmGetPassPluginInfo() {
  return {LLVM_PLUGIN_API_VERSION, "reprise", reprise_version(), registerPass};
}
