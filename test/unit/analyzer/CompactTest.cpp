//===- CompactTest.cpp - Compaction keeps what a summary means ----------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Compact.h"
#include "RandomExprs.h"

#include <gtest/gtest.h>

using namespace reprise;
using namespace reprise::test;

namespace {

/// Every reference to an expression in K that has a meaning, in a fixed order.
std::vector<Id> references(const Kernel &K) {
  std::vector<Id> Result;
  auto Add = [&](Id I) { Result.push_back(I); };
  auto AddForm = [&](const Form &F) {
    Add(F.Const);
    for (const Term &T : F.Terms)
      Add(T.Coef);
  };
  auto AddBound = [&](const Bound &B) {
    AddForm(B.F);
    Add(B.Div);
    Add(B.Or);
  };
  for (const Domain &D : K.Domains) {
    for (const Step &S : D.Steps)
      if (S.Kind == StepKind::Require)
        Add(S.Index);
    for (const Var &V : D.Vars) {
      if (V.Kind == VarKind::Sum)
        AddForm(V.F);
      for (const Bound &B : V.Lo)
        AddBound(B);
      for (const Bound &B : V.Hi)
        AddBound(B);
    }
    for (const Check &C : D.Checks)
      AddForm(C.F);
  }
  for (const Access &A : K.Accesses) {
    Add(A.Base);
    if (!A.Top && A.Root != RootKind::Unknown)
      AddForm(A.Offset);
  }
  return Result;
}

class CompactTest : public testing::Test {
protected:
  CompactTest() : R(5) {}

  Id any(const Kernel &K) { return static_cast<Id>(R() % K.Exprs.size()); }
  Id maybe(const Kernel &K) { return R() % 2 ? any(K) : None; }

  Form form(const Kernel &K) {
    Form F;
    F.Const = any(K);
    for (size_t N = R() % 3; N > 0; --N)
      F.Terms.push_back({0, any(K)});
    return F;
  }

  Kernel random() {
    Kernel K;
    for (int I = 0; I < 40; ++I) {
      Expr E;
      if (I < 4) {
        E.Opcode = I < 2 ? Op::Param : Op::Const;
        E.Imm = I * 8;
      } else {
        E.Opcode = R() % 2 ? Op::Add : Op::Xor;
        E.A = static_cast<Id>(R() % static_cast<unsigned>(I));
        E.B = static_cast<Id>(R() % static_cast<unsigned>(I));
      }
      K.Exprs.push_back(E);
    }
    Domain D;
    Var Range;
    Range.Lo.push_back({form(K), None, None});
    Range.Hi.push_back({form(K), maybe(K), maybe(K)});
    Var Sum;
    Sum.Kind = VarKind::Sum;
    Sum.F = form(K);
    D.Vars = {Range, Sum};
    D.Checks.push_back({form(K), 0, 9});
    // Only Require's index is an expression.
    D.Steps = {{StepKind::Define, 0},
               {StepKind::Require, any(K)},
               {StepKind::Check, 0},
               {StepKind::Define, 1}};
    K.Domains.push_back(D);
    Access Precise;
    Precise.Root = RootKind::Param;
    Precise.Base = any(K);
    Precise.Offset = form(K);
    Access Top;
    Top.Root = RootKind::Param;
    Top.Base = any(K);
    Top.Top = true;
    K.Accesses = {Precise, Top, Access()};
    return K;
  }

  std::mt19937_64 R;
};

TEST_F(CompactTest, ReferencesKeepTheirValues) {
  for (int Round = 0; Round < 500; ++Round) {
    Kernel Before = random(), After = Before;
    compact(After);
    RandomLaunch Launch(R);
    auto Old = evaluateAll(Before.Exprs, Launch.Values);
    auto New = evaluateAll(After.Exprs, Launch.Values);
    auto From = references(Before), To = references(After);
    ASSERT_EQ(From.size(), To.size());
    for (size_t I = 0; I < From.size(); ++I) {
      ASSERT_EQ(From[I] == None, To[I] == None);
      if (From[I] != None)
        ASSERT_EQ(Old[From[I]], New[To[I]]);
    }
    // What is no expression is not renumbered.
    ASSERT_EQ(After.Domains[0].Steps[0], Before.Domains[0].Steps[0]);
    ASSERT_EQ(After.Domains[0].Steps[2], Before.Domains[0].Steps[2]);
    ASSERT_EQ(After.Domains[0].Steps[3], Before.Domains[0].Steps[3]);
  }
}

TEST_F(CompactTest, KeepsNothingButWhatIsUsed) {
  for (int Round = 0; Round < 500; ++Round) {
    Kernel K = random();
    size_t Before = K.Exprs.size();
    compact(K);
    std::vector<bool> Used(K.Exprs.size());
    for (Id I : references(K))
      if (I != None)
        Used.at(I) = true;
    for (size_t I = K.Exprs.size(); I-- > 0;) {
      ASSERT_TRUE(Used[I]) << "expression " << I << " is not used";
      for (Id Operand : {K.Exprs[I].A, K.Exprs[I].B, K.Exprs[I].C})
        if (Operand != None) {
          ASSERT_LT(Operand, I) << "operands come first";
          Used[Operand] = true;
        }
    }
    ASSERT_LE(K.Exprs.size(), Before);
    Kernel Again = K;
    compact(Again);
    ASSERT_EQ(Again, K);
  }
}

} // namespace
