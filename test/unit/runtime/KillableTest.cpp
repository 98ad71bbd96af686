//===- KillableTest.cpp - Answers for schedulers --------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What reprise_killable.h makes of the interposer's answers. The interposer's
// own are tested in test/unit/cuda and test/interposer.
//
//===----------------------------------------------------------------------===//

#include "reprise/reprise_killable.h"

#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <vector>

namespace {

/// An interposer that answers what the test wants.
struct Fake {
  reprise_status Status = REPRISE_OK;
  reprise_result Result{};
  const char *Outcome = "";
  bool Bounded = false;
  std::vector<reprise_range> Ranges;
  bool Independent = false;
  unsigned Asked = 0, AskedForRanges = 0;
  reprise_cuda_command Command{};
} State;

reprise_status ask(const reprise_cuda_command *Command,
                   reprise_cuda_answer *Answer) {
  ++State.Asked;
  State.Command = *Command;
  EXPECT_EQ(Answer->struct_size, sizeof *Answer);
  Answer->result = State.Result;
  Answer->outcome = State.Outcome;
  Answer->text = "A sentence.";
  Answer->nanoseconds = 70;
  return State.Status;
}

reprise_status backupSet(const reprise_cuda_command *, int *Bounded,
                         reprise_range *Ranges, size_t Capacity,
                         size_t *Count) {
  ++State.AskedForRanges;
  *Bounded = State.Bounded;
  *Count = State.Ranges.size();
  if (*Count > Capacity)
    return REPRISE_ERROR_CAPACITY;
  std::copy(State.Ranges.begin(), State.Ranges.end(), Ranges);
  return REPRISE_OK;
}

int blocksIndependent(const reprise_cuda_command *) {
  return State.Independent;
}

class Killable : public ::testing::Test {
protected:
  Killable() {
    State = Fake();
    Command.struct_size = sizeof Command;
  }
  void answer(reprise_verdict Verdict, const char *Outcome) {
    State.Result.verdict = Verdict;
    State.Outcome = Outcome;
  }
  const reprise_killer Killer{ask, backupSet, blocksIndependent};
  reprise_cuda_command Command{};
  reprise_killable K{};
};

TEST_F(Killable, AProcessWithoutTheInterposerMayKillNothing) {
  reprise_killer None;
  EXPECT_EQ(reprise_killer_load(&None), 0);
  EXPECT_EQ(reprise_may_kill(&None, &Command, 1 << 20, &K), REPRISE_KILL_NO);
  EXPECT_STREQ(K.reason, "no-interposer");
  size_t Count = 1;
  EXPECT_EQ(reprise_killable_ranges(&None, &Command, nullptr, 0, &Count),
            REPRISE_ERROR_LAUNCH);
  EXPECT_EQ(Count, 0u);
}

TEST_F(Killable, IdempotentLaunchesMayBeKilledAnytime) {
  answer(REPRISE_IDEMPOTENT, "idempotent");
  State.Result.assumptions = REPRISE_ASSUME_NO_OUTSIDE_WRITER;
  EXPECT_EQ(reprise_may_kill(&Killer, &Command, 1 << 20, &K),
            REPRISE_KILL_ANYTIME);
  EXPECT_EQ(K.assumptions, unsigned{REPRISE_ASSUME_NO_OUTSIDE_WRITER});
  EXPECT_EQ(K.save_bytes, 0u);
  EXPECT_STREQ(K.reason, "idempotent");
  EXPECT_STREQ(K.text, "A sentence.");
  EXPECT_EQ(K.check_ns, 70u);
  EXPECT_EQ(State.AskedForRanges, 0u);
}

TEST_F(Killable, OthersOnlyWhenBytesAreSaved) {
  answer(REPRISE_CLOBBERS, "clobbers");
  State.Bounded = true;
  State.Ranges = {{0x1000, 60}, {0x2000, 4}};
  EXPECT_EQ(reprise_may_kill(&Killer, &Command, 0, &K), REPRISE_KILL_NO);
  EXPECT_EQ(State.AskedForRanges, 0u); // It costs, and was not wanted.
  EXPECT_EQ(reprise_may_kill(&Killer, &Command, 63, &K), REPRISE_KILL_NO);
  EXPECT_EQ(K.save_bytes, 0u);
  EXPECT_EQ(reprise_may_kill(&Killer, &Command, 64, &K),
            REPRISE_KILL_AFTER_SAVING);
  EXPECT_EQ(K.save_bytes, 64u);
  EXPECT_STREQ(K.reason, "clobbers");
  reprise_range Ranges[2];
  size_t Count = 0;
  EXPECT_EQ(reprise_killable_ranges(&Killer, &Command, Ranges, 2, &Count),
            REPRISE_OK);
  EXPECT_EQ(Count, 2u);
  EXPECT_EQ(reprise_killable_ranges(&Killer, &Command, Ranges, 1, &Count),
            REPRISE_ERROR_CAPACITY);
  EXPECT_EQ(Count, 2u);
}

TEST_F(Killable, WhatIsNotBoundedOrTooScatteredIsNotKilled) {
  answer(REPRISE_UNKNOWN, "unknown-pointer");
  EXPECT_EQ(reprise_may_kill(&Killer, &Command, 1 << 20, &K), REPRISE_KILL_NO);
  EXPECT_EQ(State.AskedForRanges, 1u);
  State.Bounded = true;
  for (uint64_t I = 0; I <= REPRISE_KILLABLE_RANGES; ++I)
    State.Ranges.push_back({I * 16, 4});
  EXPECT_EQ(reprise_may_kill(&Killer, &Command, 1 << 20, &K), REPRISE_KILL_NO);
  State.Ranges.pop_back();
  EXPECT_EQ(reprise_may_kill(&Killer, &Command, 1 << 20, &K),
            REPRISE_KILL_AFTER_SAVING);
}

TEST_F(Killable, AnOutcomeThatTakesTheVerdictBackCounts) {
  answer(REPRISE_IDEMPOTENT, "aliased");
  EXPECT_EQ(reprise_may_kill(&Killer, &Command, 0, &K), REPRISE_KILL_NO);
  EXPECT_STREQ(K.reason, "aliased");
  answer(REPRISE_UNKNOWN, "idempotent");
  EXPECT_EQ(reprise_may_kill(&Killer, &Command, 0, &K), REPRISE_KILL_NO);
}

TEST_F(Killable, BetweenBlocksIsTheLeast) {
  State.Independent = true;
  answer(REPRISE_UNKNOWN, "unknown-pointer");
  EXPECT_EQ(reprise_may_kill(&Killer, &Command, 1 << 20, &K),
            REPRISE_KILL_BETWEEN_BLOCKS);
  EXPECT_STREQ(K.reason, "unknown-pointer");
  EXPECT_EQ(K.assumptions, unsigned{REPRISE_ASSUME_NO_OUTSIDE_WRITER});
  answer(REPRISE_CLOBBERS, "clobbers");
  State.Bounded = true;
  State.Ranges = {{0x1000, 64}};
  EXPECT_EQ(reprise_may_kill(&Killer, &Command, 63, &K),
            REPRISE_KILL_BETWEEN_BLOCKS);
  EXPECT_EQ(K.save_bytes, 0u);
  EXPECT_EQ(reprise_may_kill(&Killer, &Command, 64, &K),
            REPRISE_KILL_AFTER_SAVING);
  answer(REPRISE_IDEMPOTENT, "idempotent");
  EXPECT_EQ(reprise_may_kill(&Killer, &Command, 0, &K), REPRISE_KILL_ANYTIME);
}

TEST_F(Killable, AnErrorIsANo) {
  State.Independent = true;
  answer(REPRISE_IDEMPOTENT, "idempotent");
  State.Status = REPRISE_ERROR_MEMORY;
  EXPECT_EQ(reprise_may_kill(&Killer, &Command, 1 << 20, &K), REPRISE_KILL_NO);
  EXPECT_STREQ(K.reason, "not-asked");
  EXPECT_EQ(State.AskedForRanges, 0u);
}

TEST_F(Killable, ACallbackPassesItsLaunchOn) {
  answer(REPRISE_IDEMPOTENT, "idempotent");
  const char Block[24] = {};
  int Function, Stream;
  reprise_cuda_launch Launch{};
  Launch.struct_size = sizeof Launch;
  Launch.function = &Function;
  Launch.stream = &Stream;
  Launch.grid[0] = 7;
  Launch.block[2] = 3;
  Launch.dynamic_shared = 64;
  Launch.arguments = Block;
  Launch.arguments_size = sizeof Block;
  EXPECT_EQ(reprise_may_kill_launch(&Killer, &Launch, 0, &K),
            REPRISE_KILL_ANYTIME);
  const reprise_cuda_command &C = State.Command;
  EXPECT_EQ(C.struct_size, sizeof C);
  EXPECT_EQ(C.function, &Function);
  EXPECT_EQ(C.stream, &Stream);
  EXPECT_EQ(C.grid[0], 7u);
  EXPECT_EQ(C.block[2], 3u);
  EXPECT_EQ(C.dynamic_shared, 64u);
  EXPECT_EQ(C.params, nullptr);
  EXPECT_NE(C.extra, nullptr);
  Launch.arguments = nullptr;
  reprise_may_kill_launch(&Killer, &Launch, 0, &K);
  EXPECT_EQ(State.Command.extra, nullptr);
}

} // namespace
