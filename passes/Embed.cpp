//===- Embed.cpp - Put summaries into the device image --------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Embed.h"
#include "Json.h"
#include "TwinDocument.h"

#include "llvm/IR/Constants.h"
#include "llvm/IR/GlobalVariable.h"
#include "llvm/IR/Module.h"
#include "llvm/Transforms/Utils/ModuleUtils.h"

using namespace llvm;

namespace reprise {

static void embed(llvm::Module &M, const std::string &Text, StringRef Prefix) {
  std::string Name = embeddedName(Prefix, Text);
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
  embed(M, writeJson(Summary), SummaryPrefix);
}

void embedTwins(llvm::Module &M, const std::vector<Twin> &Twins) {
  embed(M, writeTwins(Twins), TwinsPrefix);
}

} // namespace reprise
