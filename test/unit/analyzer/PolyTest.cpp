//===- PolyTest.cpp - Polynomials against numbers -----------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RandomExprs.h"
#include "Symbolic.h"

#include <gtest/gtest.h>

using namespace reprise;
using namespace reprise::test;

namespace {

class PolyTest : public testing::Test {
protected:
  PolyTest() : R(3) {
    for (unsigned D = 0; D < 3; ++D)
      Leaves.push_back(Exprs.unary(Op::ZExt, 64, Exprs.ntid(D)));
    for (uint32_t P = 0; P < 3; ++P)
      Leaves.push_back(Exprs.unary(Op::SExt, 64, Exprs.param(P * 8, 32)));
  }

  Poly random(unsigned Most = 3) {
    Poly P;
    for (size_t N = R() % (Most + 1); N > 0; --N)
      P = P + term();
    return P;
  }

  /// A product of a small factor and up to two leaves; never zero.
  Poly term() {
    auto C = static_cast<int64_t>(R() % 9) - 4;
    Poly T(C == 0 ? 5 : C);
    for (size_t N = R() % 3; N > 0; --N)
      T = T * Poly::leaf(Leaves[R() % Leaves.size()]);
    return T;
  }

  /// By schoolbook; the leaves are small, so nothing overflows.
  __int128 value(const Poly &P, const std::vector<std::optional<uint64_t>> &V) {
    __int128 Sum = 0;
    for (const auto &[M, C] : P.terms()) {
      __int128 Product = C;
      for (Id Leaf : M)
        Product *= static_cast<int64_t>(*V[Leaf]);
      Sum += Product;
    }
    return Sum;
  }

  std::mt19937_64 R;
  ExprTable Exprs;
  std::vector<Id> Leaves;
};

TEST_F(PolyTest, FormARing) {
  for (int Round = 0; Round < 5000; ++Round) {
    Poly A = random(), B = random(), C = random();
    ASSERT_EQ(A + B, B + A);
    ASSERT_EQ((A + B) + C, A + (B + C));
    ASSERT_EQ(A + Poly(0), A);
    ASSERT_TRUE((A - A).isZero());
    ASSERT_EQ(A - B, A + -B);
    ASSERT_EQ(A * B, B * A);
    ASSERT_EQ((A * B) * C, A * (B * C));
    ASSERT_EQ(A * (B + C), A * B + A * C);
    ASSERT_EQ(A * Poly(1), A);
    ASSERT_TRUE((A * Poly(0)).isZero());
    ASSERT_TRUE((A * B * C).isValid());
  }
}

TEST_F(PolyTest, AreHomomorphicToNumbers) {
  for (int Round = 0; Round < 2000; ++Round) {
    RandomLaunch Launch(R);
    auto V = evaluateAll(Exprs.nodes(), Launch.Values);
    Poly A = random(2), B = random(1);
    ASSERT_TRUE(value(A + B, V) == value(A, V) + value(B, V));
    ASSERT_TRUE(value(A - B, V) == value(A, V) - value(B, V));
    // Products of four 32-bit leaves stay below 2^127.
    if (A.terms().size() < 3)
      ASSERT_TRUE(value(A * B, V) == value(A, V) * value(B, V));
  }
}

TEST_F(PolyTest, QuotientsByOneTermAreFound) {
  for (int Round = 0; Round < 5000; ++Round) {
    Poly A = random(), B = term();
    ASSERT_EQ((A * B).divideExactly(B), A);
  }
}

TEST_F(PolyTest, QuotientsByMoreTermsAreNeverWrong) {
  for (int Round = 0; Round < 5000; ++Round) {
    Poly A = random(), B = random();
    if (auto Q = A.divideExactly(B))
      ASSERT_EQ(*Q * B, A);
    if (B.isZero()) {
      ASSERT_FALSE(A.divideExactly(B));
      continue;
    }
    Poly Factor(static_cast<int64_t>(R() % 20) - 10);
    ASSERT_EQ((B * Factor).divideExactly(B), Factor);
  }
}

TEST_F(PolyTest, InexactQuotientsAreRefused) {
  Poly X = Poly::leaf(Leaves[0]), Y = Poly::leaf(Leaves[1]);
  EXPECT_FALSE((X * Poly(3)).divideExactly(Poly(2)));
  EXPECT_FALSE((X + Poly(1)).divideExactly(X));
  EXPECT_FALSE((X * Y + Y).divideExactly(X));
  EXPECT_FALSE(Poly(INT64_MIN).divideExactly(Poly(-1)));
  EXPECT_FALSE(X.divideExactly(Poly(0)));
}

TEST_F(PolyTest, RangesContainTheValues) {
  size_t Finite = 0;
  for (int Round = 0; Round < 5000; ++Round) {
    RandomLaunch Launch(R);
    auto V = evaluateAll(Exprs.nodes(), Launch.Values);
    Poly P = random();
    Interval Range = P.range(Exprs);
    __int128 Value = value(P, V);
    ASSERT_TRUE(Range.Lo <= Value && Value <= Range.Hi);
    Finite += Range.within(1 - Interval::Infinity, Interval::Infinity - 1);
  }
  EXPECT_GT(Finite, 4000u);
}

TEST_F(PolyTest, EmittedExpressionsHaveTheValue) {
  for (int Round = 0; Round < 1000; ++Round) {
    RandomLaunch Launch(R);
    Poly P = random();
    Id Expr = P.emit(Exprs);
    auto V = evaluateAll(Exprs.nodes(), Launch.Values);
    __int128 Expected = value(P, V);
    if (V[Expr])
      ASSERT_TRUE(static_cast<int64_t>(*V[Expr]) == Expected);
    else // Poison stands for "leaves 64 bits somewhere", no other cause.
      ASSERT_FALSE(P.range(Exprs).within(INT64_MIN, INT64_MAX));
  }
}

TEST_F(PolyTest, OverflowIsInvalidNotWrong) {
  Poly Most(INT64_MAX), X = Poly::leaf(Leaves[0]);
  EXPECT_FALSE((Most + Poly(1)).isValid());
  EXPECT_FALSE((Most * Poly(2)).isValid());
  EXPECT_FALSE((X * Most + X).isValid());
  EXPECT_FALSE((Poly(INT64_MIN) * Poly(-1)).isValid());
  EXPECT_FALSE((Poly::invalid() + Poly(1)).isValid());
  EXPECT_FALSE((Poly::invalid() * Poly(0)).isValid());
  EXPECT_FALSE(Poly::invalid().isZero());
  EXPECT_FALSE(Poly::invalid().constant());
}

} // namespace
