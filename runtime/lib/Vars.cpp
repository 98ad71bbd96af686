//===- Vars.cpp - Which values does a var take? ---------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Vars.h"

#include "Checked.h"
#include "Weaken.h"

#include <algorithm>
#include <cassert>

namespace reprise {

reprise_reason formHull(const Frame &F, const FormRef &Form, int64_t &Min,
                        int64_t &Max) {
  if (F.Poison[Form.Const])
    return poisonReason(F, Form.Const);
  Min = Max = static_cast<int64_t>(F.Values[Form.Const]);
  for (uint32_t I = Form.Begin; I < Form.End; ++I) {
    const ProgramTerm &T = F.P.Terms[I];
    if (F.Poison[T.Coef])
      return poisonReason(F, T.Coef);
    const auto Coef = static_cast<int64_t>(F.Values[T.Coef]);
    const NumHull &V = F.VarHulls[T.Var];
    if (!checkedMulAdd(Min, Coef, Coef >= 0 ? V.Lo : V.Hi) ||
        !checkedMulAdd(Max, Coef, Coef >= 0 ? V.Hi : V.Lo))
      return REPRISE_REASON_ARITHMETIC;
  }
  return REPRISE_REASON_NONE;
}

bool formEnds(const Frame &F, int64_t Const, uint32_t Begin, uint32_t End,
              int64_t &Lo, int64_t &Hi) {
  Lo = Hi = Const;
  for (uint32_t I = Begin; I < End; ++I) {
    const ProgramTerm &T = F.P.Terms[I];
    if (F.Poison[T.Coef] || !F.VarStates[T.Var].Plain)
      return false;
    const auto Coef = static_cast<int64_t>(F.Values[T.Coef]);
    const NumHull &V = F.VarHulls[T.Var];
    if (!checkedMulAdd(Lo, Coef, Coef >= 0 ? V.Lo : V.Hi) ||
        !checkedMulAdd(Hi, Coef, Coef >= 0 ? V.Hi : V.Lo))
      return false;
  }
  // Whatever formSet computes on its way lies between the ends, or is no larger
  // than the distance between them.
  int64_t Width;
  return checkedSub(Hi, Lo, Width) && Width != INT64_MAX;
}

reprise_reason formSet(Frame &F, int64_t Const, uint32_t Begin, uint32_t End,
                       int64_t &Base, int64_t &Lo, int64_t &Hi, DimList &Dims) {
  Base = Lo = Hi = Const;
  int64_t Span = 0;
  for (uint32_t I = Begin; I < End; ++I) {
    const ProgramTerm &T = F.P.Terms[I];
    if (F.Poison[T.Coef])
      return poisonReason(F, T.Coef);
    const auto Coef = static_cast<int64_t>(F.Values[T.Coef]);
    if (Coef == 0)
      continue;
    const NumSet &V = varSet(F, T.Var);
    if (!checkedMulAdd(Base, Coef, V.Base) ||
        !checkedMulAdd(Lo, Coef, Coef > 0 ? V.Lo : V.Hi) ||
        !checkedMulAdd(Hi, Coef, Coef > 0 ? V.Hi : V.Lo))
      return REPRISE_REASON_ARITHMETIC;
    for (unsigned J = 0; J < V.Size; ++J) {
      const Dim &D = V.Dims[J];
      int64_t Stride, DimSpan;
      if (!checkedMul(Coef, D.Stride, Stride) ||
          !checkedMul(Stride, D.Count - 1, DimSpan))
        return REPRISE_REASON_ARITHMETIC;
      if (Stride < 0) { // Count from the other end.
        if (!checkedAdd(Base, DimSpan, Base) ||
            !checkedSub(0, DimSpan, DimSpan))
          return REPRISE_REASON_ARITHMETIC;
        Stride = -Stride; // Its multiple DimSpan could be negated.
      }
      if (!checkedAdd(Span, DimSpan, Span))
        return REPRISE_REASON_ARITHMETIC;
      Dims.add(Stride, D.Count);
    }
  }
  int64_t DimsHi, Width;
  if (Span == INT64_MAX || !checkedAdd(Base, Span, DimsHi) ||
      !checkedSub(Hi, Lo, Width))
    return REPRISE_REASON_ARITHMETIC;
  Dims.normalize();
  return REPRISE_REASON_NONE;
}

namespace {

/// Defines one var over the vars that it is made of, which are Set. The result
/// is the same in all domains that have the var.
class VarDefinition {
public:
  VarDefinition(Frame &State, uint32_t Index)
      : F(State), V(State.P.Vars[Index]), H(State.VarHulls[Index]),
        S(State.Vars[Index]), DeclaredSet(V.Exact) {}

