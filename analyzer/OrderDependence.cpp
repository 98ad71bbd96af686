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
#include "llvm/IR/GlobalVariable.h"
#include "llvm/IR/InlineAsm.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicsNVPTX.h"
#include "llvm/IR/Operator.h"

#include <optional>

using namespace llvm;

namespace reprise {

/// An atomic, of any kind of memory, that is a call.
static bool ordersMemory(Instruction &I) {
  const InstructionEffects E = effectsOf(I);
  return E.Private.Ordered || any_of(E.Memory, [](const MemOp &Op) {
           return Op.Kind == REPRISE_ACCESS_ATOMIC;
         });
}

/// A value of a loop that was rolled up, which says no more what it is made of.
static bool isForgotten(const Instruction &I) {
  const auto *Call = dyn_cast<CallBase>(&I);
  const Function *F = Call ? Call->getCalledFunction() : nullptr;
  return F && F->getName().starts_with("reprise.ptx.value.unrolled.");
}

/// Of registers and opcodes, as PTX spells them.
static bool namesSource(StringRef Text) {
  static constexpr StringLiteral Names[] = {
      "clock",  "globaltimer", "smid",         "warpid",
      "gridid", "activemask",  "elect",        "mbarrier",
      "%pm",    "envreg",      "cyclecounter", "steadycounter"};
  return any_of(Names, [&](StringRef N) { return Text.contains(N); });
}

/// The variable that an address of PTX is made of: the only one whose address
/// is among what is added up.
static const Value *objectOf(const Value *Address) {
  constexpr unsigned Most = 16;
  const Value *Object = getUnderlyingObject(Address);
  const auto *Cast = dyn_cast<Operator>(Object);
  if (!Cast || Cast->getOpcode() != Instruction::IntToPtr)
    return Object;
  const Value *Found = nullptr;
  SmallVector<const Value *, 8> Work{Cast->getOperand(0)};
  for (unsigned Steps = 0; !Work.empty(); ++Steps) {
    const auto *O = dyn_cast<Operator>(Work.pop_back_val());
    if (!O)
      continue;
    if (O->getOpcode() == Instruction::PtrToInt) {
      const Value *Base = getUnderlyingObject(O->getOperand(0));
      if (Found && Found != Base)
        return Object;
      Found = Base;
    } else if (O->getOpcode() == Instruction::Add ||
               O->getOpcode() == Instruction::ZExt ||
               O->getOpcode() == Instruction::SExt ||
               O->getOpcode() == Instruction::Trunc) {
      if (Steps == Most)
        return Object;
      Work.append(O->value_op_begin(), O->value_op_end());
    }
  }
  return Found ? Found : Object;
}

/// An address in shared or local memory, or one of which that is not known.
static bool mayBePrivate(const Value *Address) {
  constexpr unsigned GlobalSpace = 1, ConstantSpace = 4;
  constexpr unsigned SharedSpace = 3;
  const unsigned Space = Address->getType()->getPointerAddressSpace();
  if (Space == GlobalSpace || Space == ConstantSpace)
    return false;
  const Value *Object = objectOf(Address);
  if (const auto *G = dyn_cast<GlobalVariable>(Object))
    return G->getAddressSpace() == SharedSpace;
  return !isa<Argument>(Object);
}

/// I gives a value that may differ from run to run by itself.
static bool isSource(Instruction &I) {
  if (I.use_empty())
    return false;
  if (isa<AtomicRMWInst, AtomicCmpXchgInst>(I))
    return true;
  // Those may race without being undefined. Of global memory, ReachOf tells.
  if (auto *L = dyn_cast<LoadInst>(&I))
    return (L->isAtomic() || L->hasMetadata(AtomicAccess)) &&
           mayBePrivate(L->getPointerOperand());
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
  return ordersMemory(I);
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
  if (auto *S = dyn_cast<StoreInst>(&I))
    return (S->isAtomic() || S->hasMetadata(AtomicAccess)) &&
           mayBePrivate(S->getPointerOperand());
  return ordersMemory(I);
}

/// What R updates, as far as it can be told from what others update: dynamic
/// shared memory is one, and null what may be any.
static const Value *updatedBy(const AtomicRMWInst &R) {
  const Value *Object = objectOf(R.getPointerOperand());
  if (const auto *G = dyn_cast<GlobalVariable>(Object))
    return G->isDeclaration() ? nullptr : G;
  return isa<Argument, AllocaInst>(Object) ||
                 !mayBePrivate(R.getPointerOperand())
             ? Object
             : nullptr;
}

/// Updates that do not commute with others of the same memory, by what they
/// update. Such of one word in parts do not: a sum carries.
static SmallPtrSet<const Value *, 4> mixedUpdates(Function &F) {
  DenseMap<const Value *, uint64_t> Groups;
  SmallPtrSet<const Value *, 4> Mixed;
  std::optional<uint64_t> OfAny; ///< Where some may be of anything private.
  auto GroupOf = [&](const AtomicRMWInst &R) {
    return F.getDataLayout().getTypeStoreSize(R.getValOperand()->getType()) *
               64 +
           updateGroup(R);
  };
  auto Private = [](const AtomicRMWInst &R) {
    return mayBePrivate(R.getPointerOperand());
  };
  for (Instruction &I : instructions(F))
    if (auto *R = dyn_cast<AtomicRMWInst>(&I)) {
      auto [It, New] = Groups.try_emplace(updatedBy(*R), GroupOf(*R));
      if (It->second != GroupOf(*R))
        Mixed.insert(updatedBy(*R));
      if (!updatedBy(*R))
        OfAny = GroupOf(*R);
    }
  if (OfAny)
    for (Instruction &I : instructions(F))
      if (auto *R = dyn_cast<AtomicRMWInst>(&I);
          R && Private(*R) && GroupOf(*R) != *OfAny)
        Mixed.insert({updatedBy(*R), nullptr});
  return Mixed;
}

bool hasOrderSource(Function &F) {
  return !mixedUpdates(F).empty() ||
         any_of(instructions(F), [](Instruction &I) {
           return isSource(I) || isOrderedUpdate(I);
         });
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
  const InstructionEffects E = effectsOf(I);
  T.Reads = E.Private.Reads;
  T.Writes = E.Private.Writes;
  for (const MemOp &Op : E.Memory) {
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
  return isOrderedUpdate(I) || (R && Mixed.contains(updatedBy(*R)));
}

/// Marks I and what it writes. True when something is new.
bool OrderDependence::step(Instruction &I) {
  bool Depends = dependsByOperands(I) || isSource(I) || isForgotten(I);
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
