//===- Normalize.cpp - The form of device code that the analysis reads ----===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Normalize.h"
#include "Divisions.h"
#include "LoopGuards.h"
#include "LoopTests.h"
#include "OrderDependence.h"
#include "SharedScalars.h"
#include "ShortLoops.h"
#include "UnrolledLoops.h"

#include "llvm/ADT/SCCIterator.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/Analysis/CallGraph.h"
#include "llvm/Analysis/TargetLibraryInfo.h"
#include "llvm/Analysis/ValueTracking.h"
#include "llvm/Bitcode/BitcodeReader.h"
#include "llvm/Bitcode/BitcodeWriter.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/IntrinsicsNVPTX.h"
#include "llvm/IR/Module.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Transforms/IPO/AlwaysInliner.h"
#include "llvm/Transforms/IPO/GlobalDCE.h"
#include "llvm/Transforms/InstCombine/InstCombine.h"
#include "llvm/Transforms/Scalar/ADCE.h"
#include "llvm/Transforms/Scalar/EarlyCSE.h"
#include "llvm/Transforms/Scalar/InferAddressSpaces.h"
#include "llvm/Transforms/Scalar/InstSimplifyPass.h"
#include "llvm/Transforms/Scalar/LoopPassManager.h"
#include "llvm/Transforms/Scalar/SROA.h"
#include "llvm/Transforms/Scalar/SimplifyCFG.h"
#include "llvm/Transforms/Utils/FixIrreducible.h"
#include "llvm/Transforms/Utils/Local.h"
#include "llvm/Transforms/Utils/LoopSimplify.h"
#include "llvm/Transforms/Utils/LowerSwitch.h"
#include "llvm/Transforms/Utils/Mem2Reg.h"
#include "llvm/Transforms/Utils/PromoteMemToReg.h"
#include "llvm/Transforms/Utils/SSAUpdater.h"

#include <map>
#include <set>
#include <tuple>

using namespace llvm;

