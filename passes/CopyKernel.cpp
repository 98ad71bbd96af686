//===- CopyKernel.cpp - A kernel's copy, to be changed --------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CheckpointTwin.h"
#include "Control.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/Analysis/CGSCCPassManager.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/Metadata.h"
#include "llvm/IR/PassManager.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Transforms/Scalar/DCE.h"
#include "llvm/Transforms/Scalar/SROA.h"
#include "llvm/Transforms/Scalar/SimplifyCFG.h"
#include "llvm/Transforms/Utils/Cloning.h"
#include "llvm/Transforms/Utils/LoopSimplify.h"
#include "llvm/Transforms/Utils/PromoteMemToReg.h"
#include "llvm/Transforms/Utils/ValueMapper.h"

using namespace llvm;

namespace reprise {

static constexpr unsigned SharedSpace = 3;

static void copyAnnotations(Function &From, Function &To) {
  NamedMDNode *Notes = From.getParent()->getNamedMetadata("nvvm.annotations");
  if (!Notes)
    return;
  SmallVector<MDNode *, 4> New;
  for (MDNode *N : Notes->operands()) {
    if (N->getNumOperands() == 0 ||
        mdconst::dyn_extract_or_null<Function>(N->getOperand(0)) != &From)
      continue;
    SmallVector<Metadata *, 8> Parts(N->op_begin(), N->op_end());
    Parts[0] = ValueAsMetadata::get(&To);
    New.push_back(MDNode::get(To.getContext(), Parts));
  }
  for (MDNode *N : New)
    Notes->addOperand(N);
}

void dropAnnotations(Function &F) {
  NamedMDNode *Notes = F.getParent()->getNamedMetadata("nvvm.annotations");
  if (!Notes)
    return;
  SmallVector<MDNode *, 16> Others;
  for (MDNode *N : Notes->operands())
    if (N->getNumOperands() == 0 ||
        mdconst::dyn_extract_or_null<Function>(N->getOperand(0)) != &F)
      Others.push_back(N);
  Notes->clearOperands();
  for (MDNode *N : Others)
    Notes->addOperand(N);
}

/// A function without a body, with Kernel's annotations.
static Function *makeEntry(Function &Kernel, FunctionType *T, const Twine &Name,
                           const KernelTest &IsKernel) {
  // Those that would be taken for something else keep their memory until one
  // is found.
  std::vector<std::unique_ptr<Function>> Stale;
  while (true) {
    Function *F =
        Function::Create(T, Kernel.getLinkage(), Kernel.getAddressSpace(), "",
                         Kernel.getParent());
    F->setCallingConv(Kernel.getCallingConv());
    copyAnnotations(Kernel, *F);
    if (!IsKernel || IsKernel(*F)) {
      F->setName(Name);
      return F;
    }
    dropAnnotations(*F);
    F->removeFromParent();
    Stale.emplace_back(F);
  }
}

static bool callsItself(const Function &F) {
  SetVector<const Function *> Reached;
  Reached.insert(&F);
  for (unsigned N = 0; N < Reached.size(); ++N)
    for (const Instruction &I : instructions(*Reached[N]))
      if (const auto *Call = dyn_cast<CallBase>(&I))
        if (const Function *Callee = Call->getCalledFunction()) {
          if (Callee == &F)
            return true;
          if (!Callee->isDeclaration())
            Reached.insert(Callee);
        }
  return false;
}

/// Callees become part of F, but for recursive ones.
static void inlineAll(Function &F) {
  // What a kernel may grow to; ptxas has to cope with it.
  constexpr unsigned Most = 1u << 17;
  DenseSet<const CallBase *> Kept;
  for (bool Again = true; Again && F.getInstructionCount() < Most;) {
    Again = false;
    for (Instruction &I : instructions(F)) {
      auto *Call = dyn_cast<CallBase>(&I);
      Function *Callee = Call ? Call->getCalledFunction() : nullptr;
      if (!Callee || Callee->isDeclaration() || Kept.count(Call) ||
          Callee->isInterposable() || callsItself(*Callee))
        continue;
      InlineFunctionInfo Info;
      if (!InlineFunction(*Call, Info).isSuccess()) {
        Kept.insert(Call);
        continue;
      }
      Again = true;
      break;
    }
  }
}

static void findGlobals(Constant *C, SetVector<GlobalVariable *> &Into,
                        SmallPtrSetImpl<Constant *> &Seen) {
  if (!Seen.insert(C).second)
    return;
  if (auto *V = dyn_cast<GlobalVariable>(C)) {
    if (V->getAddressSpace() == SharedSpace)
      Into.insert(V);
    return;
  }
  if (isa<GlobalValue>(C))
    return;
  for (Value *Op : C->operands())
    findGlobals(cast<Constant>(Op), Into, Seen);
}

static SetVector<GlobalVariable *> sharedVariables(Function &F) {
  SetVector<GlobalVariable *> Found;
  SmallPtrSet<Constant *, 32> Seen;
  for (Instruction &I : instructions(F))
    for (Value *Op : I.operands())
      if (auto *C = dyn_cast<Constant>(Op))
        findGlobals(C, Found, Seen);
  return Found;
}

/// Shared variables get a copy of their own. One that a callee uses as well
/// stays, for it has to be the same; dynamic shared memory has no copy.
static void copyShared(Function &F) {
  SetVector<Function *> Callees;
  for (Instruction &I : instructions(F))
    if (auto *Call = dyn_cast<CallBase>(&I))
      if (Function *G = Call->getCalledFunction(); G && !G->isDeclaration())
        Callees.insert(G);
  SmallPtrSet<GlobalVariable *, 8> Common;
  for (unsigned N = 0; N < Callees.size(); ++N) {
    for (GlobalVariable *V : sharedVariables(*Callees[N]))
      Common.insert(V);
    for (Instruction &I : instructions(*Callees[N]))
      if (auto *Call = dyn_cast<CallBase>(&I))
        if (Function *G = Call->getCalledFunction(); G && !G->isDeclaration())
          Callees.insert(G);
  }
  ValueToValueMapTy Map;
  for (GlobalVariable *V : sharedVariables(F)) {
    if (!V->hasInitializer() || Common.count(V))
      continue;
    auto *Copy = new GlobalVariable(
        *F.getParent(), V->getValueType(), V->isConstant(),
        GlobalValue::InternalLinkage, UndefValue::get(V->getValueType()),
        TwinPrefix + V->getName(), nullptr, GlobalValue::NotThreadLocal,
        SharedSpace);
    Copy->setAlignment(V->getAlign());
    Map[V] = Copy;
  }
  for (Instruction &I : instructions(F))
    for (Use &U : I.operands())
      if (auto *C = dyn_cast<Constant>(U.get()); C && !isa<Function>(C))
        U.set(MapValue(C, Map));
}

static void simplify(Function &F, bool Unoptimised) {
  LoopAnalysisManager LAM;
  FunctionAnalysisManager FAM;
  CGSCCAnalysisManager CGAM;
  ModuleAnalysisManager MAM;
  PassBuilder PB;
  PB.registerModuleAnalyses(MAM);
  PB.registerCGSCCAnalyses(CGAM);
  PB.registerFunctionAnalyses(FAM);
  PB.registerLoopAnalyses(LAM);
  PB.crossRegisterProxies(LAM, FAM, CGAM, MAM);
  FunctionPassManager P;
  if (Unoptimised) {
    P.addPass(SROAPass(SROAOptions::ModifyCFG));
    P.addPass(SimplifyCFGPass());
    // A test that nobody else uses is one that slices can have.
    P.addPass(DCEPass());
  }
  P.addPass(LoopSimplifyPass());
  P.run(F, FAM);
}

Function *copyKernel(Function &Kernel, const Twine &Name,
                     const KernelTest &IsKernel, bool Spread) {
  LLVMContext &C = Kernel.getContext();
  SmallVector<Type *, 8> Types(Kernel.getFunctionType()->params());
  Types.push_back(PointerType::get(C, 0));
  Function *F =
      makeEntry(Kernel, FunctionType::get(Type::getVoidTy(C), Types, false),
                Name, IsKernel);
  ValueToValueMapTy Map;
  for (auto [From, To] : zip(Kernel.args(), F->args())) {
    To.setName(From.getName());
    Map[&From] = &To;
  }
  SmallVector<ReturnInst *, 4> Returns;
  CloneFunctionInto(F, &Kernel, Map, CloneFunctionChangeType::LocalChangesOnly,
                    Returns);
  F->setComdat(nullptr);
  F->setVisibility(Kernel.getVisibility());
  F->setDSOLocal(Kernel.isDSOLocal());
  Argument *Last = F->getArg(F->arg_size() - 1);
  Last->setName("reprise.control");
  constexpr unsigned GlobalSpace = 1;
  Type *Global = PointerType::get(C, GlobalSpace);
  Type *Word = Type::getInt32Ty(C);
  SmallVector<Type *, 6> Fields{Global, Global, Global};
  if (Spread)
    Fields.append({Global, Word, Word});
  Last->addAttr(Attribute::getWithByValType(C, StructType::get(C, Fields)));
  Last->addAttr(Attribute::getWithAlignment(C, Align(8)));
  Last->addAttr(Attribute::ReadOnly);

  // As -O0 leaves it, or the PTX lifter.
  bool Unoptimised = F->hasFnAttribute(Attribute::OptimizeNone) ||
                     any_of(F->getEntryBlock(), [](Instruction &I) {
                       auto *A = dyn_cast<AllocaInst>(&I);
                       return A && isAllocaPromotable(A);
                     });
  F->removeFnAttr(Attribute::OptimizeNone);
  // Facts about the kernel; the copy stores to memory of its own.
  F->removeFnAttr(Attribute::Memory);
  F->removeFnAttr(Attribute::NoSync);
  F->removeFnAttr(Attribute::WillReturn);
  F->addFnAttr(Attribute::Convergent);
  inlineAll(*F);
  copyShared(*F);
  simplify(*F, Unoptimised);
  return F;
}

} // namespace reprise
