//===- AnalyzePtx.cpp - From PTX text to summaries ------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "AnalyzePtx.h"
#include "Lift.h"
#include "Parser.h"

namespace reprise {

Module analyzePtx(std::string_view Text, const std::string &Name,
                  const AnalyzerOptions &Options,
                  std::vector<std::string> *Problems) {
  ptx::Module Syntax = ptx::parse({Text.data(), Text.size()});
  if (Problems)
    for (const auto *List : {&Syntax.Errors, &Syntax.Notes})
      for (const ptx::Diagnostic &D : *List)
        Problems->push_back(D.str());
  llvm::LLVMContext Context;
  return analyzeModule(*ptx::lift(Syntax, Name, Context), Options);
}

} // namespace reprise