namespace reprise {

namespace {

/// Keeps only the attributes that change what the code does.
AttributeList essential(LLVMContext &C, const AttributeList &Old,
                        unsigned Params, bool IsCall) {
  AttrBuilder Fn(C);
  for (auto Kind : {Attribute::Convergent, Attribute::NoReturn})
    if (Old.hasFnAttr(Kind))
      Fn.addAttribute(Kind);
  // Whether comparisons take subnormal numbers for zero.
  for (StringRef Kind : {"denormal-fp-math", "denormal-fp-math-f32"})
    if (Attribute A = Old.getFnAttr(Kind); A.isValid())
      Fn.addAttribute(A);
  AttributeList New = AttributeList().addFnAttributes(C, Fn);
  for (unsigned I = 0; I < Params; ++I) {
    AttrBuilder P(C);
    if (Type *T = Old.getParamByValType(I))
      P.addByValAttr(T);
    if (Type *T = Old.getParamStructRetType(I))
      P.addStructRetAttr(T);
    if (Old.hasParamAttr(I, Attribute::ByVal) || IsCall)
      if (MaybeAlign A = Old.getParamAlignment(I))
        P.addAlignmentAttr(A);
    New = New.addParamAttributes(C, I, P);
  }
  return New;
}

/// The identity that the PTX lifter puts before a division (ptx/Lift.h).
bool isDivisor(const Function &F) {
  return F.isDeclaration() && F.arg_size() == 1 &&
         F.getReturnType() == F.getArg(0)->getType() &&
         F.getName().starts_with("reprise.ptx.value.divisor.");
}

/// Step 1: drops claims. Intrinsics keep their attributes, which come from
/// LLVM's own tables, and so does what the PTX lifter hides divisors with.
void stripClaims(Module &M) {
  LLVMContext &C = M.getContext();
  for (Function &F : M) {
    if (!F.isIntrinsic() && !isDivisor(F))
      F.setAttributes(essential(C, F.getAttributes(),
                                static_cast<unsigned>(F.arg_size()), false));
    for (Instruction &I : make_early_inc_range(instructions(F))) {
      if (auto *II = dyn_cast<IntrinsicInst>(&I)) {
        switch (II->getIntrinsicID()) {
        case Intrinsic::assume:
        case Intrinsic::experimental_noalias_scope_decl:
        case Intrinsic::lifetime_start:
        case Intrinsic::lifetime_end:
        case Intrinsic::invariant_start:
        case Intrinsic::invariant_end:
          if (II->use_empty()) {
            II->eraseFromParent();
            continue;
          }
          break;
        default:
          break;
        }
      }
      I.dropUnknownNonDebugMetadata(F.getContext().getMDKindID(AtomicAccess));
      if (!isa<PHINode>(I))
        I.dropPoisonGeneratingFlags();
      if (auto *Call = dyn_cast<CallBase>(&I))
        if (!isa<IntrinsicInst>(I))
          Call->setAttributes(
              essential(C, Call->getAttributes(), Call->arg_size(), true));
    }
  }
}

/// Functions on a cycle of the call graph; they stay calls.
std::set<const Function *> recursiveFunctions(Module &M) {
  std::set<const Function *> Result;
  CallGraph CG(M);
  for (auto It = scc_begin(&CG); !It.isAtEnd(); ++It)
    if (It.hasCycle())
      for (CallGraphNode *Node : *It)
        if (const Function *F = Node->getFunction())
          Result.insert(F);
  return Result;
}

/// Makes everything but the kernels private and inlinable.
void prepareInlining(Module &M, const std::set<std::string> &Kernels) {
  auto Recursive = recursiveFunctions(M);
  for (Function &F : M) {
    if (F.isDeclaration())
      continue;
    F.setComdat(nullptr);
    if (Kernels.count(F.getName().str())) {
      F.setLinkage(GlobalValue::ExternalLinkage);
      continue;
    }
    // A body that the linker may replace is not evidence.
    if (F.isInterposable())
      continue;
    F.setLinkage(GlobalValue::InternalLinkage);
    if (!Recursive.count(&F))
      F.addFnAttr(Attribute::AlwaysInline);
  }
  for (auto *List : {"llvm.used", "llvm.compiler.used"})
    if (GlobalVariable *GV = M.getNamedGlobal(List))
      GV->eraseFromParent();
}

/// The pointer into a by-value parameter that the integer V holds: its address
/// as ptrtoint gives it, and what is added to that. Made before At; null where
/// V is not like that.
Value *paramAddress(Value *V, Instruction *At, unsigned Depth) {
  constexpr unsigned MaxAdditions = 8;
  if (auto *Cast = dyn_cast<PtrToIntOperator>(V)) {
    auto *A =
        dyn_cast<Argument>(getUnderlyingObject(Cast->getPointerOperand()));
    return A && A->hasByValAttr() ? Cast->getPointerOperand() : nullptr;
  }
  auto *Add = dyn_cast<BinaryOperator>(V);
  if (!Add || Add->getOpcode() != Instruction::Add || Depth == MaxAdditions)
    return nullptr;
  for (unsigned I = 0; I < 2; ++I)
    if (Value *P = paramAddress(Add->getOperand(I), At, Depth + 1))
      return IRBuilder<>(At).CreatePtrAdd(P, Add->getOperand(1 - I));
  return nullptr;
}

/// PTX computes addresses as integers. Those of by-value parameters become
/// address arithmetic again, so that what is loaded there is seen to be a part
/// of the argument block.
void revealParamAddresses(Function &F) {
  SmallVector<WeakTrackingVH> Dead;
  for (Instruction &I : make_early_inc_range(instructions(F))) {
    auto *Cast = dyn_cast<IntToPtrInst>(&I);
    if (!Cast)
      continue;
    Value *Integer = Cast->getOperand(0);
    Value *P = paramAddress(Integer, Cast, 0);
    if (!P)
      continue;
    if (P->getType() != Cast->getType())
      P = IRBuilder<>(Cast).CreateAddrSpaceCast(P, Cast->getType());
    Cast->replaceAllUsesWith(P);
    Cast->eraseFromParent();
    Dead.emplace_back(Integer);
  }
  RecursivelyDeleteTriviallyDeadInstructionsPermissive(Dead);
}

/// True when P is only read: loads, address arithmetic, copies out.
bool onlyRead(const Value *P, SmallPtrSetImpl<const Value *> &Seen) {
  if (!Seen.insert(P).second)
    return true;
  for (const User *U : P->users()) {
    if (isa<LoadInst>(U) || isa<ICmpInst>(U))
      continue;
    if (isa<GetElementPtrInst>(U) || isa<AddrSpaceCastInst>(U) ||
        isa<PHINode>(U) || isa<SelectInst>(U)) {
      if (!onlyRead(U, Seen))
        return false;
      continue;
    }
    if (const auto *Copy = dyn_cast<MemTransferInst>(U))
      if (Copy->getRawDest() != P)
        continue;
    return false;
  }
  return true;
}

/// A by-value parameter is the thread's own copy. Where the kernel changes it
/// the copy is made explicit, so that what is left of the parameter is
/// read-only and stands for the bytes of the argument block.
void copyWrittenParams(Function &F) {
  for (Argument &A : F.args()) {
    SmallPtrSet<const Value *, 8> Seen;
    if (!A.hasByValAttr() || onlyRead(&A, Seen))
      continue;
    Type *T = A.getParamByValType();
    IRBuilder<> B(&*F.getEntryBlock().getFirstInsertionPt());
    AllocaInst *Copy = B.CreateAlloca(T, nullptr, A.getName() + ".copy");
    A.replaceAllUsesWith(Copy);
    MaybeAlign Align = A.getParamAlign();
    B.CreateMemCpy(Copy, Copy->getAlign(), &A, Align,
                   F.getDataLayout().getTypeAllocSize(T));
  }
}

/// Calls to __nvvm_reflect choose between variants of libdevice's functions.
void resolveReflection(Module &M) {
  Function *Reflect = M.getFunction("__nvvm_reflect");
  if (!Reflect)
    return;
  for (User *U : make_early_inc_range(Reflect->users())) {
    auto *Call = dyn_cast<CallInst>(U);
    if (!Call || Call->arg_size() != 1)
      continue;
    StringRef Key;
    getConstantStringInfo(Call->getArgOperand(0), Key);
    uint64_t Value = 0;
    if (Key == "__CUDA_FTZ") {
      if (auto *Flag = mdconst::extract_or_null<ConstantInt>(
              M.getModuleFlag("nvvm-reflect-ftz")))
        Value = Flag->getZExtValue();
    } else if (Key == "__CUDA_ARCH") {
      StringRef Cpu =
          Call->getFunction()->getFnAttribute("target-cpu").getValueAsString();
      unsigned Version = 0;
      if (Cpu.consume_front("sm_") && !Cpu.consumeInteger(10, Version))
        Value = Version * 10u;
    }
    Call->replaceAllUsesWith(ConstantInt::get(Call->getType(), Value));
    Call->eraseFromParent();
  }
}

/// The high half of a product, as PTX is lifted to and the analysis reads it.
void expandHighProducts(Function &F) {
  for (Instruction &I : make_early_inc_range(instructions(F))) {
    auto *Call = dyn_cast<IntrinsicInst>(&I);
    const Intrinsic::ID Id =
        Call ? Call->getIntrinsicID() : Intrinsic::not_intrinsic;
    if (Id != Intrinsic::nvvm_mulhi_ui && Id != Intrinsic::nvvm_mulhi_i)
      continue;
    const bool Signed = Id == Intrinsic::nvvm_mulhi_i;
    IRBuilder<> B(Call);
    Type *T = Call->getType();
    const unsigned Width = T->getIntegerBitWidth();
    Type *Double = B.getIntNTy(2 * Width);
    Value *Factors[2];
    for (unsigned N = 0; N < 2; ++N) {
      Value *V = Call->getArgOperand(N);
      Factors[N] = Signed ? B.CreateSExt(V, Double) : B.CreateZExt(V, Double);
    }
    Value *Product = B.CreateMul(Factors[0], Factors[1]);
    Value *High =
        Signed ? B.CreateAShr(Product, Width) : B.CreateLShr(Product, Width);
    Call->replaceAllUsesWith(B.CreateTrunc(High, T));
    Call->eraseFromParent();
  }
}

/// Special registers that one thread always reads the same value from.
bool isFixedRegister(Intrinsic::ID I) {
  switch (I) {
  case Intrinsic::nvvm_read_ptx_sreg_tid_x:
  case Intrinsic::nvvm_read_ptx_sreg_tid_y:
  case Intrinsic::nvvm_read_ptx_sreg_tid_z:
  case Intrinsic::nvvm_read_ptx_sreg_ctaid_x:
  case Intrinsic::nvvm_read_ptx_sreg_ctaid_y:
  case Intrinsic::nvvm_read_ptx_sreg_ctaid_z:
  case Intrinsic::nvvm_read_ptx_sreg_ntid_x:
  case Intrinsic::nvvm_read_ptx_sreg_ntid_y:
  case Intrinsic::nvvm_read_ptx_sreg_ntid_z:
  case Intrinsic::nvvm_read_ptx_sreg_nctaid_x:
  case Intrinsic::nvvm_read_ptx_sreg_nctaid_y:
  case Intrinsic::nvvm_read_ptx_sreg_nctaid_z:
  case Intrinsic::nvvm_read_ptx_sreg_warpsize:
  case Intrinsic::nvvm_read_ptx_sreg_laneid:
    return true;
  default:
    return false;
  }
}

/// Reads each fixed register and each constant slot of a by-value parameter
/// once, at the entry: what is the same in all iterations must look so.
void hoistInvariants(Function &F) {
  const DataLayout &DL = F.getDataLayout();
  std::map<Intrinsic::ID, Instruction *> Registers;
  std::map<std::tuple<Argument *, uint64_t, Type *>, Instruction *> Slots;
  for (Instruction &I : make_early_inc_range(instructions(F))) {
    Instruction **First = nullptr;
    Argument *A = nullptr;
    APInt Offset(64, 0);
    if (auto *II = dyn_cast<IntrinsicInst>(&I)) {
      if (isFixedRegister(II->getIntrinsicID()))
        First = &Registers[II->getIntrinsicID()];
    } else if (auto *L = dyn_cast<LoadInst>(&I)) {
      Value *Base = L->getPointerOperand()->stripAndAccumulateConstantOffsets(
          DL, Offset, true);
      A = dyn_cast<Argument>(Base);
      if (A && A->hasByValAttr() && !Offset.isNegative() &&
          Offset.getZExtValue() + DL.getTypeStoreSize(L->getType()) <=
              DL.getTypeAllocSize(A->getParamByValType()))
        First = &Slots[{A, Offset.getZExtValue(), L->getType()}];
    }
    if (!First)
      continue;
    if (!*First) {
      // Computed anew: the instruction there may have been erased.
      Instruction *Entry = &*F.getEntryBlock().getFirstInsertionPt();
      if (A) {
        IRBuilder<> B(Entry);
        Value *P =
            B.CreateConstGEP1_64(B.getInt8Ty(), A, Offset.getZExtValue());
        *First = B.CreateLoad(I.getType(), P);
      } else {
        *First = I.clone();
        (*First)->insertBefore(Entry);
        (*First)->setName(I.getName());
      }
    }
    I.replaceAllUsesWith(*First);
    I.eraseFromParent();
  }
}

/// True when an access through P can reach memory other than this thread's
/// own stack or its by-value parameters.
bool mayLeaveThread(const Value *P) {
  SmallVector<const Value *, 4> Objects;
  getUnderlyingObjects(P, Objects);
  return any_of(Objects, [](const Value *O) {
    if (isa<AllocaInst>(O))
      return false;
    const auto *A = dyn_cast<Argument>(O);
    return !A || !A->hasByValAttr();
  });
}

/// Step 4: no pass may remove, merge or move a volatile access.
void pinAccesses(Function &F) {
  for (Instruction &I : instructions(F)) {
    if (auto *L = dyn_cast<LoadInst>(&I)) {
      if (mayLeaveThread(L->getPointerOperand()))
        L->setVolatile(true);
    } else if (auto *S = dyn_cast<StoreInst>(&I)) {
      if (mayLeaveThread(S->getPointerOperand()))
        S->setVolatile(true);
    } else if (auto *R = dyn_cast<AtomicRMWInst>(&I)) {
      // Rule R4 is about what the program does and uses; passes make an or of
      // an addition of zero, and find uses needless.
      if (R->use_empty() && isRepeatable(R->getOperation()))
        R->setMetadata(ResultUnused, MDNode::get(F.getContext(), {}));
    } else if (auto *MI = dyn_cast<MemIntrinsic>(&I)) {
      bool Leaves = mayLeaveThread(MI->getRawDest());
      if (auto *MT = dyn_cast<MemTransferInst>(MI))
        Leaves |= mayLeaveThread(MT->getRawSource());
      if (Leaves)
        MI->setVolatile(ConstantInt::getTrue(F.getContext()));
    }
  }
}

/// Gathers the stores to the variable at P; false where its address goes
/// anywhere but into loads, stores and copies to or from it.
bool onlyStoredTo(const Value *P, SmallPtrSetImpl<const StoreInst *> &Stores) {
  for (const User *U : P->users()) {
    if (isa<GetElementPtrInst>(U) || isa<AddrSpaceCastInst>(U)) {
      if (!onlyStoredTo(U, Stores))
        return false;
    } else if (const auto *S = dyn_cast<StoreInst>(U)) {
      if (S->getValueOperand() == P)
        return false;
      Stores.insert(S);
    } else if (!isa<LoadInst>(U) && !isa<MemIntrinsic>(U)) {
      return false;
    }
  }
  return true;
}

/// Step 5: a store's effect on the summary is its address. What computes the
/// value, most of a numerical kernel, dies with it. A store that may change a
/// variable on the stack keeps its value: where an address of such a variable
/// is merged with others, stored or passed on, that may be any store.
void dropStoredValues(Function &F) {
  // Then what is stored may decide where something else is.
  if (hasOrderSource(F))
    return;
  SmallPtrSet<const StoreInst *, 16> Own;
  for (Instruction &I : instructions(F))
    if (isa<AllocaInst>(I) && !onlyStoredTo(&I, Own))
      return;
  for (Instruction &I : instructions(F))
    if (auto *S = dyn_cast<StoreInst>(&I))
      if (S->isVolatile() && !Own.count(S))
        S->setOperand(0, Constant::getNullValue(S->getOperand(0)->getType()));
}

/// The divisors of PTX as they are. Passes that simplify must not see those
/// that may be 0: they would take it that they never are.
void revealDivisors(Function &F, bool ConstantsOnly) {
  for (Instruction &I : make_early_inc_range(instructions(F))) {
    auto *Call = dyn_cast<CallInst>(&I);
    if (!Call || !Call->getCalledFunction() ||
        !isDivisor(*Call->getCalledFunction()))
      continue;
    auto *Known = dyn_cast<ConstantInt>(Call->getArgOperand(0));
    if (ConstantsOnly && (!Known || Known->isZero() || Known->isMinusOne()))
      continue;
    Call->replaceAllUsesWith(Call->getArgOperand(0));
    Call->eraseFromParent();
  }
}

/// Replaces the loads and stores of one variable.
class Promoter : public LoadAndStorePromoter {
public:
  Promoter(AllocaInst *Variable, ArrayRef<Instruction *> Uses, SSAUpdater &SSA)
      : LoadAndStorePromoter(
            ArrayRef<const Instruction *>(Uses.data(), Uses.size()), SSA),
        Variable(Variable) {}

