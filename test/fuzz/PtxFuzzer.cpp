//===- PtxFuzzer.cpp - Any text as a PTX module ---------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Parses the input, lifts what came of it and gives bodies to its values.
// Holds: no crash; every entry that the parser found is a kernel with a body;
// the IR is valid before and after.
//
//===----------------------------------------------------------------------===//

#include "ptx/Lift.h"
#include "ptx/Parser.h"
#include "ptx/Values.h"

#include "llvm/IR/Verifier.h"
#include "llvm/Support/raw_ostream.h"

#include <cstdlib>

using namespace reprise;

static void demand(bool Condition) {
  if (!Condition)
    std::abort();
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *Data, size_t Size) {
  llvm::StringRef Text(reinterpret_cast<const char *>(Data), Size);
  ptx::Module Syntax = ptx::parse(Text);
  for (const ptx::Diagnostic &D : Syntax.Errors)
    demand(D.Text.size() < 500);
  llvm::LLVMContext Context;
  auto M = ptx::lift(Syntax, "input", Context);
  demand(!llvm::verifyModule(*M, &llvm::errs()));
  for (const ptx::Function &F : Syntax.Functions) {
    if (!F.IsEntry || !F.HasBody)
      continue;
    const llvm::Function *Kernel = M->getFunction(F.Name);
    demand(Kernel && !Kernel->empty());
  }
  ptx::defineValues(*M);
  demand(!llvm::verifyModule(*M, &llvm::errs()));
  return 0;
}
