//===- EntryPlaceTest.cpp - How late threads may decide at entry ----------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "EntryPlace.h"
#include "ParseModule.h"

#include "llvm/IR/Instructions.h"

using namespace llvm;
using reprise::EntryPlace;
using reprise::findEntryPlace;
using reprise::Granularity;
using reprise::test::ParsedKernel;

namespace {

constexpr char Increment[] = R"(
  define void @k(ptr addrspace(1) %p, i32 %n) {
  entry:
    %i = call i32 @llvm.nvvm.read.ptx.sreg.tid.x()
    %in = icmp slt i32 %i, %n
    br i1 %in, label %some, label %end
  some:
    %at = getelementptr i32, ptr addrspace(1) %p, i32 %i
    %x = load i32, ptr addrspace(1) %at
    %y = add i32 %x, 1
    store i32 %y, ptr addrspace(1) %at
    br label %end
  end:
    ret void
  })";

// Threads that have nothing to do need not look.
TEST(EntryPlace, BeforeTheFirstStore) {
  ParsedKernel K(Increment);
  EntryPlace P = findEntryPlace(K.function(), Granularity::Thread);
  ASSERT_TRUE(P.Before);
  EXPECT_TRUE(isa<StoreInst>(P.Before));
  EXPECT_FALSE(P.AtBarrier);
}

// The lanes of a warp are not all there.
TEST(EntryPlace, NotWhereThreadsAreApart) {
  ParsedKernel K(Increment);
  EXPECT_FALSE(findEntryPlace(K.function(), Granularity::Warp).Before);
  EXPECT_FALSE(findEntryPlace(K.function(), Granularity::Block).Before);
}

TEST(EntryPlace, StoresOnBothWays) {
  ParsedKernel K(R"(
    define void @k(ptr addrspace(1) %p, i32 %n) {
    entry:
      %i = call i32 @llvm.nvvm.read.ptx.sreg.tid.x()
      %in = icmp slt i32 %i, %n
      br i1 %in, label %some, label %others
    some:
      store i32 1, ptr addrspace(1) %p
      ret void
    others:
      store i32 2, ptr addrspace(1) %p
      ret void
    })");
  EntryPlace P = findEntryPlace(K.function(), Granularity::Thread);
  EXPECT_EQ(P.Before, K.block("entry")->getTerminator());
}

// Volatile loads are seen from outside; the way into a loop may be long.
TEST(EntryPlace, VolatileLoadAndLoop) {
  ParsedKernel K(R"(
    define void @k(ptr addrspace(1) %p) {
      %x = load volatile i32, ptr addrspace(1) %p
      store i32 %x, ptr addrspace(1) %p
      ret void
    })");
  EXPECT_EQ(findEntryPlace(K.function(), Granularity::Thread).Before,
            K.value("x"));
  ParsedKernel L(R"(
    define void @k(ptr addrspace(1) %p, i32 %n) {
    entry:
      %start = load i32, ptr addrspace(1) %p
      br label %loop
    loop:
      %i = phi i32 [ %start, %entry ], [ %next, %loop ]
      %next = add i32 %i, 1
      %more = icmp slt i32 %next, %n
      br i1 %more, label %loop, label %done
    done:
      store i32 %next, ptr addrspace(1) %p
      ret void
    })");
  EXPECT_EQ(findEntryPlace(L.function(), Granularity::Thread).Before,
            L.block("entry")->getTerminator());
}

// Memory may be that of a launch that has left: an index loaded from it is any
// number.
TEST(EntryPlace, AddressThatWasLoaded) {
  ParsedKernel K(R"(
    define void @k(ptr addrspace(1) %p, ptr addrspace(1) %index, i32 %n) {
    entry:
      %i = call i32 @llvm.nvvm.read.ptx.sreg.tid.x()
      %in = icmp slt i32 %i, %n
      br i1 %in, label %some, label %end
    some:
      %from = getelementptr i32, ptr addrspace(1) %index, i32 %i
      %at = load i32, ptr addrspace(1) %from
      %place = getelementptr i32, ptr addrspace(1) %p, i32 %at
      %x = load i32, ptr addrspace(1) %place
      store i32 %x, ptr addrspace(1) %from
      br label %end
    end:
      ret void
    })");
  EXPECT_EQ(findEntryPlace(K.function(), Granularity::Thread).Before,
            K.value("x"));
}

