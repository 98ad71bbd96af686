//===- AccessSets.cpp - Which bytes does an access touch? -----------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "AccessSets.h"

#include "Checked.h"
#include "Domains.h"
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
  S.Size = 0;
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

void evaluateGroup(Frame &F, const ProgramGroup &G, GroupState &S) {
  const DomainState &D = domainState(F, G.Domain);
  S.Status = D.Status;
  S.Reason = D.Reason;
  S.Top = S.Bound = S.Opaque = false;
  S.Exact = false;
  S.Size = 0;
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
  DimList Dims;
  if (reprise_reason Why =
          formSet(F, 0, G.Begin, G.End, S.Base, S.Lo, S.Hi, Dims))
    return fallBack(F, G, S, static_cast<uint8_t>(Why),
                    D.Exact && Why != REPRISE_REASON_UNKNOWN_SYMBOL);
  S.Exact = D.Exact && G.Independent && !Dims.Widened;
  S.Size = Dims.Size;
  std::copy(Dims.D, Dims.D + Dims.Size, S.Dims);
  S.Width = weakened(Rule::Widths) ? 1 : G.Width;
  foldIntoWidth(S.Dims, S.Size, S.Width);
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
  if (G.Status == Extent::NotEvaluated)
    evaluateGroup(F, F.P.Groups[Index], G);
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
  S.Bytes.Dims = G.Dims;
  if (G.Top)
    return describe(PG, G, S);

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
  if (!checkedAdd(G.Base, Const, Base) || !checkedAdd(G.Lo, Const, Lo) ||
      !checkedAdd(G.Hi, Const, Hi))
    return Unknown(REPRISE_REASON_ARITHMETIC);
  const Int128 First = Int128{G.Address} + Lo;
  const uint64_t Width = weakened(Rule::Widths) ? 1 : PG.Width;
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
  Int128 DimsLast = DimsFirst + Int128{G.Width} - 1;
  for (unsigned I = 0; I < G.Size; ++I)
    DimsLast += G.Dims[I].span();
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
  S.Bytes.Width = G.Width;
  S.Bytes.Size = G.Size;
}

const AccessState &accessState(Frame &F, uint32_t Index) {
  AccessState &S = F.Accesses[Index];
  if (S.Status == Extent::NotEvaluated)
    evaluateAccess(F, F.P.Accesses[Index], S);
  return S;
}

} // namespace reprise
