//===- Kernels.cpp - Which functions are kernels, and their names ---------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Normalize.h"

#include "llvm/ADT/StringSwitch.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/DebugInfoMetadata.h"
#include "llvm/IR/DebugProgramInstruction.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/Module.h"

#include <map>

using namespace llvm;

namespace reprise {

namespace {

/// The properties that nvvm.annotations gives a function, e.g. "kernel" -> 1.
std::map<std::string, uint64_t> annotations(const Module &M,
                                            const Function &F) {
  std::map<std::string, uint64_t> Result;
  const NamedMDNode *Node = M.getNamedMetadata("nvvm.annotations");
  if (!Node)
    return Result;
  for (const MDNode *Entry : Node->operands()) {
    if (Entry->getNumOperands() == 0)
      continue;
    if (mdconst::dyn_extract_or_null<Function>(Entry->getOperand(0)) != &F)
      continue;
    for (unsigned I = 1; I + 1 < Entry->getNumOperands(); I += 2) {
      auto *Key = dyn_cast<MDString>(Entry->getOperand(I));
      auto *Value =
          mdconst::dyn_extract_or_null<ConstantInt>(Entry->getOperand(I + 1));
      if (Key && Value)
        Result[Key->getString().str()] = Value->getZExtValue();
    }
  }
  return Result;
}

void recordName(std::vector<std::string> &Names, const DILocalVariable *Var) {
  if (!Var || Var->getArg() == 0 || Var->getArg() > Names.size())
    return;
  std::string &Name = Names[Var->getArg() - 1];
  if (Name.empty())
    Name = Var->getName().str();
}

/// Names from the IR, else from debug information, else "argN".
std::vector<std::string> paramNames(const Function &F) {
  std::vector<std::string> Names(F.arg_size());
  for (const Argument &A : F.args())
    Names[A.getArgNo()] = A.getName().str();
  const DISubprogram *Scope = F.getSubprogram();
  for (const Instruction &I : instructions(F)) {
    for (const DbgVariableRecord &R : filterDbgVars(I.getDbgRecordRange()))
      if (R.getVariable()->getScope() == Scope)
        recordName(Names, R.getVariable());
    if (const auto *D = dyn_cast<DbgVariableIntrinsic>(&I))
      if (D->getVariable()->getScope() == Scope)
        recordName(Names, D->getVariable());
  }
  for (size_t I = 0; I < Names.size(); ++I)
    if (Names[I].empty())
      Names[I] = "arg" + std::to_string(I);
  return Names;
}

} // namespace

std::vector<KernelEntry> findKernels(const Module &M) {
  std::vector<KernelEntry> Result;
  for (const Function &F : M) {
    if (F.isDeclaration())
      continue;
    auto Notes = annotations(M, F);
    if (F.getCallingConv() != CallingConv::PTX_Kernel &&
        Notes.find("kernel") == Notes.end())
      continue;
    KernelEntry K;
    K.Name = F.getName().str();
    K.ParamNames = paramNames(F);
    const char *Required[] = {"reqntidx", "reqntidy", "reqntidz"};
    for (unsigned D = 0; D < 3; ++D)
      if (auto It = Notes.find(Required[D]); It != Notes.end())
        K.ReqNTid[D] = static_cast<unsigned>(It->second);
    Result.push_back(std::move(K));
  }
  return Result;
}

} // namespace reprise