// A flag that was not set yet must not end the thread unasked.
TEST(EntryPlace, BranchOnWhatWasLoaded) {
  ParsedKernel K(R"(
    define void @k(ptr addrspace(1) %p, ptr addrspace(1) %flags, i32 %n) {
    entry:
      %i = call i32 @llvm.nvvm.read.ptx.sreg.tid.x()
      %in = icmp slt i32 %i, %n
      br i1 %in, label %some, label %end
    some:
      %from = getelementptr i32, ptr addrspace(1) %flags, i32 %i
      %flag = load i32, ptr addrspace(1) %from
      %no = icmp eq i32 %flag, 0
      %or.less = select i1 %no, i32 0, i32 %n
      %set = icmp ne i32 %or.less, 7
      br i1 %set, label %work, label %end
    work:
      store i32 1, ptr addrspace(1) %p
      br label %end
    end:
      ret void
    })");
  EXPECT_EQ(findEntryPlace(K.function(), Granularity::Thread).Before,
            K.block("some")->getTerminator());
}

// What no kernel writes is not old.
TEST(EntryPlace, AddressFromConstantMemory) {
  ParsedKernel K(R"(
    @table = external addrspace(4) global [4 x ptr addrspace(1)]
    define void @k(ptr addrspace(1) %p) {
      %from = load ptr addrspace(1), ptr addrspace(4) @table
      %x = load i32, ptr addrspace(1) %from
      store i32 %x, ptr addrspace(1) %p
      ret void
    })");
  EXPECT_TRUE(
      isa<StoreInst>(findEntryPlace(K.function(), Granularity::Thread).Before));
}

std::string scratch(const std::string &Before, const std::string &After) {
  return R"(
    define void @k(ptr addrspace(1) %p, i32 %n) {
    entry:
      %i = call i32 @llvm.nvvm.read.ptx.sreg.tid.x()
      %x = load i32, ptr addrspace(1) %p
      %to = getelementptr i32, ptr addrspace(3) @tile, i32 %i
)" + Before +
         R"(
      store i32 %x, ptr addrspace(3) %to
      call void @llvm.nvvm.barrier0()
)" + After +
         R"(
      store i32 %x, ptr addrspace(1) %p
      ret void
    })";
}

// What is stored to shared memory ends with the block.
TEST(EntryPlace, FirstBarrier) {
  ParsedKernel K(scratch("", ""));
  EntryPlace P = findEntryPlace(K.function(), Granularity::Block);
  ASSERT_TRUE(P.Before);
  EXPECT_TRUE(isa<CallInst>(P.Before));
  EXPECT_TRUE(P.AtBarrier);
  EXPECT_TRUE(P.BeforeAllEnds);
}

TEST(EntryPlace, StoreBeforeTheBarrier) {
  ParsedKernel K(scratch("store i32 1, ptr addrspace(1) %p", ""));
  EXPECT_FALSE(findEntryPlace(K.function(), Granularity::Block).Before);
  ParsedKernel V(scratch("store volatile i32 1, ptr addrspace(3) %to", ""));
  EXPECT_FALSE(findEntryPlace(V.function(), Granularity::Block).Before);
}

TEST(EntryPlace, PlaceInSharedMemoryThatWasLoaded) {
  ParsedKernel K(scratch("%far = getelementptr i32, ptr addrspace(3) @tile, "
                         "i32 %x\nstore i32 1, ptr addrspace(3) %far",
                         ""));
  EXPECT_FALSE(findEntryPlace(K.function(), Granularity::Block).Before);
}

// The lanes of a warp would wait for those that left.
TEST(EntryPlace, WarpOperationFirst) {
  ParsedKernel K(scratch("%y = call i32 @llvm.nvvm.shfl.sync.bfly.i32(i32 -1, "
                         "i32 %x, i32 1, i32 31)",
                         ""));
  EntryPlace P = findEntryPlace(K.function(), Granularity::Warp);
  EXPECT_EQ(P.Before, K.value("y"));
  EXPECT_FALSE(findEntryPlace(K.function(), Granularity::Block).Before);
}

// Some threads have ended before the barrier; a map has to know.
TEST(EntryPlace, EndBeforeTheBarrier) {
  ParsedKernel K(R"(
    define void @k(ptr addrspace(1) %p, i32 %n) {
    entry:
      %none = icmp eq i32 %n, 0
      br i1 %none, label %early, label %rest
    early:
      ret void
    rest:
      call void @llvm.nvvm.barrier0()
      store i32 1, ptr addrspace(1) %p
      ret void
    })");
  EntryPlace P = findEntryPlace(K.function(), Granularity::Block);
  ASSERT_TRUE(P.Before);
  EXPECT_TRUE(P.AtBarrier);
  EXPECT_FALSE(P.BeforeAllEnds);
}

} // namespace
