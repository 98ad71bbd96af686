//===- Analyzer.cpp - From device IR to summaries -------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Analyzer.h"
#include "Compact.h"
#include "KernelAnalysis.h"
#include "Normalize.h"
#include "Prover.h"
#include "Validate.h"

#include "llvm/ADT/ScopeExit.h"
#include "llvm/Analysis/AssumptionCache.h"
#include "llvm/Analysis/TargetLibraryInfo.h"
#include "llvm/Demangle/Demangle.h"
#include "llvm/IR/DebugInfoMetadata.h"
#include "llvm/IR/Module.h"

using namespace llvm;

namespace reprise {

namespace {

/// LLVM's analyses of one function, in the order of their dependences.
struct FunctionAnalyses {
  explicit FunctionAnalyses(Function &F)
      : Library(LibraryImpl), AC(F), DT(F), PDT(F), LI(DT),
        SE(F, Library, AC, DT, LI) {}

  TargetLibraryInfoImpl LibraryImpl;
  TargetLibraryInfo Library;
  AssumptionCache AC;
  DominatorTree DT;
  PostDominatorTree PDT;
  LoopInfo LI;
  ScalarEvolution SE;
};

void findWitnesses(KernelState &S, unsigned Limit) {
  // As many as a reader looks at; each costs up to three queries.
  unsigned Left = 8;
  for (const Pair &P : S.K.Pairs) {
    if (Left == 0)
      break;
    const AnalyzedAccess &R = S.Accesses[P.Read], &W = S.Accesses[P.Write];
    if (P.Kind == PairKind::Ordered || !R.precise() || !W.precise() ||
        R.A.Rule == "first iteration" || R.ChecksOf != None)
      continue;
    --Left;
    bool Sure = true;
    std::string Text = findWitness(S, R, W, Limit / 4, Sure);
    if (!Text.empty())
      S.K.Notes.push_back((Sure ? "witness for " : "possible witness for ") +
                          R.A.Text + " and " + W.A.Text +
                          " (roots at one address): " + Text);
  }
}

/// K without its tables: every launch is unknown.
Kernel givenUp(Kernel K, const std::string &Why) {
  K.Class = REPRISE_CLASS_UNKNOWN;
  K.Condition.clear();
  K.Notes = {std::string(reprise_reason_text(REPRISE_REASON_TOO_COMPLEX)) +
             " (" + Why + ")"};
  K.Symbols.clear();
  K.Exprs.clear();
  K.Accesses.clear();
  K.Pairs.clear();
  K.Domains.assign(1, Domain());
  Effect E;
  E.Reason = REPRISE_REASON_TOO_COMPLEX;
  E.Domain = 0;
  E.Detail = Why;
  K.Effects.assign(1, E);
  return K;
}

Kernel analyzeKernel(Function &F, const KernelEntry &Entry,
                     const AnalyzerOptions &Options) {
  FunctionAnalyses A(F);
  KernelState S(F, A.DT, A.PDT, A.LI, A.SE, ParamLayout::of(F, Entry));
  S.K.Name = Entry.Name;
  S.K.Demangled = demangle(Entry.Name);
  if (const DISubprogram *D = F.getSubprogram()) {
    S.K.Loc.File = D->getFilename().str();
    S.K.Loc.Line = D->getLine();
  }
  S.K.Params = S.Layout.Params;
  S.K.ParamBytes = S.Layout.Bytes;
  std::copy(std::begin(Entry.ReqNTid), std::end(Entry.ReqNTid), S.K.ReqNTid);

  auto Tell = make_scope_exit([&, Name = S.K.Name] {
    if (S.SolverFailed && Options.Weakened)
      *Options.Weakened = true;
    if (Options.Proofs)
      Options.Proofs(Name, S.Proofs);
  });

  collectAccesses(S);
  if (S.TooComplex)
    return givenUp(std::move(S.K), "accesses");
  markWriteBeforeRead(S);
  markCovered(S, Options.SolverLimit);
  markOrder(S);
  pairAccesses(S, Options.SolverLimit);
  if (S.TooComplex)
    return givenUp(std::move(S.K), "pairs of accesses");
  classify(S, Options.SolverLimit);
  if (Options.Witness)
    findWitnesses(S, Options.SolverLimit);
  for (AnalyzedAccess &X : S.Accesses)
    S.K.Accesses.push_back(std::move(X.A));
  S.K.Exprs = S.Exprs.nodes();
  compact(S.K);
  // What the runtime would refuse must not make a whole summary unusable.
  Module Alone;
  Alone.Kernels.push_back(std::move(S.K));
  std::string Refused;
  if (!validateModule(Alone, Refused))
    return givenUp(std::move(Alone.Kernels[0]), Refused);
  return std::move(Alone.Kernels[0]);
}

} // namespace

namespace {

std::vector<KernelEntry> wantedKernels(const llvm::Module &M,
                                       const AnalyzerOptions &Options) {
  std::vector<KernelEntry> Kernels = findKernels(M);
  if (Options.Filter)
    erase_if(Kernels,
             [&](const KernelEntry &K) { return !Options.Filter(K.Name); });
  return Kernels;
}

/// A summary without kernels.
Module headOf(const llvm::Module &M, const std::vector<KernelEntry> &Kernels) {
  Module Result;
  Result.Producer = std::string("reprise ") + reprise_version();
  Result.Source = M.getSourceFileName();
  if (!Kernels.empty())
    if (const Function *F = M.getFunction(Kernels.front().Name))
      Result.Target = F->getFnAttribute("target-cpu").getValueAsString().str();
  return Result;
}

void analyzeKernels(Module &Result, llvm::Module &Normalized,
                    const std::vector<KernelEntry> &Kernels,
                    const AnalyzerOptions &Options) {
  for (const KernelEntry &Entry : Kernels)
    Result.Kernels.push_back(
        analyzeKernel(*Normalized.getFunction(Entry.Name), Entry, Options));
}

} // namespace

Module analyzeModule(const llvm::Module &M, const AnalyzerOptions &Options) {
  std::vector<KernelEntry> Kernels = wantedKernels(M, Options);
  Module Result = headOf(M, Kernels);
  if (Kernels.empty())
    return Result;
  OwnedModule Clone = normalizedClone(M, Kernels);
  analyzeKernels(Result, *Clone.M, Kernels, Options);
  return Result;
}

Module analyzeModule(std::unique_ptr<llvm::Module> M,
                     const AnalyzerOptions &Options) {
  std::vector<KernelEntry> Kernels = wantedKernels(*M, Options);
  Module Result = headOf(*M, Kernels);
  if (Kernels.empty())
    return Result;
  normalize(*M, Kernels);
  analyzeKernels(Result, *M, Kernels, Options);
  return Result;
}

} // namespace reprise
