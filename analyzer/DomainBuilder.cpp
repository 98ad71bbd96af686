//===- DomainBuilder.cpp - From guards and forms to a summary's domain ----===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "DomainBuilder.h"

#include <algorithm>
#include <numeric>

using namespace llvm;

namespace reprise {

DomainBuilder::DomainBuilder(Evaluator &Eval, GuardReader &Guards,
                             BasicBlock *At)
    : Eval(Eval), Reader(Guards), At(At), Exprs(Eval.exprs()),
      Atoms(Eval.atoms()) {}

//===----------------------------------------------------------------------===//
// Directions
//===----------------------------------------------------------------------===//

/// The terms of L divided by the greatest common divisor of all coefficients,
/// with a positive leading one.
std::optional<DomainBuilder::Direction>
DomainBuilder::directionOf(const Lin &L) {
  Direction D;
  int64_t Gcd = 0;
  for (const auto &[A, P] : L.Terms)
    for (const auto &[M, C] : P.terms()) {
      if (C == INT64_MIN)
        return std::nullopt;
      Gcd = std::gcd(Gcd, C);
    }
  if (Gcd == 0)
    return std::nullopt;
  if (L.Terms.begin()->second.terms().begin()->second < 0)
    Gcd = -Gcd;
  for (const auto &[A, P] : L.Terms) {
    auto Q = P.divideExactly(Poly(Gcd));
    if (!Q)
      return std::nullopt;
    D.Terms[A] = *Q;
  }
  D.Content = Gcd;
  return D;
}

/// Factor with which Terms occur in L: zero when none does, nullopt when they
/// do in another proportion.
std::optional<Poly> DomainBuilder::proportion(const Lin &L,
                                              const Lin::TermMap &Terms) {
  const auto &[Lead, LeadCoef] = *Terms.begin();
  auto Factor = L.coefficient(Lead).divideExactly(LeadCoef);
  if (!Factor)
    return std::nullopt;
  for (const auto &[A, C] : Terms)
    if (!(L.coefficient(A) == C * *Factor))
      return std::nullopt;
  return Factor;
}

//===----------------------------------------------------------------------===//
// Forms over vars
//===----------------------------------------------------------------------===//

/// Defines what L needs; false when some atom has no finite range.
bool DomainBuilder::ready(const Lin &L) {
  bool Ok = L.isValid();
  for (const auto &[A, C] : L.Terms)
    Ok &= define(A);
  return Ok;
}

/// L over the vars defined so far, through compounds where they fit.
Form DomainBuilder::toForm(const Lin &L) {
  Form F;
  Lin Rest = L;
  for (const Compound &C : Compounds) {
    auto Factor = proportion(Rest, C.Direction);
    if (!Factor || Factor->isZero())
      continue;
    F.Terms.push_back({C.Var, Factor->emit(Exprs)});
    for (const auto &[A, P] : C.Direction)
      Rest.Terms.erase(A);
  }
  for (const auto &[A, P] : Rest.Terms)
    F.Terms.push_back({VarOf.at(A), P.emit(Exprs)});
  F.Const = Rest.Const.emit(Exprs);
  std::sort(F.Terms.begin(), F.Terms.end(),
            [](const Term &X, const Term &Y) { return X.Var < Y.Var; });
  return F;
}

std::optional<Bound> DomainBuilder::toBound(const LinBound &B) {
  if (!ready(B.F) || (B.Div && !B.Div->isValid()) || (B.Or && !B.Or->isValid()))
    return std::nullopt;
  addChecks(B.F.Checks);
  Bound R;
  R.F = toForm(B.F);
  if (B.Div)
    R.Div = B.Div->emit(Exprs);
  if (B.Or)
    R.Or = B.Or->emit(Exprs);
  return R;
}

//===----------------------------------------------------------------------===//
// Checks
//===----------------------------------------------------------------------===//

bool DomainBuilder::discharged(const Lin::CheckSet &Checks) const {
  return Atoms.discharged(Checks, Exprs);
}

/// Emits check C; with Next, for one iteration beyond the counter's bound.
void DomainBuilder::addCheck(CheckId C, std::optional<AtomId> Next) {
  if (!Emitted.insert({C, Next.value_or(NoAtom)}).second)
    return;
  const LinCheck K = Atoms.check(C);
  for (CheckId Inner : K.F.Checks)
    addCheck(Inner, Next);
  Lin F = K.F;
  if (Next) {
    if (F.coefficient(*Next).isZero())
      return;
    F.Const = F.Const + F.coefficient(*Next);
  }
  emitCheck(F, K);
}

/// F, for which K demands its range.
void DomainBuilder::emitCheck(const Lin &F, const LinCheck &K) {
  if (Atoms.range(F, Exprs).within(K.Lo, K.Hi))
    return;
  if (!ready(F)) {
    // A number without a finite range fits no machine word.
    Out.Bounded = false;
    Out.Exact = false;
    return;
  }
  Check R{toForm(F), K.Lo, K.Hi};
  Out.D.Checks.push_back(std::move(R));
  Out.D.Steps.push_back(
      {StepKind::Check, static_cast<Id>(Out.D.Checks.size() - 1)});
}

/// Emits check C for iteration 0 of the counter First, which is not defined
/// yet.
void DomainBuilder::addFirstCheck(CheckId C, AtomId First) {
  const LinCheck K = Atoms.check(C);
  for (CheckId Inner : K.F.Checks)
    addFirstCheck(Inner, First);
  Lin F = K.F;
  F.Terms.erase(First);
  emitCheck(F, K);
}

void DomainBuilder::addChecks(const Lin::CheckSet &Checks) {
  for (CheckId C : Checks)
    addCheck(C, std::nullopt);
}

//===----------------------------------------------------------------------===//
// Guards
//===----------------------------------------------------------------------===//

void DomainBuilder::applyGuard(const Guard &G) {
  if (G.Uniform != None) {
    if (auto C = Exprs.constantValue(G.Uniform); C && *C)
      return;
    Out.D.Steps.push_back({StepKind::Require, G.Uniform});
    return;
  }
  if (!ready(G.L)) {
    Out.Exact = false;
    return;
  }
  if (G.L.Terms.empty()) {
    // Uniform after all: 0 <= Const.
    addChecks(G.L.Checks);
    Id Value = G.L.Const.emit(Exprs);
    Out.D.Steps.push_back(
        {StepKind::Require, Exprs.compare(Op::SLe, Exprs.constant(0), Value)});
    return;
  }
  auto Dir = directionOf(G.L);
  if (!Dir) {
    Out.Exact = false;
    return;
  }
  bool Single =
      Dir->Terms.size() == 1 && Dir->Terms.begin()->second.constant() == 1;
  bool Upper = Dir->Content < 0;
  AtomId Lead = Dir->Terms.begin()->first;
  if (Single && discharged(G.L.Checks) && Dir->Content != INT64_MIN &&
      Out.D.Vars[VarOf[Lead]].Kind == VarKind::Range)
    return; // Already a bound of the var: see define().

  // Content * dir + Const >= 0.
  LinBound B;
  B.F = Lin(Upper ? G.L.Const : -G.L.Const);
  if (Dir->Content != 1 && Dir->Content != -1)
    B.Div = Poly(Upper ? -Dir->Content : Dir->Content);

  for (Compound &C : Compounds)
    if (C.Direction == Dir->Terms) {
      addChecks(G.L.Checks);
      auto R = toBound(B);
      if (!R) {
        Out.Exact = false;
        return;
      }
      Var &Old = Out.D.Vars[C.Var];
      if (!checkedSince(C.Var)) {
        // No check is evaluated under the var yet, so none would come to rely
        // on the bound that it justifies: the bound can join the var's.
        (Upper ? Old.Hi : Old.Lo).push_back(*R);
        return;
      }
      Var V;
      V.Kind = VarKind::Sum;
      V.Name = Old.Name;
      V.Exact = Old.Exact;
      V.F.Const = Exprs.constant(0);
      V.F.Terms.push_back({C.Var, Exprs.constant(1)});
      (Upper ? V.Hi : V.Lo).push_back(*R);
      addVar(std::move(V), NoAtom);
      C.Var = static_cast<Id>(Out.D.Vars.size() - 1);
      return;
    }

  if (Single && !inCompound(Lead)) {
    // A guard on one atom replaces its var by a narrower one.
    addChecks(G.L.Checks);
    auto R = toBound(B);
    if (!R) {
      Out.Exact = false;
      return;
    }
    const Var &Old = Out.D.Vars[VarOf[Lead]];
    Out.Exact &= Old.Exact;
    Var V;
    V.Kind = VarKind::Sum;
    V.Name = Old.Name;
    V.Exact = Old.Exact;
    V.F.Const = Exprs.constant(0);
    V.F.Terms.push_back({VarOf[Lead], Exprs.constant(1)});
    (Upper ? V.Hi : V.Lo).push_back(*R);
    addVar(std::move(V), Lead);
    return;
  }

  // A new compound. It must not share atoms with another one, and the address
  // must use its atoms in proportion or not at all.
  for (const auto &[A, P] : Dir->Terms)
    if (inCompound(A)) {
      Out.Exact = false;
      return;
    }
  if (Address && !proportion(*Address, Dir->Terms)) {
    Out.Exact = false;
    return;
  }
  addChecks(G.L.Checks);
  auto R = toBound(B);
  if (!R) {
    Out.Exact = false;
    return;
  }
  Var V;
  V.Kind = VarKind::Sum;
  V.Name = G.Name.empty() ? Atoms[Lead].Name : G.Name;
  V.Exact = true;
  V.F.Const = Exprs.constant(0);
  for (const auto &[A, P] : Dir->Terms) {
    V.F.Terms.push_back({VarOf[A], P.emit(Exprs)});
    V.Exact &= Out.D.Vars[VarOf[A]].Exact;
  }
  std::sort(V.F.Terms.begin(), V.F.Terms.end(),
            [](const Term &X, const Term &Y) { return X.Var < Y.Var; });
  Out.Exact &= V.Exact;
  (Upper ? V.Hi : V.Lo).push_back(*R);
  addVar(std::move(V), NoAtom);
  Compounds.push_back({Dir->Terms, static_cast<Id>(Out.D.Vars.size() - 1)});
}

BuiltDomain DomainBuilder::build(const Context &C, const Lin *Addr) {
  Out = BuiltDomain();
  Address = Addr;
  All = C.Guards;
  VarOf.clear();
  Defining.clear();
  Compounds.clear();
  Emitted.clear();
  Out.Exact = C.Exact;

  // Guards that are one fact together first: uniform ones cost nothing and
  // may show at once that nothing runs.
  erase_if(All, [&](const Guard &G) {
    // The loop's trip count says it already.
    const Loop *L = G.StayAt ? Eval.loops().getLoopFor(G.StayAt) : nullptr;
    return L && L->contains(At) &&
           Reader.loopBounds(L, At).Counted.count(G.StayAt);
  });
  for (const Guard &G : All)
    applyGuard(G);
  // The loops around the block must run, whether the address counts them or
  // not.
  for (const Loop *L = Eval.loops().getLoopFor(At); L; L = L->getParentLoop())
    if (!define(Eval.loopAtom(L)))
      Out.Exact = false;
  if (Address) {
    if (!ready(*Address)) {
      Out.Bounded = false;
    } else {
      addChecks(Address->Checks);
      Out.Offset = toForm(*Address);
    }
  }
  return std::move(Out);
}

} // namespace reprise
