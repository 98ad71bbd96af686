//===- LoopForms.h - Run a function before and after a pass -----*- C++ -*-===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A pass that changes loops must leave what the code does as it is: the tests
// run `i32 @f(i32, i32)` with LLVM's interpreter before and after the pass.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TEST_LOOPFORMS_H
#define REPRISE_TEST_LOOPFORMS_H

#include "llvm/AsmParser/Parser.h"
#include "llvm/ExecutionEngine/ExecutionEngine.h"
#include "llvm/ExecutionEngine/GenericValue.h"
#include "llvm/ExecutionEngine/Interpreter.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Module.h"
#include "llvm/IR/Verifier.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/Transforms/Utils/LoopSimplify.h"

#include <gtest/gtest.h>

#include <memory>
#include <vector>

namespace reprise::test {

using Results = std::vector<uint32_t>;

/// What f of the module Text returns, before and after Pass, for all pairs of
/// Inputs; and how many conditional branches it has.
template <typename PassT> class LoopForms {
public:
  LoopForms(llvm::StringRef Text, const std::vector<uint32_t> &Inputs) {
    std::unique_ptr<llvm::Module> M = parse(Text);
    BranchesBefore = branches(*M);
    Before = results(std::move(M), Inputs);
    M = transformed(Text);
    EXPECT_FALSE(llvm::verifyModule(*M, &llvm::errs()));
    BranchesAfter = branches(*M);
    After = results(std::move(M), Inputs);
  }

  /// Text after the pass.
  std::unique_ptr<llvm::Module> transformed(llvm::StringRef Text) {
    std::unique_ptr<llvm::Module> M = parse(Text);
    transform(*M);
    return M;
  }

  Results Before, After;
  unsigned BranchesBefore = 0, BranchesAfter = 0;

private:
  std::unique_ptr<llvm::Module> parse(llvm::StringRef Text) {
    llvm::SMDiagnostic Error;
    auto M = llvm::parseAssemblyString(Text, Error, Context);
    if (!M)
      Error.print("", llvm::errs());
    return M;
  }

  static void transform(llvm::Module &M) {
    llvm::LoopAnalysisManager LAM;
    llvm::FunctionAnalysisManager FAM;
    llvm::CGSCCAnalysisManager CGAM;
    llvm::ModuleAnalysisManager MAM;
    llvm::PassBuilder PB;
    PB.registerModuleAnalyses(MAM);
    PB.registerCGSCCAnalyses(CGAM);
    PB.registerFunctionAnalyses(FAM);
    PB.registerLoopAnalyses(LAM);
    PB.crossRegisterProxies(LAM, FAM, CGAM, MAM);
    llvm::FunctionPassManager FPM;
    FPM.addPass(llvm::LoopSimplifyPass());
    FPM.addPass(PassT());
    FPM.run(*M.getFunction("f"), FAM);
  }

  static unsigned branches(llvm::Module &M) {
    unsigned Count = 0;
    for (llvm::Instruction &I : llvm::instructions(*M.getFunction("f")))
      if (auto *B = llvm::dyn_cast<llvm::BranchInst>(&I))
        Count += B->isConditional();
    return Count;
  }

  static Results results(std::unique_ptr<llvm::Module> M,
                         const std::vector<uint32_t> &Inputs) {
    LLVMLinkInInterpreter();
    llvm::Function *F = M->getFunction("f");
    std::string Error;
    std::unique_ptr<llvm::ExecutionEngine> Engine(
        llvm::EngineBuilder(std::move(M))
            .setEngineKind(llvm::EngineKind::Interpreter)
            .setErrorStr(&Error)
            .create());
    EXPECT_TRUE(Engine) << Error;
    Results R;
    for (uint32_t X : Inputs)
      for (uint32_t Y : Inputs) {
        llvm::GenericValue A, B;
        A.IntVal = llvm::APInt(32, X);
        B.IntVal = llvm::APInt(32, Y);
        R.push_back(static_cast<uint32_t>(
            Engine->runFunction(F, {A, B}).IntVal.getZExtValue()));
      }
    return R;
  }

  llvm::LLVMContext Context;
};

} // namespace reprise::test

#endif // REPRISE_TEST_LOOPFORMS_H
