//===- PtxAnalysis.cpp - The PTX images of binaries as jobs ---------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "PtxAnalysis.h"
#include "ptx/AnalyzePtx.h"

#include <atomic>
#include <iterator>
#include <optional>
#include <unordered_set>

using namespace llvm;

namespace reprise {

namespace {

/// What the steps of one job share.
class Analysis {
public:
  std::shared_ptr<PtxJob> Image;
  AnalyzerOptions Options;
  ResultCache *Cache = nullptr;
  std::atomic<bool> Weakened{false};
  std::optional<PtxModule> Syntax;
  std::vector<Module> Results; ///< One for each part.

  std::vector<Job::Work> begin(const std::shared_ptr<Analysis> &Self) {
    StringRef Text = Image->Bytes.get();
    Image->Hash = contentHash(Text);
    if (known())
      return {};
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
    Module All;
    All.Producer = std::string("reprise ") + reprise_version();
    for (Module &M : Results)
      std::move(M.Kernels.begin(), M.Kernels.end(),
                std::back_inserter(All.Kernels));
    // What a lack of memory spoilt must not last.
    if (Cache && Syntax && !Weakened)
      Cache->store(Cache->key(Image->Hash, Image->Kernels, Options), All);
    take(std::move(All));
    Results.clear();
    Syntax.reset();
    Image->Bytes = ImageBytes(StringRef());
  }

private:
  /// Looks for the answer that is wanted, and for that of the whole image.
  bool known() {
    if (!Cache)
      return false;
    Module M;
    bool Found =
        Cache->load(Cache->key(Image->Hash, Image->Kernels, Options), M) ||
        (Image->Kernels.size() < Image->Entries.size() &&
         Cache->load(Cache->key(Image->Hash, Image->Entries, Options), M));
    if (Found)
      take(std::move(M));
    return Found;
  }

  void take(Module M) {
    for (Kernel &K : M.Kernels) {
      std::string Name = K.Name;
      Image->Answers.emplace(std::move(Name), std::move(K));
    }
  }
};

} // namespace

Job analysisOf(std::shared_ptr<PtxJob> Image, AnalyzerOptions Options,
               ResultCache *Cache) {
  auto A = std::make_shared<Analysis>();
  A->Image = std::move(Image);
  A->Options = std::move(Options);
  A->Options.Weakened = &A->Weakened;
  A->Cache = Cache;
  return {[A] { return A->begin(A); }, [A] { A->end(); }};
}

} // namespace reprise
