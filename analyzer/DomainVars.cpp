//===- DomainVars.cpp - Atoms become vars with bounds ---------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "DomainBuilder.h"

#include <algorithm>

using namespace llvm;

namespace reprise {

void DomainBuilder::addVar(Var V, AtomId A) {
  Out.D.Vars.push_back(std::move(V));
  Id Index = static_cast<Id>(Out.D.Vars.size() - 1);
  Out.D.Steps.push_back({StepKind::Define, Index});
  if (A != NoAtom)
    VarOf[A] = Index;
}

bool DomainBuilder::inCompound(AtomId A) const {
  return any_of(Compounds,
                [&](const Compound &C) { return C.Direction.count(A) != 0; });
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
  const LoopBounds &B = Reader.loopBounds(L, At);
  if (!L->contains(At)) {
    // The value that the counter had when the loop was left: the count, if
    // there is one way out and every thread counts the same.
    if (!B.Exact || B.Hi.size() != 1)
      return false;
    auto Count = toBound(B.Hi[0]);
    if (!Count)
      return false;
    V.Lo.push_back(*Count);
    V.Hi.push_back(*Count);
    V.Exact = true;
    Var Copy = V;
    addVar(std::move(Copy), A);
    return true;
  }
  bool Uniform = true;
  for (const LinBound &H : B.Hi)
    if (auto R = toBound(H))
      V.Hi.push_back(*R);
  bool Counted = B.Exact && !V.Hi.empty();

  Lin::CheckSet Rely;
  auto FromGuard = [&](const Guard &G, bool Late) {
    if (G.Uniform != None)
      return;
    // A reading that may wrap is only sound for a condition that has held in
    // every iteration before: then there is a first one that could wrap, and
    // the check forbids it. Any other guard may hold again after a wrap.
    if (!Late && !Reader.heldInAllIterations(G, L) && !discharged(G.L.Checks))
      return;
    Poly C = G.L.coefficient(A);
    auto Lead = C.terms().empty() ? std::optional<int64_t>()
                                  : C.terms().begin()->second;
    if (!Lead)
      return;
    // Rest + C * k >= 0 is an upper bound when C is negative. The sign of a
    // symbolic C shows at launch: Bound's divisor must be positive.
    bool AllNegative = std::all_of(C.terms().begin(), C.terms().end(),
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

} // namespace reprise
