//===- PartsTest.cpp - Ranges that frameworks hand out --------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Parts.h"

#include "KernelBuilder.h"

#include <gtest/gtest.h>

static bool operator==(const reprise_range &A, const reprise_range &B) {
  return A.address == B.address && A.size == B.size;
}

using namespace reprise;
using namespace reprise::test;

namespace {

std::vector<reprise_range> listOf(const Parts &P) {
  uint64_t Epoch;
  return P.list(Epoch);
}

TEST(Parts, WhatIsHandedOutAnewReplaces) {
  Parts P;
  P.add({100, 10});
  P.add({110, 10});
  P.add({200, 50});
  P.add({115, 100});
  EXPECT_EQ(listOf(P), (std::vector<reprise_range>{{100, 10}, {115, 100}}));
  EXPECT_FALSE(P.remove(110));
  EXPECT_TRUE(P.remove(100));
  P.removeWithin({214, 1});
  EXPECT_TRUE(listOf(P).empty());
}

TEST(Parts, ObserversHearOfEverything) {
  Parts P;
  P.add({100, 10});
  std::vector<std::pair<uint64_t, bool>> Heard;
  P.observe(
      [](void *User, reprise_range Part, bool Added) {
        static_cast<decltype(Heard) *>(User)->emplace_back(Part.address, Added);
      },
      &Heard);
  P.add({105, 10});
  EXPECT_EQ(Heard, (std::vector<std::pair<uint64_t, bool>>{
                       {100, true}, {100, false}, {105, true}}));
  P.observe(nullptr, nullptr);
  P.remove(105);
  EXPECT_EQ(Heard.size(), 3u);
}

TEST(Parts, TheListOfTheProcess) {
  ASSERT_EQ(reprise_register_range(1000, 16), REPRISE_OK);
  reprise_range Out[2];
  size_t Count = 0;
  uint64_t Epoch = 0, Later = 0;
  EXPECT_EQ(reprise_registered_ranges(nullptr, 0, &Count, &Epoch),
            REPRISE_ERROR_CAPACITY);
  EXPECT_EQ(reprise_registered_ranges(Out, 2, &Count, &Epoch), REPRISE_OK);
  EXPECT_EQ(Count, 1u);
  EXPECT_EQ(Out[0].address, 1000u);
  EXPECT_EQ(reprise_unregister_range(1001), REPRISE_ERROR_ARGUMENT);
  EXPECT_EQ(reprise_unregister_within(1015, 100), REPRISE_OK);
  EXPECT_EQ(reprise_registered_ranges(Out, 2, &Count, &Later), REPRISE_OK);
  EXPECT_EQ(Count, 0u);
  EXPECT_NE(Epoch, Later);
  EXPECT_EQ(reprise_register_range(1000, 0), REPRISE_ERROR_ARGUMENT);
  EXPECT_EQ(reprise_register_range(UINT64_MAX, 2), REPRISE_ERROR_ARGUMENT);
}

/// q[anything] = p[0 .. 9]
TEST(Parts, AssumptionA1EndsAtThePart) {
  KernelBuilder B;
  Id P = B.pointer("p"), Q = B.pointer("q"), D = B.domain();
  Id Row = B.define(D, B.constRange(0, 9));
  B.read(P, D, B.form(0, {{Row, 4}}), 4);
  B.top(REPRISE_ACCESS_WRITE, Q, D);
  B.allPairs();
  Loaded K(B.K);
  constexpr uint64_t Base = 0x7000'0000'0000;
  Arguments Args;
  Args.pointer(Base).pointer(Base + 4096);
  reprise_launch L = launch(1, 1, Args);
  MemoryMap Map;
  Map.Ranges = {{Base, 1 << 20}};
  L.allocations = Map.get();
  EXPECT_EQ(check(K, L).verdict, REPRISE_UNKNOWN);
  Map.Parts = {{Base + 4096, 512}};
  L.allocations = Map.get();
  EXPECT_EQ(check(K, L).verdict, REPRISE_IDEMPOTENT);
  Map.Parts = {{Base, 4096}};
  L.allocations = Map.get();
  EXPECT_EQ(check(K, L).verdict, REPRISE_UNKNOWN)
      << "what no part holds is the whole range's";
  Map.Parts = {{Base, 4096}, {Base + 4095, 2}};
  EXPECT_EQ(Map.make(), REPRISE_ERROR_ARGUMENT) << "overlaps";
  Map.Parts = {{Base - 1, 2}};
  EXPECT_EQ(Map.make(), REPRISE_ERROR_ARGUMENT) << "outside";
  Map.Parts = {{Base + (1 << 20) - 1, 2}};
  EXPECT_EQ(Map.make(), REPRISE_ERROR_ARGUMENT) << "reaches out";
}

} // namespace
