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

static constexpr AtomId NoAtom = ~0u;

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
std::optional<Poly>
DomainBuilder::proportion(const Lin &L, const std::map<AtomId, Poly> &Terms) {
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
  if (!ready(B.F) || (B.Div && !B.Div->isValid()) ||
      (B.Or && !B.Or->isValid()))
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

bool DomainBuilder::discharged(const std::set<CheckId> &Checks) const {
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

/// Emits check C for iteration 0 of the counter First, which is not defined yet.
void DomainBuilder::addFirstCheck(CheckId C, AtomId First) {
  const LinCheck K = Atoms.check(C);
  for (CheckId Inner : K.F.Checks)
    addFirstCheck(Inner, First);
  Lin F = K.F;
  F.Terms.erase(First);
  emitCheck(F, K);
}

void DomainBuilder::addChecks(const std::set<CheckId> &Checks) {
  for (CheckId C : Checks)
    addCheck(C, std::nullopt);
}

//===----------------------------------------------------------------------===//
// Vars
//===----------------------------------------------------------------------===//

void DomainBuilder::addVar(Var V, AtomId A) {
  Out.D.Vars.push_back(std::move(V));
  Id Index = static_cast<Id>(Out.D.Vars.size() - 1);
  Out.D.Steps.push_back({StepKind::Define, Index});
  if (A != NoAtom)
    VarOf[A] = Index;
}

bool DomainBuilder::inCompound(AtomId A) const {
  return any_of(Compounds, [&](const Compound &C) {
    return C.Direction.count(A) != 0;
  });
}

/// True when a check follows the definition of Target.
bool DomainBuilder::checkedSince(Id Target) const {
  for (const Step &S : reverse(Out.D.Steps)) {
    if (S.Kind == StepKind::Check)
      return true;
    if (S.Kind == StepKind::Define && S.Index == Target)
      return false;
  }
  return true;
}

/// True when A has one value during all iterations of L.
bool DomainBuilder::invariantIn(AtomId A, const Loop *L) const {
  const Atom &Info = Atoms[A];
  auto Invariant = [&](const Lin &F) {
    return all_of(F.Terms,
                  [&](const auto &T) { return invariantIn(T.first, L); });
  };
  switch (Info.Kind) {
  case AtomKind::Thread:
    return true;
  case AtomKind::Loop:
    return Eval.loopOf(A) != L && Eval.loopOf(A)->contains(L);
  case AtomKind::Quotient:
  case AtomKind::Digit:
    return Invariant(Info.Num);
  case AtomKind::Bounded:
    return all_of(Info.Lo, [&](const LinBound &B) { return Invariant(B.F); }) &&
           all_of(Info.Hi, [&](const LinBound &B) { return Invariant(B.F); });
  case AtomKind::Opaque:
    return Eval.opaqueInvariant(A, L);
  }
  return false;
}

/// Bounds the counter of a loop. True when it has an upper bound.
bool DomainBuilder::defineLoop(AtomId A, Var &V) {
  const Loop *L = Eval.loopOf(A);
  if (!L->contains(At)) {
    // The value that the counter had when the loop was left.
    return false;
  }
  const LoopBounds &B = Reader.loopBounds(L, At);
  bool Uniform = true;
  for (const LinBound &H : B.Hi)
    if (auto R = toBound(H))
      V.Hi.push_back(*R);
  bool Counted = B.Exact && !V.Hi.empty();

  std::set<CheckId> Rely;
  auto FromGuard = [&](const Guard &G, bool Late) {
    if (G.Uniform != None)
      return;
    // A reading that may wrap is only sound for a condition that has held in
    // every iteration before: then there is a first one that could wrap, and
    // the check forbids it. Any other guard may hold again after a wrap.
    if (!Late && !Reader.heldInAllIterations(G, L) &&
        !discharged(G.L.Checks))
      return;
    Poly C = G.L.coefficient(A);
    auto Lead = C.terms().empty() ? std::optional<int64_t>()
                                  : C.terms().begin()->second;
    if (!Lead)
      return;
    // Rest + C * k >= 0 is an upper bound when C is negative. The sign of a
    // symbolic C shows at launch: Bound's divisor must be positive.
    bool AllNegative =
        std::all_of(C.terms().begin(), C.terms().end(),
                    [](const auto &T) { return T.second < 0; });
    if (!AllNegative) {
      // A condition to go on that iteration 0 may fail: then none follows.
      if (G.StayAt && L->contains(G.StayAt))
        Uniform = false;
      return;
    }
    Lin Rest = G.L;
    Rest.Terms.erase(A);
    LinBound H{Rest, -C, {}};
    H.F.Checks.clear();
    // The induction over iterations needs the same numbers in all of them.
    for (const auto &[Other, P] : Rest.Terms)
      if (!invariantIn(Other, L))
        return;
    if (Late) {
      H.F = H.F - Lin(C); // One more iteration than the test allowed ...
      H.Or = Poly(0);     // ... and the first runs untested.
    }
    if (auto R = toBound(H)) {
      // Several atoms: the guard itself becomes a compound's bound, or the
      // domain is not exact.
      R->Implied = !Late && !Rest.Terms.empty();
      V.Hi.push_back(*R);
      Rely.insert(G.L.Checks.begin(), G.L.Checks.end());
      if (Late)
        Uniform = false;
    }
  };
  if (!Counted) {
    for (const Guard &G : All)
      FromGuard(G, false);
    for (const Guard &G : B.Late)
      FromGuard(G, true);
  }
  if (V.Hi.empty())
    return false;
  SmallVector<BasicBlock *, 2> Exiting;
  L->getExitingBlocks(Exiting);
  V.Exact = Counted || (Uniform && Exiting.size() == 1);
  Out.Exact &= V.Exact;
  // The start of the induction. It comes first: a bound that a wrong reading
  // made empty would hide the check of that very reading.
  for (CheckId C : Rely)
    addFirstCheck(C, A);
  Var Copy = V;
  addVar(std::move(Copy), A);
  for (CheckId C : Rely) {
    addCheck(C, std::nullopt);
    addCheck(C, A);
  }
  return true;
}

/// Defines atom A and what it depends on; false when it has no finite range.
bool DomainBuilder::define(AtomId A) {
  if (auto It = VarOf.find(A); It != VarOf.end())
    return It->second != None;
  if (!Defining.insert(A).second)
    return false; // Depends on itself: no bound to be had this way.
  const Atom Info = Atoms[A];
  Var V;
  V.Name = Info.Name;
  V.Exact = Info.Kind == AtomKind::Thread;
  V.Free = Info.Kind != AtomKind::Thread && Info.Kind != AtomKind::Loop;
  bool Ok = true;
  addChecks(Info.Num.Checks);
  for (const LinBound &B : Info.Lo)
    if (auto R = toBound(B))
      V.Lo.push_back(*R);
    else
      Ok = Ok && !V.Lo.empty();
  for (const LinBound &B : Info.Hi)
    if (auto R = toBound(B))
      V.Hi.push_back(*R);
  // Guards on this atom alone that need no check hold from the start.
  for (const Guard &G : All) {
    if (G.Uniform != None || G.L.Terms.size() != 1 ||
        G.L.Terms.begin()->first != A || !discharged(G.L.Checks))
      continue;
    auto C = G.L.Terms.begin()->second.constant();
    if (!C || *C == INT64_MIN)
      continue;
    LinBound B;
    B.F = Lin(*C < 0 ? G.L.Const : -G.L.Const);
    if (*C != 1 && *C != -1)
      B.Div = Poly(*C < 0 ? -*C : *C);
    if (auto R = toBound(B))
      (*C < 0 ? V.Hi : V.Lo).push_back(*R);
    // A guard on data: whether the code runs is not known.
    if (Info.Kind != AtomKind::Thread && Info.Kind != AtomKind::Loop)
      Out.Exact = false;
  }
  if (Info.Kind == AtomKind::Loop) {
    Ok = defineLoop(A, V);
  } else {
    Ok = !V.Lo.empty() && !V.Hi.empty();
    if (Ok)
      addVar(std::move(V), A);
  }
  Defining.erase(A);
  if (!Ok)
    VarOf[A] = None;
  return Ok;
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
        {StepKind::Require,
         Exprs.compare(Op::SLe, Exprs.constant(0), Value)});
    return;
  }
  auto Dir = directionOf(G.L);
  if (!Dir) {
    Out.Exact = false;
    return;
  }
  bool Single = Dir->Terms.size() == 1 &&
                Dir->Terms.begin()->second.constant() == 1;
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
  Compounds.push_back(
      {Dir->Terms, static_cast<Id>(Out.D.Vars.size() - 1)});
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
