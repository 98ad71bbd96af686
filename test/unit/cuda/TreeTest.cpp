//===- TreeTest.cpp - The sorted map that readers see whole -------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Tree.h"

#include <gtest/gtest.h>

#include <map>
#include <random>

using namespace reprise::cuda;

namespace {

class TreeTest : public ::testing::Test {
protected:
  ~TreeTest() override {
    for (const Retired &Object : Old)
      Object.Delete(Object.Object);
    // What is still reachable.
    std::vector<uint64_t> Keys;
    T.forEach([&](uint64_t Key, int) { Keys.push_back(Key); });
    Old.clear();
    for (uint64_t Key : Keys)
      T.erase(Key, Old);
    for (const Retired &Object : Old)
      Object.Delete(Object.Object);
  }

  void expectSame(const std::map<uint64_t, int> &Model) {
    std::map<uint64_t, int> Seen;
    uint64_t Last = 0;
    T.forEach([&](uint64_t Key, int Value) {
      EXPECT_TRUE(Seen.empty() || Key > Last);
      Last = Key;
      Seen[Key] = Value;
    });
    EXPECT_EQ(Seen, Model);
    EXPECT_EQ(T.empty(), Model.empty());
  }

  Tree<int> T;
  std::vector<Retired> Old;
};

TEST_F(TreeTest, EmptyHasNothing) {
  EXPECT_TRUE(T.empty());
  EXPECT_FALSE(T.floor(UINT64_MAX));
  EXPECT_EQ(T.find(0), nullptr);
  EXPECT_FALSE(T.erase(7, Old));
}

TEST_F(TreeTest, AgreesWithAMapOverRandomUpdates) {
  std::mt19937_64 Random(1);
  std::map<uint64_t, int> Model;
  for (int Step = 0; Step < 60000; ++Step) {
    // Grows, then shrinks to nothing, and again.
    bool Growing = Step % 20000 < 12000;
    uint64_t Key = Random() % 4000;
    if (Random() % 8 < (Growing ? 6 : 2)) {
      T.insert(Key, Step, Old);
      Model[Key] = Step;
    } else {
      if (!Growing && !Model.empty())
        if (auto It = Model.lower_bound(Key); It != Model.end())
          Key = It->first;
      EXPECT_EQ(T.erase(Key, Old), Model.erase(Key) == 1);
    }
    uint64_t Asked = Random() % 4100;
    const auto Found = T.floor(Asked);
    auto It = Model.upper_bound(Asked);
    if (It == Model.begin()) {
      ASSERT_FALSE(Found);
    } else {
      --It;
      ASSERT_TRUE(Found);
      ASSERT_EQ(Found.Key, It->first);
      ASSERT_EQ(*Found.Data, It->second);
    }
    if (Step % 1000 == 0)
      expectSame(Model);
  }
  expectSame(Model);
}

TEST_F(TreeTest, AscendingAndDescendingKeysGoInAndOut) {
  std::map<uint64_t, int> Model;
  for (int I = 0; I < 3000; ++I) {
    T.insert(uint64_t(I) * 16, I, Old);
    T.insert(1000000 - uint64_t(I), -I, Old);
    Model[uint64_t(I) * 16] = I;
    Model[1000000 - uint64_t(I)] = -I;
  }
  expectSame(Model);
  for (int I = 2999; I >= 0; --I) {
    EXPECT_TRUE(T.erase(uint64_t(I) * 16, Old));
    Model.erase(uint64_t(I) * 16);
  }
  expectSame(Model);
}

TEST_F(TreeTest, TheLargestKeyIsAKeyLikeOthers) {
  for (int I = 0; I < 5; ++I)
    T.insert(uint64_t(I), I, Old);
  ASSERT_TRUE(T.floor(UINT64_MAX));
  EXPECT_EQ(T.floor(UINT64_MAX).Key, 4U);
  EXPECT_EQ(T.find(UINT64_MAX), nullptr);
  EXPECT_FALSE(T.erase(UINT64_MAX, Old));
  T.insert(UINT64_MAX, 7, Old);
  EXPECT_EQ(T.floor(UINT64_MAX - 1).Key, 4U);
  ASSERT_NE(T.find(UINT64_MAX), nullptr);
  EXPECT_EQ(*T.find(UINT64_MAX), 7);
  for (int I = 5; I < 3000; ++I)
    T.insert(uint64_t(I), I, Old);
  EXPECT_EQ(*T.find(UINT64_MAX), 7);
  EXPECT_TRUE(T.erase(UINT64_MAX, Old));
  EXPECT_EQ(T.floor(UINT64_MAX).Key, 2999U);
}

TEST_F(TreeTest, AnOldRootKeepsTheOldMap) {
  for (int I = 0; I < 500; ++I)
    T.insert(uint64_t(I), I, Old);
  const Tree<int> Before = T;
  for (int I = 0; I < 500; I += 2)
    T.erase(uint64_t(I), Old);
  T.insert(1, 99, Old);
  for (int I = 0; I < 500; ++I) {
    ASSERT_NE(Before.find(uint64_t(I)), nullptr);
    EXPECT_EQ(*Before.find(uint64_t(I)), I);
  }
  EXPECT_EQ(*T.find(1), 99);
  EXPECT_EQ(T.find(2), nullptr);
}

} // namespace
