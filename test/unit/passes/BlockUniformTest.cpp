//===- BlockUniformTest.cpp - What all threads of a block do alike --------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "BlockUniform.h"
#include "ParseModule.h"

using reprise::BlockUniform;
using reprise::test::ParsedKernel;

namespace {

TEST(BlockUniform, ParametersAndBlockIndices) {
  ParsedKernel K(R"(
    define void @k(i32 %n) {
      %block = call i32 @llvm.nvvm.read.ptx.sreg.ctaid.x()
      %size = call i32 @llvm.nvvm.read.ptx.sreg.ntid.x()
      %thread = call i32 @llvm.nvvm.read.ptx.sreg.tid.x()
      %first = mul i32 %block, %size
      %mine = add i32 %first, %thread
      %bound = sub i32 %n, %first
      ret void
    })");
  BlockUniform U(K.function());
  EXPECT_TRUE(U.isUniform(K.function().getArg(0)));
  EXPECT_TRUE(U.isUniform(K.value("first")));
  EXPECT_TRUE(U.isUniform(K.value("bound")));
  EXPECT_FALSE(U.isUniform(K.value("thread")));
  EXPECT_FALSE(U.isUniform(K.value("mine")));
}

// Threads of a block load at different times, but for what nobody writes.
TEST(BlockUniform, Loads) {
  ParsedKernel K(R"(
    define void @k(ptr addrspace(1) %p, ptr byval({i32, i32}) %pair) {
      %global = load i32, ptr addrspace(1) %p
      %shared = load i32, ptr addrspace(3) @tile
      %constant = load i32, ptr addrspace(4) @constants
      %volatile = load volatile i32, ptr addrspace(4) @constants
      %thread = call i32 @llvm.nvvm.read.ptx.sreg.tid.x()
      %at = getelementptr i32, ptr addrspace(4) @constants, i32 %thread
      %own = load i32, ptr addrspace(4) %at
      %written = load i32, ptr %pair
      ret void
    })");
  BlockUniform U(K.function());
  EXPECT_FALSE(U.isUniform(K.value("global")));
  EXPECT_FALSE(U.isUniform(K.value("shared")));
  EXPECT_TRUE(U.isUniform(K.value("constant")));
  EXPECT_FALSE(U.isUniform(K.value("volatile")));
  EXPECT_FALSE(U.isUniform(K.value("own")));
  // Nothing says that the kernel does not write its copy.
  EXPECT_FALSE(U.isUniform(K.value("written")));
}

TEST(BlockUniform, ParameterThatIsOnlyRead) {
  ParsedKernel K(R"(
    define void @k(ptr readonly byval({i32, i32}) %pair) {
      %member = load i32, ptr %pair
      ret void
    })");
  EXPECT_TRUE(BlockUniform(K.function()).isUniform(K.value("member")));
}

// A branch of the thread's own takes threads apart until they meet again.
TEST(BlockUniform, BranchOfTheThread) {
  ParsedKernel K(R"(
    define void @k(i32 %n) {
    entry:
      %thread = call i32 @llvm.nvvm.read.ptx.sreg.tid.x()
      %in = icmp ult i32 %thread, %n
      br i1 %in, label %some, label %all
    some:
      %twice = mul i32 %n, 2
      br label %all
    all:
      %which = phi i32 [ %n, %entry ], [ %twice, %some ]
      %same = add i32 %n, 1
      ret void
    })");
  BlockUniform U(K.function());
  EXPECT_TRUE(U.isUniform(K.block("entry")));
  EXPECT_FALSE(U.isUniform(K.block("some")));
  EXPECT_TRUE(U.isUniform(K.block("all")));
  EXPECT_FALSE(U.isUniform(K.value("which")));
  EXPECT_TRUE(U.isUniform(K.value("same")));
}

TEST(BlockUniform, BranchOfAParameter) {
  ParsedKernel K(R"(
    define void @k(i32 %n) {
    entry:
      %none = icmp eq i32 %n, 0
      br i1 %none, label %some, label %all
    some:
      br label %all
    all:
      %which = phi i32 [ 1, %entry ], [ 2, %some ]
      ret void
    })");
  BlockUniform U(K.function());
  EXPECT_TRUE(U.isUniform(K.block("some")));
  EXPECT_TRUE(U.isUniform(K.value("which")));
}

// Those that return early never meet the others again.
TEST(BlockUniform, EarlyReturn) {
  ParsedKernel K(R"(
    define void @k(i32 %n) {
    entry:
      %thread = call i32 @llvm.nvvm.read.ptx.sreg.tid.x()
      %out = icmp uge i32 %thread, %n
      br i1 %out, label %early, label %rest
    early:
      ret void
    rest:
      call void @llvm.nvvm.barrier0()
      ret void
    })");
  BlockUniform U(K.function());
  EXPECT_FALSE(U.isUniform(K.block("early")));
  EXPECT_FALSE(U.isUniform(K.block("rest")));
}

const char *loopOf(const char *Start) {
  static std::string Text;
  Text = std::string(R"(
    define void @k(i32 %n) {
    entry:
      %start = )") +
         Start + R"(
      br label %loop
    loop:
      %i = phi i32 [ %start, %entry ], [ %next, %loop ]
      %next = add i32 %i, 32
      %more = icmp slt i32 %next, %n
      br i1 %more, label %loop, label %done
    done:
      %last = phi i32 [ %next, %loop ]
      ret void
    })";
  return Text.c_str();
}

TEST(BlockUniform, LoopOfTheBlock) {
  ParsedKernel K(loopOf("call i32 @llvm.nvvm.read.ptx.sreg.ctaid.x()"));
  BlockUniform U(K.function());
  EXPECT_TRUE(U.isUniform(K.block("loop")));
  EXPECT_TRUE(U.isUniform(K.value("i")));
  EXPECT_TRUE(U.isUniform(K.value("last")));
}

// Its length differs from thread to thread, and so does what it leaves behind.
TEST(BlockUniform, LoopOfTheThread) {
  ParsedKernel K(loopOf("call i32 @llvm.nvvm.read.ptx.sreg.tid.x()"));
  BlockUniform U(K.function());
  EXPECT_FALSE(U.isUniform(K.block("loop")));
  EXPECT_FALSE(U.isUniform(K.value("i")));
  EXPECT_FALSE(U.isUniform(K.value("last")));
  EXPECT_TRUE(U.isUniform(K.block("done")));
}

// A barrier gives one answer to all that take part.
TEST(BlockUniform, ReductionOfTheBlock) {
  ParsedKernel K(R"(
    define void @k(i32 %n) {
    entry:
      %thread = call i32 @llvm.nvvm.read.ptx.sreg.tid.x()
      %any = call i32 @llvm.nvvm.barrier0.or(i32 %thread)
      %few = icmp ult i32 %thread, %n
      br i1 %few, label %some, label %all
    some:
      %part = call i32 @llvm.nvvm.barrier0.or(i32 %thread)
      br label %all
    all:
      %lane = call i32 @llvm.nvvm.shfl.sync.bfly.i32(i32 -1, i32 %n, i32 1, i32 31)
      ret void
    })");
  BlockUniform U(K.function());
  EXPECT_TRUE(U.isUniform(K.value("any")));
  EXPECT_FALSE(U.isUniform(K.value("part")));
  EXPECT_FALSE(U.isUniform(K.value("lane")));
}

} // namespace