  bool isInstInList(Instruction *I,
                    const SmallVectorImpl<Instruction *> &) const override {
    return getLoadStorePointerOperand(I) == Variable;
  }

private:
  AllocaInst *Variable;
};

/// Promotes variables with several definitions from their uses backwards. PTX
/// has thousands of registers that live in a few of thousands of blocks;
/// mem2reg walks all blocks that a definition dominates.
void promoteShortLived(Function &F) {
  constexpr size_t ManyBlocks = 256;
  if (F.size() < ManyBlocks)
    return;
  SmallVector<AllocaInst *, 0> Variables;
  for (Instruction &I : F.getEntryBlock())
    if (auto *Variable = dyn_cast<AllocaInst>(&I))
      if (isAllocaPromotable(Variable))
        Variables.push_back(Variable);
  for (AllocaInst *Variable : Variables) {
    SmallVector<Instruction *, 16> Uses;
    unsigned Stores = 0;
    for (User *U : Variable->users()) {
      Uses.push_back(cast<Instruction>(U));
      Stores += isa<StoreInst>(U);
    }
    if (Stores < 2 || !all_of(
                          Uses,
                          [](Instruction *U) {
                            return isa<LoadInst>(U) || isa<StoreInst>(U);
                          }))
      continue;
    SSAUpdater SSA;
    Promoter(Variable, Uses, SSA).run(Uses);
    Variable->eraseFromParent();
  }
}

class Pipeline {
public:
  Pipeline() {
    // Names of C library functions mean nothing on the device.
    TargetLibraryInfoImpl Library;
    Library.disableAllFunctions();
    FAM.registerPass([&] { return TargetLibraryAnalysis(Library); });
    PB.registerModuleAnalyses(MAM);
    PB.registerCGSCCAnalyses(CGAM);
    PB.registerFunctionAnalyses(FAM);
    PB.registerLoopAnalyses(LAM);
    PB.crossRegisterProxies(LAM, FAM, CGAM, MAM);
  }

