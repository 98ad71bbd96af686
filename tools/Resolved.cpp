//===- Resolved.cpp - Is a kernel decided once a launch is known? ---------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Resolved.h"
#include "Limits.h"

#include "llvm/ADT/STLExtras.h"

#include <algorithm>
#include <set>

using namespace llvm;

namespace reprise {

namespace {

class Judge {
public:
  explicit Judge(const Kernel &Of)
      : K(Of), Exact(Of.Domains.size()), Clobbered(Of.Domains.size()) {}

  std::vector<reprise_reason> run() {
    for (size_t I = 0; I < K.Domains.size(); ++I)
      Exact[I] = isExact(K.Domains[I]);
    findClobbered();
    for (const Effect &E : K.Effects)
      Reasons.insert(E.Reason);
    for (const Pair &P : K.Pairs)
      look(P);
    // The runtime decides nothing about a kernel that does not say why.
    if (Reasons.empty() && K.Class == REPRISE_CLASS_UNKNOWN && K.Pairs.empty())
      Reasons.insert(REPRISE_REASON_UNSUPPORTED);
    return {Reasons.begin(), Reasons.end()};
  }

private:
  const Kernel &K;
  // By domain.
  std::vector<bool> Exact;
  std::vector<bool> Clobbered; ///< Wherever it is executed, K clobbers.
  std::set<reprise_reason> Reasons;

  void add(const Access &A, reprise_reason Otherwise) {
    Reasons.insert(A.Reason == REPRISE_REASON_NONE ? Otherwise : A.Reason);
  }

  bool isConst(Id E, int64_t Value) const {
    return K.Exprs[E].Opcode == Op::Const && K.Exprs[E].Imm == Value;
  }

  /// The expression N where V takes 0 to N - 1; None if it is not like that.
  Id countOf(const Var &V) const {
    auto IsPlain = [](const std::vector<Bound> &List) {
      return List.size() == 1 && List[0].F.Terms.empty() &&
             List[0].Div == None && List[0].Or == None;
    };
    if (V.Kind != VarKind::Range || !IsPlain(V.Lo) || !IsPlain(V.Hi) ||
        !isConst(V.Lo[0].F.Const, 0))
      return None;
    const Expr &Last = K.Exprs[V.Hi[0].F.Const];
    if (Last.Opcode == Op::CSub && isConst(Last.B, 1))
      return Last.A;
    if (Last.Opcode != Op::CAdd)
      return None;
    return isConst(Last.B, -1) ? Last.A : isConst(Last.A, -1) ? Last.B : None;
  }

  /// Are the values of the sum one run without gaps, as `ctaid * ntid + tid`
  /// is? Then cutting it leaves exactly those that are not cut off.
  bool isRun(const Domain &D, const Form &F) const {
    std::vector<Term> Left = F.Terms;
    Id Product = None; // Of the counts so far: the next factor.
    while (!Left.empty()) {
      auto Next = find_if(Left, [&](const Term &T) {
        return Product == None ? isConst(T.Coef, 1) : T.Coef == Product;
      });
      if (Next == Left.end())
        return false;
      const Id Count = countOf(D.Vars[Next->Var]);
      const bool First = Product == None;
      Left.erase(Next);
      if (Left.empty())
        return true;
      if (Count == None)
        return false;
      Product = First ? Count : productOf(Product, Count);
      if (Product == None)
        return false;
    }
    return true;
  }

  /// The expression that is A * B, or None.
  Id productOf(Id A, Id B) const {
    auto It = find_if(K.Exprs, [&](const Expr &E) {
      return E.Opcode == Op::CMul &&
             ((E.A == A && E.B == B) || (E.A == B && E.B == A));
    });
    return It == K.Exprs.end() ? None : static_cast<Id>(It - K.Exprs.begin());
  }

  /// Does no bound depend on what another var takes, cut a set that has gaps,
  /// and no var depend on one that is used twice? Then the set that is
  /// described is the one that is executed.
  bool isExact(const Domain &D) const {
    std::vector<bool> InSum(D.Vars.size());
    for (const Var &V : D.Vars) {
      if (!V.Exact)
        return false;
      if (V.Kind == VarKind::Sum && !(V.Lo.empty() && V.Hi.empty()) &&
          !isRun(D, V.F))
        return false;
      if (V.Kind == VarKind::Sum)
        for (const Term &T : V.F.Terms) {
          if (InSum[T.Var])
            return false;
          InSum[T.Var] = true;
        }
      for (const std::vector<Bound> *List : {&V.Lo, &V.Hi})
        for (const Bound &B : *List)
          if (!B.F.Terms.empty() && !B.Implied)
            return false;
    }
    return true;
  }

