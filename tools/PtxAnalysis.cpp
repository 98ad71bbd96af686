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
#include <mutex>
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
  std::mutex Told;             ///< Guards the image's Proofs.

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
    Options.Proofs = [this, Before = std::move(Options.Proofs)](
                         const std::string &Name, const ProofCounts &C) {
      if (Before)
        Before(Name, C);
      std::lock_guard<std::mutex> Lock(Told);
      Image->Proofs[Name] = C;
    };
    std::vector<Job::Work> Pieces;
    Pieces.reserve(Parts.size());
    for (size_t I = 0; I < Parts.size(); ++I)
      Pieces.push_back([Self, I, Part = std::move(Parts[I])] {
        Self->Results[I] = Self->Syntax->analyze(Part, Self->Options);
      });
    return Pieces;
  }

  void end() {
    KeptResult All;
    All.Summary.Producer = std::string("reprise ") + reprise_version();
    for (Module &M : Results)
      std::move(M.Kernels.begin(), M.Kernels.end(),
                std::back_inserter(All.Summary.Kernels));
    for (const Kernel &K : All.Summary.Kernels)
      All.Proofs.push_back(Image->Proofs[K.Name]);
    // What a lack of memory spoilt must not last.
    if (Cache && Syntax && !Weakened)
      Cache->store(Cache->key(Image->Hash, Image->Kernels, Options), All);
    take(std::move(All));
    Results.clear();
    Syntax.reset();
    Image->Bytes = ImageBytes(std::string_view());
  }

private:
  /// Looks for the answer that is wanted, and for that of the whole image.
  bool known() {
    if (!Cache)
      return false;
    KeptResult R;
    bool Found =
        Cache->load(Cache->key(Image->Hash, Image->Kernels, Options), R) ||
        (Image->Kernels.size() < Image->Entries.size() &&
         Cache->load(Cache->key(Image->Hash, Image->Entries, Options), R));
    if (Found)
      take(std::move(R));
    return Found;
  }

  void take(KeptResult R) {
    for (size_t I = 0; I < R.Summary.Kernels.size(); ++I) {
      Kernel &K = R.Summary.Kernels[I];
      Image->Proofs[K.Name] = R.Proofs[I];
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
