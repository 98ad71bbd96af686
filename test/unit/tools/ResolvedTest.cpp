//===- ResolvedTest.cpp - Is a kernel decided once a launch is known? -----===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What kernels of source cannot be made to show; the rest is in
// test/tools/audit_resolved.cu.
//
//===----------------------------------------------------------------------===//

#include "Resolved.h"

#include <gtest/gtest.h>

using namespace reprise;

namespace {

using Reasons = std::vector<reprise_reason>;
const Reasons Nothing;

Expr expr(Op Opcode, int64_t Imm) {
  Expr E;
  E.Opcode = Opcode;
  E.Imm = Imm;
  return E;
}

/// Expressions: 0 the number 0, 1 and 2 pointers, 3 an address, 4 one pointer
/// of the two. One domain, in which something is always executed.
Kernel sample() {
  Kernel K;
  Expr Select = expr(Op::Select, 0);
  Select.A = 1;
  Select.B = 2;
  Select.C = 0;
  K.Exprs = {expr(Op::Const, 0), expr(Op::Param, 0), expr(Op::Param, 8),
             expr(Op::Const, 4096), Select};
  K.Domains.emplace_back();
  K.Class = REPRISE_CLASS_CONDITIONAL;
  return K;
}

Access at(Id Base) {
  Access A;
  A.Root = RootKind::Param;
  A.Base = Base;
  A.Domain = 0;
  A.Offset.Const = 0;
  A.Width = 4;
  A.Must = true;
  return A;
}

Access top(Id Base) {
  Access A = at(Base);
  A.Top = true;
  A.Must = false;
  A.Reason = REPRISE_REASON_INDIRECT_OFFSET;
  return A;
}

/// What stays of a kernel that reads R and writes W.
Reasons stays(const Access &R, const Access &W, Pair P = {}) {
  Kernel K = sample();
  K.Accesses = {R, W};
  P.Read = 0;
  P.Write = 1;
  K.Pairs = {P};
  return reasonsThatStay(K);
}

TEST(Resolved, PointersOfTheirOwn) {
  EXPECT_EQ(stays(top(1), top(2)), Nothing);
  EXPECT_EQ(stays(at(1), at(1)), Nothing);
  EXPECT_EQ(stays(top(1), at(1)), Reasons{REPRISE_REASON_INDIRECT_OFFSET});
}

TEST(Resolved, OnePointerOfTwo) {
  EXPECT_EQ(stays(top(4), at(1)), Reasons{REPRISE_REASON_INDIRECT_OFFSET});
  EXPECT_EQ(stays(top(4), at(2)), Reasons{REPRISE_REASON_INDIRECT_OFFSET});
}

TEST(Resolved, AnAddressIsInNobodysAllocation) {
  EXPECT_EQ(stays(top(3), at(1)), Reasons{REPRISE_REASON_INDIRECT_OFFSET});
}

TEST(Resolved, HandlesAreBoundToMemoryOfTheirOwn) {
  Access Texture = top(1);
  Texture.Root = RootKind::Texture;
  Texture.Reason = REPRISE_REASON_TEXTURE;
  EXPECT_EQ(stays(Texture, at(1)), Nothing);
  Access Surface = Texture;
  Surface.Root = RootKind::Surface;
  EXPECT_EQ(stays(Surface, Surface), Reasons{REPRISE_REASON_TEXTURE});
}

TEST(Resolved, VariablesLieWhereNoPointerLeads) {
  Access Variable = top(None);
  Variable.Root = RootKind::Symbol;
  Variable.Symbol = 0;
  EXPECT_EQ(stays(Variable, at(1)), Nothing);
  EXPECT_EQ(stays(Variable, Variable), Reasons{REPRISE_REASON_INDIRECT_OFFSET});
  Access Other = Variable;
  Other.Symbol = 1;
  EXPECT_EQ(stays(Variable, Other), Nothing);
}

TEST(Resolved, WhatMayHaveBeenReplacedIsNoProof) {
  Pair P;
  P.After = {1};
  EXPECT_EQ(stays(at(1), at(1), P), Reasons{REPRISE_REASON_MAY_OVERLAP});
  P.Kind = PairKind::Linked;
  EXPECT_EQ(stays(at(1), at(1), P), Reasons{REPRISE_REASON_MAY_OVERLAP});
  P.After.clear();
  EXPECT_EQ(stays(at(1), at(1), P), Nothing);
}

TEST(Resolved, EachVarIsTakenForWhatItIs) {
  Kernel K = sample();
  K.Accesses = {at(1), at(1)};
  Pair P;
  P.Read = 0;
  P.Write = 1;
  K.Pairs = {P};
  Var V;
  V.Lo.emplace_back();
  V.Lo[0].F.Const = 0;
  V.Hi = V.Lo;
  V.Exact = true;
  K.Domains[0].Vars = {V};
  EXPECT_EQ(reasonsThatStay(K), Nothing);
  K.Domains[0].Vars[0].Exact = false;
  EXPECT_EQ(reasonsThatStay(K), Reasons{REPRISE_REASON_MAY_OVERLAP});
  // A bound over another var: a triangle.
  K.Domains[0].Vars = {V, V};
  K.Domains[0].Vars[1].Hi[0].F.Terms = {{0, 3}};
  EXPECT_EQ(reasonsThatStay(K), Reasons{REPRISE_REASON_MAY_OVERLAP});
}

TEST(Resolved, ListsEachReasonOnce) {
  Kernel K = sample();
  K.Class = REPRISE_CLASS_UNKNOWN;
  K.Effects = {{REPRISE_REASON_NO_PTX, 0, "", {}},
               {REPRISE_REASON_UNRESOLVED_CALL, 0, "", {}},
               {REPRISE_REASON_NO_PTX, 0, "", {}}};
  EXPECT_EQ(reasonsThatStay(K),
            (Reasons{REPRISE_REASON_UNRESOLVED_CALL, REPRISE_REASON_NO_PTX}));
  K.Effects.clear();
  EXPECT_EQ(reasonsThatStay(K), Reasons{REPRISE_REASON_UNSUPPORTED});
}

} // namespace
