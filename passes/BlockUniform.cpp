//===- BlockUniform.cpp - What all threads of a block do alike ------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//   1. Sources vary: thread indices, loads, results of calls.
//   2. What is computed from what varies, varies.
//   3. A branch on what varies takes the threads apart until the branch's
//      post-dominator: blocks in between are not uniform, and phis there and in
//      the post-dominator vary. The header of a loop that threads leave at
//      different times lies in between, so its phis vary, and with them what
//      the loop leaves behind.
//
//===----------------------------------------------------------------------===//

#include "BlockUniform.h"
#include "SyncOps.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Analysis/ValueTracking.h"
#include "llvm/IR/CFG.h"
#include "llvm/IR/GlobalVariable.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/IntrinsicInst.h"

using namespace llvm;

namespace reprise {

/// Memory that no thread writes, which is the same for all of a block:
/// parameters passed by value and `__constant__` variables.
static bool isSharedConstant(const Value *P) {
  constexpr unsigned ConstantSpace = 4;
  const Value *Object = getUnderlyingObject(P, 0);
  if (const auto *V = dyn_cast<GlobalVariable>(Object))
    return V->getAddressSpace() == ConstantSpace || V->isConstant();
  // A kernel may write its copy of a parameter.
  const auto *A = dyn_cast<Argument>(Object);
  return A && A->hasByValAttr() && A->onlyReadsMemory();
}

static bool isSourceCall(const CallInst &Call) {
  const Function *F = Call.getCalledFunction();
  if (!F || !F->isIntrinsic())
    return true;
  StringRef Name = F->getName();
  if (Name.consume_front("llvm.nvvm.read.ptx.sreg."))
    return !StringSwitch<bool>(Name)
                .Cases("ctaid.x", "ctaid.y", "ctaid.z", true)
                .Cases("ntid.x", "ntid.y", "ntid.z", true)
                .Cases("nctaid.x", "nctaid.y", "nctaid.z", true)
                .Case("warpsize", true)
                .Default(false);
  return !F->doesNotAccessMemory() || F->isConvergent() ||
         Name.starts_with("llvm.nvvm.isspacep");
}

bool BlockUniform::isSource(const Instruction &I) const {
  if (const auto *Call = dyn_cast<CallInst>(&I)) {
    // All that take part get the same, and in a uniform block all do.
    if (classifyCall(const_cast<CallInst &>(*Call)).Kind == SyncKind::Reduction)
      return !isUniform(I.getParent());
    return !isa<DbgInfoIntrinsic>(I) && isSourceCall(*Call);
  }
  if (const auto *L = dyn_cast<LoadInst>(&I))
    return L->isVolatile() || L->isAtomic() ||
           !isSharedConstant(L->getPointerOperand());
  return isa<AllocaInst>(I) || isa<AtomicRMWInst>(I) ||
         isa<AtomicCmpXchgInst>(I) || isa<VAArgInst>(I) || isa<InvokeInst>(I) ||
         isa<CallBrInst>(I);
}

void BlockUniform::mark(const Value *V) {
  if (Varying.insert(V).second)
    Work.push_back(V);
}

void BlockUniform::diverge(const BasicBlock &At) {
  const auto *Node = Post.getNode(&At);
  const auto *Join =
      Node && Node->getIDom() ? Node->getIDom()->getBlock() : nullptr;
  auto MarkPhis = [&](const BasicBlock &B) {
    for (const PHINode &P : B.phis())
      mark(&P);
  };
  SmallVector<const BasicBlock *, 16> Next(successors(&At));
  DenseSet<const BasicBlock *> Seen;
  if (Join)
    MarkPhis(*Join);
  while (!Next.empty()) {
    const BasicBlock *B = Next.pop_back_val();
    if (B == Join || !Seen.insert(B).second)
      continue;
    MarkPhis(*B);
    if (Apart.insert(B).second)
      for (const Instruction &I : *B)
        if (isSource(I))
          mark(&I);
    append_range(Next, successors(B));
  }
}

BlockUniform::BlockUniform(Function &F) : Post(F) {
  for (const Instruction &I : instructions(F))
    if (isSource(I))
      mark(&I);
  while (!Work.empty()) {
    const Value *V = Work.pop_back_val();
    for (const User *U : V->users()) {
      const auto *I = dyn_cast<Instruction>(U);
      if (!I)
        continue;
      if (I->isTerminator()) {
        if (I->getNumSuccessors() > 1)
          diverge(*I->getParent());
        continue;
      }
      const auto *Call = dyn_cast<CallInst>(I);
      if (Call && classifyCall(const_cast<CallInst &>(*Call)).Kind ==
                      SyncKind::Reduction)
        continue;
      mark(I);
    }
  }
}

} // namespace reprise
