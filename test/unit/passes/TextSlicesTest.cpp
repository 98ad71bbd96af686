//===- TextSlicesTest.cpp - Loops of PTX that can run in slices -----------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ptx/TextSlices.h"
#include "ptx/Parser.h"

#include <gtest/gtest.h>

using namespace reprise::ptx;

namespace {

/// Of the loop that the last branch of a kernel closes. "%i lt %n by 1"
std::string sliceOf(const std::string &Body, uint32_t Period = 64) {
  std::string Text = R"(.version 7.0
.target sm_75
.address_size 64
.visible .entry k(.param .u64 a)
{
  .reg .pred %p<3>;
  .reg .b32 %i, %n, %s, %v;
  .reg .b64 %d, %e, %f;
  ld.param.u64 %d, [a];
)" + Body + "\nret;\n}\n";
  Module M = parse(Text);
  EXPECT_TRUE(M.Errors.empty()) << M.Errors[0].str();
  const Function &F = M.Functions.front();
  EXPECT_FALSE(F.Error) << F.Error->str();
  size_t Branch = 0;
  for (size_t I = 0; I < F.Body.size(); ++I)
    if (F.Body[I].K == Statement::Kind::Instruction &&
        F.Body[I].instruction().Opcode == "bra")
      Branch = I;
  auto S = findSlice(F, Branch, Period);
  if (!S)
    return "";
  return S->Counter + " " + S->GoesOn + " " + S->End + " by " +
         (S->Step.empty() ? std::to_string(S->By) : S->Step);
}

TEST(TextSlices, ThatCountUp) {
  EXPECT_EQ(sliceOf("L: add.s32 %i, %i, 1; setp.lt.s32 %p1, %i, %n;\n"
                    "@%p1 bra L;"),
            "%i lt %n by 1");
  EXPECT_EQ(sliceOf("L: add.s32 %i, 4, %i; setp.gt.u32 %p1, 4096, %i;\n"
                    "st.global.u32 [%d], %i; @%p1 bra L;"),
            "%i lt 4096 by 4");
  EXPECT_EQ(sliceOf("L: add.s64 %e, %e, 8; setp.eq.s64 %p1, %e, %f;\n"
                    "@!%p1 bra L;"),
            "%e ne %f by 8");
  EXPECT_EQ(sliceOf("L: add.s32 %i, %i, %s; setp.hs.u32 %p1, %i, %n;\n"
                    "@!%p1 bra L;"),
            "%i lt %n by %s");
}

TEST(TextSlices, ThatCountDown) {
  EXPECT_EQ(sliceOf("L: add.s32 %i, %i, -4; setp.ne.s32 %p1, %i, 0;\n"
                    "@%p1 bra L;"),
            "%i ne 0 by -4");
  EXPECT_EQ(sliceOf("L: add.s32 %i, %i, -1; setp.gt.s32 %p1, %i, %n;\n"
                    "@%p1 bra L;"),
            "%i gt %n by -1");
}

// Away from the end, at random, or farther than the type.
TEST(TextSlices, NotInThatDirection) {
  EXPECT_EQ(sliceOf("L: add.s32 %i, %i, -1; setp.lt.s32 %p1, %i, %n;\n"
                    "@%p1 bra L;"),
            "");
  EXPECT_EQ(sliceOf("L: add.s32 %i, %i, 1; setp.eq.s32 %p1, %i, %n;\n"
                    "@%p1 bra L;"),
            "");
  EXPECT_EQ(sliceOf("L: add.s32 %i, %i, %s; setp.gt.s32 %p1, %i, %n;\n"
                    "@%p1 bra L;"),
            "");
  EXPECT_EQ(sliceOf("L: add.s32 %i, %i, 0; setp.ne.s32 %p1, %i, %n;\n"
                    "@%p1 bra L;"),
            "");
  EXPECT_EQ(sliceOf("L: add.s32 %i, %i, 67108864; setp.lt.s32 %p1, %i, %n;\n"
                    "@%p1 bra L;"),
            "");
}

// The step, the test and the branch are in one block, in this order.
TEST(TextSlices, NotInOneBlock) {
  EXPECT_EQ(sliceOf("L: add.s32 %i, %i, 1;\nM: setp.lt.s32 %p1, %i, %n;\n"
                    "@%p1 bra L;"),
            "");
  EXPECT_EQ(sliceOf("L: add.s32 %i, %i, 1; @%p2 bra N;\n"
                    "setp.lt.s32 %p1, %i, %n; @%p1 bra L; \nN:"),
            "");
  EXPECT_EQ(sliceOf("L: setp.lt.s32 %p1, %i, %n; add.s32 %i, %i, 1;\n"
                    "@%p1 bra L;"),
            "");
  EXPECT_EQ(sliceOf("L: @%p2 add.s32 %i, %i, 1; setp.lt.s32 %p1, %i, %n;\n"
                    "@%p1 bra L;"),
            "");
  EXPECT_EQ(sliceOf("L: add.s32 %i, %i, 1; @%p2 setp.lt.s32 %p1, %i, %n;\n"
                    "@%p1 bra L;"),
            "");
}