  /// Is the set of addresses exactly what is touched?
  bool isExact(const Access &A) const {
    if (!A.Must || A.Top || A.Root == RootKind::Unknown || !Exact[A.Domain] ||
        K.Domains[A.Domain].Vars.size() > MaxDims)
      return false;
    const Domain &D = K.Domains[A.Domain];
    return none_of(A.Offset.Terms, [&](const Term &T) {
      return any_of(D.Vars, [&](const Var &V) {
        return V.Kind == VarKind::Sum &&
               any_of(V.F.Terms,
                      [&](const Term &Part) { return Part.Var == T.Var; });
      });
    });
  }

  /// The 64-bit numbers of the launch that the value of E is made of: one of
  /// them is the pointer.
  void addPointers(Id E, std::set<Id> &Seen, std::set<Id> &Out) const {
    if (!Seen.insert(E).second)
      return;
    const Expr &X = K.Exprs[E];
    if ((X.Opcode == Op::Param || X.Opcode == Op::SymbolBytes) &&
        X.Width == 64) {
      Out.insert(E);
      return;
    }
    for (Id Operand : {X.A, X.B, X.C})
      if (Operand != None)
        addPointers(Operand, Seen, Out);
  }

  /// May both point into the same memory in the launches that count?
  bool mayMeet(const Access &R, const Access &W) const {
    if (R.Root != W.Root)
      return false;
    if (R.Root == RootKind::Symbol)
      return R.Symbol == W.Symbol;
    if (R.Base == W.Base)
      return true;
    std::set<Id> OfR, OfW, SeenR, SeenW;
    addPointers(R.Base, SeenR, OfR);
    addPointers(W.Base, SeenW, OfW);
    return OfR.empty() || OfW.empty() ||
           any_of(OfR, [&](Id E) { return OfW.count(E) > 0; });
  }

  /// Is the verdict `clobbers` wherever P's write is executed?
  bool clobbers(const Pair &P) const {
    const Access &W = K.Accesses[P.Write];
    return P.Kind == PairKind::Linked && W.Must && Exact[W.Domain] &&
           P.After.empty();
  }

  void findClobbered() {
    for (const Pair &P : K.Pairs)
      if (clobbers(P))
        Clobbered[K.Accesses[P.Write].Domain] = true;
    // Accesses of one block may have domains of their own.
    for (size_t I = 0; I < K.Domains.size(); ++I)
      if (Clobbered[I])
        for (size_t J = 0; J < K.Domains.size(); ++J)
          if (!Clobbered[J] && K.Domains[I] == K.Domains[J])
            Clobbered[J] = true;
  }

  void look(const Pair &P) {
    const Access &R = K.Accesses[P.Read], &W = K.Accesses[P.Write];
    if (P.Kind == PairKind::Ordered) {
      Reasons.insert(REPRISE_REASON_ORDER_DEPENDENT);
      return;
    }
    if (P.Kind == PairKind::Linked) {
      if (!clobbers(P))
        add(W, REPRISE_REASON_MAY_OVERLAP);
      return;
    }
    // A clobber is a verdict, whatever is unknown beside it.
    if (Clobbered[R.Domain] || Clobbered[W.Domain])
      return;
    for (const Access *A : {&R, &W})
      if (A->Root == RootKind::Unknown) {
        add(*A, REPRISE_REASON_UNKNOWN_POINTER);
        return;
      }
    if (!mayMeet(R, W))
      return;
    for (const Access *A : {&R, &W})
      if (A->Top) {
        add(*A, REPRISE_REASON_MAY_OVERLAP);
        return;
      }
    if (!isExact(R) || !isExact(W) || !P.After.empty())
      Reasons.insert(REPRISE_REASON_MAY_OVERLAP);
  }
};

} // namespace

std::vector<reprise_reason> reasonsThatStay(const Kernel &K) {
  return Judge(K).run();
}

} // namespace reprise
