//===- SyncOps.cpp - How the threads of a kernel wait for each other ------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "SyncOps.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/GlobalVariable.h"
#include "llvm/IR/InlineAsm.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/Module.h"

using namespace llvm;

namespace reprise {

static constexpr unsigned SharedSpace = 3;

static bool startsWithAny(StringRef S, ArrayRef<StringLiteral> Prefixes) {
  return any_of(Prefixes, [&](StringRef P) { return S.starts_with(P); });
}

/// "shfl.sync" is of the family "shfl", and "shflx" is not.
static bool isOf(StringRef Opcode, ArrayRef<StringLiteral> Families) {
  return any_of(Families, [&](StringRef F) {
    return Opcode.starts_with(F) &&
           (Opcode.size() == F.size() || Opcode[F.size()] == '.');
  });
}

SyncKind classifyOpcode(StringRef Op) {
  if (isOf(Op, {"barrier.cluster", "griddepcontrol", "clusterlaunchcontrol",
                "mapa", "getctarank"}) ||
      Op.contains("shared::cluster"))
    return SyncKind::Grid;
  if (isOf(Op, {"bar.warp", "shfl", "vote", "match", "redux", "activemask",
                "elect"}))
    return SyncKind::WarpPart;
  if (isOf(Op, {"bar", "barrier"}))
    return SyncKind::OtherBarrier;
  if (isOf(Op, {"mma", "wmma", "ldmatrix", "stmatrix", "movmatrix"}))
    return SyncKind::WarpAll;
  if (isOf(Op, {"cp.async.bulk", "cp.async.mbarrier", "cp.reduce", "mbarrier",
                "wgmma", "tcgen05", "tensormap", "setmaxnreg", "st.async",
                "st.bulk", "red.async", "multimem"}))
    return SyncKind::AsyncOther;
  if (isOf(Op, {"cp.async"}))
    return SyncKind::Async;
  if (isOf(Op, {"exit"}))
    return SyncKind::Exit;
  // Loops inside of assembly may wait for anything.
  if (isOf(Op, {"bra", "brx", "call", "ret"}))
    return SyncKind::Unknown;
  return SyncKind::None;
}

std::vector<std::string> opcodesOf(StringRef Text) {
  std::vector<std::string> Opcodes;
  SmallVector<StringRef, 8> Lines, Statements;
  SplitString(Text, Lines, "\n");
  for (StringRef Line : Lines)
    SplitString(Line.split("//").first, Statements, ";{}");
  for (StringRef S : Statements) {
    S = S.trim();
    // A label, but not "shared::cta".
    size_t Colon = S.find(':');
    if (Colon != StringRef::npos && !S.substr(Colon).starts_with("::") &&
        S.take_front(Colon).find_first_of(" \t") == StringRef::npos)
      S = S.drop_front(Colon + 1).ltrim();
    if (S.starts_with("@"))
      S = S.drop_while([](char C) { return C != ' ' && C != '\t'; }).ltrim();
    Opcodes.push_back(S.take_until([](char C) {
                         return C == ' ' || C == '\t' || C == '$';
                       }).str());
  }
  return Opcodes;
}

static bool isConstant(const CallBase &Call, unsigned Operand, int64_t Value) {
  auto *C = Operand < Call.arg_size()
                ? dyn_cast<ConstantInt>(Call.getArgOperand(Operand))
                : nullptr;
  return C && C->getSExtValue() == Value;
}

static SyncKind classifyIntrinsic(const CallBase &Call, StringRef Name) {
  if (Name == "barrier0" || (Name == "bar.sync" && isConstant(Call, 0, 0)))
    return SyncKind::Barrier;
  if (Name.starts_with("barrier0."))
    return SyncKind::Reduction;
  // Their mask; bits of lanes that do not exist count for nothing.
  int Mask = -1;
  if (startsWithAny(Name, {"shfl.sync.", "match.", "bar.warp.sync"}) ||
      (Name.starts_with("vote.") && Name.ends_with(".sync")))
    Mask = 0;
  else if (Name.starts_with("redux.sync."))
    Mask = 1;
  if (Mask >= 0)
    return isConstant(Call, static_cast<unsigned>(Mask), -1)
               ? SyncKind::WarpAll
               : SyncKind::WarpPart;
  if (startsWithAny(Name, {"cluster", "griddepcontrol", "mapa", "getctarank",
                           "barrier.cluster", "is_explicit_cluster"}))
    return SyncKind::Grid;
  if (startsWithAny(Name, {"mbarrier", "cp.async.bulk", "cp.async.mbarrier",
                           "wgmma", "setmaxnreg", "tcgen05"}))
    return SyncKind::AsyncOther;
  if (startsWithAny(Name, {"cp.async"}))
    return SyncKind::Async;
  if (startsWithAny(Name, {"mma.", "wmma.", "ldmatrix", "stmatrix"}))
    return SyncKind::WarpAll;
  if (startsWithAny(Name, {"shfl.", "vote.", "activemask", "elect"}))
    return SyncKind::WarpPart;
  if (startsWithAny(Name, {"bar.", "barrier"}))
    return SyncKind::OtherBarrier;
  if (Name == "exit")
    return SyncKind::Exit;
  return SyncKind::None;
}

SyncOp classifyCall(CallBase &Call) {
  SyncOp Op;
  Op.Call = &Call;
  if (auto *Asm = dyn_cast<InlineAsm>(Call.getCalledOperand())) {
    // The most demanding one.
    for (std::string &Opcode : opcodesOf(Asm->getAsmString()))
      if (SyncKind K = classifyOpcode(Opcode); K > Op.Kind) {
        Op.Kind = K;
        Op.Name = std::move(Opcode);
      }
    return Op;
  }
  const Function *F = Call.getCalledFunction();
  if (!F) {
    Op.Kind = SyncKind::Unknown;
    Op.Name = "a call through a pointer";
    return Op;
  }
  StringRef Name = F->getName();
  if (F->isIntrinsic()) {
    if (Name.consume_front("llvm.nvvm.")) {
      Op.Kind = classifyIntrinsic(Call, Name);
      Op.Name = Name.str();
    }
    return Op;
  }
  if (!F->isDeclaration() && !F->isInterposable())
    return Op;
  if (Name.consume_front("reprise.ptx.")) {
    StringRef What = Name.split('.').first;
    Name = Name.drop_front(What.size() + 1);
    if (What == "read" || What == "write" || What == "atomic")
      Name = Name.split('.').second; // The bytes.
    Op.Kind = What == "memory" ? SyncKind::Unknown : classifyOpcode(Name);
    Op.Name = Name.str();
    return Op;
  }
  bool Harmless = StringSwitch<bool>(Name)
                      .Cases("vprintf", "malloc", "free", true)
                      .Cases("__assertfail", "__assert_fail", true)
                      .Case("__nvvm_reflect", true)
                      .Default(false);
  if (!Harmless) {
    Op.Kind = SyncKind::Unknown;
    Op.Name = ("a call of '" + Name + "'").str();
  }
  return Op;
}

/// F and the functions with a body that it calls.
static SetVector<Function *> reachable(Function &F) {
  SetVector<Function *> Found;
  Found.insert(&F);
  for (unsigned N = 0; N < Found.size(); ++N)
    for (Instruction &I : instructions(*Found[N]))
      if (auto *Call = dyn_cast<CallBase>(&I))
        if (Function *Callee = Call->getCalledFunction();
            Callee && !Callee->isDeclaration())
          Found.insert(Callee);
  return Found;
}

std::vector<SyncOp> findSyncOps(Function &F) {
  std::vector<SyncOp> Ops;
  for (Function *G : reachable(F))
    for (Instruction &I : instructions(*G))
      if (auto *Call = dyn_cast<CallBase>(&I)) {
        SyncOp Op = classifyCall(*Call);
        Op.InCallee = G != &F;
        if (Op.Kind != SyncKind::None)
          Ops.push_back(std::move(Op));
      }
  return Ops;
}

static bool refersToShared(const Value *V,
                           SmallPtrSetImpl<const Value *> &Seen) {
  if (V->getType()->isPointerTy() &&
      V->getType()->getPointerAddressSpace() == SharedSpace)
    return true;
  auto *C = dyn_cast<Constant>(V);
  if (!C || isa<GlobalValue>(C) || !Seen.insert(C).second)
    return false;
  return any_of(C->operands(),
                [&](const Use &U) { return refersToShared(U.get(), Seen); });
}

bool usesSharedMemory(Function &F) {
  SmallPtrSet<const Value *, 32> Seen;
  for (Function *G : reachable(F))
    for (Instruction &I : instructions(*G))
      for (const Use &U : I.operands())
        if (refersToShared(U.get(), Seen))
          return true;
  return false;
}

static void addShared(const Value *V, SmallPtrSetImpl<const Value *> &Seen,
                      uint64_t &Bytes, const DataLayout &DL) {
  const auto *C = dyn_cast<Constant>(V);
  if (!C || !Seen.insert(C).second)
    return;
  if (const auto *G = dyn_cast<GlobalVariable>(C);
      G && G->getAddressSpace() == SharedSpace && G->hasInitializer())
    Bytes = alignTo(Bytes, G->getAlign().valueOrOne()) +
            DL.getTypeAllocSize(G->getValueType()).getFixedValue();
  if (!isa<GlobalValue>(C))
    for (const Use &U : C->operands())
      addShared(U.get(), Seen, Bytes, DL);
}

uint64_t sharedBytes(Function &F) {
  SmallPtrSet<const Value *, 32> Seen;
  uint64_t Bytes = 0;
  for (Instruction &I : instructions(F))
    for (const Use &U : I.operands())
      addShared(U.get(), Seen, Bytes, F.getDataLayout());
  return Bytes;
}

} // namespace reprise
