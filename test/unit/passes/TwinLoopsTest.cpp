//===- TwinLoopsTest.cpp - Checkpoints at the back edges of loops --------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "MakeTwin.h"

#include "llvm/Analysis/LoopInfo.h"
#include "llvm/IR/Dominators.h"

using namespace llvm;
using reprise::SiteKind;
using reprise::test::MadeTwin;

namespace {

// The loop of a slice is one like the kernel's: the same block, ended by a
// comparison with a value that does not change, and nothing more in it.
TEST(TwinLoops, ASliceIsALoopOfItsOwn) {
  MadeTwin T(R"(
  define void @k(ptr addrspace(1) %p, i32 %n) #0 {
  entry:
    br label %loop
  loop:
    %i = phi i32 [ 0, %entry ], [ %next, %loop ]
    %at = getelementptr i32, ptr addrspace(1) %p, i32 %i
    store i32 %i, ptr addrspace(1) %at
    %next = add i32 %i, 1
    %on = icmp ult i32 %next, %n
    br i1 %on, label %loop, label %end
  end:
    ret void
  }
  attributes #0 = { "target-cpu"="sm_80" })",
             /*WithMap=*/false);
  ASSERT_EQ(T.Plan.Sites.size(), 1u);
  EXPECT_EQ(T.Plan.Sites[0].Kind, SiteKind::CountedLoop);
  BasicBlock *Body = T.block("loop");
  ASSERT_TRUE(Body);
  DominatorTree Tree(T.function());
  LoopInfo Loops(Tree);
  Loop *L = Loops.getLoopFor(Body);
  ASSERT_TRUE(L);
  EXPECT_TRUE(L->isInnermost());
  EXPECT_EQ(L->getNumBlocks(), 1u);
  EXPECT_EQ(Body->sizeWithoutDebug(), 6u);
  ASSERT_TRUE(L->getLoopPreheader());
  EXPECT_EQ(L->getLoopPreheader()->getName(), "reprise.slice");
  ASSERT_TRUE(L->getParentLoop());
  EXPECT_TRUE(L->getParentLoop()->contains(T.block("reprise.poll")));
}

// A loop around another one keeps its head: ptxas does not unroll it.
TEST(TwinLoops, AnOuterLoopKeepsOneHead) {
  MadeTwin T(R"(
  define void @k(ptr addrspace(1) %p, i32 %n) #0 {
  entry:
    br label %outer
  outer:
    %i = phi i32 [ 0, %entry ], [ %more, %latch ]
    br label %inner
  inner:
    %j = phi i32 [ 0, %outer ], [ %next, %inner ]
    %k = add i32 %i, %j
    %at = getelementptr i32, ptr addrspace(1) %p, i32 %k
    store i32 %k, ptr addrspace(1) %at
    %next = add i32 %j, 1
    %on = icmp ult i32 %next, 16
    br i1 %on, label %inner, label %latch
  latch:
    %more = add i32 %i, 1
    %again = icmp ult i32 %more, %n
    br i1 %again, label %outer, label %end
  end:
    ret void
  }
  attributes #0 = { "target-cpu"="sm_80" })",
             /*WithMap=*/false);
  ASSERT_EQ(T.Plan.Sites.size(), 1u) << "the inner loop is short";
  DominatorTree Tree(T.function());
  LoopInfo Loops(Tree);
  EXPECT_EQ(Loops.getLoopFor(T.block("inner"))->getLoopDepth(), 2u);
}

} // namespace
