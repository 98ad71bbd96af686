//===- LiftMemory.cpp - Loads, stores, atomics and copies of PTX as IR ----===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LiftImpl.h"
#include "OrderDependence.h"

using namespace llvm;

namespace reprise::ptx {

static Space spaceNamed(StringRef M) {
  if (M == "global")
    return Space::Global;
  if (M == "const")
    return Space::Const;
  if (M == "local")
    return Space::Local;
  if (M.starts_with("shared"))
    return Space::Shared;
  if (M.starts_with("param"))
    return Space::Param;
  return Space::None;
}

SmallVector<Space, 2> spacesOf(const Instruction &I) {
  SmallVector<Space, 2> Result;
  for (StringRef M : I.Modifiers)
    if (Space In = spaceNamed(M); In != Space::None)
      Result.push_back(In);
  return Result;
}

Space spaceOf(const Instruction &I) {
  SmallVector<Space, 2> All = spacesOf(I);
  return All.empty() ? Space::None : All[0];
}

static unsigned addressSpace(Space In) {
  return In == Space::Shared  ? SharedAS
         : In == Space::Const ? ConstAS
         : In == Space::Local ? LocalAS
                              : GenericAS;
}

/// The pointer that [ ... ] stands for, in the instruction's space.
Value *FunctionLifter::address(const Operand &O, Space In) {
  if (O.Kind != OperandKind::Address || O.Elements.empty())
    return nullptr;
  const Operand &E = O.Elements[0];
  auto *Wanted = PointerType::get(C, addressSpace(In));
  if (E.Kind == OperandKind::Integer)
    return B.CreateIntToPtr(constant(64, E.Value), Wanted);
  if (E.Kind != OperandKind::Name || (!E.Suffix.empty()))
    return nullptr;
  Symbol *S = find(E.Name);
  if (!S)
    return nullptr;
  if (S->K != Symbol::Kind::Register) {
    Value *P = S->Where;
    if (P->getType() != Wanted)
      P = B.CreateAddrSpaceCast(P, Wanted);
    return E.Value ? B.CreateGEP(B.getInt8Ty(), P, constant(64, E.Value)) : P;
  }
  Value *V = resize(B.CreateLoad(intType(S->Width), S->Where), 64, false);
  // A window's addresses are 32 bits where the register is.
  if (E.Value)
    V = B.CreateAdd(V, constant(64, E.Value));
  return B.CreateIntToPtr(V, Wanted);
}

/// What is accessed: Count elements, as one vector.
llvm::Type *FunctionLifter::accessType(const Instruction &I, Type &Element,
                                       unsigned &Count) {
  if (Types.empty() || !Types.back().Width)
    return nullptr;
  Element = Types.back();
  Count = I.has("v2") ? 2 : I.has("v4") ? 4 : I.has("v8") ? 8 : 1;
  llvm::Type *T = intType(std::max(Element.Width, 8u));
  return Count == 1 ? T : FixedVectorType::get(T, Count);
}

/// What others change or look at while the thread runs: an access that is not
/// to be moved out of a loop.
static bool isObserved(const Instruction &I) {
  return llvm::any_of(I.Modifiers, [](StringRef Modifier) {
    return Modifier == "volatile" || Modifier == "relaxed" ||
           Modifier == "acquire" || Modifier == "release" ||
           Modifier == "mmio" || Modifier == "cv" || Modifier == "wt";
  });
}

bool FunctionLifter::load(const Instruction &I) {
  Type Element;
  unsigned Count;
  llvm::Type *T = accessType(I, Element, Count);
  if (!T || I.Operands.size() < 2)
    return false;
  const Operand &To = I.Operands[0], &From = I.Operands[1];
  if (Count > 1 && To.Elements.size() != Count)
    return false;
  Value *All = nullptr;
  Space In = spaceOf(I);
  // A scalar parameter of a kernel has no address.
  if (In == Space::Param && Syntax.IsEntry && !From.Elements.empty())
    if (auto It = ScalarParams.find(From.Elements[0].Name);
        It != ScalarParams.end()) {
      Value *A = F->getArg(It->second);
      A = A->getType()->isPointerTy() ? B.CreatePtrToInt(A, B.getInt64Ty())
                                      : asBits(A);
      unsigned Bits = A->getType()->getIntegerBitWidth();
      uint64_t Skip = From.Elements[0].Value * 8;
      if (Count != 1 || Skip + Element.Width > Bits || Skip >= Bits)
        return false;
      All = B.CreateTrunc(B.CreateLShr(A, Skip), T);
    }
  if (!All) {
    Value *P = address(From, In);
    if (!P)
      return false;
    bool Pointer = In == Space::Param && Count == 1 && Element.Width == 64 &&
                   To.Kind == OperandKind::Name &&
                   Evidence.Registers.count(To.Name);
    if (Pointer)
      All = B.CreatePtrToInt(
          B.CreateAlignedLoad(PointerType::get(C, 0), P, Align(1)), T);
    else {
      LoadInst *L = B.CreateAlignedLoad(T, P, Align(1), isObserved(I));
      if (I.has("relaxed") || I.has("acquire"))
        L->setMetadata(AtomicAccess, MDNode::get(C, {}));
      All = L;
    }
  }
  if (Count == 1)
    return write(To, All, Element.isSigned());
  for (unsigned N = 0; N < Count; ++N)
    if (!write(To.Elements[N], B.CreateExtractElement(All, N),
               Element.isSigned()))
      return false;
  return true;
}

bool FunctionLifter::store(const Instruction &I) {
  Type Element;
  unsigned Count;
  llvm::Type *T = accessType(I, Element, Count);
  if (!T || I.Operands.size() < 2 || I.has("async"))
    return false;
  const Operand &To = I.Operands[0], &From = I.Operands[1];
  if (Count > 1 && From.Elements.size() != Count)
    return false;
  Value *P = address(To, spaceOf(I));
  if (!P)
    return false;
  Value *All = nullptr;
  if (Count == 1) {
    All = read(From, Element);
  } else {
    All = PoisonValue::get(T);
    for (unsigned N = 0; N < Count; ++N) {
      Value *V = From.Elements[N].Kind == OperandKind::Sink
                     ? undefined(Element.Width)
                     : read(From.Elements[N], Element);
      if (!V)
        return false;
      All = B.CreateInsertElement(All, V, N);
    }
  }
  if (!All)
    return false;
  StoreInst *S = B.CreateAlignedStore(All, P, Align(1), isObserved(I));
  if (I.has("relaxed") || I.has("release"))
    S->setMetadata(AtomicAccess, MDNode::get(C, {}));
  return true;
}

bool FunctionLifter::atomic(const Instruction &I) {
  ArrayRef<Operand> O = I.Operands;
  bool Result = I.Opcode == "atom";
  if (Result) {
    if (O.empty())
      return false;
    O = O.drop_front();
  }
  Type Element;
  unsigned Count;
  llvm::Type *T = accessType(I, Element, Count);
  Value *P = O.size() < 2 || !T ? nullptr : address(O[0], spaceOf(I));
  if (!P)
    return false;
  auto Done = [&](Value *Old) {
    return !Result || write(I.Operands[0], Old, Element.isSigned());
  };
  auto Order = AtomicOrdering::Monotonic;
  if (Count == 1 && I.has("cas") && O.size() >= 3) {
    Value *Expected = read(O[1], Element), *New = read(O[2], Element);
    if (!Expected || !New)
      return false;
    return Done(B.CreateExtractValue(
        B.CreateAtomicCmpXchg(P, Expected, New, MaybeAlign(), Order, Order),
        0));
  }
  std::optional<AtomicRMWInst::BinOp> Op;
  bool Signed = Element.isSigned();
  if (Element.isFloat()) {
    if (I.has("add") && Element.Lanes == 1 && Element.Width >= 32)
      Op = AtomicRMWInst::FAdd;
  } else {
    Op = I.has("add")    ? std::optional(AtomicRMWInst::Add)
         : I.has("and")  ? std::optional(AtomicRMWInst::And)
         : I.has("or")   ? std::optional(AtomicRMWInst::Or)
         : I.has("xor")  ? std::optional(AtomicRMWInst::Xor)
         : I.has("exch") ? std::optional(AtomicRMWInst::Xchg)
         : I.has("inc")  ? std::optional(AtomicRMWInst::UIncWrap)
         : I.has("dec")  ? std::optional(AtomicRMWInst::UDecWrap)
         : I.has("min")
             ? std::optional(Signed ? AtomicRMWInst::Min : AtomicRMWInst::UMin)
         : I.has("max")
             ? std::optional(Signed ? AtomicRMWInst::Max : AtomicRMWInst::UMax)
             : std::nullopt;
  }
  if (Count == 1 && Op) {
    Value *V =
        Element.isFloat() ? readFloat(O[1], Element) : read(O[1], Element);
    return V && Done(B.CreateAtomicRMW(*Op, P, V, MaybeAlign(), Order));
  }
  return opaque(
      I, "atomic." + Twine(Element.Width / 8 * Count) + "." + spelling(I), P);
}

/// cp.async.{ca,cg}.shared.global [to], [from], bytes, ...
bool FunctionLifter::asyncCopy(const Instruction &I) {
  ArrayRef<Operand> O = I.Operands;
  if (I.has("bulk"))
    return bulkCopy(I);
  // Groups and barriers: no memory but shared.
  if (!I.has("global"))
    return opaque(I, "value." + spelling(I));
  Value *From = O.size() >= 3 ? address(O[1], Space::Global) : nullptr;
  if (!From || O[2].Kind != OperandKind::Integer)
    return false;
  return opaque(I, "read." + Twine(O[2].Value) + "." + spelling(I), From);
}

/// cp[.reduce].async.bulk.to.from [to], [from], bytes, [barrier]
bool FunctionLifter::bulkCopy(const Instruction &I) {
  ArrayRef<Operand> O = I.Operands;
  if (I.has("commit_group") || I.has("wait_group") || I.has("prefetch"))
    return opaque(I, "value." + spelling(I));
  SmallVector<Space, 2> Spaces = spacesOf(I);
  if (I.has("tensor") || Spaces.size() < 2 || O.size() < 3)
    return false; // A tensor map says where.
  bool Writes = Spaces[0] == Space::Global, Reads = Spaces[1] == Space::Global;
  if (!Writes && !Reads)
    return opaque(I, "value." + spelling(I));
  Value *P = address(O[Writes ? 0 : 1], Space::Global);
  if (!P || Writes == Reads)
    return false;
  const char *Kind = Reads ? "read" : I.has("reduce") ? "atomic" : "write";
  return opaque(I, Twine(Kind) + ".0." + spelling(I), P);
}

/// wmma.load and wmma.store: a tile of unknown stride.
bool FunctionLifter::matrixAccess(const Instruction &I) {
  ArrayRef<Operand> O = I.Operands;
  bool Load = I.has("load"), Store = I.has("store");
  if (!Load && !Store)
    return opaque(I, "value." + spelling(I));
  Value *P = O.size() < 2 ? nullptr : address(O[Load ? 1 : 0], spaceOf(I));
  return P &&
         opaque(I, Twine(Load ? "read" : "write") + ".0." + spelling(I), P);
}

bool FunctionLifter::memory(const Instruction &I) {
  StringRef Op = I.Opcode;
  if (Op == "ld" || Op == "ldu")
    return load(I);
  if (Op == "st")
    return store(I);
  if (Op == "atom" || Op == "red")
    return !I.has("async") && atomic(I);
  if (Op == "cp")
    return asyncCopy(I);
  if (Op == "wmma")
    return matrixAccess(I);
  if (Op == "tex" || Op == "tld4" || Op == "suld" || Op == "sust" ||
      Op == "sured")
    return opaque(I, "texture." + atLine(I));
  if (Op == "multimem") // The memory of several devices, under other addresses.
    return opaque(I, "multimem." + atLine(I));
  if (Op == "discard") {
    Value *P =
        I.Operands.empty() ? nullptr : address(I.Operands[0], spaceOf(I));
    return P && opaque(I, "write.128." + spelling(I), P);
  }
  // What is left knows shared memory only (ldmatrix, mbarrier), or none.
  return opaque(I, "value." + spelling(I));
}

} // namespace reprise::ptx
