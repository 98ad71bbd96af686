//===- Instrument.cpp - Checks, records and counts in a kernel's code -----===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Instrument.h"
#include "Lower.h"

#include "llvm/ADT/StringSwitch.h"
#include "llvm/Analysis/CFG.h"
#include "llvm/Analysis/ValueTracking.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/MDBuilder.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/Transforms/Utils/BasicBlockUtils.h"

using namespace llvm;

namespace reprise::emulator {

namespace {

/// One pointer that an instruction goes through.
struct Access {
  Instruction *I;
  Value *Pointer;
  Value *Length = nullptr; ///< Bytes of a copy or fill; null: Site.Width.
  SiteInfo Site;
};

class Instrumenter {
public:
  Instrumenter(Module &M, const InstrumentOptions &Options)
      : M(M), DL(M.getDataLayout()), C(M.getContext()), Options(Options),
        Unlikely(MDBuilder(C).createBranchWeights(1, 100000)) {}

  std::vector<SiteInfo> run() {
    std::vector<Function *> Functions;
    for (Function &F : M)
      if (!F.isDeclaration())
        Functions.push_back(&F);
    for (Function *F : Functions)
      collect(*F);
    Caches = Options.AllocateSites(Accesses.size() + Calls.size());
    for (Function *F : Functions)
      count(*F);
    for (const Access &A : Accesses)
      emit(A);
    for (CallInst *Call : Calls)
      announce(Call);
    return std::move(Sites);
  }

private:
  void collect(Function &F);
  void collectCall(CallInst *Call, bool Entry);
  void add(Instruction *I, Value *P, Type *T, Align Given, AccessKind K,
           bool Entry, uint32_t Repeatable = 0);
  void count(Function &F);
  void emit(const Access &A);
  void announce(CallInst *Call);
  bool emitLocal(const Access &A, Value *Address, uint32_t Site);

  Value *at(IRBuilder<> &B, uint64_t Address) {
    return B.CreateIntToPtr(B.getInt64(Address), B.getPtrTy());
  }
  Value *field(IRBuilder<> &B, uint32_t Site, size_t Offset) {
    return B.CreateLoad(B.getInt64Ty(),
                        at(B, Caches + Site * sizeof(SiteCache) + Offset));
  }
  CallInst *call(IRBuilder<> &B, StringRef Name, ArrayRef<Value *> Args) {
    SmallVector<Type *, 3> Types;
    for (Value *A : Args)
      Types.push_back(A->getType());
    return B.CreateCall(
        M.getOrInsertFunction(Name,
                              FunctionType::get(B.getVoidTy(), Types, false)),
        Args);
  }

