//===- PreemptTest.cpp - Streams that are stopped at random times ---------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A program of PreemptTestProgram.h, on the device of SimulatedDevice.h, while
// another thread stops and resumes the stream.
//
//===----------------------------------------------------------------------===//

#include "PreemptTestProgram.h"
#include "Weaken.h"

#include <thread>

using namespace reprise;
using namespace reprise::cuda;
using namespace reprise::cuda::test;

namespace {

struct Outcome {
  bool Good = true; ///< It ended as if nobody had stopped it.
  uint64_t Stops = 0, Again = 0;
};

class PreemptTest : public PreemptFixture {
protected:
  /// Stops and resumes until \p Ended. False: something was not done.
  static bool stopNowAndThen(PreemptStream &S, uint32_t Seed,
                             const std::atomic<bool> &Ended) {
    std::mt19937 Random(Seed);
    // Longer and longer between stops, and not for ever: a launch without a map
    // that is stopped sooner than it ends begins anew.
    unsigned Left = 25;
    for (uint32_t Most = 300; !Ended && Left-- > 0; Most += Most / 5) {
      pass(Random() % Most);
      if (S.preempt() != REPRISE_PREEMPT_OK)
        return false;
      if (Random() % 2) {
        reprise_preempt_report R{};
        R.struct_size = sizeof R;
        const reprise_preempt_status Free =
            S.wait(Random() % 3 ? UINT64_MAX : 1000, &R);
        if (Free != REPRISE_PREEMPT_OK && Free != REPRISE_PREEMPT_TIMEOUT)
          return false;
        pass(Random() % 100);
      }
      if (S.resume() != REPRISE_PREEMPT_OK)
        return false;
    }
    return true;
  }

  static Outcome round(uint32_t Seed, Rule Off = Rule::None) {
    Outcome O;
    std::mt19937 Random(Seed);
    seed(Seed);
    reprise_preempt_options Options{};
    Options.request = static_cast<reprise_request_place>(1 + Seed % 4);
    Options.left = Seed % 2 ? REPRISE_REQUEST_HOST : REPRISE_REQUEST_DEVICE;
    Options.in_flight = 1 + Random() % 12;
    constexpr uint32_t GateEvery[] = {UINT32_MAX, UINT32_MAX, 1000, 1};
    Options.gate_us = GateEvery[Random() % 4];
    constexpr uint32_t FewWarps[] = {1, 1, 0, Blocks + 1};
    Options.spread_warps = FewWarps[Random() % 4];
    const std::vector<Operation> Program = program(Random);
    Buffers Here, There;
    runHere(Program, Here);
    auto S = make(Options);
    std::atomic<bool> Ended{false}, Stopped{false};
    weaken(Off);
    std::thread Stopper([&] {
      weaken(Off);
      if (!stopNowAndThen(*S, Seed * 7919, Ended))
        O.Good = false;
      Stopped = !O.Good;
    });
    const bool AllTwins = runThere(Program, There, *S);
    S->beforeOperation(false);
    while (!Stopped && stopApi().StreamQuery(S->Stream) == CUDA_ERROR_NOT_READY)
      std::this_thread::sleep_for(std::chrono::microseconds(100));
    Ended = true;
    Stopper.join();
    reprise_preempt_info Info{};
    S->information(Info);
    O.Stops = Info.preempted;
    O.Again = Info.launched_again;
    if (drop(*S) != REPRISE_PREEMPT_OK)
      O.Good = false;
    weaken(Rule::None);
    O.Good &= AllTwins && Here == There;
    return O;
  }

  static void weaken([[maybe_unused]] Rule Off) {
#ifdef REPRISE_WEAKENINGS
    Weakening = Off;
#endif
  }
};

#ifdef REPRISE_WEAKENINGS
// A test that cannot fail shows nothing: each rule that is broken is noticed.
TEST_F(PreemptTest, EachRuleIsNeeded) {
  for (Rule Off : {Rule::StopGates, Rule::StopGateLooks, Rule::StopCloseLate,
                   Rule::StopWords, Rule::StopOneWord, Rule::StopBackupGate,
                   Rule::StopMaps, Rule::StopUndrained, Rule::StopCopies}) {
    uint32_t Round = 1;
    while (Round <= rounds(3000) && round(Round, Off).Good)
      ++Round;
    EXPECT_LE(Round, rounds(3000))
        << "nobody notices that rule " << static_cast<int>(Off) << " is off";
    std::printf("rule %d: noticed in round %u\n", static_cast<int>(Off), Round);
    std::fflush(stdout);
  }
}
#else
TEST_F(PreemptTest, RandomProgramsEndAsIfNobodyStoppedThem) {
  uint64_t Stops = 0, Again = 0;
  for (uint32_t Round = 1; Round <= rounds(400); ++Round) {
    const Outcome O = round(Round);
    ASSERT_TRUE(O.Good) << "round " << Round;
    Stops += O.Stops;
    Again += O.Again;
  }
  std::printf("%llu stops, %llu kernels launched again\n",
              static_cast<unsigned long long>(Stops),
              static_cast<unsigned long long>(Again));
  EXPECT_GT(Again, rounds(400)) << "the test stopped next to nothing";
}
#endif

} // namespace
