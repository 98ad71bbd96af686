//===- BlockUniform.cpp - What all threads of a block do alike ------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Everything is taken to be uniform until something shows that it is not; what
// differs is spread along operands and, from branches whose condition differs,
// along control:
//
//   - phis between such a branch and its immediate post-dominator, that one
//     included, differ: threads arrive by different ways. The header of a loop
//     that threads leave at different times lies in between, so its phis
//     differ, and with them all that varies in the loop;
//   - blocks that are control dependent on it are not joint, nor are those
//     that depend on a branch in a block that is not.
//
//===----------------------------------------------------------------------===//

#include "BlockUniform.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/IR/CFG.h"
#include "llvm/IR/InlineAsm.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/IntrinsicsNVPTX.h"
#include "llvm/IR/Operator.h"

using namespace llvm;

namespace reprise {

/// Memory that no kernel writes: by-value parameters and constant variables.
static bool isHostMemory(const Value *Address) {
  constexpr unsigned ConstantSpace = 4;
  const Value *Base = Address->stripPointerCasts();
  while (const auto *G = dyn_cast<GEPOperator>(Base))
    Base = G->getPointerOperand()->stripPointerCasts();
  if (const auto *A = dyn_cast<Argument>(Base))
    return A->hasByValAttr();
  const auto *V = dyn_cast<GlobalVariable>(Base);
  return V && V->getAddressSpace() == ConstantSpace;
}

static bool isSharedByBlock(const CallBase &Call) {
  const Function *F = Call.getCalledFunction();
  if (!F || !F->isIntrinsic())
    return false;
  StringRef Name = F->getName();
  if (!Name.starts_with("llvm.nvvm."))
    return Call.doesNotAccessMemory() && !Call.isConvergent();
  return Name.starts_with("llvm.nvvm.read.ptx.sreg.ctaid.") ||
         Name.starts_with("llvm.nvvm.read.ptx.sreg.nctaid.") ||
         Name.starts_with("llvm.nvvm.read.ptx.sreg.ntid.");
}

bool BlockUniform::isUniform(const Value *V) const {
  // Undefined values may be another one at each use.
  return !isa<UndefValue>(V) && !Different.contains(V);
}

bool BlockUniform::differs(const Instruction &I) const {
  if (isa<PHINode>(I) && Mixed.contains(I.getParent()))
    return true;
  if (const auto *L = dyn_cast<LoadInst>(&I)) {
    if (L->isAtomic() || !isHostMemory(L->getPointerOperand()))
      return true;
  } else if (const auto *Call = dyn_cast<CallBase>(&I)) {
    if (!isSharedByBlock(*Call))
      return true;
  } else if (!isa<PHINode, BinaryOperator, UnaryOperator, CastInst, CmpInst,
                  SelectInst, GetElementPtrInst, FreezeInst, BranchInst,
                  SwitchInst, ExtractValueInst, InsertValueInst>(I)) {
    return true;
  }
  return any_of(I.operands(), [&](const Use &U) {
    return !isa<BasicBlock>(U.get()) && !isUniform(U.get());
  });
}

/// The end of B differs: marks what threads reach by different ways.
void BlockUniform::spread(BasicBlock &B) {
  const auto *Node = PDT.getNode(&B);
  const auto *Above = Node ? Node->getIDom() : nullptr;
  const BasicBlock *Join = Above ? Above->getBlock() : nullptr;
  SmallPtrSet<const BasicBlock *, 16> Seen;
  SmallVector<BasicBlock *, 16> Open(successors(&B));
  while (!Open.empty()) {
    BasicBlock *At = Open.pop_back_val();
    if (!Seen.insert(At).second)
      continue;
    Mixed.insert(At);
    if (At != Join)
      Open.append(succ_begin(At), succ_end(At));
  }
}

BlockUniform::BlockUniform(Function &F, PostDominatorTree &P) : PDT(P) {
  for (bool Changed = true; Changed;) {
    Changed = false;
    for (BasicBlock &B : F)
      for (Instruction &I : B) {
        if (Different.contains(&I) || !differs(I))
          continue;
        Different.insert(&I);
        Changed = true;
        if (I.isTerminator() && I.getNumSuccessors() > 1)
          spread(B);
      }
  }
  for (bool Changed = true; Changed;) {
    Changed = false;
    for (BasicBlock &B : F) {
      const Instruction *End = B.getTerminator();
      if (End->getNumSuccessors() < 2 ||
          !(Different.contains(End) || Split.contains(&B)))
        continue;
      const auto *Node = PDT.getNode(&B);
      const auto *Join = Node ? Node->getIDom() : nullptr;
      for (BasicBlock *S : successors(&B))
        for (auto *At = PDT.getNode(S); At && At != Join && At->getBlock();
             At = At->getIDom())
          Changed |= Split.insert(At->getBlock()).second;
    }
  }
}

namespace {
enum class Meeting { None, Block, Other };
} // namespace

/// Where threads wait for each other in Call.
static Meeting meetingIn(const CallBase &Call) {
  if (const auto *Asm = dyn_cast<InlineAsm>(Call.getCalledOperand())) {
    StringRef Text = Asm->getAsmString();
    return Text.contains("bar") || Text.contains("exit") ? Meeting::Other
                                                         : Meeting::None;
  }
  const Function *F = Call.getCalledFunction();
  if (!F)
    return Meeting::Other;
  StringRef Name = F->getName();
  if (!F->isIntrinsic()) {
    // Of PTX, what only computes.
    return Name.starts_with("reprise.ptx.") && !Name.contains("bar")
               ? Meeting::None
               : Meeting::Other;
  }
  if (Call.getIntrinsicID() == Intrinsic::nvvm_exit)
    return Meeting::Other;
  if (Name == "llvm.nvvm.barrier0" || Name == "llvm.nvvm.barrier0.popc" ||
      Name == "llvm.nvvm.barrier0.and" || Name == "llvm.nvvm.barrier0.or")
    return Meeting::Block;
  if (Name == "llvm.nvvm.barrier.sync" || Name == "llvm.nvvm.bar.sync" ||
      Name == "llvm.nvvm.barrier.n")
    return isa<ConstantInt>(Call.getArgOperand(0)) ? Meeting::Block
                                                   : Meeting::Other;
  if (Name.starts_with("llvm.nvvm.barrier") ||
      (Name.starts_with("llvm.nvvm.bar.") && Name != "llvm.nvvm.bar.warp.sync"))
    return Meeting::Other;
  return Meeting::None;
}

SmallVector<const Instruction *, 8> blockBarriers(Function &F,
                                                  const BlockUniform &Uniform) {
  SmallVector<const Instruction *, 8> Found;
  for (const Instruction &I : instructions(F)) {
    const auto *Call = dyn_cast<CallBase>(&I);
    const Meeting M = Call ? meetingIn(*Call) : Meeting::None;
    if (M == Meeting::None)
      continue;
    if (M == Meeting::Other || !Uniform.isJoint(I.getParent()))
      return {};
    Found.push_back(&I);
  }
  return Found;
}

} // namespace reprise
