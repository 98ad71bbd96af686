//===- ExprTableTest.cpp - Folding and ranges of uniform expressions ----===//
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

constexpr Op Wrapping[] = {Op::Add,  Op::Sub,  Op::Mul,  Op::MulHiU, Op::MulHiS,
                           Op::UDiv, Op::SDiv, Op::URem, Op::SRem,   Op::And,
                           Op::Or,   Op::Xor,  Op::Shl,  Op::LShr,   Op::AShr,
                           Op::UMin, Op::UMax, Op::SMin, Op::SMax};
constexpr Op Checked[] = {Op::CAdd,      Op::CSub, Op::CMul,
                          Op::CFloorDiv, Op::CMin, Op::CMax};
constexpr Op Comparing[] = {Op::Eq, Op::Ne, Op::ULt, Op::ULe, Op::SLt, Op::SLe};
constexpr unsigned Widths[] = {1, 7, 8, 16, 24, 31, 32, 33, 48, 63, 64};

template <typename T, size_t N>
T oneOf(const T (&List)[N], std::mt19937_64 &R) {
  return List[R() % N];
}

/// One random node over Pool, in Table with simplification and in Raw without.
struct Twins {
  ExprTable Table, Raw;
  std::vector<std::pair<Id, Id>> Pool;
  std::mt19937_64 &R;

  explicit Twins(std::mt19937_64 &R) : R(R) {}

  std::pair<Id, Id> operand(unsigned Width) {
    std::vector<std::pair<Id, Id>> Fitting;
    for (auto &P : Pool)
      if (Raw[P.second].Width == Width)
        Fitting.push_back(P);
    if (!Fitting.empty() && R() % 4)
      return Fitting[R() % Fitting.size()];
    return leaf(Width);
  }

  std::pair<Id, Id> leaf(unsigned Width) {
    bool Bytes = Width % 8 == 0 && Width != 24 && Width != 48;
    if (Bytes && R() % 2) {
      auto At = static_cast<uint32_t>(R() % 7 * 8);
      return {Table.param(At, Width), Raw.param(At, Width)};
    }
    if (Width == 32 && R() % 2) {
      unsigned D = R() % 3;
      return R() % 2 ? std::pair{Table.ntid(D), Raw.ntid(D)}
                     : std::pair{Table.nctaid(D), Raw.nctaid(D)};
    }
    auto V = static_cast<int64_t>(RandomLaunch::interesting(R, Width));
    return {Table.constant(V, Width), Raw.constant(V, Width)};
  }

  Id raw(Op O, unsigned Width, Id A, Id B = None, Id C = None) {
    Expr E;
    E.Opcode = O;
    E.Width = static_cast<uint8_t>(Width);
    E.A = A;
    E.B = B;
    E.C = C;
    return Raw.get(E);
  }

  void grow() {
    unsigned W = oneOf(Widths, R);
    auto [A, RA] = operand(W);
    auto [B, RB] = operand(W);
    switch (R() % 6) {
    case 0: {
      unsigned To = oneOf(Widths, R);
      if (To == W)
        return;
      Op O = To < W ? Op::Trunc : R() % 2 ? Op::ZExt : Op::SExt;
      Pool.emplace_back(Table.unary(O, To, A), raw(O, To, RA));
      return;
    }
    case 1: {
      Op O = oneOf(Comparing, R);
      Pool.emplace_back(Table.compare(O, A, B), raw(O, 1, RA, RB));
      return;
    }
    case 2: {
      auto [C, RC] = operand(1);
      Pool.emplace_back(Table.select(C, A, B), raw(Op::Select, W, RA, RB, RC));
      return;
    }
    case 3: {
      auto [X, RX] = operand(64);
      auto [Y, RY] = operand(64);
      Op O = oneOf(Checked, R);
      Pool.emplace_back(Table.binary(O, X, Y), raw(O, 64, RX, RY));
      return;
    }
    case 4: {
      auto [C, RC] = operand(1);
      Pool.emplace_back(Table.logicalNot(C),
                        raw(Op::Eq, 1, RC, Raw.constant(0, 1)));
      return;
    }
    default: {
      Op O = oneOf(Wrapping, R);
      Pool.emplace_back(Table.binary(O, A, B), raw(O, W, RA, RB));
      return;
    }
    }
  }
};

/// True when an operand is poison: the choice between two equal numbers is
/// that number, whatever the condition.
bool ofPoison(const Expr &E, const std::vector<std::optional<uint64_t>> &V) {
  for (Id Operand : {E.A, E.B, E.C})
    if (Operand != None && !V[Operand])
      return true;
  return false;
}

