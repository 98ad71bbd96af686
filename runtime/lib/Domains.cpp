//===- Domains.cpp - Which executions does a launch have? -----------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Domains.h"

#include "Vars.h"
#include "Weaken.h"

namespace reprise {
namespace {

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
  /// \p Parent is its state, or null.
  DomainEvaluator(Frame &State, const ProgramDomain &Code,
                  const DomainState *Parent)
      : F(State), D(Code) {
    if (!Parent)
      return;
    Start = Parent->Status;
    Reason = Parent->Reason;
    DeclaredSet = Parent->DeclaredSet;
    DeclaredRun = Parent->DeclaredRun;
    Doubtful = Parent->Doubtful;
    Loose = Parent->Loose;
  }

  void run(DomainState &Out) {
    Extent Status = Start;
    for (uint32_t I = D.Begin; I < D.End && Status == Extent::Set; ++I) {
      const ProgramStep &S = F.P.Steps[I];
      Status = S.Kind == StepKind::Define    ? define(S.Index)
               : S.Kind == StepKind::Require ? require(S.Index)
                                             : check(S.Index);
    }
    Out.Status = Status;
    Out.Reason = Reason;
    Out.Exact =
        Status != Extent::Empty && DeclaredSet && Loose == 0 && !D.Correlated;
    Out.Inhabited = Status == Extent::Set && DeclaredRun && inhabited();
    Out.DeclaredSet = DeclaredSet;
    Out.DeclaredRun = DeclaredRun;
    Out.Doubtful = Doubtful;
    Out.Loose = static_cast<uint16_t>(Loose);
  }

private:
  Frame &F;
  const ProgramDomain &D;
  Extent Start = Extent::Set;
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
    const VarState &V = defineVar(F, Index);
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
  if (S.Status != Extent::NotEvaluated)
    return S;
  const ProgramDomain &D = F.P.Domains[Index];
  const DomainState *Parent =
      D.Parent == None ? nullptr : &domainState(F, D.Parent);
  DomainEvaluator(F, D, Parent).run(S);
  return S;
}

} // namespace reprise
