//===- Extract.cpp - One kernel's code, freed from the device's types -----===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Extract.h"
#include "Lower.h"

#include "llvm/ADT/SetVector.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/Operator.h"
#include "llvm/Transforms/Utils/Cloning.h"
#include "llvm/Transforms/Utils/ValueMapper.h"

using namespace llvm;

namespace reprise::emulator {

namespace {

constexpr unsigned SharedSpace = 3;

/// Types without address spaces.
class TypeEraser final : public ValueMapTypeRemapper {
public:
  Type *remapType(Type *T) override {
    Type *&Known = Cache[T];
    if (Known)
      return Known;
    Type *New = compute(T);
    Cache[T] = New; // The map may have grown.
    return New;
  }

private:
  Type *compute(Type *T) {
    if (T->isPointerTy())
      return PointerType::get(T->getContext(), 0);
    if (T->getNumContainedTypes() == 0)
      return T;
    SmallVector<Type *, 8> Parts;
    bool Changed = false;
    for (Type *P : T->subtypes()) {
      Parts.push_back(remapType(P));
      Changed |= Parts.back() != P;
    }
    if (!Changed)
      return T;
    if (auto *A = dyn_cast<ArrayType>(T))
      return ArrayType::get(Parts[0], A->getNumElements());
    if (auto *V = dyn_cast<VectorType>(T))
      return VectorType::get(Parts[0], V->getElementCount());
    if (auto *S = dyn_cast<StructType>(T))
      return StructType::get(T->getContext(), Parts, S->isPacked());
    if (auto *F = dyn_cast<FunctionType>(T))
      return FunctionType::get(Parts[0], ArrayRef(Parts).drop_front(),
                               F->isVarArg());
    return T;
  }

  DenseMap<Type *, Type *> Cache;
};

/// Constants that cast between address spaces are their operands.
class CastEraser final : public ValueMaterializer {
public:
  CastEraser(ValueToValueMapTy &Map, TypeEraser &Types)
      : Map(Map), Types(Types) {}
  Value *materialize(Value *V) override {
    auto *E = dyn_cast<ConstantExpr>(V);
    if (!E || E->getOpcode() != Instruction::AddrSpaceCast)
      return nullptr;
    return MapValue(E->getOperand(0), Map, RF_None, &Types, this);
  }

private:
  ValueToValueMapTy &Map;
  TypeEraser &Types;
};

/// Functions and variables that a kernel can reach.
struct Reachable {
  SetVector<Function *> Functions;
  SetVector<GlobalVariable *> Variables;
  SmallPtrSet<const Constant *, 32> Seen;

  void visit(Constant *C) {
    if (auto *F = dyn_cast<Function>(C)) {
      Functions.insert(F);
      return;
    }
    if (!Seen.insert(C).second)
      return;
    if (auto *A = dyn_cast<GlobalAlias>(C))
      return visit(A->getAliasee());
    if (auto *V = dyn_cast<GlobalVariable>(C)) {
      Variables.insert(V); // Program has made what its initialiser needs.
      return;
    }
    for (Value *Op : C->operands())
      visit(cast<Constant>(Op));
  }

  void visit(Instruction &I) {
    for (Value *Op : I.operands())
      if (auto *C = dyn_cast<Constant>(Op))
        visit(C);
    auto *Call = dyn_cast<CallBase>(&I);
    if (!Call || Call->getCalledFunction() || Call->isInlineAsm())
      return;
    for (Function &F : *I.getModule())
      if (!F.isDeclaration() && F.getCallingConv() != CallingConv::PTX_Kernel &&
          F.hasAddressTaken(nullptr, false, true, /*IngoreLLVMUsed=*/true) &&
          mayCall(*Call, F))
        Functions.insert(&F);
  }

