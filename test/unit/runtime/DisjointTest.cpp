//===- DisjointTest.cpp - Disjointness against enumeration ----------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Disjoint.h"

#include "Reference.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bitset>

using namespace reprise;
using namespace reprise::test;

namespace {

constexpr size_t Space = 4096;
using Bits = std::bitset<Space>;

OwnedSet randomSet(Random &R) {
  OwnedSet S;
  S.Start = static_cast<uint64_t>(R.in(0, 600));
  S.Width = static_cast<uint64_t>(R.chance(50) ? R.in(1, 4) : R.in(1, 12));
  int64_t Budget = 1500;
  for (int64_t N = R.in(0, 3); N > 0; --N) {
    Dim D;
    D.Stride = R.chance(60) ? R.of(std::vector<int64_t>{2, 4, 6, 8, 12, 16, 24,
                                                        32, 48, 64, 96, 128})
                            : R.in(1, 150);
    D.Count = R.in(2, 9);
    if (D.span() > Budget)
      continue;
    Budget -= D.span();
    S.Dims.push_back(D);
  }
  std::sort(S.Dims.begin(), S.Dims.end(),
            [](const Dim &A, const Dim &B) { return A.Stride < B.Stride; });
  return S;
}

Bits bytes(const OwnedSet &S) {
  Bits Set;
  for (uint64_t I = 0; I < S.Width; ++I)
    Set.set(S.Start + I);
  for (const Dim &D : S.Dims) {
    Bits Row = Set;
    for (int64_t I = 1; I < D.Count; ++I)
      Set |= Row << static_cast<size_t>(D.Stride * I);
  }
  return Set;
}

TEST(Disjoint, MillionRandomPairsAgreeWithEnumeration) {
  Random R(42);
  const int Pairs = 50000 * Effort;
  int Apart = 0, Proved = 0, HullsOverlap = 0;
  for (int I = 0; I < Pairs; ++I) {
    OwnedSet A = randomSet(R), B = randomSet(R);
    Bits Common = bytes(A) & bytes(B);
    uint32_t Budget = PairBudget;
    uint64_t Witness = 0;
    Meeting M = meet(A.view(), B.view(), Budget, &Witness);
    if (Common.none()) {
      ++Apart;
      HullsOverlap += A.Start <= B.last() && B.Start <= A.last();
      Proved += M == Meeting::Disjoint;
      ASSERT_NE(M, Meeting::Meet) << "pair " << I;
    } else {
      ASSERT_NE(M, Meeting::Disjoint) << "pair " << I;
      if (M == Meeting::Meet) {
        ASSERT_LT(Witness, Space);
        ASSERT_TRUE(Common[Witness]) << "pair " << I << ", byte " << Witness;
      }
    }
  }
  RecordProperty("disjoint_pairs", Apart);
  RecordProperty("proved", Proved);
  std::printf("%d pairs: %d disjoint, of these %d with overlapping hulls; "
              "%.4f %% proved\n",
              Pairs, Apart, HullsOverlap, 100.0 * Proved / Apart);
  EXPECT_GT(HullsOverlap, Apart / 20) << "the test would show little";
  EXPECT_GE(Proved, Apart / 100 * 99);
}

TEST(Disjoint, OneByteDecides) {
  OwnedSet A{1000, 4, {{16, 100}}}, B{1004, 12, {{16, 100}}};
  uint32_t Budget = PairBudget;
  EXPECT_EQ(meet(A.view(), B.view(), Budget), Meeting::Disjoint);
  A.Width = 5;
  EXPECT_EQ(meet(A.view(), B.view(), Budget), Meeting::Meet);
  A.Width = 4;
  B.Width = 13;
  EXPECT_EQ(meet(A.view(), B.view(), Budget), Meeting::Meet);
  B.Width = 12;
  B.Start = 1003;
  EXPECT_EQ(meet(A.view(), B.view(), Budget), Meeting::Meet);
}

TEST(Disjoint, HugeNumbersAreExact) {
  // Spans near 2^62 need wide arithmetic.
  const uint64_t Half = uint64_t{1} << 61;
  OwnedSet A{4096, 8, {{1 << 20, int64_t{1} << 42}}};
  OwnedSet B{4096 + Half + 8, 8, {{1 << 21, int64_t{1} << 41}}};
  uint32_t Budget = PairBudget;
  EXPECT_EQ(meet(A.view(), B.view(), Budget), Meeting::Disjoint);
  --B.Start;
  uint64_t Witness = 0;
  EXPECT_EQ(meet(A.view(), B.view(), Budget, &Witness), Meeting::Meet);
  EXPECT_EQ(Witness % (1 << 20), 4096u + 7);
}

TEST(Disjoint, WindowCutsRows) {
  // Rows 0, 100, ... of A; B is one row that only a cut row of A meets.
  OwnedSet A{0, 10, {{100, 10}}}, B{500, 10, {}};
  ByteSet View = A.view();
  uint32_t Budget = PairBudget;
  EXPECT_EQ(meet(View, B.view(), Budget), Meeting::Meet);
  View.Hi = 499;
  EXPECT_EQ(meet(View, B.view(), Budget), Meeting::Disjoint);
  View.Hi = 504;
  EXPECT_EQ(meet(View, B.view(), Budget), Meeting::Meet);
}

TEST(Disjoint, ExhaustedBudgetIsUnknown) {
  OwnedSet A{0, 1, {{1009, 40}, {1511, 40}, {2003, 40}}};
  OwnedSet B{17, 1, {{997, 40}, {1499, 40}, {2011, 40}}};
  uint32_t Budget = 1;
  EXPECT_EQ(meet(A.view(), B.view(), Budget), Meeting::Unknown);
  EXPECT_EQ(Budget, 0u);
}

TEST(Disjoint, FirstInResiduesIsTheFirst) {
  Random R(7);
  for (int I = 0; I < 5000 * Effort; ++I) {
    int64_t M = R.in(1, 200), A = R.in(0, M - 1), Lo = R.in(0, M - 1),
            Hi = R.in(Lo, M - 1), Expected = -1;
    for (int64_t X = 0; X < M && Expected < 0; ++X)
      if (A * X % M >= Lo && A * X % M <= Hi)
        Expected = X;
    ASSERT_EQ(static_cast<int64_t>(firstInResidues(A, M, Lo, Hi)), Expected)
        << A << " mod " << M << " in " << Lo << " .. " << Hi;
  }
}

/// The same sets, scaled so that only 128-bit arithmetic holds them.
TEST(Disjoint, WideArithmeticAgreesWithEnumeration) {
  Random R(43);
  for (int I = 0; I < 2000 * Effort; ++I) {
    OwnedSet A = randomSet(R), B = randomSet(R);
    bool Meets = (bytes(A) & bytes(B)).any();
    // Stretching strides, starts and widths keeps whether they meet.
    const int64_t Factor = int64_t{1} << 51;
    for (OwnedSet *S : {&A, &B}) {
      S->Start *= static_cast<uint64_t>(Factor);
      S->Width *= static_cast<uint64_t>(Factor);
      for (Dim &D : S->Dims)
        D.Stride *= Factor;
    }
    uint32_t Budget = PairBudget;
    uint64_t Witness = 0;
    Meeting M = meet(A.view(), B.view(), Budget, &Witness);
    ASSERT_NE(M, Meets ? Meeting::Disjoint : Meeting::Meet) << "pair " << I;
    if (M == Meeting::Meet) {
      ASSERT_TRUE(A.holds(Witness) && B.holds(Witness)) << "pair " << I;
    }
  }
}

} // namespace
