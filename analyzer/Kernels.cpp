//===- Kernels.cpp - Which functions are kernels, and their names ---------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Normalize.h"

#include "llvm/BinaryFormat/Dwarf.h"
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

/// Names of T's scalar members, ".a.b" or ".q[1]", at most some hundreds.
void collectMembers(const DIType *T, uint32_t Offset, const std::string &Path,
                    std::map<uint32_t, std::string> &Out) {
  constexpr size_t Most = 512;
  while (const auto *D = dyn_cast_or_null<DIDerivedType>(T)) {
    if (D->getTag() != dwarf::DW_TAG_typedef &&
        D->getTag() != dwarf::DW_TAG_const_type &&
        D->getTag() != dwarf::DW_TAG_volatile_type)
      break;
    T = D->getBaseType();
  }
  const auto *C = dyn_cast_or_null<DICompositeType>(T);
  if (!C) {
    if (!Path.empty())
      Out.try_emplace(Offset, Path);
    return;
  }
  if (C->getTag() == dwarf::DW_TAG_array_type) {
    const DIType *Element = C->getBaseType();
    uint64_t Bytes = Element ? Element->getSizeInBits() / 8 : 0;
    if (!Bytes || C->getElements().size() != 1)
      return;
    for (uint64_t I = 0; I * Bytes < C->getSizeInBits() / 8; ++I) {
      if (Out.size() >= Most)
        return;
      collectMembers(Element, Offset + static_cast<uint32_t>(I * Bytes),
                     Path + "[" + std::to_string(I) + "]", Out);
    }
    return;
  }
  for (const DINode *Node : C->getElements()) {
    const auto *Member = dyn_cast_or_null<DIDerivedType>(Node);
    if (!Member || Member->isStaticMember() || Out.size() >= Most)
      continue;
    bool Base = Member->getTag() == dwarf::DW_TAG_inheritance;
    if (!Base && Member->getTag() != dwarf::DW_TAG_member)
      continue;
    std::string Name = Member->getName().str();
    collectMembers(Member->getBaseType(),
                   Offset +
                       static_cast<uint32_t>(Member->getOffsetInBits() / 8),
                   Base || Name.empty() ? Path : Path + "." + Name, Out);
  }
}

void recordName(KernelEntry &K, const DILocalVariable *Var) {
  if (!Var || Var->getArg() == 0 || Var->getArg() > K.ParamNames.size())
    return;
  std::string &Name = K.ParamNames[Var->getArg() - 1];
  if (Name.empty())
    Name = Var->getName().str();
  auto &Members = K.Members[Var->getArg() - 1];
  if (Members.empty())
    collectMembers(Var->getType(), 0, "", Members);
}

/// Names from the IR, else from debug information, else "argN".
void nameParams(const Function &F, KernelEntry &K) {
  std::vector<std::string> &Names = K.ParamNames;
  Names.resize(F.arg_size());
  K.Members.resize(F.arg_size());
  for (const Argument &A : F.args())
    Names[A.getArgNo()] = A.getName().str();
  const DISubprogram *Scope = F.getSubprogram();
  for (const Instruction &I : instructions(F)) {
    for (const DbgVariableRecord &R : filterDbgVars(I.getDbgRecordRange()))
      if (R.getVariable()->getScope() == Scope)
        recordName(K, R.getVariable());
    if (const auto *D = dyn_cast<DbgVariableIntrinsic>(&I))
      if (D->getVariable()->getScope() == Scope)
        recordName(K, D->getVariable());
  }
  for (size_t I = 0; I < Names.size(); ++I)
    if (Names[I].empty())
      Names[I] = "arg" + std::to_string(I);
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
    nameParams(F, K);
    const char *Required[] = {"reqntidx", "reqntidy", "reqntidz"};
    for (unsigned D = 0; D < 3; ++D)
      if (auto It = Notes.find(Required[D]); It != Notes.end())
        K.ReqNTid[D] = static_cast<unsigned>(It->second);
    Result.push_back(std::move(K));
  }
  return Result;
}

} // namespace reprise
