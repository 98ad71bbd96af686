//===- PtxPlanTest.cpp - Where an entry of PTX can be left ----------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ptx/PtxPlan.h"
#include "ptx/Parser.h"

#include <gtest/gtest.h>

using namespace reprise;

namespace {

/// The plan of k(a, m), whose registers are declared, and for each site the
/// opcodes of its places.
struct Planned {
  explicit Planned(const std::string &Body)
      : Text(".version 7.0\n.target sm_80\n.address_size 64\n"
             ".visible .entry k(.param .u64 a, .param .u32 m)\n{\n"
             ".reg .pred %p<9>; .reg .b32 %r<9>; .reg .b64 %d;\n"
             "ld.param.u64 %d, [a]; ld.param.u32 %r0, [m]; mov.u32 %r1, 0;\n" +
             Body + "\nret;\n}\n"),
        Syntax(ptx::parse(Text)) {
    PlanOptions Options;
    Options.PollInstructions = 4;
    auto Plans = ptx::planEntries(Syntax, "test.ptx", Options);
    EXPECT_EQ(Plans.size(), 1u);
    Plan = std::move(Plans.front());
    EXPECT_EQ(Plan.Sites.size(), Plan.Plan.Sites.size());
  }
  std::vector<std::string> places(size_t Site) const {
    std::vector<std::string> Result;
    for (size_t I : Plan.Sites[Site])
      Result.push_back(Syntax.Functions[0].Body[I].instruction().Opcode.str());
    return Result;
  }
  std::string Text;
  ptx::Module Syntax;
  ptx::PtxPlan Plan;
};

using Names = std::vector<std::string>;

} // namespace

TEST(PtxPlanTest, BranchBack) {
  Planned P("L: st.global.u32 [%d], %r1; add.u32 %r1, %r1, 1;\n"
            "setp.lt.u32 %p1, %r1, %r0; @%p1 bra L;");
  ASSERT_EQ(P.Plan.Sites.size(), 1u);
  EXPECT_EQ(P.places(0), Names{"bra"});
  EXPECT_EQ(P.Plan.Plan.Inside, Granularity::Thread);
  EXPECT_EQ(P.Plan.ControlOffset, 16u);
}

TEST(PtxPlanTest, TwoBranchesBack) {
  Planned P("L: add.u32 %r1, %r1, 1; setp.ge.u32 %p1, %r1, %r0;\n"
            "@%p1 bra E; ld.global.u32 %r2, [%d]; setp.eq.u32 %p2, %r2, 5;\n"
            "@%p2 bra L; st.global.u32 [%d], %r1; bra L;\nE:");
  ASSERT_EQ(P.Plan.Sites.size(), 1u);
  EXPECT_EQ(P.places(0), (Names{"bra", "bra"}));
}

// A barrier with a predicate cannot carry a decision for threads that do not
// come to it, and then no other one may either.
TEST(PtxPlanTest, GuardedBarrier) {
  Planned P("ld.global.u32 %r3, [%d]; setp.lt.u32 %p3, %r3, 5;\n"
            "L: bar.sync 0; add.u32 %r3, %r3, 1; setp.lt.u32 %p1, %r3, %r0;\n"
            "@%p1 bra L; @%p3 bar.sync 0;");
  EXPECT_TRUE(P.Plan.Sites.empty());
  EXPECT_FALSE(P.Plan.Plan.leavesInside());
  ASSERT_EQ(P.Plan.Plan.Declined.size(), 1u);
  EXPECT_EQ(P.Plan.Plan.Declined[0].Reason,
            "another barrier cannot carry the decision");
}

// The branch is never taken, and another one that is not in the text's order
// ends the loop: no place is better than a wrong one.
TEST(PtxPlanTest, TableBranch) {
  Planned P("T: .branchtargets L, E;\n"
            "L: add.u32 %r1, %r1, 1; ld.global.u32 %r2, [%d];\n"
            "brx.idx %r2, T;\nE:");
  EXPECT_TRUE(P.Plan.Sites.empty());
}

// Two ways back, of which one goes through a label without code: to count at
// the other one alone would take threads apart.
TEST(PtxPlanTest, BackThroughAnotherLabel) {
  Planned P("bra H;\nY: bra H;\n"
            "B: add.u32 %r1, %r1, 1; setp.ge.u32 %p1, %r1, %r0;\n"
            "ld.global.u32 %r2, [%d]; setp.eq.u32 %p2, %r2, 5;\n"
            "setp.eq.u32 %p3, %r2, 6; @%p1 bra E; @%p2 bra Y; bra H;\n"
            "H: st.global.u32 [%d], %r1; bar.sync 0; bra B;\nE:");
  EXPECT_TRUE(P.Plan.Plan.Refusal.empty());
  EXPECT_TRUE(P.Plan.Sites.empty());
}

// One place is changed where it stands; several go to a new one, from where
// labels in braces cannot be seen.
TEST(PtxPlanTest, LabelsInBraces) {
  Planned One("{ L: st.global.u32 [%d], %r1; add.u32 %r1, %r1, 1;\n"
              "setp.lt.u32 %p1, %r1, %r0; @%p1 bra L; }");
  EXPECT_EQ(One.Plan.Sites.size(), 1u);
  Planned Two("{ L: add.u32 %r1, %r1, 1; setp.ge.u32 %p1, %r1, %r0;\n"
              "@%p1 bra E; ld.global.u32 %r2, [%d]; setp.eq.u32 %p2, %r2, 5;\n"
              "@%p2 bra L; st.global.u32 [%d], %r1; bra L;\nE: }");
  EXPECT_TRUE(Two.Plan.Sites.empty());
}

TEST(PtxPlanTest, TwinsAreLeftOut) {
  ptx::Module Syntax =
      ptx::parse(".version 7.0\n.target sm_80\n.address_size 64\n"
                 ".entry k { ret; }\n.entry __reprise_twin_k { ret; }\n"
                 ".entry l { ret; }\n");
  auto Plans = ptx::planEntries(Syntax, "test.ptx");
  ASSERT_EQ(Plans.size(), 1u);
  EXPECT_EQ(Plans[0].Plan.Kernel, "l");
}
