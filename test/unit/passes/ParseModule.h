//===- ParseModule.h - Modules of LLVM IR out of text ---------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TEST_UNIT_PASSES_PARSEMODULE_H
#define REPRISE_TEST_UNIT_PASSES_PARSEMODULE_H

#include "llvm/AsmParser/Parser.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/SourceMgr.h"

#include <gtest/gtest.h>

#include <memory>

namespace reprise::test {

/// What the bodies of tests call.
inline constexpr char Declarations[] = R"(
  target triple = "nvptx64-nvidia-cuda"
  @constants = addrspace(4) global [16 x i32] zeroinitializer
  @tile = internal addrspace(3) global [64 x i32] undef
  declare i32 @llvm.nvvm.read.ptx.sreg.tid.x()
  declare i32 @llvm.nvvm.read.ptx.sreg.ctaid.x()
  declare i32 @llvm.nvvm.read.ptx.sreg.ntid.x()
  declare i32 @llvm.nvvm.barrier0.or(i32)
  declare void @llvm.nvvm.barrier0()
  declare void @llvm.nvvm.membar.gl()
  declare void @llvm.nvvm.exit()
  declare void @llvm.nvvm.nanosleep(i32)
  declare void @reprise.ptx.value.nanosleep.u32(i32)
  declare i32 @reprise.ptx.value.cvt.rzi.s32.f32(i32)
  declare i32 @llvm.nvvm.shfl.sync.bfly.i32(i32, i32, i32, i32)
)";

/// The function @k of a module, with its blocks and values by name.
class ParsedKernel {
public:
  /// Fails the test if Text is no IR.
  explicit ParsedKernel(const std::string &Text) {
    llvm::SMDiagnostic Problem;
    M = llvm::parseAssemblyString(Declarations + Text, Problem, Context);
    if (!M)
      ADD_FAILURE() << Problem.getLineNo() << ": "
                    << Problem.getMessage().str();
  }
  llvm::Function &function() { return *M->getFunction("k"); }
  llvm::BasicBlock *block(llvm::StringRef Name) {
    for (llvm::BasicBlock &B : function())
      if (B.getName() == Name)
        return &B;
    ADD_FAILURE() << "there is no block " << Name.str();
    return nullptr;
  }
  llvm::Instruction *value(llvm::StringRef Name) {
    for (llvm::Instruction &I : llvm::instructions(function()))
      if (I.getName() == Name)
        return &I;
    ADD_FAILURE() << "there is no value " << Name.str();
    return nullptr;
  }

private:
  llvm::LLVMContext Context;
  std::unique_ptr<llvm::Module> M;
};

} // namespace reprise::test

#endif // REPRISE_TEST_UNIT_PASSES_PARSEMODULE_H
