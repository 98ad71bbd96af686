//===- LoopGuardsTest.cpp - Branches that repeat a loop's first test ------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LoopGuards.h"
#include "LoopForms.h"

using namespace reprise;
using namespace reprise::test;

namespace {

const std::vector<uint32_t> Inputs = {
    0,          1,          2,          3,          5,         9,
    0x7ffffffd, 0x7fffffff, 0x80000000, 0xfffffff9, 0xffffffff};

/// f(i, n): adds up i, i + 3, ... below n, or returns Skipped. Extra runs
/// between Guard and the loop, Arrive at its exit.
std::string loop(const std::string &Guard, const std::string &Skipped = "7",
                 const std::string &Extra = "",
                 const std::string &Arrive = "") {
  return R"(
    @g = global i32 1
    define i32 @f(i32 %i, i32 %n) {
    entry:
      %skip = )" +
         Guard + R"(
      br i1 %skip, label %out, label %pre
    pre:
      )" +
         Extra + R"(
      br label %head
    head:
      %j = phi i32 [ %i, %pre ], [ %next, %body ]
      %sum = phi i32 [ 7, %pre ], [ %more, %body ]
      %go = icmp slt i32 %j, %n
      br i1 %go, label %body, label %exit
    body:
      %more = add i32 %sum, %j
      %next = add i32 %j, 3
      %far = icmp sgt i32 %more, 100
      %end = select i1 %far, i32 %n, i32 %next
      %again = icmp eq i32 %end, %n
      br i1 %again, label %early, label %head
    early:
      ret i32 1
    exit:
      )" +
         Arrive + R"(
      br label %out
    out:
      %r = phi i32 [ )" +
         Skipped + R"(, %entry ], [ %sum, %exit ]
      %loaded = load i32, ptr @g
      %all = xor i32 %r, %loaded
      ret i32 %all
    })";
}

TEST(LoopGuards, DropsTheSameTest) {
  LoopForms<LoopGuardsPass> F(loop("icmp sge i32 %i, %n"), Inputs);
  EXPECT_EQ(F.Before, F.After);
  EXPECT_EQ(F.BranchesAfter, F.BranchesBefore - 1);
}

TEST(LoopGuards, DropsTheSameTestTheOtherWayRound) {
  LoopForms<LoopGuardsPass> F(loop("icmp sle i32 %n, %i"), Inputs);
  EXPECT_EQ(F.Before, F.After);
  EXPECT_EQ(F.BranchesAfter, F.BranchesBefore - 1);
}

TEST(LoopGuards, ComputesWhatTheLoopNeeds) {
  LoopForms<LoopGuardsPass> F(
      loop("icmp sge i32 %i, %n", "7", "%x = add nsw i32 %i, %n"), Inputs);
  EXPECT_EQ(F.Before, F.After);
  EXPECT_EQ(F.BranchesAfter, F.BranchesBefore - 1);
}

// Each of these skips the loop, or runs something, in another case.
TEST(LoopGuards, KeepsAnotherTest) {
  for (const char *Guard :
       {"icmp sgt i32 %i, %n", "icmp uge i32 %i, %n", "icmp sge i32 %i, 3",
        "icmp slt i32 %i, %n", "icmp eq i32 %i, %n"}) {
    LoopForms<LoopGuardsPass> F(loop(Guard), Inputs);
    EXPECT_EQ(F.Before, F.After) << Guard;
    EXPECT_EQ(F.BranchesAfter, F.BranchesBefore) << Guard;
  }
}

TEST(LoopGuards, KeepsAnotherResult) {
  LoopForms<LoopGuardsPass> F(loop("icmp sge i32 %i, %n", "8"), Inputs);
  EXPECT_EQ(F.Before, F.After);
  EXPECT_EQ(F.BranchesAfter, F.BranchesBefore);
}

TEST(LoopGuards, KeepsWhatTheProgramWouldNotDo) {
  for (const char *Extra : {"store i32 5, ptr @g", "%q = udiv i32 1, %i",
                            "%v = load volatile i32, ptr @g"}) {
    LoopForms<LoopGuardsPass> F(
        loop("icmp sge i32 %i, %n", "7", Extra),
        // No division by zero.
        {1, 2, 3, 5, 9, 0x7fffffff, 0x80000000, 0xffffffff});
    EXPECT_EQ(F.Before, F.After) << Extra;
    EXPECT_EQ(F.BranchesAfter, F.BranchesBefore) << Extra;
  }
}

TEST(LoopGuards, FoldsWhatIsComputedAtTheExit) {
  for (auto [Skipped, Change] : {std::pair("8", 1u), std::pair("7", 0u)}) {
    std::string Text =
        loop("icmp sge i32 %i, %n", Skipped, "", "%late = add i32 %sum, 1");
    Text.replace(Text.find("[ %sum, %exit ]"), 15, "[ %late, %exit ]");
    LoopForms<LoopGuardsPass> F(Text, Inputs);
    EXPECT_EQ(F.Before, F.After);
    EXPECT_EQ(F.BranchesAfter, F.BranchesBefore - Change);
  }
}

TEST(LoopGuards, KeepsWhatHappensAtTheExit) {
  LoopForms<LoopGuardsPass> F(
      loop("icmp sge i32 %i, %n", "7", "", "store i32 5, ptr @g"), Inputs);
  EXPECT_EQ(F.Before, F.After);
  EXPECT_EQ(F.BranchesAfter, F.BranchesBefore);
}

} // namespace
