//===- LinTest.cpp - Linear forms against numbers -----------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Symbolic.h"

#include <gtest/gtest.h>

#include <random>

using namespace reprise;

namespace {

class LinTest : public testing::Test {
protected:
  LinTest() : R(4) {
    for (int I = 0; I < 4; ++I) {
      Atom A;
      auto Lo = static_cast<int64_t>(R() % 2000) - 1000;
      A.Range = {Lo, Lo + static_cast<int64_t>(R() % 1000)};
      Ranges.push_back(A.Range);
      Ids.push_back(Atoms.add(A));
    }
  }

  int64_t small() { return static_cast<int64_t>(R() % 21) - 10; }

  Lin random() {
    Lin L{Poly(small())};
    for (size_t N = R() % 4; N > 0; --N)
      L = L + Lin::atom(Ids[R() % Ids.size()]) * Poly(small());
    return L;
  }

  std::vector<int64_t> assignment() {
    std::vector<int64_t> V;
    for (const Interval &I : Ranges)
      V.push_back(static_cast<int64_t>(
          I.Lo +
          static_cast<__int128>(R() % static_cast<uint64_t>(I.Hi - I.Lo + 1))));
    return V;
  }

  static int64_t value(const Lin &L, const std::vector<int64_t> &V) {
    int64_t Sum = *L.Const.constant();
    for (const auto &[A, C] : L.Terms)
      Sum += *C.constant() * V[A];
    return Sum;
  }

  std::mt19937_64 R;
  ExprTable Exprs;
  AtomTable Atoms;
  std::vector<AtomId> Ids;
  std::vector<Interval> Ranges;
};

TEST_F(LinTest, ArithmeticIsThatOfTheValues) {
  for (int Round = 0; Round < 5000; ++Round) {
    Lin A = random(), B = random();
    int64_t C = small();
    auto V = assignment();
    ASSERT_EQ(value(A + B, V), value(A, V) + value(B, V));
    ASSERT_EQ(value(A - B, V), value(A, V) - value(B, V));
    ASSERT_EQ(value(A * Poly(C), V), value(A, V) * C);
  }
}

TEST_F(LinTest, EqualFormsCompareEqual) {
  for (int Round = 0; Round < 2000; ++Round) {
    Lin A = random(), B = random();
    ASSERT_TRUE((A + B).sameValue(B + A));
    ASSERT_TRUE((A + B - B).sameValue(A));
    ASSERT_TRUE((A - A).isUniform());
    ASSERT_TRUE((A * Poly(0)).sameValue(Lin(Poly(0))));
    for (const auto &[Atom, C] : (A + B).Terms)
      ASSERT_FALSE(C.isZero()) << "a term without a coefficient";
  }
}

TEST_F(LinTest, RangesContainTheValues) {
  for (int Round = 0; Round < 5000; ++Round) {
    Lin A = random();
    Interval Range = Atoms.range(A, Exprs);
    int64_t V = value(A, assignment());
    ASSERT_TRUE(Range.Lo <= V && V <= Range.Hi);
  }
}

TEST_F(LinTest, ChecksTravelWithResults) {
  Lin A = Lin::atom(Ids[0]), B = Lin::atom(Ids[1]);
  A.Checks = {1, 2};
  B.Checks = {2, 3};
  Lin::CheckSet Both = {1, 2, 3};
  EXPECT_EQ((A + B).Checks, Both);
  EXPECT_EQ((A - B).Checks, Both);
  EXPECT_EQ((A - A).Checks, A.Checks);
  EXPECT_EQ((A * Poly(0)).Checks, A.Checks);
}

TEST_F(LinTest, EqualChecksAreOne) {
  Lin A = Lin::atom(Ids[0]);
  CheckId C = Atoms.addCheck(A, 0, 10);
  EXPECT_EQ(Atoms.addCheck(A, 0, 10), C);
  EXPECT_NE(Atoms.addCheck(A, 0, 11), C);
  EXPECT_NE(Atoms.addCheck(A * Poly(2), 0, 10), C);
  Lin Later = A;
  Later.Checks.insert(C);
  EXPECT_NE(Atoms.addCheck(Later, 0, 10), C);
}

TEST(IntervalTest, SaturatesInsteadOfWrapping) {
  Interval Big = {1, Interval::Infinity / 2};
  EXPECT_TRUE((Big * Big).Hi == Interval::Infinity);
  EXPECT_TRUE((Big * Interval::point(-4)).Lo == -Interval::Infinity);
  EXPECT_TRUE((Interval::all() + Interval::all()).Lo == -Interval::Infinity);
  EXPECT_TRUE((Interval::all() * Interval::point(0)).isPoint());
}

} // namespace
