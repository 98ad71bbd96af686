//===- LiftControl.cpp - Branches, calls and parameters of PTX ------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LiftImpl.h"
#include "ParserImpl.h"

using namespace llvm;

namespace reprise::ptx {

//===----------------------------------------------------------------------===//
// Parameters
//===----------------------------------------------------------------------===//

void FunctionLifter::prepareParams() {
  unsigned Index = 0;
  // `%r<4>` among parameters names one register.
  auto Declare = [&](Variable V) {
    V.Range.reset();
    declareVariable(V);
  };
  for (const Variable &R : Syntax.Returns) {
    bool ByPointer = F->getReturnType()->isVoidTy();
    Declare(R);
    if (ByPointer)
      Scopes[0].Names[R.Name].Where = F->getArg(Index++);
  }
  for (const Variable &P : Syntax.Params) {
    Argument *A = F->getArg(Index);
    if (A->hasByValAttr()) {
      Scopes[0].Names[P.Name] = {Symbol::Kind::Memory,
                                 typeNamed(P.Type).value_or(Type()).Width, A,
                                 Space::Param};
    } else if (Syntax.IsEntry) {
      ScalarParams[P.Name] = Index;
    } else {
      Declare(P);
      new StoreInst(A, Scopes[0].Names[P.Name].Where, Entry);
    }
    ++Index;
  }
}

//===----------------------------------------------------------------------===//
// Labels
//===----------------------------------------------------------------------===//

/// Blocks for all labels; a label belongs to the braces around it.
bool FunctionLifter::prepareLabels() {
  SmallVector<unsigned, 8> Open{0};
  unsigned Next = 1;
  for (const Statement &S : Syntax.Body) {
    if (S.K == Statement::Kind::BlockBegin)
      Open.push_back(Next++);
    else if (S.K == Statement::Kind::BlockEnd)
      Open.pop_back();
    else if (S.K == Statement::Kind::Targets)
      Targets[S.Label] = &S.targets();
    else if (S.K == Statement::Kind::Prototype)
      Prototypes[S.Label] = &S.prototype();
    else if (S.K == Statement::Kind::Label &&
             !Labels
                  .try_emplace({Open.back(), S.Label},
                               BasicBlock::Create(C, "", F))
                  .second)
      return fail(S.Loc, "label " + S.Label.take_front(40) + " is there twice");
  }
  return true;
}

BasicBlock *FunctionLifter::label(StringRef Name) {
  for (const Scope &S : reverse(Scopes))
    if (auto It = Labels.find({S.Id, Name}); It != Labels.end())
      return It->second;
  return nullptr;
}

void FunctionLifter::enter(BasicBlock *Block) {
  if (!B.GetInsertBlock()->getTerminator())
    B.CreateBr(Block);
  B.SetInsertPoint(Block);
}

//===----------------------------------------------------------------------===//
// Branches
//===----------------------------------------------------------------------===//

bool FunctionLifter::branch(const Instruction &I) {
  BasicBlock *To = I.Operands.size() == 1 ? label(I.Operands[0].Name) : nullptr;
  if (!To) { // Where it goes is not known: anything may happen there.
    external("reprise.ptx.memory." + atLine(I), B.getVoidTy());
    return true;
  }
  if (I.Guard.empty()) {
    B.CreateBr(To);
    return true;
  }
  Operand P;
  P.Kind = OperandKind::Name;
  P.Name = I.Guard;
  Value *Condition = predicate(P);
  BasicBlock *Next = BasicBlock::Create(C, "", F);
  if (I.GuardNegated)
    B.CreateCondBr(Condition, Next, To);
  else
    B.CreateCondBr(Condition, To, Next);
  B.SetInsertPoint(Next);
  return true;
}

/// brx.idx index, table; an index outside the table is undefined behaviour.
bool FunctionLifter::branchIndexed(const Instruction &I) {
  if (I.Operands.size() != 2)
    return branch(I);
  Value *Index = read(I.Operands[0], 32);
  auto It = Targets.find(I.Operands[1].Name);
  if (!Index || It == Targets.end() || It->second->Names.empty())
    return branch(I);
  ArrayRef<StringRef> Names = It->second->Names;
  SmallVector<BasicBlock *, 8> Blocks;
  for (StringRef Name : Names)
    if (BasicBlock *To = label(Name))
      Blocks.push_back(To);
    else
      return branch(I);
  SwitchInst *Switch = B.CreateSwitch(Index, Blocks.back(),
                                      static_cast<unsigned>(Blocks.size()));
  for (unsigned N = 0; N + 1 < Blocks.size(); ++N)
    Switch->addCase(constant(32, N), Blocks[N]);
  return true;
}

void FunctionLifter::returnNow() {
  llvm::Type *T = F->getReturnType();
  if (T->isVoidTy()) {
    B.CreateRetVoid();
    return;
  }
  B.CreateRet(B.CreateLoad(T, find(Syntax.Returns[0].Name)->Where));
}

//===----------------------------------------------------------------------===//
// Calls
//===----------------------------------------------------------------------===//

/// What is passed for V: a register, a literal, or a .param variable.
Value *FunctionLifter::argument(const Operand &O, const Variable &V) {
  bool Bytes = V.IsArray || V.Vector > 1;
  if (O.Kind == OperandKind::Name)
    if (Symbol *S = find(O.Name); S && S->K == Symbol::Kind::Memory)
      return Bytes ? S->Where : B.CreateLoad(Parent.scalar(V), S->Where);
  return Bytes ? nullptr : read(O, Parent.scalar(V)->getIntegerBitWidth());
}

bool FunctionLifter::storeResult(const Operand &O, Value *Result) {
  if (O.Kind != OperandKind::Name)
    return O.Kind == OperandKind::Sink;
  Symbol *S = find(O.Name);
  if (!S)
    return false;
  if (S->K == Symbol::Kind::Memory) {
    B.CreateStore(Result, S->Where);
    return true;
  }
  return write(O, Result);
}

/// call (results), callee, (arguments), prototype;
bool FunctionLifter::call(const Instruction &I) {
  ArrayRef<Operand> O = I.Operands;
  ArrayRef<Operand> Results, Arguments;
  // A call of nobody knows what: any access, any results.
  auto Lost = [&] {
    external("reprise.ptx.memory." + atLine(I), B.getVoidTy());
    for (const Operand &R : Results) {
      Symbol *S = find(R.Name);
      if (!S || S->K != Symbol::Kind::Memory) {
        writeUnknown(R, I);
        continue;
      }
      auto *A = dyn_cast<AllocaInst>(S->Where);
      auto Size = A ? A->getAllocationSize(F->getDataLayout()) : std::nullopt;
      if (Size && *Size && *Size <= 4096)
        B.CreateStore(external("reprise.ptx.value.result",
                               intType(static_cast<unsigned>(*Size * 8))),
                      A);
    }
    return true;
  };
  if (!O.empty() && O[0].Kind == OperandKind::Tuple) {
    Results = O[0].Elements;
    O = O.drop_front();
  }
  if (O.empty() || O[0].Kind != OperandKind::Name)
    return Lost();
  StringRef Callee = O[0].Name;
  if (O.size() > 1 && O[1].Kind == OperandKind::Tuple)
    Arguments = O[1].Elements;
  ArrayRef<Variable> Returns, Params;
  FunctionType *T;
  Value *Target;
  if (auto It = Parent.Functions.find(Callee); It != Parent.Functions.end()) {
    Returns = It->second.Syntax->Returns;
    Params = It->second.Syntax->Params;
    Target = It->second.F;
    T = It->second.F->getFunctionType();
    if (It->second.Syntax->IsEntry)
      return Lost();
  } else {
    // Through a register: the prototype tells the shape, a list of targets
    // does not narrow it.
    auto P = O.size() > 1 ? Prototypes.find(O.back().Name) : Prototypes.end();
    Value *Address = read(O[0], 64);
    if (P == Prototypes.end() || !Address)
      return Lost();
    Returns = P->second->Returns;
    Params = P->second->Params;
    T = Parent.functionType(Returns, Params);
    Target = B.CreateIntToPtr(Address, PointerType::get(C, 0));
  }
  if (Results.size() > Returns.size() || Arguments.size() != Params.size())
    return Lost();
  SmallVector<Value *, 8> Passed;
  bool ByPointer = T->getReturnType()->isVoidTy();
  if (ByPointer)
    for (unsigned N = 0; N < Returns.size(); ++N) {
      Symbol *S = N < Results.size() ? find(Results[N].Name) : nullptr;
      Passed.push_back(
          S && S->K == Symbol::Kind::Memory
              ? S->Where
              : newAlloca(ArrayType::get(B.getInt8Ty(), byteSize(Returns[N])),
                          ""));
    }
  for (unsigned N = 0; N < Params.size(); ++N) {
    Value *V = argument(Arguments[N], Params[N]);
    if (!V)
      return Lost();
    Passed.push_back(V);
  }
  CallInst *Call = B.CreateCall(T, Target, Passed);
  unsigned First = static_cast<unsigned>(Passed.size() - Params.size());
  for (unsigned N = 0; N < Params.size(); ++N)
    if (Passed[First + N]->getType()->isPointerTy())
      Call->addParamAttr(
          First + N,
          Attribute::getWithByValType(
              C, ArrayType::get(B.getInt8Ty(), byteSize(Params[N]))));
  if (ByPointer || Results.empty())
    return true;
  return storeResult(Results[0], Call);
}

} // namespace reprise::ptx