  void inlineAll(Module &M) {
    ModulePassManager MPM;
    MPM.addPass(AlwaysInlinerPass(/*InsertLifetime=*/false));
    MPM.addPass(GlobalDCEPass());
    MPM.run(M, MAM);
  }

  void promote(Function &F) {
    promoteShortLived(F);
    FunctionPassManager FPM;
    FPM.addPass(PromotePass()); // Most are scalars, which SROA is slow for.
    FPM.addPass(SROAPass(SROAOptions::ModifyCFG));
    FPM.run(F, FAM);
    // What follows changes the function outside the pass manager.
    FAM.invalidate(F, PreservedAnalyses::none());
  }

  void simplify(Function &F) {
    FunctionPassManager FPM;
    auto CleanUp = [&] {
      FPM.addPass(InstCombinePass());
      FPM.addPass(SimplifyCFGPass());
      FPM.addPass(SROAPass(SROAOptions::ModifyCFG));
      FPM.addPass(EarlyCSEPass());
    };
    FPM.addPass(ADCEPass());
    // Before shifts are merged with those of addresses.
    FPM.addPass(InstSimplifyPass());
    FPM.addPass(DivisionsPass());
    CleanUp();
    FPM.addPass(LoopSimplifyPass());
    FPM.addPass(ShortLoopsPass());
    FPM.addPass(InferAddressSpacesPass(/*FlatAddrSpace=*/0));
    CleanUp();
    // The analysis knows loops by their headers.
    FPM.addPass(LowerSwitchPass());
    FPM.addPass(FixIrreduciblePass());
    FPM.addPass(LoopSimplifyPass());
    FPM.addPass(LoopTestsPass());
    FPM.addPass(LoopSimplifyPass());
    FPM.addPass(UnrolledLoopsPass());
    FPM.addPass(LoopSimplifyPass());
    FPM.addPass(LoopGuardsPass());
    FPM.addPass(InstSimplifyPass());
    FPM.addPass(LoopSimplifyPass());
    FPM.run(F, FAM);
  }

private:
  LoopAnalysisManager LAM;
  FunctionAnalysisManager FAM;
  CGSCCAnalysisManager CGAM;
  ModuleAnalysisManager MAM;
  PassBuilder PB;
};

} // namespace

static OwnedModule copyOf(const Module &M) {
  SmallVector<char, 0> Buffer;
  {
    raw_svector_ostream OS(Buffer);
    WriteBitcodeToFile(M, OS);
  }
  OwnedModule Copy;
  Copy.Context = std::make_unique<LLVMContext>();
  Copy.M = cantFail(parseBitcodeFile(
      MemoryBufferRef(StringRef(Buffer.data(), Buffer.size()), "copy"),
      *Copy.Context));
  return Copy;
}

void normalize(Module &M, const std::vector<KernelEntry> &Kernels) {
  std::set<std::string> Names;
  for (const KernelEntry &K : Kernels)
    Names.insert(K.Name);

  Pipeline P;
  stripClaims(M);
  resolveReflection(M);
  prepareInlining(M, Names);
  P.inlineAll(M);
  for (Function &F : M) {
    if (F.isDeclaration())
      continue;
    P.promote(F);
    expandHighProducts(F);
    revealParamAddresses(F);
    copyWrittenParams(F);
    P.promote(F);
    replaceSharedScalars(F);
    hoistInvariants(F);
    pinAccesses(F);
    dropStoredValues(F);
    revealDivisors(F, /*ConstantsOnly=*/true);
    // Flags that passes derive from here on are proofs: with the source's
    // flags gone, they follow from ranges and known bits alone.
    P.simplify(F);
    revealDivisors(F, /*ConstantsOnly=*/false);
  }
}

OwnedModule normalizedClone(const Module &M,
                            const std::vector<KernelEntry> &Kernels) {
  OwnedModule Copy = copyOf(M);
  normalize(*Copy.M, Kernels);
  return Copy;
}

} // namespace reprise
