//===- InstrumentPtx.cpp - Twins for a module of PTX ----------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "InstrumentPtx.h"
#include "Control.h"
#include "PtxTwin.h"
#include "TwinDocument.h"
#include "ptx/Parser.h"

using namespace llvm;

namespace reprise {

std::string embeddedPtx(StringRef Prefix, StringRef Text) {
  std::string Result = ".visible .global .align 1 .b8 " +
                       embeddedName(Prefix, Text) + "[" +
                       std::to_string(Text.size() + 1) + "] = {";
  for (size_t I = 0; I < Text.size(); ++I) {
    Result += std::to_string(static_cast<unsigned char>(Text[I]));
    Result += I % 32 == 31 ? ",\n" : ",";
  }
  return Result + "0};\n";
}

PtxTwins addPtxTwins(std::string_view Text, const std::string &Name,
                     const PlanOptions &Options,
                     const std::function<bool(const std::string &)> &Wanted) {
  PtxTwins Result;
  ptx::Module Syntax = ptx::parse(Text);
  for (const ptx::Diagnostic &D : Syntax.Errors)
    Result.Problems.push_back(D.str());
  ptx::LineTable Lines(Text);
  for (ptx::PtxPlan &P : ptx::planEntries(Syntax, Name, Options, Wanted)) {
    std::string Code, Second;
    if (P.Plan.Refusal.empty())
      Code = ptx::writeTwin(Text, Lines, P, Options, /*WithMap=*/true);
    if (!Code.empty() && !P.HasMapless)
      Second = ptx::writeTwin(Text, Lines, P, Options, /*WithMap=*/false);
    if (!Code.empty())
      Result.Added += "\n" + Code;
    if (!Second.empty())
      Result.Added += "\n" + Second;
    Twin &T = Result.Twins.emplace_back();
    T.ControlOffset = P.ControlOffset;
    T.ControlBytes = static_cast<uint32_t>(
        Options.Spread ? sizeof(SpreadControl) : sizeof(Control));
    if (!Second.empty())
      T.Mapless = MaplessPrefix + P.Plan.Kernel;
    T.Plan = std::move(P.Plan);
  }
  if (!Result.Added.empty())
    Result.Added += "\n" + embeddedPtx(TwinsPrefix, writeTwins(Result.Twins));
  return Result;
}

} // namespace reprise