TEST(TextSlices, WrittenElsewhere) {
  std::string Rest = "add.s32 %i, %i, 1; setp.lt.s32 %p1, %i, %n;\n"
                     "@%p1 bra L;";
  EXPECT_EQ(sliceOf("L: ld.global.u32 %v, [%d]; " + Rest), "%i lt %n by 1");
  EXPECT_EQ(sliceOf("L: ld.global.u32 %i, [%d]; " + Rest), "");
  EXPECT_EQ(sliceOf("L: ld.global.u32 %n, [%d]; " + Rest), "");
  EXPECT_EQ(sliceOf("L: @%p2 mov.b64 {%v, %n}, %d; " + Rest), "");
  EXPECT_EQ(sliceOf("L: add.s32 %s, %s, 1; add.s32 %i, %i, %s;\n"
                    "setp.lt.s32 %p1, %i, %n; @%p1 bra L;"),
            "");
}

// It would see the end of a slice for the loop's.
TEST(TextSlices, TestThatSomethingElseReads) {
  EXPECT_EQ(sliceOf("L: add.s32 %i, %i, 1; setp.lt.s32 %p1, %i, %n;\n"
                    "selp.u32 %v, 1, 2, %p1; @%p1 bra L;"),
            "");
  EXPECT_EQ(sliceOf("L: add.s32 %i, %i, 1; setp.lt.s32 %p1, %i, %n;\n"
                    "@%p1 st.global.u32 [%d], %v; @%p1 bra L;"),
            "");
  EXPECT_EQ(sliceOf("L: add.s32 %i, %i, 1; setp.lt.s32 %p1|%p2, %i, %n;\n"
                    "@%p1 bra L;"),
            "");
}

// The end of the first slice is computed in front of the label.
TEST(TextSlices, EnteredElsewhere) {
  std::string Loop = "L: st.global.u32 [%d], %i;\n"
                     "M: add.s32 %i, %i, 1; setp.lt.s32 %p1, %i, %n;\n"
                     "@%p1 bra L;";
  EXPECT_EQ(sliceOf(Loop), "%i lt %n by 1");
  EXPECT_EQ(sliceOf("@%p2 bra L;\n" + Loop), "");
  EXPECT_EQ(sliceOf("@%p2 bra M;\n" + Loop), "");
  EXPECT_EQ(sliceOf("T: .branchtargets M, M;\nbrx.idx %v, T;\n" + Loop), "");
}

// Another register of that name.
TEST(TextSlices, DeclaredTwice) {
  EXPECT_EQ(sliceOf("L: { .reg .b32 %n; mov.u32 %n, 1; }\n"
                    "add.s32 %i, %i, 1; setp.lt.s32 %p1, %i, %n;\n"
                    "@%p1 bra L;"),
            "");
}

TEST(TextSlices, Code) {
  TextSlice S;
  S.Type = "s32", S.GoesOn = "lt", S.Counter = "%i", S.End = "%n";
  S.By = 4;
  EXPECT_EQ(S.sliceEnd("%m", 64, "%own_"),
            "\tsub.s32 %own_r0, %n, %i;\n"
            "\tsetp.gt.u32 %own_p0, %own_r0, 256;\n"
            "\tsetp.lt.and.s32 %own_p0, %i, %n, %own_p0;\n"
            "\tadd.s32 %own_r0, %i, 256;\n"
            "\tselp.b32 %m, %own_r0, %n, %own_p0;\n");
  S.GoesOn = "ne", S.End = "0", S.By = -1, S.Bits = 64;
  EXPECT_EQ(S.sliceEnd("%m", 64, "%own_"),
            "\tsub.s64 %own_d0, %i, 0;\n"
            "\tsetp.gt.u64 %own_p0, %own_d0, 64;\n"
            "\tsub.s64 %own_d0, %i, 64;\n"
            "\tselp.b64 %m, %own_d0, 0, %own_p0;\n");
  S.GoesOn = "le", S.End = "%n", S.Step = "%s", S.Bits = 32;
  EXPECT_EQ(S.sliceEnd("%m", 64, "%own_"),
            "\tmul.lo.u32 %own_r1, %s, 64;\n"
            "\tsub.s32 %own_r0, %n, %i;\n"
            "\tsetp.gt.u32 %own_p0, %own_r0, %own_r1;\n"
            "\tsetp.le.and.s32 %own_p0, %i, %n, %own_p0;\n"
            "\tadd.s32 %own_r2, %s, -1;\n"
            "\tsetp.lt.and.u32 %own_p0, %own_r2, 33554431, %own_p0;\n"
            "\tadd.s32 %own_r0, %i, %own_r1;\n"
            "\tselp.b32 %m, %own_r0, %n, %own_p0;\n");
}

} // namespace
