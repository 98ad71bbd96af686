//===- CountsTest.cpp - What one thread saw -----------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Counts.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

using namespace reprise::cuda;

namespace {

TEST(Times, BucketsHoldWhatTheySay) {
  unsigned Last = 0;
  for (uint64_t Time = 0; Time < 100000; ++Time) {
    unsigned Bucket = Times::bucket(Time);
    ASSERT_LE(Time, Times::limit(Bucket));
    ASSERT_TRUE(Bucket == Last || Bucket == Last + 1) << Time;
    if (Bucket == Last + 1) {
      ASSERT_EQ(Times::limit(Last) + 1, Time);
    }
    Last = Bucket;
  }
}

TEST(Times, ABucketIsAtMostAnEighthWide) {
  for (uint64_t Time = 64; Time < uint64_t(1) << 38; Time = Time * 9 / 8)
    EXPECT_LE(Times::limit(Times::bucket(Time)), Time + Time / 8);
  EXPECT_LT(Times::bucket(UINT64_MAX), Times::Steps * Times::Powers);
}

TEST(Outcome, EachHasANameOfItsOwnAndASentence) {
  std::set<std::string> Names;
  for (unsigned O = 0; O < OutcomeCount; ++O) {
    auto Each = static_cast<Outcome>(O);
    if (Each == outcomeOf(REPRISE_REASON_NONE))
      continue;
    EXPECT_TRUE(Names.insert(name(Each)).second) << name(Each);
    EXPECT_STRNE(name(Each), "invalid");
    EXPECT_GT(std::string(text(Each)).size(), 10u);
  }
}

TEST(ThreadCounts, KernelsAreApart) {
  auto Counts = std::make_unique<ThreadCounts>();
  EXPECT_EQ(Counts->find(5), nullptr);
  add(Counts->kernel(5)->Outcomes[0], 3);
  add(Counts->kernel(6)->Outcomes[0]);
  add(Counts->kernel(1000)->Outcomes[1]);
  EXPECT_EQ(get(Counts->find(5)->Outcomes[0]), 3u);
  EXPECT_EQ(get(Counts->find(6)->Outcomes[0]), 1u);
  EXPECT_EQ(get(Counts->find(1000)->Outcomes[1]), 1u);
  Counts->clear();
  EXPECT_EQ(get(Counts->find(5)->Outcomes[0]), 0u);
}

TEST(ThreadCounts, ClearForgetsCopiesAndFills) {
  auto Counts = std::make_unique<ThreadCounts>();
  for (TransferCounts *T : {&Counts->Copies, &Counts->Fills})
    for (Counter *C : {&T->Seen, &T->Bytes, &T->Captured, &T->Failed})
      add(*C, 7);
  Counts->clear();
  for (TransferCounts *T : {&Counts->Copies, &Counts->Fills})
    for (Counter *C : {&T->Seen, &T->Bytes, &T->Captured, &T->Failed})
      EXPECT_EQ(get(*C), 0u);
}

} // namespace
