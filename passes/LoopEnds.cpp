//===- LoopEnds.cpp - What decides when a loop ends -----------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LoopEnds.h"
#include "SyncOps.h"

#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/Analysis/PostDominators.h"
#include "llvm/IR/CFG.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/IntrinsicInst.h"

using namespace llvm;

namespace reprise {

namespace {

class Flow {
public:
  explicit Flow(const Loop &L)
      : L(L), Post(*const_cast<Function *>(L.getHeader()->getParent())) {}
  bool run(ArrayRef<const Instruction *> Sources);

private:
  void mark(const Instruction &I);
  void follow(const Instruction &I);
  void toUsers(const Instruction &I);
  void branch(const BasicBlock &At);
  void throughMemory();
  void throughThreads();

  const Loop &L;
  PostDominatorTree Post;
  DenseSet<const Instruction *> Marked;
  SmallVector<const Instruction *, 32> Work;
  SmallPtrSet<const BasicBlock *, 16> Branched, Chosen;
  bool Memory = false, Threads = false, Ends = false;
};

} // namespace

static bool isSync(const Instruction &I) {
  const auto *Call = dyn_cast<CallBase>(&I);
  return Call &&
         classifyCall(const_cast<CallBase &>(*Call)).Kind != SyncKind::None;
}

/// Writes what loads may read: marks, and most of what the lifter has only a
/// name for, write nothing.
static bool writesMemory(const Instruction &I) {
  if (!I.mayWriteToMemory() || isa<LoadInst>(I))
    return false;
  const auto *Call = dyn_cast<CallBase>(&I);
  if (!Call)
    return true;
  if (Call->onlyAccessesInaccessibleMemory())
    return false;
  const Function *F = Call->getCalledFunction();
  StringRef Name = F ? F->getName() : StringRef();
  if (!Name.consume_front("reprise.ptx.value.") || isSync(I))
    return true;
  StringRef Family = Name.split('.').first;
  return is_contained({"st", "red", "atom", "cp", "prefetch"}, Family);
}

void Flow::mark(const Instruction &I) {
  if (L.contains(&I) && Marked.insert(&I).second)
    Work.push_back(&I);
}

/// What is read may be what a marked instruction wrote.
void Flow::throughMemory() {
  if (Memory)
    return;
  Memory = true;
  for (const BasicBlock *B : L.blocks())
    for (const Instruction &I : *B)
      if (I.mayReadFromMemory() &&
          !I.hasMetadata(LLVMContext::MD_invariant_load))
        mark(I);
}

/// What one lane or thread has got, others get too.
void Flow::throughThreads() {
  if (Threads)
    return;
  Threads = true;
  for (const BasicBlock *B : L.blocks())
    for (const Instruction &I : *B)
      if (isSync(I))
        mark(I);
}

/// Threads take different ways from At on, until they must meet again: what is
/// written there, and which value comes out of there, depends on it. The header
/// of a loop that they leave at different times lies in between.
void Flow::branch(const BasicBlock &At) {
  if (!Branched.insert(&At).second)
    return;
  if (L.isLoopExiting(&At)) {
    Ends = true;
    return;
  }
  const auto *Node = Post.getNode(&At);
  const BasicBlock *Join =
      Node && Node->getIDom() ? Node->getIDom()->getBlock() : nullptr;
  SmallVector<const BasicBlock *, 16> Next(successors(&At));
  SmallPtrSet<const BasicBlock *, 16> Seen;
  while (!Next.empty()) {
    const BasicBlock *B = Next.pop_back_val();
    if (!L.contains(B) || !Seen.insert(B).second)
      continue;
    for (const PHINode &P : B->phis())
      mark(P);
    if (B == Join)
      continue;
    if (L.isLoopExiting(B)) {
      Ends = true;
      return;
    }
    if (Chosen.insert(B).second)
      for (const Instruction &I : *B) {
        if (isa<DbgInfoIntrinsic>(I))
          continue;
        if (writesMemory(I))
          throughMemory();
        if (isSync(I))
          throughThreads();
      }
    append_range(Next, successors(B));
  }
}

void Flow::follow(const Instruction &I) {
  if (I.isTerminator() && I.getNumSuccessors() > 1)
    branch(*I.getParent());
  if (writesMemory(I))
    throughMemory();
  if (isSync(I))
    throughThreads();
  toUsers(I);
}

void Flow::toUsers(const Instruction &I) {
  for (const User *U : I.users())
    if (const auto *Next = dyn_cast<Instruction>(U))
      mark(*Next);
}

bool Flow::run(ArrayRef<const Instruction *> Sources) {
  for (const Instruction *I : Sources) {
    // What an atomic operation writes is for other blocks.
    toUsers(*I);
    if (I->getType()->isVoidTy())
      throughMemory();
  }
  while (!Work.empty() && !Ends)
    follow(*Work.pop_back_val());
  return Ends;
}

bool endDependsOn(const Loop &L, ArrayRef<const Instruction *> Sources) {
  return !Sources.empty() && Flow(L).run(Sources);
}

} // namespace reprise
