//===- JobsTest.cpp - Work on several threads -----------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Jobs.h"

#include <gtest/gtest.h>

using namespace reprise;

namespace {

/// A job of so many pieces that counts what ran.
Job counting(std::atomic<int> &Ran, int Pieces) {
  return {[&Ran, Pieces] {
            ++Ran;
            return std::vector<Job::Work>(static_cast<size_t>(Pieces),
                                          [&Ran] { ++Ran; });
          },
          [&Ran] { ++Ran; }};
}

TEST(Jobs, EverythingRunsOnAnyNumberOfThreads) {
  for (unsigned Threads : {1U, 2U, 5U}) {
    std::atomic<int> Ran{0};
    Jobs J(Threads);
    for (int Pieces = 0; Pieces < 10; ++Pieces)
      J.start(counting(Ran, Pieces));
    J.wait();
    EXPECT_EQ(Ran, 10 * 2 + 45) << Threads << " threads";
    EXPECT_EQ(J.Done, 10U);
  }
}

// The last piece may be done before the thread that queued it has left the
// pool: the destructor must not wait for that thread with the pool's lock held.
TEST(Jobs, EndsWhileThreadsStillLeaveThePool) {
  std::atomic<int> Ran{0};
  for (int I = 0; I < 20000; ++I) {
    Jobs J(2);
    for (int Each = 0; Each < 3; ++Each) // More than one: the pool grows.
      J.start(counting(Ran, 1));
  }
  EXPECT_EQ(Ran, 20000 * 3 * 3);
}

} // namespace
