//===- Domains.cpp - Which executions does a launch have? -----------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Domains.h"

#include "Checked.h"
#include "Weaken.h"

#include <algorithm>

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
    const NumSet &V = F.Vars[T.Var];
    if (!checkedMulAdd(Min, Coef, Coef >= 0 ? V.Lo : V.Hi) ||
        !checkedMulAdd(Max, Coef, Coef >= 0 ? V.Hi : V.Lo))
      return REPRISE_REASON_ARITHMETIC;
  }
  return REPRISE_REASON_NONE;
}

reprise_reason formSet(const Frame &F, int64_t Const, uint32_t Begin,
                       uint32_t End, int64_t &Base, int64_t &Lo, int64_t &Hi,
                       DimList &Dims) {
  Base = Lo = Hi = Const;
  int64_t Span = 0;
  for (uint32_t I = Begin; I < End; ++I) {
    const ProgramTerm &T = F.P.Terms[I];
    if (F.Poison[T.Coef])
      return poisonReason(F, T.Coef);
    const auto Coef = static_cast<int64_t>(F.Values[T.Coef]);
    if (Coef == 0)
      continue;
    const NumSet &V = F.Vars[T.Var];
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
      : F(State), V(State.P.Vars[Index]), S(State.Vars[Index]),
        DeclaredSet(V.Exact) {}

  VarState run() {
    const Extent Status = define();
    return {Status,
            Reason,
            static_cast<uint8_t>(Loose),
            DeclaredSet,
            (V.Exact || V.Free) && !LeftOut,
            Cuts,
            Widened,
            Doubtful};
  }

private:
  Frame &F;
  const ProgramVar &V;
  NumSet &S;
  // Fields of VarState.
  uint8_t Reason = REPRISE_REASON_NONE;
  unsigned Loose = 0;
  bool DeclaredSet, Cuts = false, Widened = false, Doubtful = false;
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
    if (reprise_reason Why = formHull(F, B.F, Min, Max))
      return Why;
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
    S.Base = S.Lo = Lo;
    S.Hi = Hi;
    S.Size = Span > 0;
    S.Dims[0] = {1, Span + 1};
    return Extent::Set;
  }

  Extent sum(int64_t Lo, int64_t Hi) {
    DimList Dims;
    if (F.Poison[V.F.Const])
      return unknown(poisonReason(F, V.F.Const));
    if (reprise_reason Why =
            formSet(F, static_cast<int64_t>(F.Values[V.F.Const]), V.F.Begin,
                    V.F.End, S.Base, S.Lo, S.Hi, Dims))
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
    return Extent::Set;
  }
};

/// Why a check fails, or REPRISE_REASON_NONE.
reprise_reason makeCheck(const Frame &F, const ProgramCheck &C) {
  int64_t Min, Max;
  if (reprise_reason Why = formHull(F, C.F, Min, Max))
    return Why;
  return (Min < C.Lo || Max > C.Hi) && !weakened(Rule::Checks)
             ? REPRISE_REASON_INDEX_MAY_WRAP
             : REPRISE_REASON_NONE;
}

/// Evaluates one domain.
class DomainEvaluator {
public:
  DomainEvaluator(Frame &State, const ProgramDomain &Code)
      : F(State), D(Code) {}

  DomainState run() {
    for (uint32_t I = D.Begin; I < D.End; ++I) {
      const ProgramStep &S = F.P.Steps[I];
      Extent Status = S.Kind == StepKind::Define    ? define(S.Index)
                      : S.Kind == StepKind::Require ? require(S.Index)
                                                    : check(S.Index);
      if (Status == Extent::Unknown)
        return {Status, Reason, DeclaredSet && Loose == 0 && !D.Correlated,
                false};
      if (Status != Extent::Set)
        return {Status, Reason, false, false};
    }
    return {Extent::Set, REPRISE_REASON_NONE,
            DeclaredSet && Loose == 0 && !D.Correlated,
            DeclaredRun && inhabited()};
  }

private:
  Frame &F;
  const ProgramDomain &D;
  uint8_t Reason = REPRISE_REASON_NONE;
  /// The analyzer says of every var that its values are really taken, or at
  /// least that it leaves no execution out.
  bool DeclaredSet = true, DeclaredRun = true;
  /// How many times the described set became larger than the real one, and
  /// whether one of them may have hidden that the real one is empty.
  unsigned Loose = 0;
  bool Doubtful = false;

  /// With one loose place, some execution attains what is described there and
  /// all else is exact. With two, each may need another execution.
  bool inhabited() const {
    return !D.Correlated && !Doubtful &&
           (Loose == 0 || (Loose == 1 && !D.BoundCorrelated));
  }

  Extent unknown(reprise_reason R) {
    Reason = static_cast<uint8_t>(R);
    return Extent::Unknown;
  }

  Extent require(uint32_t Value) {
    if (F.Poison[Value] == REPRISE_REASON_UNKNOWN_SYMBOL) {
      // It may hold: a guard that is left out makes the set larger.
      DeclaredSet = DeclaredRun = false;
      return Extent::Set;
    }
    if (F.Poison[Value])
      return unknown(poisonReason(F, Value));
    return F.Values[Value] != 0 ? Extent::Set : Extent::Empty;
  }

  Extent check(uint32_t Index) {
    uint8_t Unkept = 0;
    uint8_t &Outcome = Index < MaxKeptChecks ? F.Checks[Index] : Unkept;
    if (Outcome == 0)
      Outcome = static_cast<uint8_t>(1 + makeCheck(F, F.P.Checks[Index]));
    if (Outcome == 1)
      return Extent::Set;
    Reason = static_cast<uint8_t>(Outcome - 1);
    return Extent::Unknown;
  }

  Extent define(uint32_t Index) {
    VarState V = F.VarStates[Index];
    if (V.Status == Extent::NotEvaluated) {
      V = VarDefinition(F, Index).run();
      F.VarStates[Index] = V;
    }
    DeclaredSet = DeclaredSet && V.DeclaredSet;
    DeclaredRun = DeclaredRun && V.DeclaredRun;
    Loose += V.Loose;
    Reason = V.Reason;
    // A set that was described too large may have been cut to nothing.
    Doubtful = Doubtful || V.Doubtful || (V.Cuts && Loose > V.Widened);
    return V.Status;
  }
};

} // namespace

const DomainState &domainState(Frame &F, uint32_t Index) {
  DomainState &S = F.Domains[Index];
  if (S.Status == Extent::NotEvaluated)
    S = DomainEvaluator(F, F.P.Domains[Index]).run();
  return S;
}

} // namespace reprise