  explicit Reachable(Function &Kernel) {
    Functions.insert(&Kernel);
    for (unsigned N = 0; N < Functions.size(); ++N)
      for (Instruction &I : instructions(*Functions[N]))
        visit(I);
  }
};

AttributeList onlyByVal(LLVMContext &C, AttributeList Old, unsigned Params) {
  AttributeList New;
  for (unsigned I = 0; I < Params; ++I)
    if (Type *T = Old.getParamByValType(I)) {
      New = New.addParamAttribute(C, I, Attribute::getWithByValType(C, T));
      if (MaybeAlign A = Old.getParamAlignment(I))
        New = New.addParamAttribute(C, I, Attribute::getWithAlignment(C, *A));
    }
  return New;
}

void dropClaims(Instruction &I) {
  I.dropPoisonGeneratingFlags();
  if (isa<FPMathOperator>(I))
    I.copyFastMathFlags(FastMathFlags());
  I.dropUnknownNonDebugMetadata();
  if (auto *Call = dyn_cast<CallBase>(&I)) {
    Call->setCallingConv(CallingConv::C);
    Call->setAttributes(
        onlyByVal(I.getContext(), Call->getAttributes(), Call->arg_size()));
  }
}

/// Casts, assumptions and claims of a copied body.
void cleanBody(Function &F) {
  for (Instruction &I : make_early_inc_range(instructions(F))) {
    if (isa<AddrSpaceCastInst>(I)) {
      I.replaceAllUsesWith(I.getOperand(0));
      I.eraseFromParent();
      continue;
    }
    if (auto *II = dyn_cast<IntrinsicInst>(&I))
      if (II->isAssumeLikeIntrinsic() && II->use_empty()) {
        II->eraseFromParent();
        continue;
      }
    dropClaims(I);
  }
}

std::vector<Parameter> layOut(const Function &F, uint32_t &Bytes) {
  const DataLayout &DL = F.getDataLayout();
  std::vector<Parameter> Result;
  uint64_t Offset = 0;
  for (const Argument &A : F.args()) {
    Type *T = A.hasByValAttr() ? A.getParamByValType() : A.getType();
    Parameter P;
    Align Natural = DL.getABITypeAlign(T);
    if (A.hasByValAttr())
      Natural = std::max(Natural, A.getParamAlign().valueOrOne());
    Offset = alignTo(Offset, Natural);
    P.Offset = static_cast<uint32_t>(Offset);
    P.Size = static_cast<uint32_t>(DL.getTypeStoreSize(T));
    P.Bytes = A.hasByValAttr();
    P.Alignment = Natural.value();
    Offset += P.Size;
    Result.push_back(P);
  }
  Bytes = static_cast<uint32_t>(Offset);
  return Result;
}

} // namespace

std::vector<Function *> findEntries(Module &M) {
  SetVector<Function *> Found;
  for (Function &F : M)
    if (F.getCallingConv() == CallingConv::PTX_Kernel && !F.isDeclaration())
      Found.insert(&F);
  if (NamedMDNode *Notes = M.getNamedMetadata("nvvm.annotations"))
    for (MDNode *N : Notes->operands())
      for (unsigned I = 1; I + 1 < N->getNumOperands(); I += 2) {
        auto *Key = dyn_cast_or_null<MDString>(N->getOperand(I));
        auto *F = mdconst::dyn_extract_or_null<Function>(N->getOperand(0));
        if (Key && Key->getString() == "kernel" && F && !F->isDeclaration())
          Found.insert(F);
      }
  return std::vector<Function *>(Found.begin(), Found.end());
}

ExtractedKernel
extractKernel(Function &Kernel,
              const DenseMap<const GlobalObject *, uint64_t> &Addresses) {
  Module &Old = *Kernel.getParent();
  LLVMContext &C = Old.getContext();
  ExtractedKernel Result;
  Result.Parameters = layOut(Kernel, Result.ParamBytes);
  Result.M = std::make_unique<Module>(Kernel.getName(), C);
  Module &M = *Result.M;
  M.setDataLayout(Old.getDataLayout());
  M.setTargetTriple(Old.getTargetTriple());
  M.addModuleFlag(Module::Warning, "Debug Info Version",
                  DEBUG_METADATA_VERSION);

  Reachable Reached(Kernel);
  ValueToValueMapTy Map;
  TypeEraser Types;
  CastEraser Casts(Map, Types);

  for (GlobalVariable *V : Reached.Variables) {
    if (V->getAddressSpace() == SharedSpace) {
      auto *Marker = new GlobalVariable(M, Types.remapType(V->getValueType()),
                                        false, GlobalValue::ExternalLinkage,
                                        nullptr, V->getName());
      uint64_t Size =
          V->hasInitializer()
              ? Old.getDataLayout().getTypeAllocSize(V->getValueType())
              : 0;
      uint64_t Alignment =
          std::max(V->getAlign().valueOrOne(),
                   Old.getDataLayout().getABITypeAlign(V->getValueType()))
              .value();
      Result.Shared.push_back({Marker, Size, Alignment});
      Map[V] = Marker;
      continue;
    }
    auto It = Addresses.find(V);
    if (It == Addresses.end())
      Result.Undefined.push_back(V->getName().str());
    uint64_t Address = It == Addresses.end() ? 0 : It->second;
    Map[V] = ConstantExpr::getIntToPtr(
        ConstantInt::get(Type::getInt64Ty(C), Address), PointerType::get(C, 0));
  }

  std::vector<std::pair<Function *, Function *>> Bodies;
  for (Function *F : Reached.Functions) {
    auto *T = cast<FunctionType>(Types.remapType(F->getFunctionType()));
    bool Body = !F->isDeclaration();
    auto *New =
        Function::Create(T,
                         Body && F != &Kernel ? GlobalValue::InternalLinkage
                                              : GlobalValue::ExternalLinkage,
                         F->getName(), M);
    Map[F] = New;
    if (auto It = Addresses.find(F); It != Addresses.end())
      Result.Numbers.push_back({New, It->second});
    for (auto [From, To] : zip(F->args(), New->args()))
      Map[&From] = &To;
    if (Body)
      Bodies.push_back({F, New});
  }
  for (GlobalAlias &A : Old.aliases())
    if (auto *F = dyn_cast<Function>(A.getAliaseeObject()); F && Map.count(F))
      Map[&A] = Map[F];

  for (auto [From, To] : Bodies) {
    SmallVector<ReturnInst *, 4> Returns;
    CloneFunctionInto(To, From, Map, CloneFunctionChangeType::DifferentModule,
                      Returns, "", nullptr, &Types, &Casts);
    To->setAttributes(onlyByVal(C, From->getAttributes(),
                                static_cast<unsigned>(From->arg_size())));
    To->setCallingConv(CallingConv::C);
    To->setComdat(nullptr);
    To->setSection("");
    To->addFnAttr(Attribute::NoUnwind);
    cleanBody(*To);
  }
  Result.Entry = cast<Function>(Map[&Kernel]);
  // llvm.memcpy.p0.p3 is llvm.memcpy.p0.p0 now.
  for (Function &F : make_early_inc_range(M))
    if (F.isIntrinsic())
      if (auto Better = Intrinsic::remangleIntrinsicFunction(&F)) {
        F.replaceAllUsesWith(*Better);
        F.eraseFromParent();
      }
  return Result;
}

} // namespace reprise::emulator
