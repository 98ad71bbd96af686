//===- MakeTwin.h - Twins of kernels that tests write --------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TEST_UNIT_PASSES_MAKETWIN_H
#define REPRISE_TEST_UNIT_PASSES_MAKETWIN_H

#include "CheckpointTwin.h"
#include "ParseModule.h"

#include "llvm/IR/InlineAsm.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/Verifier.h"

namespace reprise::test {

/// The twin of the function @k of Text.
class MadeTwin {
public:
  MadeTwin(const std::string &Text, bool WithMap, PlanOptions Options = {})
      : Parsed(Text),
        F(*copyKernel(Parsed.function(), "twin", nullptr, Options.Spread)) {
    Plan = planCheckpoints(F, Options);
    EXPECT_EQ(Plan.Refusal, "");
    applyPlan(F, Plan, WithMap, Options.Spread);
    EXPECT_FALSE(verifyFunction(F, &llvm::errs()));
  }
  llvm::Function &function() { return F; }
  llvm::BasicBlock *block(llvm::StringRef Name) {
    for (llvm::BasicBlock &B : F)
      if (B.getName() == Name)
        return &B;
    return nullptr;
  }
  /// Pieces of assembly that contain What.
  unsigned pieces(llvm::StringRef What) {
    unsigned N = 0;
    for (llvm::Instruction &I : llvm::instructions(F))
      if (auto *Call = llvm::dyn_cast<llvm::CallBase>(&I);
          Call && Call->isInlineAsm())
        N += llvm::cast<llvm::InlineAsm>(Call->getCalledOperand())
                 ->getAsmString()
                 .find(What) != std::string::npos;
    return N;
  }
  unsigned volatileLoads() {
    unsigned N = 0;
    for (llvm::Instruction &I : llvm::instructions(F))
      if (auto *L = llvm::dyn_cast<llvm::LoadInst>(&I))
        N += L->isVolatile();
    return N;
  }
  unsigned calls(llvm::Intrinsic::ID Id) {
    unsigned N = 0;
    for (llvm::Instruction &I : llvm::instructions(F))
      if (auto *Call = llvm::dyn_cast<llvm::IntrinsicInst>(&I))
        N += Call->getIntrinsicID() == Id;
    return N;
  }

private:
  ParsedKernel Parsed;
  llvm::Function &F;

public:
  CheckpointPlan Plan;
};

} // namespace reprise::test

#endif // REPRISE_TEST_UNIT_PASSES_MAKETWIN_H
