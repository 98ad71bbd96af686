//===- AnalyzePtx.cpp - From PTX text to summaries ------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "AnalyzePtx.h"
#include "Lift.h"
#include "Parser.h"

#include <algorithm>

namespace reprise {

/// Statements of one part. Large enough that making a module and its device
/// functions again for each part does not count.
static constexpr size_t PartSize = 8000;

PtxModule::PtxModule(std::string_view Text, std::string Name)
    : Syntax(std::make_unique<ptx::Module>(
          ptx::parse({Text.data(), Text.size()}))),
      Name(std::move(Name)) {}
PtxModule::~PtxModule() = default;
PtxModule::PtxModule(PtxModule &&) noexcept = default;

std::vector<std::string> PtxModule::problems() const {
  std::vector<std::string> Texts;
  for (const auto *List : {&Syntax->Errors, &Syntax->Notes})
    for (const ptx::Diagnostic &D : *List)
      Texts.push_back(D.str());
  return Texts;
}

std::vector<PtxModule::Part>
PtxModule::parts(const std::function<bool(const std::string &)> &Filter) const {
  // Each part lifts the device functions again.
  size_t Shared = 0;
  for (const ptx::Function &F : Syntax->Functions)
    if (!F.IsEntry)
      Shared += F.Body.size();
  const size_t Enough = std::max(PartSize, 2 * Shared);
  std::vector<Part> Parts;
  std::unordered_set<std::string> Seen;
  size_t Size = Enough;
  for (const ptx::Function &F : Syntax->Functions) {
    if (!F.IsEntry || !F.HasBody)
      continue;
    std::string Kernel = F.Name.str();
    if ((Filter && !Filter(Kernel)) || !Seen.insert(Kernel).second)
      continue;
    if (Size >= Enough) {
      Parts.emplace_back();
      Size = 0;
    }
    Parts.back().insert(std::move(Kernel));
    Size += F.Body.size();
  }
  return Parts;
}

Module PtxModule::analyze(const Part &Kernels, AnalyzerOptions Options) const {
  Options.Filter = [&](const std::string &Kernel) {
    return Kernels.count(Kernel) > 0;
  };
  llvm::LLVMContext Context;
  return analyzeModule(ptx::lift(*Syntax, Name, Context, Options.Filter),
                       Options);
}

Module analyzePtx(std::string_view Text, const std::string &Name,
                  const AnalyzerOptions &Options,
                  std::vector<std::string> *Problems) {
  PtxModule Syntax(Text, Name);
  if (Problems)
    *Problems = Syntax.problems();
  std::vector<PtxModule::Part> Parts = Syntax.parts(Options.Filter);
  if (Parts.empty())
    Parts.emplace_back(); // The result still has a head.
  Module Result = Syntax.analyze(Parts.front(), Options);
  for (size_t I = 1; I < Parts.size(); ++I) {
    Module Own = Syntax.analyze(Parts[I], Options);
    std::move(Own.Kernels.begin(), Own.Kernels.end(),
              std::back_inserter(Result.Kernels));
  }
  return Result;
}

} // namespace reprise
