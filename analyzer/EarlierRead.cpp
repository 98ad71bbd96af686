//===- EarlierRead.cpp - Was what is written read before? -----------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "EarlierRead.h"
#include "Prover.h"

#include <algorithm>

using namespace llvm;

namespace reprise {
namespace {

class Matcher {
public:
  Matcher(KernelState &State, const AnalyzedAccess &Read,
          const AnalyzedAccess &Write)
      : S(State), R(Read), W(Write) {}

  /// Finds the iteration of R's loop, then collects what must hold for it.
  bool match() {
    return findLoop() && solve() && understood(R) && sameReading() &&
           collectFacts() && collectKnown();
  }

  std::vector<Lin> Facts; ///< R runs in that iteration if all are >= 0.
  std::vector<Lin> Known; ///< All are >= 0 where W runs.

private:
  KernelState &S;
  const AnalyzedAccess &R, &W;
  const Loop *L = nullptr; ///< Around R and not around W.
  AtomId K = NoAtom;       ///< Its iteration number.
  Lin Value;               ///< What K must be.

  bool findLoop() {
    L = S.LI.getLoopFor(R.I->getParent());
    if (!L || L->contains(W.I))
      return false;
    if (const Loop *Outer = L->getParentLoop(); Outer && !Outer->contains(W.I))
      return false;
    K = S.Eval.loopAtom(L);
    return true;
  }

  /// offset of R with K := Value = offset of W.
  bool solve() {
    const Poly Step = R.Offset.coefficient(K);
    if (Step.isZero() || !Step.isValid())
      return false;
    Lin Rest = W.Offset - (R.Offset - Lin::atom(K) * Step);
    auto Const = Rest.Const.divideExactly(Step);
    if (!Const)
      return false;
    Value.Const = *Const;
    for (const auto &[A, C] : Rest.Terms) {
      auto Factor = C.divideExactly(Step);
      if (!Factor)
        return false;
      Value.Terms[A] = *Factor;
    }
    return Value.isValid();
  }

  Lin atValue(const Lin &F) const {
    const Poly C = F.coefficient(K);
    Lin Result = F - Lin::atom(K) * C + Value * C;
    Result.Checks.clear();
    return Result;
  }

  /// Both executions are of one thread, and agree on the iterations of the
  /// loops around both. Other atoms may differ.
  bool isShared(AtomId A) const {
    if (S.Atoms[A].Kind == AtomKind::Thread)
      return true;
    const Loop *Of =
        S.Atoms[A].Kind == AtomKind::Loop ? S.Eval.loopOf(A) : nullptr;
    return Of && Of->contains(R.I) && Of->contains(W.I);
  }

  bool understood(const AnalyzedAccess &X) const {
    auto Shared = [&](const Lin &F) {
      return all_of(F.Terms, [&](const auto &T) {
        return T.first == K || isShared(T.first);
      });
    };
    return X.Guards.Exact && !X.Predicated && Shared(X.Offset) &&
           all_of(X.Guards.Guards, [&](const Guard &G) {
             return G.Uniform == None && Shared(G.L) &&
                    S.Atoms.discharged(G.L.Checks, S.Exprs);
           });
  }

  /// Equal forms are equal addresses where they are read in the same way.
  bool sameReading() const {
    return all_of(R.Offset.Checks, [&](CheckId C) {
      const LinCheck &Mine = S.Atoms.check(C);
      return S.Atoms.discharged(Lin::CheckSet{C}, S.Exprs) ||
             any_of(W.Offset.Checks, [&](CheckId D) {
               const LinCheck &Theirs = S.Atoms.check(D);
               return Mine.Lo == Theirs.Lo && Mine.Hi == Theirs.Hi &&
                      atValue(Mine.F).sameValue(Theirs.F);
             });
    });
  }

  bool collectFacts() {
    for (const Guard &G : R.Guards.Guards)
      Facts.push_back(atValue(G.L));
    Facts.push_back(atValue(Lin::atom(K)));
    const LoopBounds &B = S.Reader.loopBounds(L, R.I->getParent());
    if (!B.Exact || B.Hi.empty())
      return false;
    for (const LinBound &H : B.Hi) {
      if (H.Div || H.Or || !S.Atoms.discharged(H.F.Checks, S.Exprs) ||
          !all_of(H.F.Terms, [&](const auto &T) { return isShared(T.first); }))
        return false;
      Facts.push_back(atValue(H.F - Lin::atom(K)));
    }
    return true;
  }

  bool collectKnown() {
    for (const Loop *Around = S.LI.getLoopFor(W.I->getParent()); Around;
         Around = Around->getParentLoop())
      for (const LinBound &H : S.Reader.loopBounds(Around, W.I->getParent()).Hi)
        if (!H.Div && !H.Or && S.Atoms.discharged(H.F.Checks, S.Exprs))
          Known.push_back(H.F - Lin::atom(S.Eval.loopAtom(Around)));
    return true;
  }
};

} // namespace

bool provedReadToo(KernelState &S, const AnalyzedAccess &R,
                   const AnalyzedAccess &W, unsigned ResourceLimit) {
  if (!R.A.Must || !R.precise() || !W.precise() || !sameObject(R.A, W.A))
    return false;
  Matcher M(S, R, W);
  return M.match() && provedFacts(S, W, M.Known, M.Facts, ResourceLimit);
}

} // namespace reprise