  Module &M;
  const DataLayout &DL;
  LLVMContext &C;
  const InstrumentOptions &Options;
  MDNode *Unlikely;
  std::vector<Access> Accesses;
  std::vector<CallInst *> Calls;
  std::vector<SiteInfo> Sites;
  uint64_t Caches = 0;
};

/// The object if it is private to the thread and its size known.
const AllocaInst *localObject(const Value *P) {
  return dyn_cast<AllocaInst>(getUnderlyingObject(P, 0));
}

/// True when the access at P needs no check, ever.
bool isSafe(const DataLayout &DL, Value *P, uint64_t Width) {
  APInt Offset(64, 0);
  const Value *Base = P->stripAndAccumulateConstantOffsets(
      DL, Offset, /*AllowNonInbounds=*/true);
  uint64_t Size = 0;
  if (auto *A = dyn_cast<AllocaInst>(Base)) {
    auto Known = A->getAllocationSize(DL);
    if (!Known)
      return false;
    Size = Known->getFixedValue();
  } else if (auto *Given = dyn_cast<Argument>(Base);
             Given && Given->hasByValAttr()) {
    Size = DL.getTypeAllocSize(Given->getParamByValType());
  } else {
    return false;
  }
  return Offset.ule(Size) && Width <= Size - Offset.getZExtValue();
}

} // namespace

void Instrumenter::add(Instruction *I, Value *P, Type *T, Align Given,
                       AccessKind K, bool Entry, uint32_t Repeatable) {
  auto Width = static_cast<uint32_t>(DL.getTypeStoreSize(T).getFixedValue());
  if (isSafe(DL, P, Width) ||
      (Entry && isa<Argument>(getUnderlyingObject(P, 0))))
    return;
  SiteInfo S;
  S.Kind = K;
  S.Width = Width;
  S.Repeatable = Repeatable;
  uint64_t Natural = PowerOf2Ceil(Width);
  S.Alignment =
      static_cast<uint32_t>(Options.NaturalAlignment || K == AccessKind::Atomic
                                ? std::min<uint64_t>(Natural, 32)
                                : std::min<uint64_t>(Given.value(), Natural));
  S.Source = sourceOf(*I);
  Accesses.push_back({I, P, nullptr, std::move(S)});
}

/// Atomics that, done again, change nothing.
static uint32_t repeatable(const AtomicRMWInst &I) {
  if (!I.use_empty())
    return 0;
  auto Kind = 1 + static_cast<uint32_t>(I.getOperation());
  switch (I.getOperation()) {
  case AtomicRMWInst::And:
  case AtomicRMWInst::Or:
    return Kind | RepeatableBitwise;
  case AtomicRMWInst::Max:
  case AtomicRMWInst::Min:
  case AtomicRMWInst::UMax:
  case AtomicRMWInst::UMin:
    return Kind;
  default:
    return 0;
  }
}

void Instrumenter::collect(Function &F) {
  bool Entry = F.hasFnAttribute("rt-entry");
  for (Instruction &I : instructions(F)) {
    if (auto *L = dyn_cast<LoadInst>(&I)) {
      // Invariant loads are our own, of the thread's context.
      if (!L->hasMetadata(LLVMContext::MD_invariant_load))
        add(L, L->getPointerOperand(), L->getType(), L->getAlign(),
            AccessKind::Read, Entry);
    } else if (auto *S = dyn_cast<StoreInst>(&I)) {
      add(S, S->getPointerOperand(), S->getValueOperand()->getType(),
          S->getAlign(), AccessKind::Write, Entry);
    } else if (auto *R = dyn_cast<AtomicRMWInst>(&I)) {
      add(R, R->getPointerOperand(), R->getType(), R->getAlign(),
          AccessKind::Atomic, Entry, repeatable(*R));
    } else if (auto *X = dyn_cast<AtomicCmpXchgInst>(&I)) {
      add(X, X->getPointerOperand(), X->getCompareOperand()->getType(),
          X->getAlign(), AccessKind::Atomic, Entry);
    } else if (auto *Call = dyn_cast<CallInst>(&I)) {
      collectCall(Call, Entry);
    }
  }
}

void Instrumenter::collectCall(CallInst *Call, bool Entry) {
  auto Touch = [&](Value *P, Value *Length, AccessKind K) {
    auto *Known = dyn_cast<ConstantInt>(Length);
    if (Known && (Known->isZero() || isSafe(DL, P, Known->getZExtValue())))
      return;
    if (Entry && isa<Argument>(getUnderlyingObject(P, 0)))
      return;
    SiteInfo S;
    S.Kind = K;
    S.Source = sourceOf(*Call);
    Accesses.push_back({Call, P, Length, std::move(S)});
  };
  if (auto *T = dyn_cast<MemTransferInst>(Call))
    Touch(T->getSource(), T->getLength(), AccessKind::Read);
  if (auto *T = dyn_cast<MemIntrinsic>(Call))
    Touch(T->getDest(), T->getLength(), AccessKind::Write);
  if (const Function *F = Call->getCalledFunction())
    if (StringSwitch<bool>(F->getName())
            .Cases("rt_barrier", "rt_barrier_red", "rt_barrier_arrive", true)
            .Cases("rt_warp", "rt_trap", "rt_assertfail", "rt_yield", true)
            .Cases("rt_vprintf", "rt_fetch", "rt_sample", "rt_lost", true)
            .Cases("rt_surface_read", "rt_surface_write", true)
            .Default(false))
      Calls.push_back(Call);
}

/// Instructions, limits of loops, and the depth of calls.
void Instrumenter::count(Function &F) {
  SmallVector<std::pair<const BasicBlock *, const BasicBlock *>, 8> Back;
  FindFunctionBackedges(F, Back);
  SmallPtrSet<const BasicBlock *, 8> Headers;
  for (auto [From, To] : Back)
    Headers.insert(To);
  std::vector<std::pair<BasicBlock *, uint64_t>> Blocks;
  for (BasicBlock &BB : F) {
    uint64_t N = 0;
    for (Instruction &I : BB)
      N += !isa<PHINode>(I) && !isa<AllocaInst>(I) &&
           !I.hasMetadata(LLVMContext::MD_invariant_load) &&
           !I.hasMetadata(UnpackingKind);
    Blocks.push_back({&BB, N});
  }
  bool Entry = F.hasFnAttribute("rt-entry");
  for (auto [BB, N] : Blocks) {
    BasicBlock::iterator At = BB->getFirstInsertionPt();
    while (isa<AllocaInst>(*At))
      ++At;
    IRBuilder<> B(BB, At);
    Value *Where = at(B, Options.State + offsetof(JitState, Count));
    Value *Sum =
        B.CreateAdd(B.CreateLoad(B.getInt64Ty(), Where), B.getInt64(N));
    B.CreateStore(Sum, Where);
    if (Headers.count(BB)) {
      Value *Limit = B.CreateLoad(
          B.getInt64Ty(), at(B, Options.State + offsetof(JitState, Limit)));
      Instruction *Then = SplitBlockAndInsertIfThen(
          B.CreateICmpUGT(Sum, Limit), &*B.GetInsertPoint(), false, Unlikely);
      IRBuilder<> Slow(Then);
      call(Slow, "rt_slice", {});
    } else if (BB == &F.getEntryBlock() && !Entry) {
      Value *Frame = B.CreateIntrinsic(Intrinsic::frameaddress, {B.getPtrTy()},
                                       {B.getInt32(0)});
      Value *Low = B.CreateLoad(
          B.getInt64Ty(), at(B, Options.State + offsetof(JitState, StackLow)));
      Instruction *Then = SplitBlockAndInsertIfThen(
          B.CreateICmpULT(B.CreatePtrToInt(Frame, B.getInt64Ty()), Low),
          &*B.GetInsertPoint(), false, Unlikely);
      IRBuilder<> Slow(Then);
      call(Slow, "rt_overflow", {});
    }
  }
}

/// Compares with the size of a local variable.
bool Instrumenter::emitLocal(const Access &A, Value *Address, uint32_t Site) {
  const AllocaInst *Object = localObject(A.Pointer);
  if (!Object || A.Length)
    return false;
  auto Size = Object->getAllocationSize(DL);
  if (!Size)
    return false;
  IRBuilder<> B(A.I);
  Value *Base =
      B.CreatePtrToInt(const_cast<AllocaInst *>(Object), B.getInt64Ty());
  Value *Offset = B.CreateSub(Address, Base);
  uint64_t Bytes = Size->getFixedValue();
  Value *Bad = Bytes < A.Site.Width
                   ? B.getTrue()
                   : B.CreateICmpUGT(Offset, B.getInt64(Bytes - A.Site.Width));
  Instruction *Then = SplitBlockAndInsertIfThen(Bad, A.I, false, Unlikely);
  IRBuilder<> Slow(Then);
  call(Slow, "rt_local", {Slow.getInt32(Site), Address});
  return true;
}

void Instrumenter::emit(const Access &A) {
  auto Site = static_cast<uint32_t>(Sites.size());
  Sites.push_back(A.Site);
  const SiteInfo &S = Sites.back();
  IRBuilder<> B(A.I);
  Value *Address = B.CreatePtrToInt(A.Pointer, B.getInt64Ty());
  if (emitLocal(A, Address, Site))
    return;
  if (A.Length) {
    call(B, "rt_range",
         {B.getInt32(Site), Address,
          B.CreateZExtOrTrunc(A.Length, B.getInt64Ty())});
    return;
  }
  StringRef Slow = !Options.Traced               ? "rt_check"
                   : S.Kind == AccessKind::Read  ? "rt_read"
                   : S.Kind == AccessKind::Write ? "rt_write"
                                                 : "rt_atomic";
  bool Fast = isPowerOf2_32(S.Width) && S.Width <= 16 &&
              (!Options.Traced || S.Kind != AccessKind::Atomic);
  if (auto *X = dyn_cast<AtomicCmpXchgInst>(A.I); X && Options.Traced) {
    Value *Expected = X->getCompareOperand();
    IRBuilder<> Top(&*A.I->getFunction()->getEntryBlock().begin());
    Value *Copy = Top.CreateAlloca(Expected->getType());
    B.CreateStore(Expected, Copy);
    call(B, "rt_cas", {B.getInt32(Site), Address, Copy});
    return;
  }
  if (!Fast) {
    call(B, Slow, {B.getInt32(Site), Address});
    return;
  }
  BasicBlock *Head = A.I->getParent();
  BasicBlock *Rest = SplitBlock(Head, A.I);
  BasicBlock *Call = BasicBlock::Create(C, "", Head->getParent(), Rest);
  Head->getTerminator()->eraseFromParent();
  B.SetInsertPoint(Head);
  Value *Offset =
      B.CreateSub(Address, field(B, Site, offsetof(SiteCache, Low)));
  if (S.Alignment > 1)
    Offset =
        B.CreateIntrinsic(Intrinsic::fshr, {B.getInt64Ty()},
                          {Offset, Offset, B.getInt64(Log2_32(S.Alignment))});
  Value *Inside =
      B.CreateICmpULT(Offset, field(B, Site, offsetof(SiteCache, Count)));
  MDNode *Likely = MDBuilder(C).createBranchWeights(100000, 1);
  if (Options.Traced) {
    BasicBlock *Test = BasicBlock::Create(C, "", Head->getParent(), Rest);
    B.CreateCondBr(Inside, Test, Call, Likely);
    B.SetInsertPoint(Test);
    Value *Where = B.CreateIntToPtr(
        B.CreateAdd(Address, field(B, Site, offsetof(SiteCache, ShadowDelta))),
        B.getPtrTy());
    Type *T = B.getIntNTy(S.Width * 8);
    uint8_t Bit =
        S.Kind == AccessKind::Read ? ShadowReadFinal : ShadowWriteFinal;
    Constant *Mask =
        ConstantInt::get(T, APInt::getSplat(S.Width * 8, APInt(8, Bit)));
    Value *Bits = B.CreateAnd(B.CreateAlignedLoad(T, Where, Align(1)), Mask);
    Inside = B.CreateICmpEQ(Bits, Mask);
  }
  B.CreateCondBr(Inside, Rest, Call, Likely);
  B.SetInsertPoint(Call);
  call(B, Slow, {B.getInt32(Site), Address});
  B.CreateBr(Rest);
}

/// Where the thread is, for messages about what the call finds.
void Instrumenter::announce(CallInst *Call) {
  auto Site = static_cast<uint32_t>(Sites.size());
  SiteInfo S;
  S.Source = sourceOf(*Call);
  if (Call->getCalledFunction()->getName() == "rt_surface_write")
    S.Kind = AccessKind::Write;
  Sites.push_back(std::move(S));
  IRBuilder<> B(Call);
  B.CreateStore(B.getInt32(Site),
                at(B, Options.State + offsetof(JitState, CallSite)));
}

std::vector<SiteInfo> instrument(Module &M, const InstrumentOptions &Options) {
  return Instrumenter(M, Options).run();
}

} // namespace reprise::emulator
