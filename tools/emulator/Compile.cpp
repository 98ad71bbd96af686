//===- Compile.cpp - From a lowered kernel to machine code ----------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Compile.h"
#include "Instrument.h"

#include "llvm/IR/DebugInfo.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/Target/TargetMachine.h"
#include "llvm/Transforms/IPO/AlwaysInliner.h"
#include "llvm/Transforms/IPO/GlobalDCE.h"
#include "llvm/Transforms/IPO/ModuleInliner.h"
#include "llvm/Transforms/InstCombine/InstCombine.h"
#include "llvm/Transforms/Scalar/EarlyCSE.h"
#include "llvm/Transforms/Scalar/InstSimplifyPass.h"
#include "llvm/Transforms/Scalar/LICM.h"
#include "llvm/Transforms/Scalar/LoopPassManager.h"
#include "llvm/Transforms/Scalar/SROA.h"
#include "llvm/Transforms/Scalar/SimplifyCFG.h"

#include <mutex>

using namespace llvm;

namespace reprise::emulator {

/// What the passes need, in the order that they must go in.
struct PassContext {
  LoopAnalysisManager Loops;
  FunctionAnalysisManager Functions;
  CGSCCAnalysisManager Components;
  ModuleAnalysisManager Modules;
  PassBuilder Builder;

  explicit PassContext(TargetMachine *T) : Builder(T, tuning()) {
    Builder.registerModuleAnalyses(Modules);
    Builder.registerCGSCCAnalyses(Components);
    Builder.registerFunctionAnalyses(Functions);
    Builder.registerLoopAnalyses(Loops);
    Builder.crossRegisterProxies(Loops, Functions, Components, Modules);
  }
  // Accesses stay those of one thread, one element each.
  static PipelineTuningOptions tuning() {
    PipelineTuningOptions T;
    T.LoopVectorization = false;
    T.SLPVectorization = false;
    T.LoopUnrolling = true;
    return T;
  }
  void optimise(Module &M, OptimizationLevel Level) {
    Builder.buildPerModuleDefaultPipeline(Level).run(M, Modules);
  }
  /// What checks need: the whole pipeline costs more than it gives.
  void tidy(Module &M) {
    FunctionPassManager F;
    F.addPass(EarlyCSEPass(/*UseMemorySSA=*/true));
    F.addPass(InstCombinePass());
    F.addPass(SimplifyCFGPass());
    F.addPass(createFunctionToLoopPassAdaptor(LICMPass(LICMOptions()),
                                              /*UseMemorySSA=*/true));
    F.addPass(EarlyCSEPass());
    ModulePassManager P;
    P.addPass(createModuleToFunctionPassAdaptor(std::move(F)));
    P.run(M, Modules);
  }
};

namespace {

/// Variables that nobody wrote hold 0. Left undefined, a branch on one would be
/// a licence to run into whatever code comes next.
struct ZeroUndefinedPass : PassInfoMixin<ZeroUndefinedPass> {
  PreservedAnalyses run(Function &F, FunctionAnalysisManager &) {
    for (Instruction &I : instructions(F))
      for (Use &U : I.operands())
        if (isa<UndefValue>(U.get()) && !U->getType()->isTokenTy())
          U.set(Constant::getNullValue(U->getType()));
    return PreservedAnalyses::none();
  }
};

FunctionPassManager promotion() {
  FunctionPassManager P;
  P.addPass(SROAPass(SROAOptions::ModifyCFG));
  P.addPass(ZeroUndefinedPass());
  P.addPass(InstSimplifyPass());
  P.addPass(SimplifyCFGPass());
  return P;
}

} // namespace

void simplifyKernel(Module &M) {
  PassContext P(nullptr);
  ModulePassManager Passes;
  Passes.addPass(createModuleToFunctionPassAdaptor(promotion()));
  Passes.addPass(ModuleInlinerPass(getInlineParams(2, 0)));
  Passes.addPass(createModuleToFunctionPassAdaptor(promotion()));
  Passes.addPass(GlobalDCEPass());
  Passes.run(M, P.Modules);
}

Expected<std::unique_ptr<Compiler>>
Compiler::create(orc::ThreadSafeContext Context) {
  static std::once_flag Once;
  std::call_once(Once, [] {
    InitializeNativeTarget();
    InitializeNativeTargetAsmPrinter();
  });
  auto Host = orc::JITTargetMachineBuilder::detectHost();
  if (!Host)
    return Host.takeError();
  // Only fma is fused; a * b + c is not.
  Host->getOptions().AllowFPOpFusion = FPOpFusion::Strict;
  Host->setCodeGenOptLevel(CodeGenOptLevel::Default);
  auto Target = Host->createTargetMachine();
  if (!Target)
    return Target.takeError();
  auto Jit = orc::LLJITBuilder()
                 .setJITTargetMachineBuilder(*Host)
                 .setPlatformSetUp(orc::setUpInactivePlatform)
                 .create();
  if (!Jit)
    return Jit.takeError();
  std::unique_ptr<Compiler> C(new Compiler());
  C->Context = std::move(Context);
  C->Target = std::move(*Target);
  C->Jit = std::move(*Jit);
  return std::move(C);
}

/// The functions that compiled code may call.
static orc::SymbolMap runtimeMap(orc::LLJIT &Jit) {
  orc::SymbolMap Map;
  for (const RuntimeSymbol &S : runtimeSymbols())
    Map[Jit.mangleAndIntern(S.Name)] = {orc::ExecutorAddr::fromPtr(S.Address),
                                        JITSymbolFlags::Exported |
                                            JITSymbolFlags::Callable};
  return Map;
}

Expected<CompiledKernel> Compiler::compile(std::unique_ptr<Module> M,
                                           const Request &R) {
  CompiledKernel K;
  K.Name = R.Name;
  K.Traced = R.Traced;
  K.State = R.State;
  if (!R.Traced)
    PassContext(nullptr).optimise(*M, OptimizationLevel::O2);
  InstrumentOptions Options;
  Options.Traced = R.Traced;
  Options.NaturalAlignment = R.NaturalAlignment;
  Options.State = reinterpret_cast<uint64_t>(R.State);
  bool Full = false;
  Options.AllocateSites = [&](size_t N) {
    Full = !R.Sites->reset(std::max<size_t>(N, 1) * sizeof(SiteCache), true);
    K.Caches = reinterpret_cast<SiteCache *>(R.Sites->data());
    return reinterpret_cast<uint64_t>(K.Caches);
  };
  K.Sites = instrument(*M, Options);
  if (Full)
    return createStringError("there is no memory for the kernel's checks");

  StripDebugInfo(*M);
  M->setTargetTriple(Target->getTargetTriple().str());
  M->setDataLayout(Target->createDataLayout());
  PassContext(Target.get()).tidy(*M);

  auto Library = Jit->createJITDylib("kernel" + std::to_string(Count++));
  if (!Library)
    return Library.takeError();
  if (Error E = Library->define(orc::absoluteSymbols(runtimeMap(*Jit))))
    return std::move(E);
  if (Error E = Jit->addIRModule(*Library,
                                 orc::ThreadSafeModule(std::move(M), Context)))
    return std::move(E);
  auto Entry = Jit->lookup(*Library, "rt_entry");
  if (!Entry)
    return Entry.takeError();
  K.Entry = Entry->toPtr<void (*)(const void *)>();
  return K;
}

} // namespace reprise::emulator
