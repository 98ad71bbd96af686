//===- StridedSetTest.cpp - Normal form and clamps against enumeration ----===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "StridedSet.h"

#include "Reference.h"

#include <gtest/gtest.h>

#include <algorithm>

using namespace reprise;
using namespace reprise::test;

namespace {

using Values = std::set<int64_t>;

Values sums(int64_t Base, const Dim *Dims, size_t Size) {
  Values Set{Base};
  for (size_t I = 0; I < Size; ++I) {
    Values Next;
    for (int64_t V : Set)
      for (int64_t Z = 0; Z < Dims[I].Count; ++Z)
        Next.insert(V + Dims[I].Stride * Z);
    Set = std::move(Next);
  }
  return Set;
}

std::vector<Dim> randomDims(Random &R, int64_t Most) {
  std::vector<Dim> Dims;
  for (int64_t N = R.in(0, Most); N > 0; --N)
    Dims.push_back(
        {R.chance(50) ? int64_t{1} << R.in(0, 6) : R.in(1, 40), R.in(2, 4)});
  return Dims;
}

DimList listOf(const std::vector<Dim> &Dims) {
  DimList L;
  for (const Dim &D : Dims)
    L.add(D.Stride, D.Count);
  return L;
}

TEST(StridedSet, MergeKeepsTheSet) {
  Random R(1);
  for (int I = 0; I < 1000 * Effort; ++I) {
    std::vector<Dim> Dims = randomDims(R, 5);
    DimList L = listOf(Dims);
    L.merge();
    ASSERT_FALSE(L.Widened);
    ASSERT_EQ(sums(0, L.D, L.Size), sums(0, Dims.data(), Dims.size()));
    for (unsigned J = 1; J < L.Size; ++J)
      ASSERT_LT(L.D[J - 1].Stride, L.D[J].Stride);
  }
}

TEST(StridedSet, ThreadsOfABlockAndBlocksFuse) {
  DimList L = listOf({{4 * 256, 8}, {4, 256}});
  L.normalize();
  ASSERT_EQ(L.Size, 1u);
  EXPECT_EQ(L.D[0].Stride, 4);
  EXPECT_EQ(L.D[0].Count, 2048);
}

TEST(StridedSet, TooManyDimsWiden) {
  std::vector<Dim> Dims;
  int64_t Stride = 3;
  for (unsigned I = 0; I < MaxDims + 3; ++I, Stride = Stride * 3 + 1)
    Dims.push_back({Stride, 2});
  DimList L = listOf(Dims);
  L.normalize();
  EXPECT_TRUE(L.Widened);
  EXPECT_LE(L.Size, MaxDims);
  std::vector<Dim> Kept(L.D, L.D + L.Size);
  Values Wide = sums(0, L.D, L.Size), Real = sums(0, Dims.data(), Dims.size());
  EXPECT_TRUE(
      std::includes(Wide.begin(), Wide.end(), Real.begin(), Real.end()));
  EXPECT_EQ(*Wide.rbegin(), *Real.rbegin());
}

TEST(StridedSet, ClampKeepsExactlyOrAtLeastTheWindow) {
  Random R(2);
  int Exact = 0, Widened = 0, Empty = 0;
  for (int I = 0; I < 5000 * Effort; ++I) {
    DimList L = listOf(randomDims(R, 3));
    L.normalize();
    NumSet S;
    S.Base = S.Lo = R.in(-50, 50);
    S.Size = L.Size;
    std::copy(L.D, L.D + L.Size, S.Dims);
    S.Hi = S.Base + S.span();
    Values Before = sums(S.Base, S.Dims, S.Size), Real;
    int64_t Lo = R.in(-60, 120), Hi = R.in(Lo, 200);
    for (int64_t V : Before)
      if (V >= Lo && V <= Hi)
        Real.insert(V);
    ClampResult Result = clamp(S, Lo, Hi);
    if (Result == ClampResult::Empty) {
      ASSERT_TRUE(Real.empty());
      ++Empty;
      continue;
    }
    Values After;
    for (int64_t V : sums(S.Base, S.Dims, S.Size))
      if (V >= S.Lo && V <= S.Hi)
        After.insert(V);
    ASSERT_EQ(After, Real) << "the window keeps the set exact";
    if (Result == ClampResult::Exact) {
      // Even without the window.
      ASSERT_EQ(sums(S.Base, S.Dims, S.Size), Real);
      ASSERT_EQ(S.Lo, *Real.begin());
      ASSERT_EQ(S.Hi, *Real.rbegin());
      ++Exact;
    } else {
      ++Widened;
    }
    if (S.Size <= 1)
      ASSERT_EQ(Result, ClampResult::Exact) << "one dim is always cut exactly";
  }
  EXPECT_GT(Exact, 0);
  EXPECT_GT(Widened, 0);
  EXPECT_GT(Empty, 0);
}

TEST(StridedSet, FoldingIntoWidthKeepsTheBytes) {
  Random R(3);
  for (int I = 0; I < 1000 * Effort; ++I) {
    DimList L = listOf(randomDims(R, 3));
    L.normalize();
    uint64_t Width = static_cast<uint64_t>(R.in(1, 8));
    OwnedSet Before{100, Width, {L.D, L.D + L.Size}};
    uint32_t Size = L.Size;
    foldIntoWidth(L.D, Size, Width);
    OwnedSet After{100, Width, {L.D, L.D + Size}};
    ASSERT_EQ(Before.last(), After.last());
    for (uint64_t B = 90; B <= Before.last() + 10; ++B)
      ASSERT_EQ(Before.holds(B), After.holds(B));
    if (Size > 0)
      ASSERT_GT(static_cast<uint64_t>(L.D[0].Stride), Width);
  }
}

} // namespace
