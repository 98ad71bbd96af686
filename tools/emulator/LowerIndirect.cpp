//===- LowerIndirect.cpp - Calls through pointers -------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The address of a function is a number that the program chose (Variables.h),
// the same in every kernel and form, so that it may lie in memory. A call
//
//   call i32 %p(i32 %x)
//
// becomes a switch over the numbers of those functions that take and return as
// many bytes in as many values, with a direct call of each; another number ends
// the run.
//
//===----------------------------------------------------------------------===//

#include "Lower.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/IR/DebugInfoMetadata.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/ReplaceConstant.h"
#include "llvm/Transforms/Utils/BasicBlockUtils.h"

using namespace llvm;

namespace reprise::emulator {

/// Values that registers of one width hold.
static bool isAlike(const DataLayout &DL, Type *A, Type *B) {
  if (A == B)
    return true;
  auto IsScalar = [](Type *T) {
    return T->isPointerTy() || T->isIntegerTy() || T->isFloatingPointTy();
  };
  return IsScalar(A) && IsScalar(B) &&
         DL.getTypeSizeInBits(A) == DL.getTypeSizeInBits(B);
}

bool mayCall(const CallBase &Call, const Function &F) {
  const DataLayout &DL = F.getDataLayout();
  if (F.isVarArg() || F.arg_size() != Call.arg_size() ||
      !isAlike(DL, F.getReturnType(), Call.getType()))
    return false;
  for (const Argument &A : F.args()) {
    unsigned I = A.getArgNo();
    if (!isAlike(DL, A.getType(), Call.getArgOperand(I)->getType()) ||
        A.hasByValAttr() != Call.isByValArgument(I))
      return false;
  }
  return true;
}

static Value *convert(IRBuilder<> &B, Value *V, Type *T) {
  Type *From = V->getType();
  if (From == T)
    return V;
  if (From->isPointerTy()) {
    V = B.CreatePtrToInt(V, B.getIntNTy(64));
    return B.CreateBitCast(V, T);
  }
  if (T->isPointerTy())
    return B.CreateIntToPtr(B.CreateBitCast(V, B.getInt64Ty()), T);
  return B.CreateBitCast(V, T);
}

/// Uses of functions that are no direct calls become their numbers.
static void numberFunctions(ExtractedKernel &K) {
  SmallVector<Constant *, 16> All;
  for (auto [F, Number] : K.Numbers)
    All.push_back(F);
  convertUsersOfConstantsToInstructions(All);
  for (auto [F, Number] : K.Numbers) {
    Constant *Address = ConstantExpr::getIntToPtr(
        ConstantInt::get(Type::getInt64Ty(F->getContext()), Number),
        F->getType());
    for (Use &U : make_early_inc_range(F->uses())) {
      auto *Call = dyn_cast<CallBase>(U.getUser());
      if (!Call || Call->getCalledFunction() != F || !Call->isCallee(&U))
        U.set(Address);
    }
  }
}

static void dispatch(CallInst *Call, const ExtractedKernel &K, uint64_t State) {
  Value *Pointer = Call->getCalledOperand();
  IRBuilder<> B(Call);
  Value *Number = B.CreatePtrToInt(Pointer, B.getInt64Ty());
  BasicBlock *Head = Call->getParent();
  BasicBlock *Rest = SplitBlock(Head, Call);
  Function *Parent = Head->getParent();
  auto *Lost = BasicBlock::Create(Call->getContext(), "", Parent, Rest);
  Head->getTerminator()->eraseFromParent();
  B.SetInsertPoint(Head);
  // What is inlined has to come from somewhere.
  DebugLoc Where = Call->getDebugLoc();
  if (DISubprogram *In = Parent->getSubprogram(); In && !Where)
    Where = DILocation::get(Call->getContext(), 0, 0, In);
  SwitchInst *Switch = B.CreateSwitch(Number, Lost);
  PHINode *Result = nullptr;
  if (!Call->getType()->isVoidTy()) {
    IRBuilder<> Top(Rest, Rest->begin());
    Result = Top.CreatePHI(Call->getType(), 4);
  }
  for (auto [F, Its] : K.Numbers) {
    if (F->isDeclaration() || F == K.Entry || !mayCall(*Call, *F))
      continue;
    auto *Case = BasicBlock::Create(Call->getContext(), "", Parent, Rest);
    Switch->addCase(B.getInt64(Its), Case);
    B.SetInsertPoint(Case);
    B.SetCurrentDebugLocation(Where);
    SmallVector<Value *, 8> Arguments;
    for (Argument &A : F->args())
      Arguments.push_back(
          convert(B, Call->getArgOperand(A.getArgNo()), A.getType()));
    CallInst *Direct = B.CreateCall(F, Arguments);
    Direct->setAttributes(Call->getAttributes());
    if (Result)
      Result->addIncoming(convert(B, Direct, Call->getType()), Case);
    B.CreateBr(Rest);
  }
  Lowering L{IRBuilder<>(Lost), *Parent->getParent(), nullptr, State};
  L.B.SetCurrentDebugLocation(Where);
  L.runtime("rt_lost", L.B.getVoidTy(), {Number});
  L.B.CreateUnreachable();
  if (Result)
    Call->replaceAllUsesWith(Result);
  Call->eraseFromParent();
}

void lowerIndirectCalls(ExtractedKernel &K, uint64_t State) {
  numberFunctions(K);
  SmallVector<CallInst *, 8> Calls;
  for (Function &F : *K.M)
    for (Instruction &I : instructions(F))
      if (auto *Call = dyn_cast<CallInst>(&I))
        if (!Call->getCalledFunction() && !Call->isInlineAsm())
          Calls.push_back(Call);
  for (CallInst *Call : Calls)
    dispatch(Call, K, State);
}

} // namespace reprise::emulator
