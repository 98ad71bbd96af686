//===- ImageChoice.cpp - Which image answers for a kernel -----------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ImageChoice.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/GlobPattern.h"

#include <tuple>

using namespace llvm;

namespace reprise {

Expected<Arch> parseArch(StringRef Text) {
  StringRef Rest = Text;
  if (!Rest.consume_front("sm_"))
    Rest.consume_front("compute_");
  Arch A;
  if (!Rest.consumeInteger(10, A.Sm) && A.Sm && A.Sm < 1000) {
    if (Rest == "a" || Rest == "f")
      A.Variant = Rest[0];
    if (Rest.empty() || A.Variant)
      return A;
  }
  return createStringError(std::errc::invalid_argument,
                           "'%s' is no architecture, give one like sm_90 or "
                           "sm_90a",
                           Text.str().c_str());
}

Error checkRequest(const ImageRequest &R) {
  for (const std::string &Text : R.Images)
    if (auto Glob = GlobPattern::create(Text); !Glob)
      return createStringError(std::errc::invalid_argument, "--image=%s: %s",
                               Text.c_str(),
                               toString(Glob.takeError()).c_str());
  return Error::success();
}

bool isRequested(const Image &I, size_t Number, const ImageRequest &R) {
  if (!runsOn(I, R.Target))
    return false;
  return R.Images.empty() || any_of(R.Images, [&](const std::string &Text) {
           size_t Wanted;
           if (!StringRef(Text).getAsInteger(10, Wanted))
             return Wanted == Number;
           auto Glob = GlobPattern::create(Text);
           if (Glob)
             return Glob->match(I.path());
           consumeError(Glob.takeError());
           return false;
         });
}

/// The order of the header comment; larger is better.
static auto rank(const Image &I) {
  int Narrow = I.Target.Variant == 'a' ? 2 : I.Target.Variant == 'f' ? 1 : 0;
  return std::tuple(I.Kind == ImageKind::Ptx, I.Target.Sm, Narrow, I.Major,
                    I.Minor);
}

std::vector<size_t> orderImages(ArrayRef<Image> Fatbin) {
  std::vector<size_t> Order;
  for (size_t I = 0; I < Fatbin.size(); ++I)
    if (Fatbin[I].Kind == ImageKind::Ptx || Fatbin[I].Kind == ImageKind::Cubin)
      Order.push_back(I);
  // Equal images keep their order.
  sort(Order, [&](size_t A, size_t B) {
    auto RankA = rank(Fatbin[A]), RankB = rank(Fatbin[B]);
    return RankA != RankB ? RankA > RankB : A < B;
  });
  return Order;
}

} // namespace reprise
