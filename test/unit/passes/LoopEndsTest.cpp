//===- LoopEndsTest.cpp - What decides when a loop ends -------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LoopEnds.h"
#include "ParseModule.h"

#include "llvm/IR/Dominators.h"

using namespace llvm;
using reprise::test::ParsedKernel;

namespace {

/// Of the kernel's outermost loop and %x.
bool depends(const std::string &Text) {
  ParsedKernel K(Text);
  DominatorTree Tree(K.function());
  LoopInfo Loops(Tree);
  EXPECT_EQ(Loops.getTopLevelLoops().size(), 1u);
  return reprise::endDependsOn(*Loops.getTopLevelLoops()[0], {K.value("x")});
}

/// One block; the loop goes on where %go says so.
std::string simple(const std::string &Body) {
  return R"(
    define void @k(ptr addrspace(1) %p, ptr addrspace(1) %q, i32 %n) {
    entry:
      br label %loop
    loop:
      %i = phi i32 [ 1, %entry ], [ %next, %loop ]
      %x = load volatile i32, ptr addrspace(1) %p
      %next = mul i32 %i, 3
)" + Body +
         R"(
      br i1 %go, label %loop, label %done
    done:
      ret void
    })";
}

TEST(LoopEnds, ByTheValue) {
  EXPECT_TRUE(depends(simple("%y = add i32 %x, %n\n"
                             "%go = icmp eq i32 %y, %i")));
  EXPECT_FALSE(depends(simple("%y = add i32 %x, %n\n"
                              "%go = icmp eq i32 %next, %n")));
}

TEST(LoopEnds, ThroughMemory) {
  EXPECT_TRUE(depends(simple("store i32 %x, ptr addrspace(3) @tile\n"
                             "%y = load i32, ptr addrspace(1) %q\n"
                             "%go = icmp eq i32 %y, 0")));
  EXPECT_TRUE(
      depends(simple("%at = getelementptr i32, ptr addrspace(3) @tile, i32 %x\n"
                     "store i32 1, ptr addrspace(3) %at\n"
                     "%y = load i32, ptr addrspace(3) @tile\n"
                     "%go = icmp eq i32 %y, 0")));
  EXPECT_FALSE(depends(simple("store i32 %i, ptr addrspace(3) @tile\n"
                              "%y = load i32, ptr addrspace(3) @tile\n"
                              "%z = add i32 %x, %y\n"
                              "%go = icmp eq i32 %y, 0")));
}

/// A branch on what Test says of %x, around Between; it ends by %y.
std::string branches(const std::string &Between, const std::string &Phi) {
  return R"(
    define void @k(ptr addrspace(1) %p, i32 %n) {
    entry:
      br label %loop
    loop:
      %i = phi i32 [ 1, %entry ], [ %next, %join ]
      %x = load volatile i32, ptr addrspace(1) %p
      %set = icmp ne i32 %x, 0
      %next = mul i32 %i, 3
      br i1 %set, label %then, label %join
    then:
)" + Between +
         R"(
    join:
      %y = )" +
         Phi + R"(
      %go = icmp ult i32 %y, %n
      br i1 %go, label %loop, label %done
    done:
      ret void
    })";
}

TEST(LoopEnds, ByWhatABranchChooses) {
  std::string Phi = "phi i32 [ %next, %loop ], [ 0, %then ]";
  EXPECT_TRUE(depends(branches("br label %join", Phi)));
  EXPECT_FALSE(depends(branches("br label %join", "add i32 %next, 0")));
}

TEST(LoopEnds, ByAnEndThatABranchChooses) {
  EXPECT_TRUE(depends(branches("%stop = icmp eq i32 %i, 27\n"
                               "br i1 %stop, label %done, label %join",
                               "add i32 %next, 0")));
}

TEST(LoopEnds, ByWhatABranchStores) {
  std::string Load = "load i32, ptr addrspace(3) @tile";
  EXPECT_TRUE(depends(
      branches("store i32 0, ptr addrspace(3) @tile\nbr label %join", Load)));
  EXPECT_FALSE(depends(branches("br label %join", Load)));
}

// The inner loop's length depends on %x, and what it counts with it.
TEST(LoopEnds, ByTheLengthOfALoopInside) {
  auto Kernel = [](const std::string &Tested) {
    return R"(
    define void @k(ptr addrspace(1) %p, i32 %n) {
    entry:
      br label %loop
    loop:
      %i = phi i32 [ 1, %entry ], [ %next, %join ]
      %x = load volatile i32, ptr addrspace(1) %p
      %next = mul i32 %i, 3
      br label %inner
    inner:
      %j = phi i32 [ 0, %loop ], [ %more, %inner ]
      %more = add i32 %j, 1
      %again = icmp ult i32 %more, %x
      br i1 %again, label %inner, label %join
    join:
      %go = icmp ult i32 )" +
           Tested + R"(, %n
      br i1 %go, label %loop, label %done
    done:
      ret void
    })";
  };
  EXPECT_TRUE(depends(Kernel("%more")));
  EXPECT_FALSE(depends(Kernel("%next")));
}

} // namespace
