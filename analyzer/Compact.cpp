//===- Compact.cpp - Drop what a summary does not need --------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Compact.h"

namespace reprise {

namespace {

class Renumbering {
public:
  explicit Renumbering(const std::vector<Expr> &Old)
      : Old(Old), New(Old.size(), None) {}

  void map(Id &I) {
    if (I != None)
      I = visit(I);
  }

  void map(Form &F) {
    map(F.Const);
    for (Term &T : F.Terms)
      map(T.Coef);
  }

  void map(Bound &B) {
    map(B.F);
    map(B.Div);
    map(B.Or);
  }

  std::vector<Expr> take() { return std::move(Result); }

private:
  Id visit(Id I) {
    if (New[I] != None)
      return New[I];
    Expr E = Old[I];
    map(E.A);
    map(E.B);
    map(E.C);
    Result.push_back(E);
    return New[I] = static_cast<Id>(Result.size() - 1);
  }

  const std::vector<Expr> &Old;
  std::vector<Id> New;
  std::vector<Expr> Result;
};

} // namespace

void compact(Kernel &K) {
  Renumbering R(K.Exprs);
  for (Domain &D : K.Domains) {
    for (Step &S : D.Steps)
      if (S.Kind == StepKind::Require)
        R.map(S.Index);
    for (Var &V : D.Vars) {
      if (V.Kind == VarKind::Sum)
        R.map(V.F);
      for (Bound &B : V.Lo)
        R.map(B);
      for (Bound &B : V.Hi)
        R.map(B);
    }
    for (Check &C : D.Checks)
      R.map(C.F);
  }
  for (Access &A : K.Accesses) {
    R.map(A.Base);
    if (!A.Top && A.Root != RootKind::Unknown)
      R.map(A.Offset);
  }
  K.Exprs = R.take();
}

} // namespace reprise
