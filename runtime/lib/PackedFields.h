//===- PackedFields.h - The fields of a packed kernel, in order -----------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One description for both directions, so that they cannot differ. IO has
//
//   natural(x)         a natural number
//   integer(x)         a signed one
//   id(x)              an index or None
//   flag(x)            a bool
//   choice(x, last)    an enumerator of first value 0
//   text(x)            a string
//   list(x, f)         a count, then f(element) for each
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_RUNTIME_PACKEDFIELDS_H
#define REPRISE_RUNTIME_PACKEDFIELDS_H

#include "Model.h"

namespace reprise {

template <typename Io, typename T> void formFields(Io &S, T &F) {
  S.id(F.Const);
  S.list(F.Terms, [&](auto &Term) {
    S.id(Term.Var);
    S.id(Term.Coef);
  });
}

template <typename Io, typename T> void locFields(Io &S, T &L) {
  S.text(L.File);
  S.natural(L.Line);
  S.natural(L.Column);
}

template <typename Io, typename T> void boundFields(Io &S, T &B) {
  formFields(S, B.F);
  S.id(B.Div);
  S.id(B.Or);
  S.flag(B.Implied);
}

template <typename Io, typename T> void domainFields(Io &S, T &D) {
  S.list(D.Vars, [&](auto &V) {
    S.choice(V.Kind, VarKind::Sum);
    S.text(V.Name);
    formFields(S, V.F);
    S.list(V.Lo, [&](auto &B) { boundFields(S, B); });
    S.list(V.Hi, [&](auto &B) { boundFields(S, B); });
    S.flag(V.Exact);
    S.flag(V.Free);
  });
  S.list(D.Checks, [&](auto &C) {
    formFields(S, C.F);
    S.integer(C.Lo);
    S.integer(C.Hi);
  });
  S.list(D.Steps, [&](auto &Step) {
    S.choice(Step.Kind, StepKind::Check);
    S.id(Step.Index);
  });
}

template <typename Io, typename T> void accessFields(Io &S, T &A) {
  S.choice(A.Kind, REPRISE_ACCESS_ATOMIC);
  S.choice(A.Root, RootKind::Surface);
  S.id(A.Base);
  S.id(A.Param);
  S.id(A.Symbol);
  S.id(A.Domain);
  S.flag(A.Top);
  formFields(S, A.Offset);
  S.natural(A.Width);
  S.flag(A.Must);
  S.flag(A.LiveIn);
  S.text(A.Rule);
  S.choice(A.Reason, REPRISE_REASON_ORDER_DEPENDENT);
  S.text(A.Detail);
  S.text(A.Text);
  locFields(S, A.Loc);
}

/// All but the name, which the table of kernels has.
template <typename Io, typename T> void kernelFields(Io &S, T &K) {
  S.text(K.Demangled);
  locFields(S, K.Loc);
  S.choice(K.Class, REPRISE_CLASS_CONDITIONAL);
  S.text(K.Condition);
  S.list(K.Notes, [&](auto &Note) { S.text(Note); });
  S.list(K.Params, [&](auto &P) {
    S.text(P.Name);
    S.choice(P.Kind, REPRISE_PARAM_FLOAT);
    S.natural(P.Offset);
    S.natural(P.Size);
  });
  S.natural(K.ParamBytes);
  S.list(K.Symbols, [&](auto &Symbol) {
    S.text(Symbol.Name);
    S.natural(Symbol.Size);
  });
  S.list(K.Exprs, [&](auto &E) {
    S.choice(E.Opcode, Op::SymbolBytes);
    S.natural(E.Width);
    S.id(E.A);
    S.id(E.B);
    S.id(E.C);
    S.integer(E.Imm);
    if (E.Opcode == Op::SymbolBytes)
      S.id(E.Symbol);
  });
  S.list(K.Domains, [&](auto &D) { domainFields(S, D); });
  S.list(K.Accesses, [&](auto &A) { accessFields(S, A); });
  S.list(K.Pairs, [&](auto &P) {
    S.choice(P.Kind, PairKind::Ordered);
    S.id(P.Read);
    S.id(P.Write);
    S.list(P.After, [&](auto &A) { S.id(A); });
  });
  S.list(K.Effects, [&](auto &E) {
    S.choice(E.Reason, REPRISE_REASON_ORDER_DEPENDENT);
    S.id(E.Domain);
    S.text(E.Detail);
    locFields(S, E.Loc);
  });
  for (auto &Limit : K.ReqNTid)
    S.natural(Limit);
}

/// Behind all others since version 1.2.
template <typename Io, typename T> void imageFields(Io &S, T &K) {
  S.list(K.Images, [&](auto &Image) { S.text(Image); });
}

} // namespace reprise

#endif // REPRISE_RUNTIME_PACKEDFIELDS_H
