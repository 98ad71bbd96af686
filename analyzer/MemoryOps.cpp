//===- MemoryOps.cpp - What an instruction does to global memory ----------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "MemoryOps.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/IR/InlineAsm.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/IntrinsicsNVPTX.h"
#include "llvm/IR/Module.h"

using namespace llvm;

namespace reprise {

static uint64_t storeSize(const Instruction &I, Type *T) {
  return I.getModule()->getDataLayout().getTypeStoreSize(T);
}

static MemOp anything(reprise_access_kind Kind, reprise_reason Reason,
                      StringRef Detail) {
  MemOp Op;
  Op.Kind = Kind;
  Op.Reason = Reason;
  Op.Detail = Detail.str();
  Op.MayNotHappen = true; // Nothing is known of it.
  return Op;
}

static MemOp through(Value *Address, reprise_access_kind Kind, uint64_t Width) {
  MemOp Op;
  Op.Kind = Kind;
  Op.Address = Address;
  Op.Width = Width;
  return Op;
}

MemOp throughHandle(Value *Handle, StringRef Opcode) {
  MemOp Op;
  Op.Kind = Opcode.starts_with("sust")    ? REPRISE_ACCESS_WRITE
            : Opcode.starts_with("sured") ? REPRISE_ACCESS_ATOMIC
                                          : REPRISE_ACCESS_READ;
  Op.Address = Handle;
  Op.Through = Opcode.starts_with("su") ? RootKind::Surface : RootKind::Texture;
  Op.Reason = REPRISE_REASON_TEXTURE;
  Op.Detail = Opcode.str();
  Op.MayNotHappen = true; // Nothing is touched outside of the bounds.
  return Op;
}

/// Every pointer argument may be used over its whole allocation.
static void throughArguments(CallBase &C, InstructionEffects &Out) {
  bool Reads = !C.onlyWritesMemory(), Writes = !C.onlyReadsMemory();
  for (Value *A : C.args())
    if (A->getType()->isPointerTy()) {
      Out.Memory.push_back(through(A,
                                   Reads && Writes ? REPRISE_ACCESS_ATOMIC
                                   : Writes        ? REPRISE_ACCESS_WRITE
                                                   : REPRISE_ACCESS_READ,
                                   0));
      Out.Memory.back().MayNotHappen = true;
    }
}

/// Synchronisation, register exchange and control: no global memory.
static bool touchesNoMemory(StringRef Name) {
  static constexpr StringLiteral Prefixes[] = {"llvm.nvvm.barrier",
                                               "llvm.nvvm.bar.",
                                               "llvm.nvvm.membar",
                                               "llvm.nvvm.fence",
                                               "llvm.nvvm.shfl",
                                               "llvm.nvvm.vote",
                                               "llvm.nvvm.match",
                                               "llvm.nvvm.activemask",
                                               "llvm.nvvm.nanosleep",
                                               "llvm.nvvm.redux",
                                               "llvm.nvvm.exit",
                                               "llvm.nvvm.elect",
                                               "llvm.nvvm.griddep",
                                               "llvm.nvvm.cp.async.commit",
                                               "llvm.nvvm.cp.async.wait",
                                               "llvm.nvvm.cp.async.bulk.commit",
                                               "llvm.nvvm.cp.async.bulk.wait",
                                               "llvm.nvvm.setmaxnreg",
                                               "llvm.nvvm.wgmma.fence",
                                               "llvm.nvvm.wgmma.commit",
                                               "llvm.nvvm.wgmma.wait",
                                               "llvm.trap",
                                               "llvm.debugtrap",
                                               "llvm.ubsantrap",
                                               "llvm.stack",
                                               "llvm.nvvm.read.ptx.sreg",
                                               "llvm.nvvm.internal",
                                               "llvm.readcyclecounter"};
  return any_of(Prefixes, [&](StringRef P) { return Name.starts_with(P); });
}

static void intrinsic(IntrinsicInst &I, InstructionEffects &Out) {
  StringRef Name = I.getCalledFunction()->getName();
  if (auto *Set = dyn_cast<MemSetInst>(&I)) {
    MemOp Op = through(Set->getRawDest(), REPRISE_ACCESS_WRITE, 0);
    Op.Length = Set->getLength();
    Out.Memory.push_back(Op);
    return;
  }
  if (auto *Copy = dyn_cast<MemTransferInst>(&I)) {
    MemOp Read = through(Copy->getRawSource(), REPRISE_ACCESS_READ, 0);
    MemOp Write = through(Copy->getRawDest(), REPRISE_ACCESS_WRITE, 0);
    Read.Length = Write.Length = Copy->getLength();
    Out.Memory.push_back(Read);
    Out.Memory.push_back(Write);
    return;
  }
  if (Name.starts_with("llvm.nvvm.ldg.global") ||
      Name.starts_with("llvm.nvvm.ldu.global")) {
    Out.Memory.push_back(through(I.getArgOperand(0), REPRISE_ACCESS_READ,
                                 storeSize(I, I.getType())));
    return;
  }
  if (Name.starts_with("llvm.nvvm.atomic.")) {
    Out.Memory.push_back(through(I.getArgOperand(0), REPRISE_ACCESS_ATOMIC,
                                 storeSize(I, I.getType())));
    return;
  }
  if (Name.starts_with("llvm.nvvm.cp.async.c") && I.arg_size() >= 2 &&
      Name.contains(".shared.global.")) {
    uint64_t Width = Name.contains(".16") ? 16 : Name.contains(".8") ? 8 : 4;
    MemOp Op = through(I.getArgOperand(1), REPRISE_ACCESS_READ, Width);
    Op.MayNotHappen = I.arg_size() > 2; // Copies as many bytes as it is told.
    Out.Memory.push_back(Op);
    return;
  }
  if (I.isAssumeLikeIntrinsic() || I.doesNotAccessMemory() ||
      I.onlyAccessesInaccessibleMemory() || touchesNoMemory(Name))
    return;
  if (Name.starts_with("llvm.nvvm.txq") || Name.starts_with("llvm.nvvm.suq"))
    return; // The descriptor's fields: no memory of the program.
  StringRef Opcode = Name;
  if (Opcode.consume_front("llvm.nvvm.") &&
      (Opcode.starts_with("tex.") || Opcode.starts_with("tld4.") ||
       Opcode.starts_with("suld.") || Opcode.starts_with("sust."))) {
    Out.Memory.push_back(throughHandle(I.getArgOperand(0), Opcode));
    return;
  }
  if (I.onlyAccessesArgMemory()) {
    throughArguments(I, Out);
    return;
  }
  Out.Memory.push_back(
      anything(REPRISE_ACCESS_ATOMIC, REPRISE_REASON_UNSUPPORTED, Name));
}

/// The externals that the PTX lifter makes up (ptx/Lift.h). What each of them
/// may do is in the name; whether it does is not known.
static void liftedCall(CallBase &C, StringRef Name, InstructionEffects &Out) {
  if (Name.consume_front("value."))
    return;
  if (Name.consume_front("texture.")) {
    if (C.arg_size() > 0)
      Out.Memory.push_back(
          throughHandle(C.getArgOperand(0), Name.split(' ').first));
    else
      Out.Memory.push_back(
          anything(REPRISE_ACCESS_ATOMIC, REPRISE_REASON_TEXTURE, Name));
    return;
  }
  if (Name.consume_front("multimem.")) {
    Out.Memory.push_back(
        anything(REPRISE_ACCESS_ATOMIC, REPRISE_REASON_UNKNOWN_POINTER, Name));
    return;
  }
  auto Kind = Name.consume_front("read.")    ? REPRISE_ACCESS_READ
              : Name.consume_front("write.") ? REPRISE_ACCESS_WRITE
                                             : REPRISE_ACCESS_ATOMIC;
  Name.consume_front("atomic.");
  uint64_t Width;
  if (!Name.consumeInteger(10, Width) && C.arg_size() > 0 &&
      C.getArgOperand(0)->getType()->isPointerTy()) {
    Out.Memory.push_back(through(C.getArgOperand(0), Kind, Width));
  } else {
    Name.consume_front("memory.");
    Out.Memory.push_back(
        anything(REPRISE_ACCESS_ATOMIC, REPRISE_REASON_UNSUPPORTED, Name));
  }
  Out.Memory.back().MayNotHappen = true;
}

static void namedCall(CallBase &C, const Function &F, InstructionEffects &Out) {
  StringRef Name = F.getName();
  if (F.isDeclaration() && Name.consume_front("reprise.ptx."))
    return liftedCall(C, Name, Out);
  auto Effect = [&](reprise_reason Reason) {
    Out.Effects.push_back({Reason, Name.str()});
  };
  if (!F.isDeclaration()) {
    reprise_reason Reason = F.isInterposable() ? REPRISE_REASON_UNRESOLVED_CALL
                                               : REPRISE_REASON_RECURSION;
    Out.Memory.push_back(anything(REPRISE_ACCESS_ATOMIC, Reason, Name));
    return;
  }
  if (Name == "vprintf" || Name == "printf" || Name == "puts" ||
      Name == "putchar")
    return Effect(REPRISE_REASON_DEVICE_OUTPUT);
  if (Name == "malloc" || Name == "free" || Name == "realloc" ||
      Name == "calloc")
    return Effect(REPRISE_REASON_DEVICE_ALLOCATION);
  if (Name.starts_with("cudaLaunchDevice") ||
      Name.starts_with("cudaGetParameterBuffer") ||
      Name.starts_with("__cudaCDP") || Name.starts_with("cudaGraphLaunch"))
    return Effect(REPRISE_REASON_DEVICE_LAUNCH);
  if (Name.starts_with("cudaCG"))
    return Effect(REPRISE_REASON_GRID_COMMUNICATION);
  // A failing assertion ends the program: there is no clean run to repeat.
  if (Name == "__assertfail" || Name == "__assert_fail" || Name == "abort" ||
      Name == "__trap")
    return;
  if (Name.starts_with("__nv_")) { // libdevice: only its pointers' targets.
    for (Value *A : C.args())
      if (A->getType()->isPointerTy()) {
        Out.Memory.push_back(through(A, REPRISE_ACCESS_WRITE, 8));
        Out.Memory.back().MayNotHappen = true;
      }
    return;
  }
  Out.Memory.push_back(
      anything(REPRISE_ACCESS_ATOMIC, REPRISE_REASON_UNRESOLVED_CALL, Name));
}

InstructionEffects effectsOf(Instruction &I) {
  InstructionEffects Out;
  if (auto *L = dyn_cast<LoadInst>(&I)) {
    Out.Memory.push_back(through(L->getPointerOperand(), REPRISE_ACCESS_READ,
                                 storeSize(I, L->getType())));
  } else if (auto *S = dyn_cast<StoreInst>(&I)) {
    Out.Memory.push_back(
        through(S->getPointerOperand(), REPRISE_ACCESS_WRITE,
                storeSize(I, S->getValueOperand()->getType())));
  } else if (auto *A = dyn_cast<AtomicRMWInst>(&I)) {
    Out.Memory.push_back(through(A->getPointerOperand(), REPRISE_ACCESS_ATOMIC,
                                 storeSize(I, A->getType())));
  } else if (auto *X = dyn_cast<AtomicCmpXchgInst>(&I)) {
    Out.Memory.push_back(
        through(X->getPointerOperand(), REPRISE_ACCESS_ATOMIC,
                storeSize(I, X->getNewValOperand()->getType())));
    Out.Memory.back().MayNotHappen = true; // A failed exchange writes nothing.
  } else if (auto *II = dyn_cast<IntrinsicInst>(&I)) {
    intrinsic(*II, Out);
  } else if (auto *C = dyn_cast<CallBase>(&I)) {
    if (C->isInlineAsm())
      return effectsOfAsm(*C);
    if (const Function *F = C->getCalledFunction())
      namedCall(*C, *F, Out);
    else
      Out.Memory.push_back(
          anything(REPRISE_ACCESS_ATOMIC, REPRISE_REASON_INDIRECT_CALL, ""));
  } else if (I.mayReadOrWriteMemory() && !isa<FenceInst>(I)) {
    Out.Memory.push_back(anything(
        REPRISE_ACCESS_ATOMIC, REPRISE_REASON_UNSUPPORTED, I.getOpcodeName()));
  }
  return Out;
}

} // namespace reprise
