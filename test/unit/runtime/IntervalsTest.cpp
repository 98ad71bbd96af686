//===- IntervalsTest.cpp - Sets of bytes as sorted intervals --------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Intervals.h"

#include <gtest/gtest.h>

#include <bitset>
#include <random>

using namespace reprise;

namespace {

using Bits = std::bitset<64>;

Intervals listOf(const Bits &B) {
  Intervals List;
  for (uint64_t I = 0; I < 64; ++I)
    if (B[I])
      List.push_back({I, I});
  join(List);
  return List;
}

TEST(Intervals, OperationsAreThoseOfSets) {
  std::mt19937_64 R(1);
  for (int N = 0; N < 20000; ++N) {
    // Few of them, too: else there is always a byte in common.
    const uint64_t Few = N % 3 ? UINT64_MAX : 0x0101010101010101 << (N % 8);
    const uint64_t First = R() & Few, Second = R(), Third = R();
    const Bits A(First & Second), B(N % 2 ? Third : Third | Second);
    Intervals Out;
    intersect(listOf(A), listOf(B), Out);
    ASSERT_EQ(Out, listOf(A & B));
    ASSERT_EQ(meet(listOf(A), listOf(B)), (A & B).any());
    subtract(listOf(A), listOf(B), Out);
    ASSERT_EQ(Out, listOf(A & ~B));
    Out = listOf(A);
    unite(Out, listOf(B));
    ASSERT_EQ(Out, listOf(A | B));
  }
}

TEST(Intervals, TheEndOfMemory) {
  const Intervals All{{0, UINT64_MAX}};
  Intervals Out;
  subtract(All, {{10, 19}}, Out);
  EXPECT_EQ(Out, (Intervals{{0, 9}, {20, UINT64_MAX}}));
  subtract(All, All, Out);
  EXPECT_TRUE(Out.empty());
  unite(Out, {{UINT64_MAX, UINT64_MAX}});
  EXPECT_EQ(Out, (Intervals{{UINT64_MAX, UINT64_MAX}}));
}

TEST(Intervals, GapsAreFilledSmallestFirst) {
  Intervals List{{0, 1}, {5, 6}, {8, 9}, {100, 101}};
  fillGaps(List, 3);
  EXPECT_EQ(List, (Intervals{{0, 1}, {5, 9}, {100, 101}}));
  fillGaps(List, 1);
  EXPECT_EQ(List, (Intervals{{0, 101}}));
}

TEST(Intervals, AtomicsAreAligned) {
  Intervals List{{5, 5}, {17, 40}};
  growToAtomics(List);
  EXPECT_EQ(List, (Intervals{{0, 47}}));
}

TEST(Intervals, RowsOrTheirHull) {
  const Dim Dims[] = {{100, 3}};
  const ByteSet S{1000, 8, 1000, 1207, Dims, 1};
  Intervals Out;
  EXPECT_TRUE(listRows(S, 0, UINT64_MAX, 3, Out));
  EXPECT_EQ(Out, (Intervals{{1000, 1007}, {1100, 1107}, {1200, 1207}}));
  EXPECT_TRUE(listRows(S, 1004, 1150, 3, Out));
  EXPECT_EQ(Out, (Intervals{{1004, 1007}, {1100, 1107}}));
  EXPECT_FALSE(listRows(S, 0, UINT64_MAX, 2, Out));
  EXPECT_EQ(Out, (Intervals{{1000, 1207}}));
}

} // namespace
