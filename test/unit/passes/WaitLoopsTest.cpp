//===- WaitLoopsTest.cpp - Loops that may wait for other blocks -----------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "WaitLoops.h"
#include "ParseModule.h"

#include "llvm/Analysis/AssumptionCache.h"
#include "llvm/Analysis/TargetLibraryInfo.h"
#include "llvm/IR/Dominators.h"
#include "llvm/TargetParser/Triple.h"

using namespace llvm;
using reprise::test::ParsedKernel;

namespace {

/// The opcode of what the kernel's only loop may wait for, or "".
std::string waits(const std::string &Text) {
  ParsedKernel K(Text);
  Function &F = K.function();
  TargetLibraryInfoImpl Info(Triple("nvptx64-nvidia-cuda"));
  TargetLibraryInfo Libraries(Info);
  AssumptionCache Assumptions(F);
  DominatorTree Tree(F);
  LoopInfo Loops(Tree);
  ScalarEvolution SE(F, Libraries, Assumptions, Tree, Loops);
  EXPECT_EQ(Loops.getTopLevelLoops().size(), 1u);
  const Instruction *I = reprise::waitsFor(*Loops.getTopLevelLoops()[0], SE);
  return I ? I->getOpcodeName() : "";
}

/// A loop that ends when %go, an i1 that Body computes, is false.
std::string untilData(const std::string &Body) {
  return R"(
    define void @k(ptr addrspace(1) %p, i32 %n) {
    entry:
      br label %loop
    loop:
)" + Body +
         R"(
      br i1 %go, label %loop, label %done
    done:
      ret void
    })";
}

TEST(WaitLoops, SpinsOnVolatileWord) {
  EXPECT_EQ(waits(untilData("%x = load volatile i32, ptr addrspace(1) %p\n"
                            "%go = icmp eq i32 %x, 0")),
            "load");
}

TEST(WaitLoops, SpinsOnAtomicWord) {
  EXPECT_EQ(waits(untilData(
                "%x = load atomic i32, ptr addrspace(1) %p monotonic, align 4\n"
                "%go = icmp eq i32 %x, 0")),
            "load");
}

// The compiler may make it once: no program waits that way.
TEST(WaitLoops, PlainLoad) {
  EXPECT_EQ(waits(untilData("%x = load i32, ptr addrspace(1) %p\n"
                            "%go = icmp eq i32 %x, 0")),
            "");
}

TEST(WaitLoops, PlainLoadBesideFence) {
  EXPECT_EQ(waits(untilData("call void @llvm.nvvm.membar.gl()\n"
                            "%x = load i32, ptr addrspace(1) %p\n"
                            "%go = icmp eq i32 %x, 0")),
            "load");
}

// Other blocks do not see it.
TEST(WaitLoops, SharedMemory) {
  EXPECT_EQ(waits(untilData("%x = load volatile i32, ptr addrspace(3) @tile\n"
                            "%go = icmp eq i32 %x, 0")),
            "");
}

// A queue that work is taken from.
TEST(WaitLoops, AtomicAddition) {
  EXPECT_EQ(waits(untilData(
                "%x = atomicrmw add ptr addrspace(1) %p, i32 1 monotonic\n"
                "%go = icmp slt i32 %x, %n")),
            "atomicrmw");
}

TEST(WaitLoops, AtomicAdditionWithoutUse) {
  EXPECT_EQ(waits(untilData(
                "%old = atomicrmw add ptr addrspace(1) %p, i32 1 monotonic\n"
                "%x = load i32, ptr addrspace(1) %p\n"
                "%go = icmp slt i32 %x, %n")),
            "");
}

TEST(WaitLoops, BoundedLoop) {
  EXPECT_EQ(waits(R"(
    define void @k(ptr addrspace(1) %p, i32 %n) {
    entry:
      br label %loop
    loop:
      %i = phi i32 [ 0, %entry ], [ %next, %loop ]
      %x = load volatile i32, ptr addrspace(1) %p
      %next = add nuw nsw i32 %i, 1
      %go = icmp slt i32 %next, %n
      br i1 %go, label %loop, label %done
    done:
      ret void
    })"),
            "");
}

std::string swapLoop(const std::string &Expected) {
  return R"(
    define void @k(ptr addrspace(1) %p, i32 %n) {
    entry:
      %first = load i32, ptr addrspace(1) %p
      br label %loop
    loop:
      %seen = phi i32 [ %first, %entry ], [ %now, %loop ]
      %sum = add i32 %seen, 1
      %pair = cmpxchg ptr addrspace(1) %p, i32 )" +
         Expected + R"(, i32 %sum monotonic monotonic
      %now = extractvalue { i32, i1 } %pair, 0
      %done1 = extractvalue { i32, i1 } %pair, 1
      br i1 %done1, label %done, label %loop
    done:
      ret void
    })";
}

// Where it fails, another thread has made progress.
TEST(WaitLoops, SwapOfWhatWasRead) { EXPECT_EQ(waits(swapLoop("%seen")), ""); }

// A lock: it waits for the thread that has it.
TEST(WaitLoops, SwapOfFixedValue) {
  EXPECT_EQ(waits(swapLoop("0")), "cmpxchg");
}

TEST(WaitLoops, AssemblyThatLoads) {
  EXPECT_EQ(
      waits(untilData("%x = call i32 asm sideeffect \"ld.acquire.gpu.u32 $0, "
                      "[$1];\", \"=r,l\"(ptr addrspace(1) %p)\n"
                      "%go = icmp eq i32 %x, 0")),
      "call");
  EXPECT_EQ(waits(untilData("%x = call i32 asm sideeffect \"mov.u32 $0, "
                            "%laneid;\", \"=r\"()\n"
                            "%go = icmp eq i32 %x, 0")),
            "");
}

} // namespace