  void run(VarState &Out) {
    Out.Status = define();
    Out.Reason = Reason;
    Out.Loose = static_cast<uint8_t>(Loose);
    Out.DeclaredSet = DeclaredSet;
    Out.DeclaredRun = (V.Exact || V.Free) && !LeftOut;
    Out.Cuts = Cuts;
    Out.Widened = Widened;
    Out.Doubtful = Doubtful;
    Out.Plain = Plain;
    Out.Dense = Dense;
    Out.Shaped = Shaped;
  }

private:
  Frame &F;
  const ProgramVar &V;
  NumHull &H;
  NumSet &S; ///< Set where Shaped.
  // Fields of VarState.
  uint8_t Reason = REPRISE_REASON_NONE;
  unsigned Loose = 0;
  bool DeclaredSet, Cuts = false, Widened = false, Doubtful = false;
  bool Plain = true, Dense = false, Shaped = false;
  bool LeftOut = false; ///< A bound.

  Extent unknown(reprise_reason Why) {
    Reason = static_cast<uint8_t>(Why);
    return Extent::Unknown;
  }

  /// A bound that depends on a constant whose content is not known: without it
  /// the set is larger. False for other reasons.
  bool leaveOut(reprise_reason Why) {
    if (Why != REPRISE_REASON_UNKNOWN_SYMBOL)
      return false;
    LeftOut = true;
    DeclaredSet = false;
    return true;
  }

  /// The smallest (\p Upper: largest) value that bound \p B allows. Returns as
  /// formHull.
  reprise_reason bound(const ProgramBound &B, bool Upper, int64_t &Out) {
    int64_t Min, Max;
    if (B.F.Begin == B.F.End) { // Most are a value.
      if (F.Poison[B.F.Const])
        return poisonReason(F, B.F.Const);
      Min = Max = static_cast<int64_t>(F.Values[B.F.Const]);
    } else if (reprise_reason Why = formHull(F, B.F, Min, Max)) {
      return Why;
    }
    Loose += Min != Max && !B.Implied;
    Out = Upper ? Max : Min;
    if (B.Div != None) {
      if (F.Poison[B.Div])
        return poisonReason(F, B.Div);
      const auto Div = static_cast<int64_t>(F.Values[B.Div]);
      if (Div <= 0)
        return REPRISE_REASON_ARITHMETIC;
      Out = Upper ? floorDiv(Out, Div) : ceilDiv(Out, Div);
    }
    if (B.Or != None) {
      if (F.Poison[B.Or])
        return poisonReason(F, B.Or);
      const auto Or = static_cast<int64_t>(F.Values[B.Or]);
      Out = Upper ? std::max(Out, Or) : std::min(Out, Or);
    }
    return REPRISE_REASON_NONE;
  }

  Extent define() {
    int64_t Lo = INT64_MIN, Hi = INT64_MAX, Value = 0;
    for (uint32_t I = V.Lo; I < V.Hi; ++I) {
      if (reprise_reason Why = bound(F.P.Bounds[I], false, Value)) {
        if (!leaveOut(Why))
          return unknown(Why);
        continue;
      }
      Lo = std::max(Lo, Value);
    }
    for (uint32_t I = V.Hi; I < V.End; ++I) {
      if (reprise_reason Why = bound(F.P.Bounds[I], true, Value)) {
        if (!leaveOut(Why))
          return unknown(Why);
        continue;
      }
      Hi = std::min(Hi, Value);
    }
    if (V.Free && Loose != 0) {
      // It leaves no execution out, but not all these values are taken.
      Loose = 0;
      DeclaredSet = false;
    }
    if (Lo > Hi)
      return Extent::Empty;
    if (V.Kind == VarKind::Range && (Lo == INT64_MIN || Hi == INT64_MAX))
      return unknown(LeftOut ? REPRISE_REASON_UNKNOWN_SYMBOL
                             : REPRISE_REASON_ARITHMETIC);
    return V.Kind == VarKind::Range ? range(Lo, Hi) : sum(Lo, Hi);
  }

  Extent range(int64_t Lo, int64_t Hi) {
    int64_t Span;
    if (!checkedSub(Hi, Lo, Span) || Span == INT64_MAX)
      return unknown(REPRISE_REASON_ARITHMETIC);
    if (Span > 0 && weakened(Rule::LastValue))
      --Span, --Hi;
    H = {Lo, Hi};
    Dense = true;
    return Extent::Set;
  }

  Extent sum(int64_t Lo, int64_t Hi) {
    if (F.Poison[V.F.Const])
      return unknown(poisonReason(F, V.F.Const));
    const auto Const = static_cast<int64_t>(F.Values[V.F.Const]);
    if (V.MayWiden || !formEnds(F, Const, V.F.Begin, V.F.End, H.Lo, H.Hi))
      return shapedSum(Const, Lo, Hi);
    Dense = isDense();
    Cuts = Lo > H.Lo || Hi < H.Hi;
    if (!Cuts)
      return Extent::Set;
    if (!Dense)
      return shapedSum(Const, Lo, Hi);
    H.Lo = std::max(Lo, H.Lo);
    H.Hi = std::min(Hi, H.Hi);
    return H.Lo <= H.Hi ? Extent::Set : Extent::Empty;
  }

