//===- KernelNames.cpp - What people call kernels ------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "KernelNames.h"

using namespace llvm;

namespace reprise {

/// The demangled name without return type, template result or parameters.
std::string shortName(const Kernel &K) {
  StringRef Name = K.Demangled;
  unsigned Angles = 0;
  size_t End = Name.size();
  for (size_t I = 0; I < Name.size(); ++I) {
    if (Name[I] == '<')
      ++Angles;
    else if (Name[I] == '>' && Angles)
      --Angles;
    else if (Name[I] == '(' && !Angles &&
             !Name.substr(I).starts_with("(anonymous namespace)")) {
      End = I;
      break;
    }
  }
  Name = Name.take_front(End);
  // "void reduce<float>": templates are printed with their result.
  Angles = 0;
  for (size_t I = Name.size(); I-- > 0;) {
    if (Name[I] == '>')
      ++Angles;
    else if (Name[I] == '<' && Angles)
      --Angles;
    else if (Name[I] == ' ' && !Angles &&
             !Name.take_front(I).ends_with("(anonymous"))
      return Name.substr(I + 1).str();
  }
  return Name.str();
}

bool mayMean(const Kernel &K, StringRef Name) {
  return StringRef(K.Name).starts_with(Name) ||
         StringRef(K.Demangled).starts_with(Name) ||
         StringRef(shortName(K)).starts_with(Name);
}

} // namespace reprise
