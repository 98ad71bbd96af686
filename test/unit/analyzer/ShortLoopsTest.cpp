//===- ShortLoopsTest.cpp - Straight code of loops that choose a step -----===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ShortLoops.h"
#include "LoopForms.h"

using namespace reprise;
using namespace reprise::test;

namespace {

const std::vector<uint32_t> Inputs = {0, 1, 2, 3, 5, 7, 8};

/// f(x, n): adds up what p points to in n rounds of Count reads each. \p Step
/// is what moves p behind a read; %inner is x, %last says whether it was the
/// last of a round.
std::string rounds(unsigned Count, const std::string &Step) {
  return R"(
    @g = global [512 x i8] zeroinitializer
    define i32 @f(i32 %x, i32 %n) {
    entry:
      %inner = zext i32 %x to i64
      br label %fill
    fill:
      %k = phi i64 [ 0, %entry ], [ %k1, %fill ]
      %at = getelementptr i8, ptr @g, i64 %k
      %square = mul i64 %k, %k
      %byte = trunc i64 %square to i8
      store i8 %byte, ptr %at
      %k1 = add i64 %k, 1
      %full = icmp eq i64 %k1, 512
      br i1 %full, label %outer, label %fill
    outer:
      %r = phi i32 [ 0, %fill ], [ %r1, %next ]
      %p0 = phi ptr [ @g, %fill ], [ %pEnd, %next ]
      %sum0 = phi i32 [ 0, %fill ], [ %sumEnd, %next ]
      %go = icmp slt i32 %r, %n
      br i1 %go, label %head, label %done
    head:
      %i = phi i32 [ 0, %outer ], [ %i1, %body ]
      %p = phi ptr [ %p0, %outer ], [ %pNext, %body ]
      %sum = phi i32 [ %sum0, %outer ], [ %more, %body ]
      %in = icmp ult i32 %i, )" +
         std::to_string(Count) + R"(
      br i1 %in, label %body, label %next
    body:
      %v = load volatile i8, ptr %p
      %wide = zext i8 %v to i32
      %turn = mul i32 %sum, 3
      %more = add i32 %turn, %wide
      %i1 = add i32 %i, 1
      %last = icmp eq i32 %i1, )" +
         std::to_string(Count) + R"(
      )" +
         Step +
         R"(
      br label %head
    next:
      %pEnd = phi ptr [ %p, %head ]
      %sumEnd = phi i32 [ %sum, %head ]
      %r1 = add i32 %r, 1
      br label %outer
    done:
      ret i32 %sum0
    })";
}

const std::string Chosen = R"(
      %by = select i1 %last, i64 %inner, i64 1
      %pNext = getelementptr i8, ptr %p, i64 %by)";

/// Are there as many volatile loads as a round has reads?
unsigned reads(const std::string &Text) {
  LoopForms<ShortLoopsPass> F(Text, {0});
  unsigned Count = 0;
  std::unique_ptr<llvm::Module> M = F.transformed(Text);
  for (llvm::Instruction &I : llvm::instructions(*M->getFunction("f")))
    if (auto *L = llvm::dyn_cast<llvm::LoadInst>(&I))
      Count += L->isVolatile();
  return Count;
}

TEST(ShortLoops, DoesTheSame) {
  for (unsigned Count : {1u, 2u, 3u, 8u}) {
    LoopForms<ShortLoopsPass> F(rounds(Count, Chosen), Inputs);
    EXPECT_EQ(F.Before, F.After) << Count;
  }
}

TEST(ShortLoops, WritesOutAFewIterations) {
  EXPECT_GE(reads(rounds(2, Chosen)), 2u);
  EXPECT_GE(reads(rounds(8, Chosen)), 8u);
}

TEST(ShortLoops, LeavesLongLoops) { EXPECT_EQ(reads(rounds(9, Chosen)), 1u); }

TEST(ShortLoops, LeavesPointersWithOneStep) {
  // Scalar evolution knows them.
  EXPECT_EQ(reads(rounds(2, "%pNext = getelementptr i8, ptr %p, i64 %inner")),
            1u);
}

TEST(ShortLoops, LeavesStepsThatTheLoopChanges) {
  EXPECT_EQ(reads(rounds(2, R"(
      %data = zext i8 %v to i64
      %by = select i1 %last, i64 %data, i64 1
      %pNext = getelementptr i8, ptr %p, i64 %by)")),
            1u);
}

TEST(ShortLoops, FollowsBothBranches) {
  const std::string Branches = R"(
      br i1 %last, label %far, label %near
    far:
      %pFar = getelementptr i8, ptr %p, i64 %inner
      br label %join
    near:
      %pNear = getelementptr i8, ptr %p, i64 1
      br label %join
    join:
      %pNext = phi ptr [ %pFar, %far ], [ %pNear, %near ])";
  std::string Text = rounds(2, Branches);
  for (size_t At = 0; (At = Text.find(", %body ]", At)) != std::string::npos;)
    Text.replace(At, 9, ", %join ]");
  LoopForms<ShortLoopsPass> F(Text, Inputs);
  EXPECT_EQ(F.Before, F.After);
  EXPECT_GE(reads(Text), 2u);
}

} // namespace