  /// Are the values of a sum, before it is cut, all integers between its ends?
  /// Its hull was computed. As DimList::merge would find.
  bool isDense() const {
    constexpr uint32_t Most = 4;
    const uint32_t Count = V.F.End - V.F.Begin;
    if (Count > Most)
      return false;
    const ProgramTerm *Terms = F.P.Terms.data() + V.F.Begin;
    // The terms taken so far make so many consecutive integers.
    uint64_t Reach = 1;
    bool Taken[Most] = {};
    for (uint32_t Left = Count; Left > 0;) {
      const uint32_t Before = Left;
      for (uint32_t I = 0; I < Count; ++I) {
        if (Taken[I])
          continue;
        const uint64_t Coef = magnitude(F.Values[Terms[I].Coef]);
        const NumHull &T = F.VarHulls[Terms[I].Var];
        const bool Varies = Coef != 0 && T.Lo != T.Hi;
        if (Varies && (Coef > Reach || !F.VarStates[Terms[I].Var].Dense))
          continue;
        // Below the width of the hull, which fits.
        if (Varies)
          Reach += Coef * static_cast<uint64_t>(T.Hi - T.Lo);
        Taken[I] = true;
        --Left;
      }
      if (Left == Before)
        return false;
    }
    return true;
  }

  static uint64_t magnitude(uint64_t Coef) {
    return static_cast<int64_t>(Coef) < 0 ? 0 - Coef : Coef;
  }

  Extent shapedSum(int64_t Const, int64_t Lo, int64_t Hi) {
    DimList Dims;
    if (reprise_reason Why =
            formSet(F, Const, V.F.Begin, V.F.End, S.Base, S.Lo, S.Hi, Dims))
      return unknown(Why);
    S.Size = Dims.Size;
    std::copy(Dims.D, Dims.D + Dims.Size, S.Dims);
    Loose += Dims.Widened;
    Cuts = Lo > S.Lo || Hi < S.Hi;
    const ClampResult Result = clamp(S, Lo, Hi);
    if (Result == ClampResult::Empty)
      return Extent::Empty;
    if (Result == ClampResult::Widened) {
      ++Loose;
      Widened = true;
      // The first or last of the remaining values shows that there is one.
      Doubtful = S.Lo != S.Base && S.Hi != S.Base + S.span();
    }
    H = {S.Lo, S.Hi};
    Shaped = true;
    Plain = S.Lo == S.Base && S.Hi == S.Base + S.span();
    Dense = Plain && (S.Size == 0 || (S.Size == 1 && S.Dims[0].Stride == 1));
    return Extent::Set;
  }
};

} // namespace

/// The usual var, without the general case's generality. False: not this one.
static bool defineSimple(Frame &F, uint32_t Index, VarState &Out) {
  const ProgramVar &V = F.P.Vars[Index];
  if (!V.Simple)
    return false;
  const uint32_t LoValue = F.P.Bounds[V.Lo].F.Const,
                 HiValue = F.P.Bounds[V.Hi].F.Const;
  const auto Lo = static_cast<int64_t>(F.Values[LoValue]),
             Hi = static_cast<int64_t>(F.Values[HiValue]);
  int64_t Span;
  if (F.Poison[LoValue] || F.Poison[HiValue] || Lo > Hi ||
      !checkedSub(Hi, Lo, Span) || Span == INT64_MAX ||
      weakened(Rule::LastValue))
    return false;
  F.VarHulls[Index] = {Lo, Hi};
  Out.Status = Extent::Set;
  Out.DeclaredSet = V.Exact;
  Out.DeclaredRun = V.Exact || V.Free;
  Out.Plain = Out.Dense = true;
  return true;
}

const VarState &defineVar(Frame &F, uint32_t Index) {
  VarState &V = F.VarStates[Index]; // Zeros at first.
  if (V.Status == Extent::NotEvaluated && !defineSimple(F, Index, V))
    VarDefinition(F, Index).run(V);
  return V;
}

const NumSet &varSet(Frame &F, uint32_t Index) {
  NumSet &S = F.Vars[Index];
  VarState &State = F.VarStates[Index];
  if (State.Shaped)
    return S;
  State.Shaped = true;
  const NumHull &H = F.VarHulls[Index];
  S.Base = S.Lo = H.Lo;
  S.Hi = H.Hi;
  if (State.Dense) {
    S.Size = H.Lo != H.Hi;
    S.Dims[0] = {1, H.Hi - H.Lo + 1};
    return S;
  }
  // A sum that nothing cuts, and of which formEnds was true.
  const FormRef &Form = F.P.Vars[Index].F;
  DimList Dims;
  [[maybe_unused]] const reprise_reason Why =
      formSet(F, static_cast<int64_t>(F.Values[Form.Const]), Form.Begin,
              Form.End, S.Base, S.Lo, S.Hi, Dims);
  assert(!Why && !Dims.Widened && S.Lo == H.Lo && S.Hi == H.Hi);
  S.Size = Dims.Size;
  std::copy(Dims.D, Dims.D + Dims.Size, S.Dims);
  return S;
}

} // namespace reprise
