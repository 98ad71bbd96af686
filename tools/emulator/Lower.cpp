//===- Lower.cpp - Device intrinsics as host code -------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Lower.h"

#include "ptx/Values.h"

#include "llvm/ADT/StringSwitch.h"
#include "llvm/IR/DebugInfoMetadata.h"
#include "llvm/IR/InlineAsm.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/ReplaceConstant.h"

#include <set>

using namespace llvm;

namespace reprise::emulator {

//===----------------------------------------------------------------------===//
// Building
//===----------------------------------------------------------------------===//

Value *Lowering::runtime(StringRef Name, Type *Result,
                         ArrayRef<Value *> Arguments) {
  SmallVector<Type *, 8> Types;
  for (Value *A : Arguments)
    Types.push_back(A->getType());
  auto *T = FunctionType::get(Result, Types, false);
  FunctionCallee Callee = M.getOrInsertFunction(Name, T);
  return B.CreateCall(Callee, Arguments);
}

/// A field of the running thread's context. It never changes for a thread.
Value *Lowering::context(size_t Offset, Type *T) {
  Value *Where = B.CreateIntToPtr(
      B.getInt64(State + offsetof(JitState, Current)), B.getPtrTy());
  auto Invariant = [&](LoadInst *Load) {
    Load->setMetadata(LLVMContext::MD_invariant_load,
                      MDNode::get(M.getContext(), {}));
    return Load;
  };
  Value *Current = Invariant(B.CreateLoad(B.getPtrTy(), Where));
  return Invariant(
      B.CreateLoad(T, B.CreateConstGEP1_64(B.getInt8Ty(), Current, Offset)));
}

bool Lowering::done(Value *V) {
  if (V && !Call->getType()->isVoidTy()) {
    if (V->getType() != Call->getType())
      V = B.CreateBitCast(V, Call->getType());
    Call->replaceAllUsesWith(V);
  } else if (!Call->use_empty()) {
    Call->replaceAllUsesWith(Constant::getNullValue(Call->getType()));
  }
  Call->eraseFromParent();
  return true;
}

//===----------------------------------------------------------------------===//
// Special registers
//===----------------------------------------------------------------------===//

bool lowerRegister(Lowering &L, StringRef Name) {
  IRBuilder<> &B = L.B;
  Type *I32 = B.getInt32Ty();
  auto [Base, Suffix] = Name.split('.');
  size_t Dim = Suffix == "y" ? 1 : Suffix == "z" ? 2 : 0;
  auto Field = [&](size_t Offset) { return L.context(Offset, I32); };
  auto Vector = [&](size_t Offset) { return Field(Offset + 4 * Dim); };
  auto Lane = [&] { return Field(offsetof(ThreadContext, Lane)); };
  auto Result = [&](Value *V) {
    return L.done(B.CreateZExtOrTrunc(V, L.Call->getType()));
  };
  if (Suffix == "w")
    return Result(B.getInt32(0));
  if (Base == "tid")
    return Result(Vector(offsetof(ThreadContext, Tid)));
  if (Base == "ntid")
    return Result(Vector(offsetof(ThreadContext, Ntid)));
  // Without cluster launches a cluster is a block.
  if (Base == "ctaid" || Name.starts_with("clusterid"))
    return Result(Vector(offsetof(ThreadContext, Ctaid)));
  if (Base == "nctaid" || Name.starts_with("nclusterid"))
    return Result(Vector(offsetof(ThreadContext, Nctaid)));
  if (Base == "laneid")
    return Result(Lane());
  if (Base == "warpid")
    return Result(Field(offsetof(ThreadContext, Warp)));
  if (Base == "nwarpid")
    return Result(Field(offsetof(ThreadContext, Warps)));
  if (Base == "warpsize")
    return Result(B.getInt32(32));
  if (Name == "dynamic_smem_size")
    return Result(Field(offsetof(ThreadContext, DynamicShared)));
  if (Name == "total_smem_size" || Name == "aggr_smem_size")
    return Result(Field(offsetof(ThreadContext, TotalShared)));
  if (Name.consume_front("lanemask")) {
    Name = Name.drop_front(); // "." or "_"
    Value *Bit = B.CreateShl(B.getInt32(1), Lane());
    Value *Below = B.CreateSub(Bit, B.getInt32(1));
    if (Name == "eq")
      return Result(Bit);
    if (Name == "lt")
      return Result(Below);
    if (Name == "le")
      return Result(B.CreateOr(Below, Bit));
    if (Name == "ge")
      return Result(B.CreateNot(Below));
    if (Name == "gt")
      return Result(B.CreateNot(B.CreateOr(Below, Bit)));
    return false;
  }
  if (Base == "clock" || Base == "clock64" || Base == "globaltimer" ||
      Base == "clock_hi" || Base == "globaltimer_lo" ||
      Base == "globaltimer_hi") {
    Value *V = L.runtime("rt_clock", B.getInt64Ty(), {});
    return Result(Base.ends_with("_hi") || Suffix == "hi" ? B.CreateLShr(V, 32)
                                                          : V);
  }
  unsigned One =
      StringSwitch<unsigned>(Base)
          .Cases("smid", "gridid", "envreg", "is_explicit_cluster", 0)
          .Cases("reserved_smem_offset_begin", "reserved_smem_offset_end",
                 "reserved_smem_offset_cap", "cluster_ctarank", 0)
          .Cases("nsmid", "cluster_nctarank", 1)
          .Default(2);
  if (Name == "is.explicit.cluster" || Name.starts_with("cluster.ctaid") ||
      Name.starts_with("cluster_ctaid") || Name == "cluster.ctarank" ||
      Name.starts_with("envreg") || Name.starts_with("pm"))
    One = 0;
  if (Name.starts_with("cluster.nctaid") ||
      Name.starts_with("cluster_nctaid") || Name == "cluster.nctarank")
    One = 1;
  return One < 2 && Result(B.getInt32(One));
}

//===----------------------------------------------------------------------===//
// All calls
//===----------------------------------------------------------------------===//

/// Library functions that CUDA's headers declare and the device provides.
static bool lowerLibrary(Lowering &L, StringRef Name) {
  IRBuilder<> &B = L.B;
  if (Name == "__assertfail" || Name == "__assert_fail") {
    SmallVector<Value *, 4> Args(L.Call->args());
    if (Args.size() < 4)
      return false;
    Args.truncate(4);
    L.runtime("rt_assertfail", B.getVoidTy(), Args);
    return L.done();
  }
  if (Name == "vprintf")
    return L.done(
        L.runtime("rt_vprintf", B.getInt32Ty(), {L.arg(0), L.arg(1)}));
  return false;
}

static bool lowerCall(Lowering &L) {
  StringRef Name = L.Call->getCalledFunction()->getName();
  if (Name == "llvm.trap" || Name == "llvm.ubsantrap" ||
      Name == "llvm.debugtrap") {
    L.runtime("rt_trap", L.B.getVoidTy(), {});
    return L.done();
  }
  if (Name.consume_front("reprise.ptx.")) {
    Name = Name.substr(0, Name.find('#'));
    return lowerPtx(L, Name);
  }
  if (!Name.consume_front("llvm.nvvm."))
    return lowerLibrary(L, Name);
  if (Name.consume_front("read.ptx.sreg."))
    return lowerRegister(L, Name);
  return lowerBarrier(L, Name) || lowerWarp(L, Name) || lowerMemory(L, Name) ||
         lowerWmma(L, Name) || lowerMath(L, Name);
}

/// Shared variables are at fixed places in the block's arena.
static uint32_t placeShared(ExtractedKernel &K, uint64_t State) {
  uint64_t Bytes = 0, Dynamic = 16;
  std::vector<uint64_t> Offsets;
  for (const SharedVariable &V : K.Shared) {
    if (V.Size == 0)
      Dynamic = std::max(Dynamic, V.Alignment);
    Bytes = V.Size ? alignTo(Bytes, V.Alignment) : Bytes;
    Offsets.push_back(Bytes);
    Bytes += V.Size;
  }
  uint64_t Static = K.Shared.empty() ? 0 : alignTo(Bytes, Dynamic);
  for (auto [V, At] : zip(K.Shared, Offsets)) {
    convertUsersOfConstantsToInstructions(V.Marker);
    DenseMap<Function *, Value *> Known;
    for (Use &U : make_early_inc_range(V.Marker->uses())) {
      Function *F = cast<Instruction>(U.getUser())->getFunction();
      Value *&P = Known[F];
      if (!P) {
        Instruction *First = &*F->getEntryBlock().getFirstInsertionPt();
        Lowering L{IRBuilder<>(First), *K.M, nullptr, State};
        Value *Base =
            L.context(offsetof(ThreadContext, SharedBase), L.B.getPtrTy());
        P = L.B.CreateConstGEP1_64(L.B.getInt8Ty(), Base, V.Size ? At : Static);
      }
      U.set(P);
    }
    V.Marker->eraseFromParent();
  }
  K.Shared.clear();
  return static_cast<uint32_t>(Static);
}

uint32_t lowerKernel(ExtractedKernel &K, uint64_t State) {
  uint32_t Static = placeShared(K, State);
  lowerIndirectCalls(K, State);
  for (Function &F : make_early_inc_range(*K.M))
    for (Instruction &I : make_early_inc_range(instructions(F)))
      if (auto *Call = dyn_cast<CallInst>(&I))
        if (Function *Callee = Call->getCalledFunction();
            Callee && Callee->isDeclaration() &&
            !Callee->getName().starts_with("rt_")) {
          Lowering L{IRBuilder<>(Call), *K.M, Call, State};
          lowerCall(L);
        }
  // Where the source's own rules end, the run does.
  for (Function &F : *K.M)
    for (Instruction &I : instructions(F))
      if (isa<UnreachableInst>(I)) {
        Lowering L{IRBuilder<>(&I), *K.M, nullptr, State};
        L.runtime("rt_trap", L.B.getVoidTy(), {});
      }
  ptx::defineValues(*K.M);
  for (Function &F : *K.M)
    guardArithmetic(F);
  return Static;
}

void addEntry(ExtractedKernel &K) {
  LLVMContext &C = K.M->getContext();
  auto *T =
      FunctionType::get(Type::getVoidTy(C), {PointerType::get(C, 0)}, false);
  Function *F =
      Function::Create(T, GlobalValue::ExternalLinkage, "rt_entry", *K.M);
  F->addFnAttr(Attribute::NoUnwind);
  IRBuilder<> B(BasicBlock::Create(C, "", F));
  SmallVector<Value *, 8> Args;
  for (auto [A, P] : zip(K.Entry->args(), K.Parameters)) {
    Value *From = B.CreateConstGEP1_64(B.getInt8Ty(), F->getArg(0), P.Offset);
    if (!P.Bytes) {
      Args.push_back(B.CreateAlignedLoad(A.getType(), From, Align(1)));
      continue;
    }
    auto *Copy =
        B.CreateAlloca(ArrayType::get(B.getInt8Ty(), std::max(P.Size, 1u)));
    Copy->setAlignment(Align(P.Alignment));
    B.CreateMemCpy(Copy, Align(P.Alignment), From, Align(1), P.Size);
    Args.push_back(Copy);
  }
  // Arguments are unpacked once; the copies must not be taken for accesses, nor
  // be counted, since a device does not make them.
  for (Instruction &I : F->getEntryBlock())
    I.setMetadata(UnpackingKind, MDNode::get(C, {}));
  F->addFnAttr("rt-entry");
  K.Entry->setAttributes({});
  K.Entry->addFnAttr(Attribute::NoUnwind);
  K.Entry->setLinkage(GlobalValue::InternalLinkage);
  B.CreateCall(K.Entry, Args);
  B.CreateRetVoid();
}

//===----------------------------------------------------------------------===//
// Refusals
//===----------------------------------------------------------------------===//

std::string sourceOf(const Instruction &I) {
  const DILocation *Where = I.getDebugLoc();
  if (!Where || !Where->getLine())
    return "";
  std::string Text = Where->getFilename().str();
  Text = Text.substr(Text.find_last_of('/') + 1);
  Text += ":" + std::to_string(Where->getLine());
  if (Where->getColumn())
    Text += ":" + std::to_string(Where->getColumn());
  return Text;
}

static bool isExecutable(const Function &F) {
  if (F.getName().starts_with("rt_"))
    return true;
  if (!F.isIntrinsic())
    return false;
  if (F.getName().starts_with("llvm.nvvm.") || F.isTargetIntrinsic())
    return false;
  switch (F.getIntrinsicID()) {
  case Intrinsic::vastart:
  case Intrinsic::vacopy:
  case Intrinsic::vaend:
  case Intrinsic::not_intrinsic:
  case Intrinsic::eh_typeid_for:
  case Intrinsic::read_register:
  case Intrinsic::write_register:
  case Intrinsic::returnaddress:
    return false;
  default:
    return true;
  }
}

static std::string describeCall(const CallBase &Call) {
  if (Call.isInlineAsm()) {
    StringRef Text = cast<InlineAsm>(Call.getCalledOperand())->getAsmString();
    return "inline assembly \"" + Text.trim().take_front(60).str() + "\"";
  }
  const Function *F = Call.getCalledFunction();
  if (!F)
    return "a call through a pointer";
  StringRef Name = F->getName();
  if (Name.consume_front("reprise.ptx.")) {
    Name = Name.split('.').second.split('#').first; // Behind "read", ...
    unsigned Bytes;
    if (!Name.consumeInteger(10, Bytes) || Name.starts_with("unknown."))
      Name = Name.split('.').second;
    return Name.str();
  }
  if (Name == "malloc" || Name == "free")
    return "device " + Name.str();
  return "a call of " + Name.str();
}

std::vector<std::string> findRefusals(const Module &M) {
  std::set<std::string> Found;
  for (const Function &F : M)
    for (const Instruction &I : instructions(F)) {
      if (isa<VAArgInst>(I) || isa<InvokeInst>(I) || isa<IndirectBrInst>(I)) {
        Found.insert(std::string("the instruction ") + I.getOpcodeName());
        continue;
      }
      auto *Call = dyn_cast<CallBase>(&I);
      if (!Call)
        continue;
      const Function *Callee = Call->getCalledFunction();
      if (Callee && (!Callee->isDeclaration() || isExecutable(*Callee)))
        continue;
      std::string Text = describeCall(*Call), Where = sourceOf(I);
      // The source's line rather than the PTX text's.
      if (!Where.empty())
        Text = Text.substr(0, Text.find(" at line ")) + " at " + Where;
      Found.insert(Text);
    }
  return std::vector<std::string>(Found.begin(), Found.end());
}

} // namespace reprise::emulator
