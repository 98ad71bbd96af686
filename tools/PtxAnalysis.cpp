//===- PtxAnalysis.cpp - The PTX images of binaries as jobs ---------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "PtxAnalysis.h"
#include "ptx/AnalyzePtx.h"

#include <optional>
#include <unordered_set>

using namespace llvm;

namespace reprise {

namespace {

/// What the steps of one job share.
struct Analysis {
  std::shared_ptr<PtxJob> Image;
  AnalyzerOptions Options;
  std::optional<PtxModule> Syntax;
  std::vector<Module> Results; ///< One for each part.

  std::vector<Job::Work> begin(const std::shared_ptr<Analysis> &Self) {
    StringRef Text = Image->Bytes.get();
    Image->Hash = contentHash(Text);
    Syntax.emplace(std::string_view(Text.data(), Text.size()), Image->Path);
    std::unordered_set<std::string> Wanted(Image->Kernels.begin(),
                                           Image->Kernels.end());
    auto Parts = Syntax->parts(
        [&](const std::string &Name) { return Wanted.count(Name) > 0; });
    Results.resize(Parts.size());
    std::vector<Job::Work> Pieces;
    Pieces.reserve(Parts.size());
    for (size_t I = 0; I < Parts.size(); ++I)
      Pieces.push_back([Self, I, Part = std::move(Parts[I])] {
        Self->Results[I] = Self->Syntax->analyze(Part, Self->Options);
      });
    return Pieces;
  }

  void end() {
    for (Module &M : Results)
      for (Kernel &K : M.Kernels)
        Image->Answers.emplace(K.Name, std::move(K));
    Results.clear();
    Syntax.reset();
    Image->Bytes = ImageBytes(StringRef());
  }
};

} // namespace

Job analysisOf(std::shared_ptr<PtxJob> Image, AnalyzerOptions Options) {
  auto A = std::make_shared<Analysis>();
  A->Image = std::move(Image);
  A->Options = std::move(Options);
  return {[A] { return A->begin(A); }, [A] { A->end(); }};
}

} // namespace reprise
