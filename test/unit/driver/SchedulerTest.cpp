//===- SchedulerTest.cpp - Work of the device, in order -------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "driver/Scheduler.h"

#include "gtest/gtest.h"

#include <atomic>
#include <thread>

namespace reprise::driver {
namespace {

/// Threads of a scheduler never end, nor does it.
Scheduler &makeScheduler() { return *new Scheduler; }

TEST(Scheduler, RunsBehindWhatItFollows) {
  Scheduler &S = makeScheduler();
  std::vector<int> Order;
  TaskRef Last;
  for (int I = 0; I < 100; ++I)
    Last = S.add(I % 2 ? Engine::Copy : Engine::Compute,
                 [&Order, I] { Order.push_back(I); }, {Last});
  S.wait(Last);
  ASSERT_EQ(Order.size(), 100u);
  for (int I = 0; I < 100; ++I)
    EXPECT_EQ(Order[static_cast<size_t>(I)], I);
}

TEST(Scheduler, CopiesWhileAKernelRuns) {
  Scheduler &S = makeScheduler();
  std::atomic<bool> Flag{false};
  TaskRef Kernel = S.add(Engine::Compute,
                         [&] {
                           while (!Flag)
                             std::this_thread::yield();
                         },
                         {});
  EXPECT_FALSE(S.done(Kernel));
  S.wait(S.add(Engine::Copy, [&] { Flag = true; }, {}));
  S.wait(Kernel);
  EXPECT_TRUE(S.done(Kernel));
}

TEST(Scheduler, RunsOneTaskOfAnEngineAtATime) {
  Scheduler &S = makeScheduler();
  std::atomic<int> Now{0}, Most{0}, Runs{0};
  std::vector<std::thread> Threads;
  for (int T = 0; T < 4; ++T)
    Threads.emplace_back([&] {
      for (int I = 0; I < 50; ++I)
        S.wait(S.add(Engine::Compute,
                     [&] {
                       Most = std::max(Most.load(), ++Now);
                       ++Runs;
                       --Now;
                     },
                     {}));
    });
  for (std::thread &T : Threads)
    T.join();
  EXPECT_EQ(Most, 1);
  EXPECT_EQ(Runs, 200);
}

TEST(Scheduler, WaitsHoldNobodyUp) {
  Scheduler &S = makeScheduler();
  std::atomic<bool> Late{false}, Flag{false};
  TaskRef First = S.addWait([&] { return Late.load(); }, {});
  TaskRef Second = S.addWait([&] { return Flag.load(); }, {});
  TaskRef Behind = S.add(Engine::Copy, [] {}, {Second});
  for (Engine Each : {Engine::Compute, Engine::Copy, Engine::Host})
    S.wait(S.add(Each, [] {}, {}));
  EXPECT_FALSE(S.done(Second));
  EXPECT_FALSE(S.done(Behind));
  Flag = true;
  S.wait(Behind);
  EXPECT_TRUE(S.done(Second));
  EXPECT_FALSE(S.done(First));
  // Nobody looks at it when this function has returned.
  Late = true;
  S.wait(First);
}

TEST(Scheduler, WaitsBeginBehindWhatTheyFollow) {
  Scheduler &S = makeScheduler();
  std::atomic<bool> Flag{false};
  std::atomic<int> Asked{0};
  TaskRef Before = S.addWait([&] { return Flag.load(); }, {});
  TaskRef Last = S.addWait(
      [&] {
        ++Asked;
        return true;
      },
      {Before});
  S.wait(S.addWait([] { return true; }, {}));
  EXPECT_EQ(Asked, 0);
  Flag = true;
  S.wait(Last);
  EXPECT_EQ(Asked, 1);
}

TEST(Scheduler, MarkersNeedNoThread) {
  Scheduler &S = makeScheduler();
  TaskRef Last;
  EXPECT_TRUE(S.done(Last));
  // Many in a row do not recurse.
  std::atomic<bool> Flag{false};
  Last = S.add(Engine::Host,
               [&] {
                 while (!Flag)
                   std::this_thread::yield();
               },
               {});
  for (int I = 0; I < 100000; ++I)
    Last = S.add(Engine::None, {}, {Last});
  EXPECT_FALSE(S.done(Last));
  EXPECT_EQ(S.finished(Last), Scheduler::Clock::time_point());
  Flag = true;
  S.wait(Last);
  EXPECT_NE(S.finished(Last), Scheduler::Clock::time_point());
}

TEST(Scheduler, StartsNothingAfterItsEnd) {
  Scheduler &S = makeScheduler();
  S.wait(S.add(Engine::Copy, [] {}, {}));
  S.shutDown(std::chrono::seconds(1));
  bool Ran = false;
  TaskRef T = S.add(Engine::Copy, [&] { Ran = true; }, {});
  S.wait(T); // Does not wait.
  EXPECT_FALSE(S.done(T));
  EXPECT_FALSE(Ran);
}

} // namespace
} // namespace reprise::driver
