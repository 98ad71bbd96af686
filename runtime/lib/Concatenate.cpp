//===- Concatenate.cpp - One module of several
//-----------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Json.h"

#include <algorithm>
#include <unordered_map>

namespace reprise {

void concatenate(Module &Into, Module From) {
  if (Into.Kernels.empty() && Into.Producer.empty()) {
    Into.Producer = From.Producer;
    Into.Source = From.Source;
    Into.Target = From.Target;
  }
  // Fields that differ between the parts describe none of the whole.
  if (Into.Producer != From.Producer)
    Into.Producer.clear();
  if (Into.Source != From.Source)
    Into.Source.clear();
  if (Into.Target != From.Target)
    Into.Target.clear();
  std::unordered_map<std::string, size_t> Known;
  for (size_t I = 0; I < Into.Kernels.size(); ++I)
    Known.emplace(Into.Kernels[I].Name, I);
  for (Kernel &K : From.Kernels) {
    auto [It, New] = Known.emplace(K.Name, Into.Kernels.size());
    if (New) {
      Into.Kernels.push_back(std::move(K));
      continue;
    }
    Kernel &Old = Into.Kernels[It->second];
    // Equal kernels of two images are one that both have.
    std::vector<std::string> Images = Old.Images;
    Images.insert(Images.end(), K.Images.begin(), K.Images.end());
    K.Images = Old.Images;
    if (Old == K) {
      std::sort(Images.begin(), Images.end());
      Images.erase(std::unique(Images.begin(), Images.end()), Images.end());
      Old.Images = std::move(Images);
      continue;
    }
    Kernel Ambiguous;
    Ambiguous.Name = Old.Name;
    Ambiguous.Demangled = Old.Demangled;
    if (Old.Params == K.Params && Old.ParamBytes == K.ParamBytes) {
      Ambiguous.Params = Old.Params;
      Ambiguous.ParamBytes = Old.ParamBytes;
    }
    Ambiguous.Notes = {"several kernels of this name differ"};
    Ambiguous.Domains.emplace_back();
    Effect E;
    E.Reason = REPRISE_REASON_UNSUPPORTED;
    E.Domain = 0;
    E.Detail = Ambiguous.Notes[0];
    Ambiguous.Effects.push_back(std::move(E));
    Old = std::move(Ambiguous);
  }
}

} // namespace reprise
