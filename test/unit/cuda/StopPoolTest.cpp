//===- StopPoolTest.cpp ---------------------------------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "StopPool.h"

#include <deque>
#include <gtest/gtest.h>
#include <random>
#include <vector>

using namespace reprise::cuda;

TEST(StopPool, RefusesWhatNeverFits) {
  StopPool P(4096);
  StopPool::Place A;
  EXPECT_FALSE(P.couldTake(4097));
  EXPECT_FALSE(P.take(4097, A));
  EXPECT_FALSE(P.take(0, A));
  EXPECT_TRUE(P.couldTake(4096));
  EXPECT_TRUE(P.take(4096, A));
  EXPECT_EQ(A.Offset, 0u);
}

TEST(StopPool, FillsForManyAtOnce) {
  StopPool P(4096);
  StopPool::Place A;
  unsigned Fills = 0;
  for (unsigned I = 0; I < 16; ++I) {
    ASSERT_TRUE(P.take(4, A)) << I;
    Fills += A.DirtyBytes != 0;
  }
  EXPECT_EQ(Fills, 4u);
  EXPECT_FALSE(P.take(4, A)) << "all is taken";
}

// Random takes and gives against a model that knows each byte: places do not
// overlap what is in use, fills neither, and what is handed out is zero.
TEST(StopPool, HandsOutZeroedBytesThatNobodyHas) {
  std::mt19937 Random(7);
  for (unsigned Round = 0; Round < 200; ++Round) {
    const uint64_t Size = 256 * (1 + Random() % 40);
    StopPool P(Size);
    std::vector<int> Owner(Size, 0); // 0: nobody
    std::vector<bool> Zero(Size, false);
    struct Taken {
      StopPool::Place At;
      uint64_t Bytes;
      int Id;
    };
    std::deque<Taken> Live;
    int Id = 0;
    for (unsigned Step = 0; Step < 300; ++Step) {
      const uint64_t Bytes = 1 + Random() % (Size / (1 + Random() % 8));
      StopPool::Place A;
      if (Random() % 3 && P.take(Bytes, A)) {
        ++Id;
        for (uint64_t I = 0; I < A.DirtyBytes; ++I) {
          ASSERT_EQ(Owner[A.DirtyFrom + I], 0) << "fills what is in use";
          Zero[A.DirtyFrom + I] = true;
        }
        ASSERT_LE(A.Offset + Bytes, Size);
        ASSERT_EQ(A.Offset % StopPool::Alignment, 0u);
        for (uint64_t I = A.Offset; I < A.Offset + Bytes; ++I) {
          ASSERT_EQ(Owner[I], 0);
          ASSERT_TRUE(Zero[I]);
          Owner[I] = Id;
          Zero[I] = false; // The launch sets its bits.
        }
        Live.push_back({A, Bytes, Id});
      } else if (!Live.empty()) {
        P.give(Live.front().At);
        for (int &O : Owner)
          O = O == Live.front().Id ? 0 : O;
        Live.pop_front();
      } else {
        ASSERT_EQ(P.used(), 0u);
        ASSERT_TRUE(P.take(Size, A)) << "an empty pool takes what fits";
        for (uint64_t I = 0; I < A.DirtyBytes; ++I)
          Zero[A.DirtyFrom + I] = true;
        for (uint64_t I = 0; I < Size; ++I) {
          ASSERT_TRUE(Zero[I]);
          Zero[I] = false;
        }
        P.give(A);
      }
    }
  }
}
