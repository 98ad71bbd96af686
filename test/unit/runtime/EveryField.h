//===- EveryField.h - A summary that uses the whole format ----------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_TEST_UNIT_RUNTIME_EVERYFIELD_H
#define REPRISE_TEST_UNIT_RUNTIME_EVERYFIELD_H

#include "KernelBuilder.h"

namespace reprise::test {

/// A kernel that uses every field.
inline Kernel everyField() {
  KernelBuilder B("_Z4fullPfi");
  Kernel &K = B.K;
  K.Demangled = "full(float*, int)";
  K.Loc = {"full.cu", 3, 7};
  K.Condition = "disjoint(a, b)";
  K.Notes = {"first", "se\"cond\n\xc3\xa9"};
  K.ReqNTid[0] = 64;
  K.Images = {std::string(64, 'a'), std::string(64, 'b')};
  Id P = B.pointer("a"), N = B.int32("n");
  B.expr(Op::DynShared, 32);
  B.expr(Op::Select, 64, P, N, B.expr(Op::ULt, 1, P, N));
  B.constant(INT64_MIN);
  Id D = B.guardedThreads(N);
  K.Domains[D].Vars[2].Lo = {{B.form(1, {{0, 2}}), B.constant(3)}};
  B.require(D, N);
  Id S = B.symbol("table", UINT64_MAX);
  Id R = B.read(P, D, B.form(-4, {{2, 4}}), 4);
  Access &A = K.Accesses[R];
  A.Param = 0;
  A.LiveIn = false;
  A.Rule = "R2";
  A.Text = "a[4i - 4]";
  A.Loc = {"full.cu", 5, 1};
  A.Must = false;
  Id W = B.onSymbol(REPRISE_ACCESS_WRITE, S, D, B.form(0), 8);
  Id T = B.top(REPRISE_ACCESS_ATOMIC, P, D);
  K.Accesses[T].Detail = "because";
  B.unknownRoot(REPRISE_ACCESS_WRITE, D);
  B.throughHandle(REPRISE_ACCESS_READ, RootKind::Texture, P, D);
  B.throughHandle(REPRISE_ACCESS_WRITE, RootKind::Surface,
                  B.symbolBytes(S, 24, 64), D);
  B.pair(R, W);
  B.pair(T, T, PairKind::Linked);
  K.Pairs[0].After = {W, T};
  K.Effects.push_back({REPRISE_REASON_DEVICE_OUTPUT, D, "printf", {"f", 1, 2}});
  return K;
}

inline Module moduleOf(Kernel K) {
  Module M;
  M.Producer = "test 1.0";
  M.Source = "full.cu";
  M.Target = "sm_80";
  M.Kernels.push_back(std::move(K));
  return M;
}

} // namespace reprise::test

#endif // REPRISE_TEST_UNIT_RUNTIME_EVERYFIELD_H
