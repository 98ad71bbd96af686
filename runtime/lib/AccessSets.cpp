//===- AccessSets.cpp - Which bytes does an access touch? -----------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "AccessSets.h"

#include "Checked.h"
#include "Domains.h"
#include "Vars.h"
#include "Weaken.h"

#include <algorithm>

namespace reprise {
namespace {

void unknown(GroupState &S, reprise_reason Reason) {
  S.Status = Extent::Unknown;
  S.Reason = static_cast<uint8_t>(Reason);
}

/// Where Base points, or where the symbol lies. False: S is decided.
bool locate(const Frame &F, const ProgramGroup &G, GroupState &S) {
  S.Space = 0;
  S.SymbolSize = 0;
  if (G.Root == RootKind::Param) {
    if (F.Poison[G.Base]) {
      unknown(S, poisonReason(F, G.Base));
      return false;
    }
    S.Address = F.Values[G.Base];
  } else {
    const ProgramSymbol &Symbol = F.P.Symbols[G.Symbol];
    const reprise_range *R =
        F.Launch.Alloc
            ? F.Launch.Alloc->findSymbol(Symbol.Hash, F.P.SymbolNames[G.Symbol])
            : nullptr;
    S.SymbolSize = Symbol.Size != 0 ? Symbol.Size : R ? R->size : 0;
    if (!R) {
      S.Space = 1 + G.Symbol;
      S.Address = 0;
      return true;
    }
    S.Address = R->address;
  }
  if (S.Address == 0) {
    unknown(S, REPRISE_REASON_NULL_POINTER);
    if (F.Launch.InBounds && !F.Domains[G.Domain].Exact) {
      // It points into nothing, so a clean run has no such access, if what is
      // known does not say that it has.
      S.Status = Extent::Empty;
      S.Top = true;
    }
    return false;
  }
  return true;
}

/// Any byte of what Base points into.
void evaluateTop(const Frame &F, const ProgramGroup &G, GroupState &S) {
  S.Exact = false;
  if (!F.Launch.InBounds) {
    S.Status = Extent::Any;
    return;
  }
  uint64_t Size = 0;
  S.TopLo = S.Address;
  if (G.Root == RootKind::Param) {
    const reprise_range *R =
        F.Launch.Alloc ? F.Launch.Alloc->find(S.Address) : nullptr;
    if (!R && weakened(Rule::UnknownAllocation)) {
      S.Status = Extent::Empty;
      return;
    }
    if (!R)
      return unknown(S, REPRISE_REASON_UNKNOWN_ALLOCATION);
    S.TopLo = R->address;
    Size = R->size;
    if (weakened(Rule::AllocationPart))
      S.TopLo = S.Address, Size = 1;
  } else {
    Size = S.SymbolSize;
    if (Size == 0 && S.Space == 0)
      return unknown(S, REPRISE_REASON_UNKNOWN_SYMBOL);
    if (Size == 0) // Of an extern array: all that the space holds.
      Size = UINT64_MAX;
  }
  if (S.TopLo > UINT64_MAX - (Size - 1))
    return unknown(S, REPRISE_REASON_ARITHMETIC);
  S.Top = true;
  S.TopHi = S.TopLo + (Size - 1);
  S.Status = Extent::Set;
}

/// The addresses could not be evaluated, for Reason. Where they point is known
/// all the same: into what Base points into (A1). But where arithmetic wraps in
/// fact (Attained), and not only in what is known of it, the program does what
/// its author did not mean, and A1 is not relied upon. (A constant whose
/// content is not known may make all of it fit.)
void fallBack(const Frame &F, const ProgramGroup &G, GroupState &S,
              uint8_t Reason, bool Attained) {
  S.Status = Extent::Unknown;
  if (F.Launch.InBounds && !Attained)
    evaluateTop(F, G, S);
  S.Reason = Reason;
}

/// The dims of \p P, and its ends. Sets Reason where there are none.
void shapeDims(Frame &F, const ProgramShape &P, ShapeState &S) {
  DimList Dims;
  S.Reason = formSet(F, 0, P.Begin, P.End, S.Base, S.Lo, S.Hi, Dims);
  S.Widened = Dims.Widened;
  S.Shaped = true;
  S.Size = Dims.Size;
  std::copy(Dims.D, Dims.D + Dims.Size, S.Dims);
  S.Width = weakened(Rule::Widths) ? 1 : P.Width;
  foldIntoWidth(S.Dims, S.Size, S.Width);
}

/// Any byte of what the handle in Base is bound to.
void evaluateBinding(const Frame &F, const ProgramGroup &G, GroupState &S) {
  if (F.Poison[G.Base])
    return unknown(S, poisonReason(F, G.Base));
  const reprise_binding *B = nullptr;
  if (F.Launch.Alloc)
    B = F.Launch.Alloc->findBinding(G.Root == RootKind::Texture
                                        ? REPRISE_HANDLE_TEXTURE
                                        : REPRISE_HANDLE_SURFACE,
                                    F.Values[G.Base]);
  if (!B)
    return unknown(S, REPRISE_REASON_TEXTURE);
  // Whatever the domain: all bytes are in it.
  S.Status = Extent::Set;
  S.Reason = REPRISE_REASON_NONE;
  S.Top = S.Bound = true;
  S.Opaque = B->memory.size == 0;
  S.Array = B->array;
  S.TopLo = B->memory.address;
  S.TopHi = S.Opaque ? S.TopLo : S.TopLo + (B->memory.size - 1);
}

} // namespace

/// The ends of shape \p Index; its dims where they come with them.
static const ShapeState &shapeEnds(Frame &F, uint32_t Index) {
  ShapeState &S = F.Shapes[Index];
  if (F.HasShape[Index])
    return S;
  F.HasShape[Index] = true;
  const ProgramShape &P = F.P.Shapes[Index];
  S.Reason = REPRISE_REASON_NONE;
  S.Widened = S.Shaped = false;
  if (!P.MayWiden && formEnds(F, 0, P.Begin, P.End, S.Lo, S.Hi)) {
    S.Base = S.Lo;
    return S;
  }
  shapeDims(F, P, S);
  return S;
}

bool shapeHull(Frame &F, uint32_t Index, uint64_t Address, uint32_t Consts,
               uint32_t ConstsEnd, uint64_t &Lo, uint64_t &Hi) {
  int64_t Least = INT64_MAX, Most = INT64_MIN;
  for (uint32_t I = Consts; I < ConstsEnd; ++I) {
    const uint32_t C = F.P.GroupConsts[I];
    if (F.Poison[C])
      return false;
    Least = std::min(Least, static_cast<int64_t>(F.Values[C]));
    Most = std::max(Most, static_cast<int64_t>(F.Values[C]));
  }
  const ShapeState &S = shapeEnds(F, Index);
  int64_t First, Last, Ignored;
  return Least <= Most && !S.Reason && checkedAdd(S.Lo, Least, First) &&
         checkedAdd(S.Hi, Most, Last) && checkedAdd(S.Base, Least, Ignored) &&
         checkedAdd(S.Base, Most, Ignored) &&
         !__builtin_add_overflow(Address, First, &Lo) &&
         !__builtin_add_overflow(Address, Last, &Hi) &&
         !__builtin_add_overflow(Hi, F.P.Shapes[Index].Width - 1, &Hi);
}

namespace {

void evaluateGroup(Frame &F, const ProgramGroup &G, GroupState &S) {
  const DomainState &D = domainState(F, G.Domain);
  S.Status = D.Status;
  S.Reason = D.Reason;
  S.Top = S.Bound = S.Opaque = false;
  S.Exact = false;
  S.Space = 0;
  if (D.Status != Extent::Set &&
      (D.Status == Extent::Empty || G.Root == RootKind::Unknown))
    return;
  if (G.Root == RootKind::Unknown) {
    S.Status = Extent::Any;
    return;
  }
  if (isHandle(G.Root))
    return evaluateBinding(F, G, S);
  if (!locate(F, G, S))
    return;
  if (D.Status == Extent::Unknown)
    return fallBack(F, G, S, D.Reason,
                    D.Exact && !G.Top &&
                        D.Reason != REPRISE_REASON_UNKNOWN_SYMBOL);
  if (G.Top)
    return evaluateTop(F, G, S);
  const ShapeState &Shape = shapeEnds(F, G.Shape);
  if (Shape.Reason)
    return fallBack(F, G, S, Shape.Reason,
                    D.Exact && Shape.Reason != REPRISE_REASON_UNKNOWN_SYMBOL);
  S.Exact = D.Exact && G.Independent && !Shape.Widened;
}

void evaluateHull(Frame &F, const ProgramGroup &PG, const GroupState &G,
                  HullState &H) {
  H.Status = HullState::Untold;
  H.Top = G.Top && !G.Bound;
  H.PartlyEmpty = G.Status == Extent::Empty;
  if (G.Status == Extent::Empty) {
    H.Status = HullState::Empty;
  } else if (G.Status != Extent::Set || G.Space != 0 || G.Opaque) {
    return;
  } else if (G.Top) {
    H.Lo = G.TopLo;
    H.Hi = G.TopHi;
    H.Status = HullState::Bytes;
  } else if (shapeHull(F, PG.Shape, G.Address, PG.ConstBegin, PG.ConstEnd, H.Lo,
                       H.Hi)) {
    H.Status = HullState::Bytes;
  }
}

/// An access of a group that has no form.
void describe(const ProgramGroup &PG, const GroupState &G, AccessState &S) {
  S.Status = G.Status;
  S.Reason = G.Reason;
  S.Top = G.Top && !G.Bound;
  if (G.Status != Extent::Set)
    return;
  S.Bytes.Size = 0;
  S.Bytes.Start = S.Bytes.Lo = G.TopLo;
  S.Bytes.Hi = G.TopHi;
  S.Bytes.Width = G.TopHi - G.TopLo + 1; // Size was below 2^64.
  S.WithinSymbol = PG.Root == RootKind::Symbol;
}

} // namespace

const GroupState &groupState(Frame &F, uint32_t Index) {
  GroupState &G = F.Groups[Index];
  if (!F.HasGroup[Index]) {
    F.HasGroup[Index] = true;
    const ProgramGroup &PG = F.P.Groups[Index];
    evaluateGroup(F, PG, G);
    evaluateHull(F, PG, G, G.Hull);
  }
  return G;
}

static void evaluateAccess(Frame &F, const ProgramAccess &A, AccessState &S) {
  const GroupState &G = groupState(F, A.Group);
  const ProgramGroup &PG = F.P.Groups[A.Group];
  S.Status = G.Status;
  S.Reason =
      G.Status == Extent::Any ? static_cast<uint8_t>(A.Reason) : G.Reason;
  S.Exact = G.Exact && A.Must;
  S.Top = G.Top && !G.Bound;
  S.Opaque = G.Status == Extent::Set && G.Opaque;
  S.Array = G.Array;
  S.Space = G.Space;
  S.WithinSymbol = false;
  if (G.Status != Extent::Set)
    return;
  S.Bytes.Size = 0;
  S.Bytes.Dims = nullptr;
  if (G.Top)
    return describe(PG, G, S);
  ShapeState &Shape = F.Shapes[PG.Shape];
  if (!Shape.Shaped)
    shapeDims(F, F.P.Shapes[PG.Shape], Shape);
  S.Bytes.Dims = Shape.Dims;

  auto FallBack = [&](reprise_reason Reason, bool Attained) {
    GroupState Other = G;
    fallBack(F, PG, Other, static_cast<uint8_t>(Reason), Attained);
    describe(PG, Other, S);
    S.Exact = false;
  };
  auto Unknown = [&](reprise_reason Reason) { FallBack(Reason, G.Exact); };
  int64_t Const, Base, Lo, Hi;
  if (F.Poison[A.Const])
    return FallBack(poisonReason(F, A.Const),
                    G.Exact &&
                        F.Poison[A.Const] != REPRISE_REASON_UNKNOWN_SYMBOL);
  Const = static_cast<int64_t>(F.Values[A.Const]);
  if (!checkedAdd(Shape.Base, Const, Base) ||
      !checkedAdd(Shape.Lo, Const, Lo) || !checkedAdd(Shape.Hi, Const, Hi))
    return Unknown(REPRISE_REASON_ARITHMETIC);
  const Int128 First = Int128{G.Address} + Lo;
  const uint64_t Width =
      weakened(Rule::Widths) ? 1 : F.P.Shapes[PG.Shape].Width;
  const Int128 Last = Int128{G.Address} + Hi + (Width - 1);
  if (First < 0 || Last > Int128{UINT64_MAX})
    return Unknown(G.Space != 0 ? REPRISE_REASON_UNKNOWN_SYMBOL
                                : REPRISE_REASON_ARITHMETIC);
  S.Bytes.Lo = static_cast<uint64_t>(First);
  S.Bytes.Hi = static_cast<uint64_t>(Last);
  if (PG.Root == RootKind::Symbol && G.SymbolSize != 0) {
    const Int128 End = Int128{G.Address} + Int128{G.SymbolSize};
    S.WithinSymbol = First >= Int128{G.Address} && Last < End;
  }

  Int128 DimsFirst = Int128{G.Address} + Base;
  Int128 DimsLast = DimsFirst + Int128{Shape.Width} - 1;
  for (unsigned I = 0; I < Shape.Size; ++I)
    DimsLast += Shape.Dims[I].span();
  if (DimsFirst < 0 || DimsLast > Int128{UINT64_MAX}) {
    // Rows that the window cuts off do not exist as addresses. All bytes of
    // the window are a superset.
    if (S.Bytes.Lo == 0 && S.Bytes.Hi == UINT64_MAX)
      return Unknown(REPRISE_REASON_ARITHMETIC);
    S.Bytes.Size = 0;
    S.Bytes.Start = S.Bytes.Lo;
    S.Bytes.Width = S.Bytes.Hi - S.Bytes.Lo + 1;
    S.Exact = false;
    return;
  }
  S.Bytes.Start = static_cast<uint64_t>(DimsFirst);
  S.Bytes.Width = Shape.Width;
  S.Bytes.Size = Shape.Size;
}

const AccessState &accessState(Frame &F, uint32_t Index) {
  AccessState &S = F.Accesses[Index];
  if (!F.HasAccess[Index]) {
    F.HasAccess[Index] = true;
    evaluateAccess(F, F.P.Accesses[Index], S);
  }
  return S;
}

} // namespace reprise
