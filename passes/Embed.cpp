//===- Embed.cpp - Put summaries into the device image --------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Embed.h"
#include "Control.h"
#include "Json.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/GlobalVariable.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/Support/xxhash.h"
#include "llvm/Transforms/Utils/ModuleUtils.h"

using namespace llvm;

namespace reprise {

static void embed(llvm::Module &M, const std::string &Text, StringRef Prefix) {
  std::string Name =
      (Prefix + utohexstr(xxh3_64bits(Text), /*LowerCase=*/true, 16)).str();
  Constant *Bytes = ConstantDataArray::getString(M.getContext(), Text);
  constexpr unsigned GlobalMemory = 1;
  // Not `constant`: that would place it in a bank of 64 KiB. External, so
  // that ptxas keeps it although no code refers to it.
  auto *Array = new GlobalVariable(
      M, Bytes->getType(), /*isConstant=*/false, GlobalValue::ExternalLinkage,
      Bytes, Name, nullptr, GlobalValue::NotThreadLocal, GlobalMemory);
  Array->setAlignment(Align(1));
  appendToCompilerUsed(M, {Array});
}

void embedSummary(llvm::Module &M, const Module &Summary) {
  embed(M, writeJson(Summary), "__reprise_summary_");
}

void embedTwins(llvm::Module &M, const std::vector<Twin> &Twins) {
  json::Array List;
  for (const Twin &T : Twins) {
    const CheckpointPlan &P = T.Plan;
    json::Object O{{"kernel", P.Kernel}};
    if (P.Refusal.empty()) {
      O["twin"] = TwinPrefix + P.Kernel;
      O["control_offset"] = T.ControlOffset;
      O["control_bytes"] = static_cast<int64_t>(sizeof(Control));
      O["entry"] = nameOf(P.Entry);
      O["inside"] = nameOf(P.leavesInside() ? P.Inside : Granularity::None);
    } else {
      O["refusal"] = P.Refusal;
    }
    List.push_back(std::move(O));
  }
  json::Object Document{{"format", "reprise-twins"},
                        {"version", json::Object{{"major", 1}, {"minor", 0}}},
                        {"twins", std::move(List)}};
  std::string Text;
  raw_string_ostream(Text) << json::Value(std::move(Document));
  embed(M, Text, "__reprise_twins_");
}

} // namespace reprise
