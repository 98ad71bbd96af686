//===- TwinCode.cpp - Twins in the images of a module ---------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Code.h"
#include "EmbeddedText.h"
#include "ForkLocks.h"
#include "Unpack.h"

namespace reprise::cuda {

const TwinEntry *Code::twinIn(Part &P, const std::string &Name) {
  if (!P.SearchedTwins) {
    P.SearchedTwins = true;
    ImageBytes Bytes{std::string_view()};
    std::string Error;
    std::vector<std::string> Texts;
    if (unpack(P.Where, Bytes, Error))
      appendEmbeddedTexts(P.Where.Kind, Bytes.get(), Texts, Error, TwinArrays);
    for (const std::string &Text : Texts)
      readTwins(Text, P.Twins);
  }
  const TwinEntry *Found = nullptr;
  for (const TwinEntry &E : P.Twins)
    if (E.Kernel == Name) {
      // Two that differ: nobody can say which of them is the kernel's.
      if (Found && *Found != E)
        return nullptr;
      Found = &E;
    }
  return Found;
}

bool Code::searchTwin(const std::string &Name, const std::vector<Arch> &Targets,
                      TwinEntry &Found) {
  bool First = true;
  for (Arch Target : Targets.empty() ? std::vector<Arch>{Arch()} : Targets)
    for (Part *Each : chosen(Target)) {
      const TwinEntry *Own = twinIn(*Each, Name);
      if (!Own || (!First && *Own != Found))
        return false;
      Found = *Own;
      First = false;
    }
  if (!First)
    return true;
  for (const std::shared_ptr<Code> &Input : Inputs)
    if (Input->searchTwin(Name, Targets, Found))
      return true;
  return false;
}

bool Code::findTwin(const std::string &Name, const std::vector<Arch> &Targets,
                    TwinEntry &Found) {
  std::lock_guard Guard(forkLock(Guarded::Code));
  return searchTwin(Name, Targets, Found);
}

} // namespace reprise::cuda
