//===- LiftModule.cpp - Variables and signatures of PTX as IR -------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Lift.h"
#include "LiftImpl.h"
#include "ParserImpl.h"

#include "llvm/ADT/StringSwitch.h"
#include "llvm/IR/Constants.h"
#include "llvm/Support/MathExtras.h"

using namespace llvm;

namespace reprise::ptx {

/// No variable of a real program is larger.
static constexpr uint64_t MostBytes = 1ull << 40;
/// Initialisers beyond this are not kept: nothing reads their values.
static constexpr uint64_t MostInitialised = 1ull << 24;

std::optional<Type> typeNamed(StringRef Name) {
  using K = Type::Kind;
  Type T;
  if (Name == "pred")
    return Type{K::Pred, 1, 1, false};
  if (Name.size() >= 2 &&
      (Name[0] == 'u' || Name[0] == 's' || Name[0] == 'b') &&
      !Name.substr(1).getAsInteger(10, T.Width) &&
      is_contained({8u, 16u, 32u, 64u, 128u}, T.Width)) {
    T.K = Name[0] == 'u' ? K::Unsigned : Name[0] == 's' ? K::Signed : K::Bits;
    return T;
  }
  return StringSwitch<std::optional<Type>>(Name)
      .Case("f16", Type{K::Float, 16, 1, false})
      .Case("f32", Type{K::Float, 32, 1, false})
      .Case("f64", Type{K::Float, 64, 1, false})
      .Case("bf16", Type{K::Float, 16, 1, true})
      .Case("f16x2", Type{K::Float, 32, 2, false})
      .Case("bf16x2", Type{K::Float, 32, 2, true})
      .Case("f32x2", Type{K::Float, 64, 2, false})
      .Case("u16x2", Type{K::Unsigned, 32, 2, false})
      .Case("s16x2", Type{K::Signed, 32, 2, false})
      .Case("tf32", Type{K::Other, 32, 1, false})
      .Cases("e4m3x2", "e5m2x2", "ue8m0x2", Type{K::Other, 16, 1, false})
      .Cases("e2m1x2", "e2m3x2", "e3m2x2", Type{K::Other, 16, 1, false})
      .Cases("e4m3", "e5m2", Type{K::Other, 8, 1, false})
      .Default(std::nullopt);
}

uint64_t byteSize(const Variable &V) {
  uint64_t Bytes = std::max(typeBytes(V.Type), 1u) * uint64_t(V.Vector);
  if (V.IsArray) {
    for (uint64_t D : V.Dims)
      if (MulOverflow(static_cast<int64_t>(Bytes), static_cast<int64_t>(D),
                      reinterpret_cast<int64_t &>(Bytes)) ||
          Bytes > MostBytes)
        return MostBytes;
    // The length of `name[] = {...}` is that of the initialiser.
    if (Bytes == 0)
      Bytes = typeBytes(V.Type) * count_if(V.Init, [](const Initializer &I) {
                return I.K != Initializer::Kind::Open &&
                       I.K != Initializer::Kind::Close;
              });
  }
  return Bytes;
}

uint64_t alignmentOf(const Variable &V) {
  uint64_t Natural =
      PowerOf2Ceil(std::max(typeBytes(V.Type), 1u) * uint64_t(V.Vector));
  if (V.Align && isPowerOf2_64(V.Align) && V.Align <= 4096)
    return V.Align;
  return std::min<uint64_t>(Natural, 16);
}

uint64_t parameterBytes(const Function &Entry) {
  uint64_t Bytes = 0;
  for (const Variable &P : Entry.Params)
    Bytes = alignTo(Bytes, alignmentOf(P)) + byteSize(P);
  return Bytes;
}

std::unique_ptr<llvm::Module>
lift(const Module &Syntax, StringRef Name, LLVMContext &Context,
     const std::function<bool(const std::string &Entry)> &Wanted,
     const std::function<bool(const Instruction &I)> &Marked) {
  ModuleLifter Lifter(Syntax, Name, Context);
  Lifter.Marked = Marked;
  return Lifter.run(Wanted);
}

ModuleLifter::ModuleLifter(const Module &Syntax, StringRef Name, LLVMContext &C)
    : Syntax(Syntax), C(C), M(std::make_unique<llvm::Module>(Name, C)) {
  M->setSourceFileName(Name);
  M->setTargetTriple("nvptx64-nvidia-cuda");
  M->setDataLayout("e-i64:64-i128:128-v16:16-v32:32-n16:32:64");
}

std::unique_ptr<llvm::Module>
ModuleLifter::run(const std::function<bool(const std::string &Entry)> &Wanted) {
  for (const Variable &V : Syntax.Variables)
    if (!Variables.count(V.Name))
      Variables[V.Name] = variable(V, V.Name);
  auto Unwanted = [&](const Function &F) {
    return F.IsEntry && Wanted && !Wanted(F.Name.str());
  };
  for (const Function &F : Syntax.Functions)
    if (!Unwanted(F))
      declare(F);
  for (const Alias &A : Syntax.Aliases)
    if (auto It = Functions.find(A.Of); It != Functions.end())
      Functions.try_emplace(A.Name, It->second);
  // Initialisers may name variables and functions that come later.
  for (const Variable &V : Syntax.Variables)
    if (V.Link != Linkage::Extern && !Variables[V.Name]->hasInitializer())
      initialize(V);
  for (const Function &F : Syntax.Functions) {
    if (!F.HasBody || Unwanted(F))
      continue;
    const Signature &Known = Functions[F.Name];
    llvm::Function *Out = Known.F;
    if (!Out->empty())
      continue;
    std::string Problem;
    if (Known.Twice) {
      Problem = Diagnostic{F.Loc, "defined twice"}.str();
    } else if (F.Error) {
      Problem = F.Error->str();
    } else {
      FunctionLifter Lifter(*this, F, Out);
      if (!Lifter.run())
        Problem = Lifter.Problem.str();
    }
    if (Problem.empty())
      continue;
    Out->deleteBody();
    Out->setSubprogram(nullptr);
    IRBuilder<> B(BasicBlock::Create(C, "", Out));
    B.CreateCall(
        external("reprise.ptx.memory.line " + Problem, B.getVoidTy(), {}));
    if (Out->getReturnType()->isVoidTy())
      B.CreateRetVoid();
    else
      B.CreateRet(B.CreateCall(
          external("reprise.ptx.value.result", Out->getReturnType(), {})));
  }
  finishDebug();
  return std::move(M);
}

//===----------------------------------------------------------------------===//
// Variables
//===----------------------------------------------------------------------===//

GlobalVariable *ModuleLifter::variable(const Variable &V, const Twine &Name) {
  unsigned Space = V.In == Space::Shared  ? SharedAS
                   : V.In == Space::Const ? ConstAS
                                          : GenericAS;
  auto *T = ArrayType::get(llvm::Type::getInt8Ty(C), byteSize(V));
  bool Local = V.Link == Linkage::None;
  auto *GV = new GlobalVariable(
      *M, T, /*isConstant=*/false,
      Local ? GlobalValue::InternalLinkage : GlobalValue::ExternalLinkage,
      nullptr, Name, nullptr, GlobalVariable::NotThreadLocal, Space);
  GV->setAlignment(Align(alignmentOf(V)));
  if (V.In == Space::Shared && V.Link != Linkage::Extern)
    GV->setInitializer(UndefValue::get(T));
  else if (V.Link != Linkage::Extern && V.Init.empty())
    GV->setInitializer(ConstantAggregateZero::get(T));
  else if (Local) // An internal variable needs a value; see run().
    GV->setLinkage(GlobalValue::ExternalLinkage);
  return GV;
}

/// Gives V its value, unless that is more than data and addresses: the variable
/// is then external, its content unknown.
void ModuleLifter::initialize(const Variable &V) {
  GlobalVariable *&GV = Variables[V.Name];
  Constant *Init =
      initializer(V, M->getDataLayout().getTypeAllocSize(GV->getValueType()));
  if (!Init)
    return;
  if (Init->getType() != GV->getValueType()) {
    // Addresses make it a struct; nothing but the type differs.
    auto *Same = new GlobalVariable(
        *M, Init->getType(), GV->isConstant(), GV->getLinkage(), nullptr, "",
        nullptr, GlobalVariable::NotThreadLocal, GV->getAddressSpace());
    Same->setAlignment(GV->getAlign());
    Same->takeName(GV);
    GV->replaceAllUsesWith(Same);
    GV->eraseFromParent();
    GV = Same;
  }
  GV->setInitializer(Init);
}

/// The address that an initialiser names, as an integer; null if there is none.
Constant *ModuleLifter::element(const Initializer &I, unsigned Bits) {
  Constant *P = nullptr;
  if (auto It = Variables.find(I.Name); It != Variables.end())
    P = It->second;
  else if (auto F = Functions.find(I.Name); F != Functions.end())
    P = F->second.F;
  if (!P || I.Mask || Bits < 32)
    return nullptr;
  if (I.Generic && P->getType()->getPointerAddressSpace() != GenericAS)
    P = ConstantExpr::getAddrSpaceCast(P, PointerType::get(C, GenericAS));
  if (I.Value)
    P = ConstantExpr::getGetElementPtr(
        llvm::Type::getInt8Ty(C), P,
        ConstantInt::get(llvm::Type::getInt64Ty(C), I.Value));
  return ConstantExpr::getPtrToInt(P, llvm::Type::getIntNTy(C, Bits));
}

/// Bytes of the initialiser, with addresses among them where it names some;
/// null when it is neither.
Constant *ModuleLifter::initializer(const Variable &V, uint64_t Bytes) {
  unsigned Size = typeBytes(V.Type);
  if (!Size || Bytes > MostInitialised)
    return nullptr;
  SmallVector<uint8_t, 0> Data(Bytes);
  std::map<uint64_t, Constant *> Addresses; ///< By place.
  // For each open brace the element at which it began and those it spans.
  uint64_t At = 0;
  SmallVector<std::pair<uint64_t, uint64_t>, 4> Open;
  for (const Initializer &I : V.Init) {
    if (I.K == Initializer::Kind::Open) {
      if (Open.size() >= V.Dims.size())
        return nullptr;
      uint64_t Slot = Open.empty() ? 0 : 1;
      for (size_t D = Open.size(); D < V.Dims.size(); ++D)
        Slot *= V.Dims[D];
      Open.push_back({At, Slot});
      continue;
    }
    if (I.K == Initializer::Kind::Close) {
      auto [From, Slot] = Open.pop_back_val();
      if (Slot)
        At = From + Slot;
      continue;
    }
    if (Size > 8 || At >= Bytes / Size)
      return nullptr;
    if (I.K == Initializer::Kind::Symbol) {
      Constant *Address = element(I, Size * 8);
      if (!Address)
        return nullptr;
      Addresses[At++ * Size] = Address;
      continue;
    }
    uint64_t Bits = I.Value;
    Type T = typeNamed(V.Type).value_or(Type());
    if (T.isFloat() && I.K == Initializer::Kind::Double && T.Width == 32)
      Bits = llvm::bit_cast<uint32_t>(
          static_cast<float>(llvm::bit_cast<double>(Bits)));
    for (unsigned Byte = 0; Byte < Size; ++Byte)
      Data[At * Size + Byte] = static_cast<uint8_t>(Bits >> (8 * Byte));
    ++At;
  }
  if (Addresses.empty())
    return ConstantDataArray::get(C, Data);
  SmallVector<Constant *, 16> Parts;
  uint64_t Done = 0;
  auto DataTo = [&](uint64_t End) {
    if (End > Done)
      Parts.push_back(ConstantDataArray::get(
          C, ArrayRef<uint8_t>(Data).slice(Done, End - Done)));
  };
  for (auto [Place, Address] : Addresses) {
    DataTo(Place);
    Parts.push_back(Address);
    Done = Place + Size;
  }
  DataTo(Bytes);
  return ConstantStruct::getAnon(C, Parts, /*Packed=*/true);
}

//===----------------------------------------------------------------------===//
// Functions
//===----------------------------------------------------------------------===//

llvm::Type *ModuleLifter::scalar(const Variable &V) {
  Type T = typeNamed(V.Type).value_or(Type());
  if (T.K == Type::Kind::Pred)
    return llvm::Type::getInt1Ty(C);
  unsigned Width = T.Width ? T.Width : 64;
  return llvm::Type::getIntNTy(C, Width);
}

/// True when V is passed as bytes.
static bool isBytes(const Variable &V) { return V.IsArray || V.Vector > 1; }

/// Scalars go by value, bytes by a pointer; results that are bytes are written
/// through pointers that come first.
FunctionType *ModuleLifter::functionType(ArrayRef<Variable> Returns,
                                         ArrayRef<Variable> Params) {
  SmallVector<llvm::Type *, 8> Types;
  llvm::Type *Result = llvm::Type::getVoidTy(C);
  if (Returns.size() == 1 && !isBytes(Returns[0]))
    Result = scalar(Returns[0]);
  else
    Types.append(Returns.size(), PointerType::get(C, 0));
  for (const Variable &P : Params)
    Types.push_back(isBytes(P) ? PointerType::get(C, 0) : scalar(P));
  return FunctionType::get(Result, Types, false);
}

void ModuleLifter::declare(const Function &F) {
  auto [It, New] = Functions.try_emplace(F.Name);
  if (!New) {
    if (!F.HasBody)
      return;
    if (It->second.Syntax->HasBody) {
      It->second.Twice = true;
      return;
    }
    // The definition tells the shape; nothing uses the declaration yet.
    It->second.F->eraseFromParent();
  }
  FunctionType *T = functionType(F.Returns, F.Params);
  if (F.IsEntry) {
    PointerEvidence Pointers = findPointers(F);
    SmallVector<llvm::Type *, 8> Types;
    for (const Variable &P : F.Params) {
      Type Declared = typeNamed(P.Type).value_or(Type());
      if (isBytes(P) || (Declared.Width == 64 && Pointers.Params.count(P.Name)))
        Types.push_back(PointerType::get(C, 0));
      else if (Declared.isFloat() && Declared.Width >= 32 &&
               Declared.Lanes == 1)
        Types.push_back(Declared.Width == 64 ? llvm::Type::getDoubleTy(C)
                                             : llvm::Type::getFloatTy(C));
      else
        Types.push_back(scalar(P));
    }
    T = FunctionType::get(llvm::Type::getVoidTy(C), Types, false);
  }
  // A function keeps its name, whatever else has it.
  if (GlobalValue *Other = M->getNamedValue(F.Name))
    Other->setName(F.Name + ".variable");
  auto *Out =
      llvm::Function::Create(T, GlobalValue::ExternalLinkage, F.Name, *M);
  unsigned First = static_cast<unsigned>(T->getNumParams() - F.Params.size());
  for (unsigned I = 0; I < F.Params.size(); ++I) {
    const Variable &P = F.Params[I];
    if (!isBytes(P))
      continue;
    Out->addParamAttr(First + I, Attribute::getWithByValType(
                                     C, ArrayType::get(llvm::Type::getInt8Ty(C),
                                                       byteSize(P))));
    Out->addParamAttr(First + I,
                      Attribute::getWithAlignment(C, Align(alignmentOf(P))));
  }
  if (F.Link == Linkage::Weak && F.HasBody && !F.IsEntry)
    Out->setLinkage(GlobalValue::LinkOnceODRLinkage);
  if (!Syntax.Target.empty())
    Out->addFnAttr("target-cpu", Syntax.Target[0]);
  It->second = {&F, Out, false};
  if (F.IsEntry && F.HasBody)
    annotate(F, Out);
}

void ModuleLifter::annotate(const Function &F, llvm::Function *Out) {
  Out->setCallingConv(CallingConv::PTX_Kernel);
  NamedMDNode *Node = M->getOrInsertNamedMetadata("nvvm.annotations");
  auto Add = [&](StringRef Key, uint64_t Value) {
    Metadata *Parts[] = {ConstantAsMetadata::get(Out), MDString::get(C, Key),
                         ConstantAsMetadata::get(ConstantInt::get(
                             llvm::Type::getInt32Ty(C), Value))};
    Node->addOperand(MDNode::get(C, Parts));
  };
  Add("kernel", 1);
  // The dimensions of .maxntid bound their product, not one another: nothing
  // may read more into them.
  for (const char *Name : {"maxntid", "reqntid"})
    if (const Directive *D = F.find(Name))
      for (size_t I = 0; I < 3; ++I)
        Add(std::string(Name) + "xyz"[I],
            I < D -> Numbers.size() ? D->Numbers[I] : 1);
  if (const Directive *D = F.find("reqnctapercluster"))
    for (size_t I = 0; I < 3; ++I)
      Add(std::string("cluster_dim_") + "xyz"[I],
          I < D -> Numbers.size() ? D->Numbers[I] : 1);
  if (const Directive *D = F.find("maxclusterrank"))
    if (!D->Numbers.empty())
      Add("maxclusterrank", D->Numbers[0]);
}

FunctionCallee ModuleLifter::external(const Twine &Name, llvm::Type *Result,
                                      ArrayRef<Value *> Arguments) {
  SmallVector<llvm::Type *, 4> Types;
  for (Value *A : Arguments)
    Types.push_back(A->getType());
  FunctionType *T = FunctionType::get(Result, Types, false);
  std::string Full = Name.str();
  // One opcode may have several shapes.
  if (llvm::Function *Old = M->getFunction(Full))
    for (unsigned N = 2; Old && Old->getFunctionType() != T; ++N) {
      Full = (Name + "#" + Twine(N)).str();
      Old = M->getFunction(Full);
    }
  return M->getOrInsertFunction(Full, T);
}

} // namespace reprise::ptx
