//===- StopChoiceTest.cpp -------------------------------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "StopChoice.h"

#include <gtest/gtest.h>

using namespace reprise::cuda;

namespace {

StopFacts idempotent() {
  StopFacts F;
  F.Inside = F.Idempotent = F.MapFits = true;
  return F;
}

StopFacts clobbering() {
  StopFacts F = idempotent();
  F.Idempotent = false;
  return F;
}

TEST(StopChoice, LeavesIdempotentLaunchesInside) {
  EXPECT_EQ(chooseStop(idempotent()),
            (StopChoice{REPRISE_STOP_INSIDE, REPRISE_STOP_REASON_NONE, true}));
  StopFacts F = idempotent();
  F.MapFits = false;
  EXPECT_EQ(chooseStop(F),
            (StopChoice{REPRISE_STOP_INSIDE, REPRISE_STOP_REASON_NONE, false}));
  F = idempotent();
  F.WantMap = false;
  EXPECT_FALSE(chooseStop(F).Map);
  F = idempotent();
  F.Inside = false;
  EXPECT_EQ(chooseStop(F), (StopChoice{REPRISE_STOP_AT_BLOCKS,
                                       REPRISE_STOP_REASON_NO_PLACE, true}));
  F = idempotent();
  F.Most = REPRISE_STOP_AT_BLOCKS;
  EXPECT_EQ(chooseStop(F), (StopChoice{REPRISE_STOP_AT_BLOCKS,
                                       REPRISE_STOP_REASON_OPTION, true}));
}

TEST(StopChoice, SavesWhatOthersClobber) {
  StopFacts F = clobbering();
  EXPECT_EQ(chooseStop(F).Reason, REPRISE_STOP_REASON_NOT_IDEMPOTENT);
  F.BackupAllowed = true;
  EXPECT_EQ(chooseStop(F).Reason, REPRISE_STOP_REASON_BACKUP_UNBOUNDED);
  F.BackupBounded = true;
  EXPECT_EQ(chooseStop(F).Reason, REPRISE_STOP_REASON_BACKUP_BUDGET);
  EXPECT_EQ(chooseStop(F).Kind, REPRISE_STOP_AT_BLOCKS);
  F.BackupFits = true;
  EXPECT_EQ(chooseStop(F), (StopChoice{REPRISE_STOP_BACKUP,
                                       REPRISE_STOP_REASON_BACKUP, false}));
}

// Of all facts there are.
TEST(StopChoice, NeverLeavesInsideWhatCannotBeRunAgain) {
  for (unsigned Bits = 0; Bits < 1u << 8; ++Bits)
    for (unsigned Most = 1; Most <= REPRISE_STOP_INSIDE; ++Most)
      for (unsigned Against :
           {REPRISE_STOP_REASON_NONE, REPRISE_STOP_REASON_REFUSED,
            REPRISE_STOP_REASON_ATTRIBUTES}) {
        auto Bit = [&](unsigned I) { return (Bits >> I & 1) != 0; };
        const StopFacts F{static_cast<reprise_stop_kind>(Most),
                          static_cast<reprise_stop_reason>(Against),
                          Bit(0),
                          Bit(1),
                          Bit(2),
                          Bit(3),
                          Bit(4),
                          Bit(5),
                          Bit(6)};
        const StopChoice C = chooseStop(F);
        const bool Saved = F.BackupAllowed && F.BackupBounded && F.BackupFits;
        if (C.Kind == REPRISE_STOP_INSIDE)
          EXPECT_TRUE(F.Idempotent);
        if (C.Kind == REPRISE_STOP_BACKUP)
          EXPECT_TRUE(Saved && !C.Map);
        if (C.Kind >= REPRISE_STOP_BACKUP)
          EXPECT_TRUE(F.Inside && Most >= REPRISE_STOP_BACKUP);
        if (C.Kind == REPRISE_STOP_AT_BLOCKS)
          EXPECT_TRUE(F.Idempotent || C.Map);
        if (C.Map)
          EXPECT_TRUE(F.MapFits);
        if (Against != REPRISE_STOP_REASON_NONE)
          EXPECT_EQ(C.Kind, REPRISE_STOP_NONE);
        EXPECT_EQ(C.Reason == REPRISE_STOP_REASON_NONE,
                  C.Kind == REPRISE_STOP_INSIDE);
      }
}

TEST(StopChoice, NamesEverything) {
  EXPECT_STREQ(reprise_stop_kind_name(REPRISE_STOP_INSIDE), "inside");
  EXPECT_STREQ(reprise_stop_reason_name(REPRISE_STOP_REASON_BACKUP), "backup");
  EXPECT_STREQ(reprise_stop_reason_name(REPRISE_STOP_REASON_BACKUP_BUDGET),
               "backup-budget");
  EXPECT_STRNE(reprise_preempt_status_text(REPRISE_PREEMPT_DISTURBED), "");
  EXPECT_STREQ(
      reprise_preempt_status_text(static_cast<reprise_preempt_status>(15)), "");
}

} // namespace