TEST(ExprTable, SimplifiedExpressionsKeepTheirValues) {
  std::mt19937_64 R(1);
  size_t Folded = 0, Compared = 0;
  for (int Round = 0; Round < 3000; ++Round) {
    Twins T(R);
    for (int I = 0; I < 20; ++I)
      T.grow();
    RandomLaunch Launch(R);
    auto Simple = evaluateAll(T.Table.nodes(), Launch.Values);
    auto Raw = evaluateAll(T.Raw.nodes(), Launch.Values);
    for (auto [A, B] : T.Pool) {
      ASSERT_EQ(T.Table[A].Width, T.Raw[B].Width);
      if (Raw[B]) {
        ASSERT_EQ(Simple[A], Raw[B])
            << "round " << Round << ", operator "
            << static_cast<int>(T.Raw[B].Opcode) << ", width "
            << static_cast<int>(T.Raw[B].Width);
      } else if (!ofPoison(T.Raw[B], Raw)) {
        ASSERT_FALSE(T.Table.constantValue(A)) << "poison was folded";
      }
      ++Compared;
      Folded += T.Table.constantValue(A).has_value();
    }
  }
  // The test is about folding: much of it must have happened.
  EXPECT_GT(Folded, Compared / 20);
  EXPECT_GT(Compared, 10000u);
}

TEST(ExprTable, RangesContainTheValues) {
  std::mt19937_64 R(2);
  size_t Bounded = 0;
  for (int Round = 0; Round < 3000; ++Round) {
    Twins T(R);
    for (int I = 0; I < 20; ++I)
      T.grow();
    RandomLaunch Launch(R);
    for (const ExprTable *Table : {&T.Table, &T.Raw}) {
      auto Values = evaluateAll(Table->nodes(), Launch.Values);
      for (Id I = 0; I < Table->size(); ++I) {
        if ((*Table)[I].Width != 64 || !Values[I])
          continue;
        auto V = static_cast<int64_t>(*Values[I]);
        Interval Range = Table->range(I);
        ASSERT_TRUE(Range.Lo <= V && V <= Range.Hi)
            << V << ", operator " << static_cast<int>((*Table)[I].Opcode);
        Bounded += Range.within(-(int64_t{1} << 33), int64_t{1} << 33);
      }
    }
  }
  EXPECT_GT(Bounded, 1000u);
}

TEST(ExprTable, EqualExpressionsAreOneNode) {
  ExprTable T;
  Id A = T.param(0, 32), B = T.param(8, 32);
  EXPECT_EQ(T.binary(Op::Add, A, B), T.binary(Op::Add, B, A));
  EXPECT_EQ(T.binary(Op::Mul, A, B), T.binary(Op::Mul, B, A));
  EXPECT_NE(T.binary(Op::Sub, A, B), T.binary(Op::Sub, B, A));
  EXPECT_NE(T.param(0, 32), T.param(0, 64));
  size_t Size = T.size();
  T.binary(Op::Add, B, A);
  EXPECT_EQ(T.size(), Size);
}

TEST(ExprTable, ConstantsAreCutToTheirWidth) {
  ExprTable T;
  EXPECT_EQ(T.constantValue(T.constant(255, 8)), -1);
  EXPECT_EQ(T.constantValue(T.constant(256, 8)), 0);
  EXPECT_EQ(T.constantValue(T.unary(Op::ZExt, 64, T.constant(255, 8))), 255);
  EXPECT_EQ(T.constantValue(T.unary(Op::SExt, 64, T.constant(255, 8))), -1);
  EXPECT_EQ(T.constantValue(T.ntid(0)), std::nullopt);
}

TEST(ExprTable, PoisonIsNeverFolded) {
  ExprTable T;
  Id Zero = T.constant(0, 32), One = T.constant(1, 32);
  Id Most = T.constant(INT64_MAX), Least = T.constant(INT64_MIN);
  for (Op O : {Op::UDiv, Op::SDiv, Op::URem, Op::SRem})
    EXPECT_FALSE(T.constantValue(T.binary(O, One, Zero)));
  for (Op O : {Op::Shl, Op::LShr, Op::AShr})
    EXPECT_FALSE(T.constantValue(T.binary(O, One, T.constant(32, 32))));
  EXPECT_FALSE(T.constantValue(T.binary(Op::CAdd, Most, T.constant(1))));
  EXPECT_FALSE(T.constantValue(T.binary(Op::CSub, Least, T.constant(1))));
  EXPECT_FALSE(T.constantValue(T.binary(Op::CMul, Most, T.constant(2))));
  EXPECT_FALSE(T.constantValue(T.binary(Op::CFloorDiv, Most, T.constant(0))));
  EXPECT_FALSE(T.constantValue(T.binary(Op::SDiv, Least, T.constant(-1))));
}

} // namespace
