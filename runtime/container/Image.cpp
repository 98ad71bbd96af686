//===- Image.cpp - One device image and where it lies
//-----------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Image.h"

namespace reprise {

std::string Arch::str() const {
  if (!Sm)
    return "";
  std::string Text = "sm_" + std::to_string(Sm);
  if (Variant)
    Text += Variant;
  return Text;
}

std::string Image::path() const {
  std::string Text = Member;
  auto Add = [&](const std::string &Part) {
    Text += (Text.empty() ? "" : "/") + Part;
  };
  if (!Section.empty())
    Add(Section);
  if (InFatbin) {
    Add(std::to_string(Fatbin));
    Add(std::to_string(Entry));
  }
  return Text;
}

bool Image::sameFatbin(const Image &Other) const {
  return InFatbin && Other.InFatbin && Fatbin == Other.Fatbin &&
         Section == Other.Section && Member == Other.Member;
}

std::string kindName(const Image &I) {
  switch (I.Kind) {
  case ImageKind::Ptx:
    return "ptx";
  case ImageKind::Cubin:
    return "cubin";
  case ImageKind::LtoIr:
    return "lto-ir";
  case ImageKind::Unknown:
    break;
  }
  return "unknown kind " + std::to_string(I.RawKind);
}

bool runsOn(const Image &I, Arch Target) {
  Arch Own = I.Target;
  if (!Own.Sm || !Target.Sm)
    return true;
  if (Own.Variant == 'a')
    return Own.Sm == Target.Sm;
  if (Own.Sm > Target.Sm)
    return false;
  bool SameMajor = Own.Sm / 10 == Target.Sm / 10;
  return SameMajor || (I.Kind == ImageKind::Ptx && !Own.Variant);
}

} // namespace reprise
