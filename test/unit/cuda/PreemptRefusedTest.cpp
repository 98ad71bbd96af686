//===- PreemptRefusedTest.cpp - Stops with a driver that refuses ----------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Whatever call a driver refuses, and however often: nobody hangs, and where
// the stream's end is OK all was done, in its order.
//
//===----------------------------------------------------------------------===//

#include "PreemptTestProgram.h"

#include <algorithm>
#include <atomic>
#include <thread>

using namespace reprise;
using namespace reprise::cuda;
using namespace reprise::cuda::test;

namespace {

uint32_t refuse(uint32_t Passes, uint32_t Refuses) {
  return reinterpret_cast<SimRefuse *>(driverFunction(SimRefuseName))(Passes,
                                                                      Refuses);
}

class PreemptRefusedTest : public PreemptFixture {
protected:
  void TearDown() override { refuse(0, 0); }

  static reprise_preempt_options options(uint32_t Seed, std::mt19937 &Random) {
    reprise_preempt_options O{};
    O.request = static_cast<reprise_request_place>(1 + Seed % 4);
    O.left = Seed % 2 ? REPRISE_REQUEST_HOST : REPRISE_REQUEST_DEVICE;
    O.in_flight = 4 + Random() % 8;
    O.gate_us = Random() % 2 ? UINT32_MAX : 1;
    O.spread_warps = 1;
    return O;
  }

  /// Stops \p S and resumes it until it runs. How many stops were granted.
  static unsigned stopSometimes(PreemptStream &S, uint32_t Seed,
                                const std::atomic<bool> &Ended) {
    std::mt19937 Random(Seed);
    unsigned Stops = 0;
    for (unsigned Left = 15; !Ended && Left-- > 0;) {
      pass(Random() % 2000);
      Stops += S.preempt() == REPRISE_PREEMPT_OK;
      pass(Random() % 300);
      reprise_preempt_status Status = REPRISE_PREEMPT_DRIVER;
      while (Status == REPRISE_PREEMPT_DRIVER)
        Status = S.resume();
      if (Status != REPRISE_PREEMPT_OK)
        break;
    }
    return Stops;
  }
};

// Few enough for a stream's end to have it done all the same.
TEST_F(PreemptRefusedTest, NothingIsLostWhereSomethingIsRefused) {
  unsigned Stops = 0, Refused = 0;
  for (uint32_t Round = 1; Round <= rounds(300); ++Round) {
    std::mt19937 Random(Round);
    seed(Round);
    const std::vector<Operation> Program = program(Random);
    Buffers Here, There;
    runHere(Program, Here);
    auto S = make(options(Round, Random));
    const uint32_t Refuses = 1 + Random() % 8;
    refuse(Random() % 400, Refuses);
    std::atomic<bool> Ended{false};
    std::thread Stopper(
        [&] { Stops += stopSometimes(*S, Round * 7919, Ended); });
    runThere(Program, There, *S, /*AllTwins=*/false);
    Ended = true;
    Stopper.join();
    S->preempt();
    ASSERT_EQ(drop(*S), REPRISE_PREEMPT_OK) << "round " << Round;
    ASSERT_TRUE(Here == There) << "round " << Round;
    Refused += Refuses - refuse(0, 0);
  }
  std::printf("%u stops, %u calls refused\n", Stops, Refused);
  EXPECT_GT(Stops, rounds(300));
  EXPECT_GT(Refused, rounds(300));
}

// A refused gate leaves a stream that runs, and that nobody stops any more.
TEST_F(PreemptRefusedTest, AStreamWithoutItsGateRunsOn) {
  // The write of the gate's mark, its first wait and its second.
  for (uint32_t Passes = 0; Passes < 3; ++Passes) {
    Buffers Here, There;
    const std::vector<Operation> Program = {{Step::Map, 0, 1, 3, true},
                                            {Step::Update, 0, 1, 3, true}};
    runHere(Program, Here);
    reprise_preempt_options O{};
    O.gate_us = UINT32_MAX;
    auto S = make(O);
    // Past the gate that a stream begins with, so that a stop needs another.
    EXPECT_EQ(stopApi().StreamSynchronize(S->Stream), CUDA_SUCCESS);
    ASSERT_TRUE(runThere(Program, There, *S));
    refuse(Passes, 1);
    EXPECT_EQ(S->preempt(), REPRISE_PREEMPT_DRIVER);
    EXPECT_EQ(S->wait(0, nullptr), REPRISE_PREEMPT_ARGUMENT);
    EXPECT_EQ(S->resume(), REPRISE_PREEMPT_OK);
    EXPECT_EQ(stopApi().StreamSynchronize(S->Stream), CUDA_SUCCESS);
    EXPECT_TRUE(Here == There);
    EXPECT_EQ(S->preempt(), REPRISE_PREEMPT_DRIVER);
    S->settle();
    EXPECT_EQ(drop(*S), REPRISE_PREEMPT_OK);
  }
}

// What cannot be launched again is lost, and the answer says so.
TEST_F(PreemptRefusedTest, AnEndWithoutItsResumeIsNoGoodEnd) {
  Buffers There;
  auto S = make();
  ASSERT_TRUE(runThere({{Step::Map, 0, 1, 3, true}}, There, *S));
  ASSERT_EQ(S->preempt(), REPRISE_PREEMPT_OK);
  reprise_preempt_report R{};
  R.struct_size = sizeof R;
  ASSERT_EQ(S->wait(UINT64_MAX, &R), REPRISE_PREEMPT_OK);
  refuse(0, UINT32_MAX);
  EXPECT_EQ(S->resume(), REPRISE_PREEMPT_DRIVER);
  EXPECT_EQ(drop(*S), REPRISE_PREEMPT_DISTURBED);
}

} // namespace
