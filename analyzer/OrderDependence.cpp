//===- OrderDependence.cpp - What the order of threads decides ------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OrderDependence.h"
#include "MemoryOps.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Analysis/ValueTracking.h"
#include "llvm/IR/InlineAsm.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicsNVPTX.h"

using namespace llvm;

namespace reprise {

/// Of registers and opcodes, as PTX spells them.
static bool namesSource(StringRef Text) {
  static constexpr StringLiteral Names[] = {
      "clock",      "globaltimer", "smid",     "warpid", "gridid",
      "activemask", "elect",       "mbarrier", "%pm",    "envreg"};
  return any_of(Names, [&](StringRef N) { return Text.contains(N); });
}

/// I gives a value that may differ from run to run by itself.
static bool isSource(Instruction &I) {
  if (I.use_empty())
    return false;
  if (isa<AtomicRMWInst, AtomicCmpXchgInst>(I))
    return true;
  auto *Call = dyn_cast<CallBase>(&I);
  if (!Call)
    return false;
  if (auto *Asm = dyn_cast<InlineAsm>(Call->getCalledOperand())) {
    if (namesSource(Asm->getAsmString()))
      return true;
  } else if (Function *F = Call->getCalledFunction()) {
    StringRef Name = F->getName();
    // nwarpid and nsmid are numbers of the device.
    if ((Name.starts_with("llvm.") || Name.starts_with("reprise.ptx.")) &&
        namesSource(Name) && !Name.contains("nwarpid") &&
        !Name.contains("nsmid"))
      return true;
    if (Name.starts_with("llvm.nvvm.read.ptx.sreg.pm"))
      return true;
  }
  return any_of(effectsOf(I).Memory, [](const MemOp &Op) {
    return Op.Kind == REPRISE_ACCESS_ATOMIC;
  });
}

bool isRepeatable(AtomicRMWInst::BinOp Op) {
  switch (Op) {
  case AtomicRMWInst::And:
  case AtomicRMWInst::Or:
  case AtomicRMWInst::Max:
  case AtomicRMWInst::Min:
  case AtomicRMWInst::UMax:
  case AtomicRMWInst::UMin:
    return true;
  default:
    return false;
  }
}

/// Updates of one group commute: any order leaves the same. 0: of none.
static unsigned updateGroup(const AtomicRMWInst &R) {
  AtomicRMWInst::BinOp Op = R.getOperation();
  if (Op == AtomicRMWInst::Add || Op == AtomicRMWInst::Sub)
    return 1;
  bool Commutes = isRepeatable(Op) || Op == AtomicRMWInst::Xor;
  return Commutes ? 2 + static_cast<unsigned>(Op) : 0;
}

/// I updates memory, and the order of such updates may decide what it holds.
static bool isOrderedUpdate(Instruction &I) {
  if (auto *R = dyn_cast<AtomicRMWInst>(&I))
    return updateGroup(*R) == 0;
  return any_of(effectsOf(I).Memory, [](const MemOp &Op) {
    return Op.Kind == REPRISE_ACCESS_ATOMIC;
  });
}

/// Variables that are updated in ways that do not commute with each other.
static SmallPtrSet<const Value *, 4> mixedUpdates(Function &F) {
  DenseMap<const Value *, unsigned> Groups;
  SmallPtrSet<const Value *, 4> Mixed;
  for (Instruction &I : instructions(F))
    if (auto *R = dyn_cast<AtomicRMWInst>(&I)) {
      const Value *Object = getUnderlyingObject(R->getPointerOperand());
      auto [It, New] = Groups.try_emplace(Object, updateGroup(*R));
      if (It->second != updateGroup(*R))
        Mixed.insert(Object);
    }
  return Mixed;
}

bool hasOrderSource(Function &F) {
  return !mixedUpdates(F).empty() ||
         any_of(instructions(F), [](Instruction &I) {
           return isSource(I) || isOrderedUpdate(I);
         });
}

OrderDependence::OrderDependence(Function &F, PostDominatorTree &P, ReachOf R)
    : PDT(P), Where(R) {
  // What such kernels store is kept (hasOrderSource); of others it is unknown.
  bool Kept = hasOrderSource(F), Sees = false, Stores = false;
  Mixed = mixedUpdates(F);
  for (Instruction &I : instructions(F)) {
    bool SeesWrites = false;
    if (I.mayReadOrWriteMemory()) {
      Reach To = Where(I);
      SeesWrites = To.Global && To.SeesWrites;
      Stores |= isa<StoreInst>(I) && To.Private;
    }
    Sees |= SeesWrites;
    if (isSource(I) || updatesInOrder(I) || SeesWrites)
      Sources.insert(I.getParent());
  }
  if (!Kept && !Sees)
    return;
  PrivateContent = !Kept && Stores;
  for (bool Changed = true; Changed;) {
    Changed = false;
    for (BasicBlock &B : F) {
      for (Instruction &I : B)
        Changed |= step(I);
      Changed |= control(B);
    }
  }
}

bool OrderDependence::dependsByOperands(const Instruction &I) const {
  if (auto *Phi = dyn_cast<PHINode>(&I))
    for (const BasicBlock *Pred : Phi->blocks())
      // Which way was taken, or whether at all.
      if (Blocks.contains(Pred) || Values.contains(Pred->getTerminator()))
        return true;
  return any_of(I.operands(),
                [&](const Use &U) { return Values.contains(U.get()); });
}

bool OrderDependence::updatesInOrder(Instruction &I) const {
  auto *R = dyn_cast<AtomicRMWInst>(&I);
  return isOrderedUpdate(I) ||
         (R && Mixed.contains(getUnderlyingObject(R->getPointerOperand())));
}

namespace {
/// What an instruction does to memory of any space.
struct Traffic {
  bool Reads = false, Writes = false;
};
} // namespace

static Traffic trafficOf(Instruction &I) {
  Traffic T;
  if (!I.mayReadOrWriteMemory())
    return T;
  for (const MemOp &Op : effectsOf(I).Memory) {
    T.Reads |= Op.Kind != REPRISE_ACCESS_WRITE;
    T.Writes |= Op.Kind != REPRISE_ACCESS_READ;
  }
  // Copies into shared memory are known by what they read; matrices of shared
  // memory are calls that touch nothing global.
  auto *Call = dyn_cast<CallBase>(&I);
  if (!Call)
    return T;
  const Function *F = Call->getCalledFunction();
  bool Opaque = F && F->getName().starts_with("reprise.ptx.value.");
  bool Address = any_of(Call->args(),
                        [](Value *A) { return A->getType()->isPointerTy(); });
  if (T.Reads || T.Writes || Opaque || Address) {
    T.Reads |= I.mayReadFromMemory();
    T.Writes |= I.mayWriteToMemory();
  }
  return T;
}

/// Marks I and what it writes. True when something is new.
bool OrderDependence::step(Instruction &I) {
  bool Depends = dependsByOperands(I) || isSource(I);
  // Whether it happens, which is what counts for what is in memory and, read
  // in a loop, for which iteration's content is the last one.
  bool Happens = Blocks.contains(I.getParent());
  bool Changed = false;
  if (Traffic T = trafficOf(I); T.Reads || T.Writes) {
    Reach To = Where(I);
    Depends |= T.Reads && (Happens || (PrivateContent && To.Private) ||
                           (To.Global && To.SeesWrites));
    if (T.Writes && (Happens || Depends || updatesInOrder(I))) {
      Changed |= To.Private && !PrivateContent;
      PrivateContent |= To.Private;
    }
  }
  // A terminator that depends is one whose condition does.
  return (Depends && Values.insert(&I).second) || Changed;
}

/// Marks the blocks that the end of B decides about. True when one is new.
bool OrderDependence::control(BasicBlock &B) {
  const Instruction *End = B.getTerminator();
  if (succ_size(&B) < 2 || !(Values.contains(End) || Blocks.contains(&B)))
    return false;
  bool Changed = false;
  auto *Node = PDT.getNode(&B);
  const auto *Join = Node ? Node->getIDom() : nullptr;
  for (BasicBlock *S : successors(&B))
    for (auto *At = PDT.getNode(S); At && At != Join && At->getBlock();
         At = At->getIDom())
      Changed |= Blocks.insert(At->getBlock()).second;
  return Changed;
}

} // namespace reprise
