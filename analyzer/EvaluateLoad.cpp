//===- EvaluateLoad.cpp - Loads of what the host gives --------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// By-value parameters and constant variables hold the same bytes for all
// threads of a launch, so a load from them is a uniform expression. A table in
// them that is read at an index that varies is the union of its places, each
// under the guard that the index is there. The launch checks that the index
// stays inside the array: what else it may read is not looked at.
//
//===----------------------------------------------------------------------===//

#include "Evaluator.h"

#include "llvm/Analysis/ConstantFolding.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/DataLayout.h"
#include "llvm/IR/Operator.h"

#include <algorithm>

using namespace llvm;

namespace reprise {

/// Tables with more places are not split up: each place is an access of its
/// own.
static constexpr unsigned MaxPlaces = 16;
/// The same for pointers, of which nothing would be known otherwise. Of one
/// load in a kernel: with two, each place is paired with each.
static constexpr unsigned MaxPointerPlaces = 128;

Id Evaluator::symbol(const GlobalVariable &GV) {
  for (Id I = 0; I < Symbols.size(); ++I)
    if (Symbols[I].Name == GV.getName())
      return I;
  Symbol New;
  New.Name = GV.getName().str();
  if (!GV.isDeclaration())
    New.Size = F.getDataLayout().getTypeAllocSize(GV.getValueType());
  Symbols.push_back(std::move(New));
  return static_cast<Id>(Symbols.size() - 1);
}

/// Bytes [Lo, Hi) of the outermost array of T that byte Offset lies in and that
/// has elements of Bytes bytes at least; all of T where there is none. Only a
/// choice of places: the launch checks that the index stays there.
static std::pair<uint64_t, uint64_t>
arrayAround(Type *T, uint64_t Offset, unsigned Bytes, const DataLayout &DL) {
  const std::pair<uint64_t, uint64_t> Whole = {0, DL.getTypeAllocSize(T)};
  uint64_t Begin = 0;
  while (auto *S = dyn_cast<StructType>(T)) {
    const StructLayout *Members = DL.getStructLayout(S);
    if (Offset >= Members->getSizeInBytes())
      return Whole;
    const unsigned I = Members->getElementContainingOffset(Offset);
    Begin += Members->getElementOffset(I);
    Offset -= Members->getElementOffset(I);
    T = S->getElementType(I);
  }
  auto *A = dyn_cast<ArrayType>(T);
  if (!A || DL.getTypeAllocSize(A->getElementType()) < Bytes ||
      Offset >= DL.getTypeAllocSize(A))
    return Whole;
  return {Begin, Begin + DL.getTypeAllocSize(A)};
}

/// May the table that Load reads be split into so many places?
bool Evaluator::mayTake(const LoadInst &Load, uint64_t Places) {
  if (!Load.getType()->isPointerTy() || Places > MaxPointerPlaces)
    return false;
  if (!LargeTable)
    LargeTable = &Load;
  return LargeTable == &Load;
}

/// V as a pointer plus an integer: the pointer, and the integer in Rest.
static Value *splitAddress(Value *V, ScalarEvolution &SE, const SCEV *&Rest) {
  if (auto *Cast = dyn_cast<IntToPtrInst>(V)) {
    const SCEV *Sum = SE.getSCEV(Cast->getOperand(0));
    const SCEVPtrToIntExpr *Pointer = dyn_cast<SCEVPtrToIntExpr>(Sum);
    if (const auto *Add = dyn_cast<SCEVAddExpr>(Sum))
      for (const SCEV *O : Add->operands())
        if (const auto *P = dyn_cast<SCEVPtrToIntExpr>(O)) {
          if (Pointer)
            return nullptr;
          Pointer = P;
        }
    const auto *Base =
        Pointer ? dyn_cast<SCEVUnknown>(Pointer->getOperand()) : nullptr;
    if (!Base)
      return nullptr;
    Rest = SE.getMinusSCEV(Sum, Pointer);
    return Base->getValue();
  }
  const SCEV *Sum = SE.getSCEV(V);
  const auto *Base = dyn_cast<SCEVUnknown>(SE.getPointerBase(Sum));
  if (!Base || Base == Sum)
    return nullptr;
  Rest = SE.getMinusSCEV(Sum, Base);
  return Base->getValue();
}

std::optional<HostLoad> Evaluator::hostLoad(Value *V) {
  constexpr unsigned ConstantSpace = 4;
  auto *Load = dyn_cast<LoadInst>(V);
  if (!Load ||
      !(Load->getType()->isIntegerTy() || Load->getType()->isPointerTy() ||
        Load->getType()->isFloatingPointTy()))
    return std::nullopt;
  const DataLayout &DL = F.getDataLayout();
  HostLoad L;
  L.Bits = static_cast<unsigned>(DL.getTypeStoreSizeInBits(Load->getType()));
  const unsigned Bytes = L.Bits / 8;
  if (Bytes == 0 || Bytes > 8)
    return std::nullopt;

  // Base + Fixed + Varying, through casts.
  Value *Base = Load->getPointerOperand();
  APInt Fixed(DL.getIndexTypeSizeInBits(Base->getType()), 0);
  const SCEV *Varying = nullptr;
  for (;;) {
    Base = Base->stripAndAccumulateConstantOffsets(DL, Fixed, true);
    if (auto *Cast = dyn_cast<AddrSpaceCastOperator>(Base)) {
      Base = Cast->getPointerOperand();
      continue;
    }
    if (isa<Argument, GlobalVariable>(Base) || Varying)
      break;
    Value *Inner = splitAddress(Base, SE, Varying);
    if (!Inner || isa<SCEVCouldNotCompute>(Varying))
      return std::nullopt;
    Base = Inner;
  }

  Type *Object = nullptr;
  if (auto *A = dyn_cast<Argument>(Base)) {
    if (!A->hasByValAttr())
      return std::nullopt;
    L.Param = A->getArgNo();
    Object = A->getParamByValType();
  } else if (auto *GV = dyn_cast<GlobalVariable>(Base)) {
    if (GV->getAddressSpace() != ConstantSpace)
      return std::nullopt;
    L.Variable = GV;
    Object = GV->getValueType();
  } else {
    return std::nullopt;
  }
  const uint64_t Size = DL.getTypeAllocSize(Object);
  if (Size < Bytes || Fixed.getSignificantBits() > 63)
    return std::nullopt;
  L.Last = Size - Bytes;
  if (!Varying) {
    if (Fixed.isNegative() || Fixed.getZExtValue() > L.Last)
      return std::nullopt;
    L.First = Fixed.getZExtValue();
    L.Count = 1;
    return L;
  }
  if (Varying->getType() != IntegerType::get(F.getContext(), 64))
    return std::nullopt;

  L.Index = SE.getAddExpr(Varying, SE.getConstant(Fixed.sextOrTrunc(64)));
  APInt Start(64, 0);
  if (const auto *Sum = dyn_cast<SCEVAddExpr>(L.Index))
    if (const auto *C = dyn_cast<SCEVConstant>(Sum->getOperand(0)))
      Start = C->getAPInt();
  const SCEV *Rest = SE.getMinusSCEV(L.Index, SE.getConstant(Start));
  // Powers of two divide what is left after wrapping, too.
  const unsigned Zeros = std::min(SE.getMinTrailingZeros(Rest), 32u);
  L.Stride = uint64_t{1} << Zeros;
  const ConstantRange R = SE.getSignedRange(L.Index);
  auto [Lo, Hi] = arrayAround(Object, Start.getZExtValue(), Bytes, DL);
  L.Last = Hi - Bytes;
  const int64_t Least =
      std::max(R.getSignedMin().getSExtValue(), static_cast<int64_t>(Lo));
  const int64_t Most = std::min<int64_t>(R.getSignedMax().getSExtValue(),
                                         static_cast<int64_t>(L.Last));
  // The first place from Least on that is congruent to Start.
  const uint64_t Gap =
      (Start.getZExtValue() - static_cast<uint64_t>(Least)) & (L.Stride - 1);
  if (Most < Least || Gap > static_cast<uint64_t>(Most - Least))
    return std::nullopt;
  L.First = static_cast<uint64_t>(Least) + Gap;
  const uint64_t Places =
      (static_cast<uint64_t>(Most) - L.First) / L.Stride + 1;
  if (Places > MaxPlaces && !mayTake(*Load, Places))
    return std::nullopt;
  // One place is a choice, too: the index must be there.
  L.Count = static_cast<unsigned>(Places);
  return L;
}

/// L divided by Divisor where that leaves no remainder, else L.
static Lin reduced(const Lin &L, uint64_t Divisor) {
  const Poly By(static_cast<int64_t>(Divisor));
  Lin Result;
  auto Const = L.Const.divideExactly(By);
  if (!Const)
    return L;
  Result.Const = *Const;
  for (const auto &[A, P] : L.Terms) {
    auto Q = P.divideExactly(By);
    if (!Q)
      return L;
    Result.Terms[A] = *Q;
  }
  Result.Checks = L.Checks;
  return Result;
}

std::array<Lin, 2> Evaluator::placeGuards(const HostLoad &L, unsigned Place) {
  // A remainder is small, though its parts are not.
  Lin Index = rewriteDigits(asSigned(scev(L.Index)));
  if (Pending || !Index.isValid()) {
    // Nothing is known of the index; the launch must not go on.
    Pending.reset();
    Index = Lin(Poly(0));
    Index.Checks.insert(Atoms.addCheck(Lin(Poly(-1)), 0, 0));
    return {Index, Index};
  }
  const Lin Checked = Index;
  // What is congruent to the first place is not below it.
  if (!Atoms.range(Checked, Exprs).within(L.First, L.Last))
    Index.Checks.insert(Atoms.addCheck(Checked, static_cast<int64_t>(L.First),
                                       static_cast<int64_t>(L.Last)));
  const Lin There(Poly(static_cast<int64_t>(L.First + Place * L.Stride)));
  return {reduced(Index - There, L.Stride), reduced(There - Index, L.Stride)};
}

Val Evaluator::loaded(LoadInst *I) {
  Type *T = I->getType();
  const unsigned Width = T->isIntegerTy() ? T->getIntegerBitWidth() : 64;
  auto L = hostLoad(I);
  if (!L)
    return opaque(I, std::min(Width, 64u), I);
  unsigned Place = 0;
  if (L->Index) {
    // Choices inside of the index come first.
    if (!scev(L->Index).L.isValid())
      return opaque(I, Width, I);
    auto Fixed = choiceOf(I);
    if (!Fixed)
      return choose({I, nullptr, L->Count});
    Place = *Fixed;
  }
  const uint64_t Offset = L->First + Place * L->Stride;
  if (const GlobalVariable *GV = L->Variable;
      GV && GV->isConstant() && GV->hasDefinitiveInitializer()) {
    // The host cannot write this one.
    const Constant *C =
        ConstantFoldLoadFromConst(const_cast<Constant *>(GV->getInitializer()),
                                  T, APInt(64, Offset), F.getDataLayout());
    if (const auto *Number = dyn_cast_or_null<ConstantInt>(C))
      return uniform(Exprs.constant(Number->getSExtValue(), Width));
    return opaque(I, Width, I);
  }
  const Id E = L->Variable
                   ? Exprs.symbolBytes(symbol(*L->Variable), Offset, L->Bits)
                   : Exprs.param(Layout.Params[L->Param].Offset +
                                     static_cast<uint32_t>(Offset),
                                 L->Bits);
  return uniform(Width < L->Bits ? Exprs.unary(Op::Trunc, Width, E) : E);
}

} // namespace reprise
