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
    define void @k(ptr addrspace(1) %p, ptr addrspace(1) %q, i32 %n) {
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

// The load comes after the addition each time.
TEST(WaitLoops, LoadBesideAtomicAddition) {
  EXPECT_EQ(waits(untilData(
                "%old = atomicrmw add ptr addrspace(1) %p, i32 0 monotonic\n"
                "%x = load i32, ptr addrspace(1) %p\n"
                "%go = icmp slt i32 %x, %n")),
            "load");
}

TEST(WaitLoops, PlainLoadBesideStore) {
  std::string Loads = "%x = load i32, ptr addrspace(1) %p\n"
                      "%go = icmp eq i32 %x, 0\n";
  EXPECT_EQ(waits(untilData(Loads + "store i32 1, ptr addrspace(1) %q")),
            "load");
  EXPECT_EQ(waits(untilData(Loads + "store i32 1, ptr addrspace(3) @tile")),
            "");
}

// While the word stays, the counter comes to it.
TEST(WaitLoops, CountsToALoad) {
  EXPECT_EQ(waits(R"(
    define void @k(ptr addrspace(1) %p, i32 %n) {
    entry:
      br label %loop
    loop:
      %i = phi i32 [ 0, %entry ], [ %next, %loop ]
      %x = load i32, ptr addrspace(1) %p
      store i32 %i, ptr addrspace(1) %p
      %next = add i32 %i, %n
      %go = icmp slt i32 %next, %x
      br i1 %go, label %loop, label %done
    done:
      ret void
    })"),
            "");
}

// Its name is not ".cv", a load that fetches again.
TEST(WaitLoops, Conversion) {
  EXPECT_EQ(waits(untilData("%x = call i32 @reprise.ptx.value.cvt.rzi.s32.f32"
                            "(i32 %n)\n"
                            "%go = icmp eq i32 %x, 0")),
            "");
}

TEST(WaitLoops, PlainLoadBesidePause) {
  for (const char *Pause :
       {"call void @llvm.nvvm.nanosleep(i32 100)",
        "call void @reprise.ptx.value.nanosleep.u32(i32 100)",
        "call void asm sideeffect \"nanosleep.u32 100;\", \"\"()",
        "call void asm sideeffect \"\", \"~{memory}\"()"})
    EXPECT_EQ(waits(untilData(std::string(Pause) +
                              "\n%x = load i32, ptr addrspace(1) %p\n"
                              "%go = icmp eq i32 %x, 0")),
              "load")
        << Pause;
}

//===----------------------------------------------------------------------===//
// Barriers
//===----------------------------------------------------------------------===//

// One thread reads the word and tells the others, in shared memory.
TEST(WaitLoops, ToldBehindABarrier) {
  auto Kernel = [](const std::string &Load, const std::string &Go) {
    return R"(
    define void @k(ptr addrspace(1) %p, i32 %n) {
    entry:
      %t = call i32 @llvm.nvvm.read.ptx.sreg.tid.x()
      %first = icmp eq i32 %t, 0
      br label %loop
    loop:
      %s = phi i32 [ 1, %entry ], [ %twice, %told ]
      br i1 %first, label %look, label %told
    look:
)" + Load + R"(
      store i32 %x, ptr addrspace(3) @tile
      br label %told
    told:
      call void @llvm.nvvm.barrier0()
      %y = load i32, ptr addrspace(3) @tile
      %twice = shl i32 %s, 1
)" + Go + R"(
      br i1 %go, label %loop, label %done
    done:
      ret void
    })";
  };
  std::string Plain = "%x = load i32, ptr addrspace(1) %p";
  EXPECT_EQ(waits(Kernel(Plain, "%go = icmp eq i32 %y, 0")), "load");
  // What it computes with the word has no say in the loop's end.
  EXPECT_EQ(waits(Kernel(Plain, "%go = icmp ult i32 %twice, %n")), "");
  EXPECT_EQ(waits(Kernel("%x = load i32, ptr addrspace(4) @constants",
                         "%go = icmp eq i32 %y, 0")),
            "");
  EXPECT_EQ(
      waits(Kernel(Plain + ", !invariant.load !{}", "%go = icmp eq i32 %y, 0")),
      "");
}

// The barrier itself tells them.
TEST(WaitLoops, ToldByABarrier) {
  EXPECT_EQ(waits(untilData("%x = load i32, ptr addrspace(1) %p\n"
                            "%y = call i32 @llvm.nvvm.barrier0.or(i32 %x)\n"
                            "%go = icmp eq i32 %y, 0")),
            "load");
}

// Another lane of the warp does, whose word comes from elsewhere.
TEST(WaitLoops, ToldByAShuffle) {
  EXPECT_EQ(
      waits(untilData(
          "%x = load volatile i32, ptr addrspace(1) %p\n"
          "%y = call i32 @llvm.nvvm.shfl.sync.bfly.i32(i32 -1, i32 %x, i32 1, "
          "i32 31)\n"
          "%z = call i32 @llvm.nvvm.shfl.sync.bfly.i32(i32 -1, i32 %n, i32 1, "
          "i32 31)\n"
          "%go = icmp eq i32 %z, 0")),
      "load");
}

TEST(WaitLoops, CopiedToSharedMemory) {
  EXPECT_EQ(waits(untilData(
                "call void asm sideeffect \"cp.async.ca.shared.global [$0], "
                "[$1], 4;\", \"r,l\"(i32 0, ptr addrspace(1) %p)\n"
                "%x = load i32, ptr addrspace(3) @tile\n"
                "%go = icmp eq i32 %x, 0")),
            "call");
}

// A million years of them.
TEST(WaitLoops, BoundOfManyIterations) {
  auto Kernel = [](const std::string &End) {
    return R"(
    define void @k(ptr addrspace(1) %p) {
    entry:
      br label %loop
    loop:
      %i = phi i64 [ 0, %entry ], [ %next, %more ]
      %x = load volatile i32, ptr addrspace(1) %p
      %none = icmp eq i32 %x, 0
      br i1 %none, label %more, label %done
    more:
      %next = add i64 %i, 1
      %go = icmp ult i64 %next, )" +
           End + R"(
      br i1 %go, label %loop, label %done
    done:
      ret void
    })";
  };
  EXPECT_EQ(waits(Kernel("-1")), "load");
  EXPECT_EQ(waits(Kernel("100000")), "");
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

//===----------------------------------------------------------------------===//
// Compare-and-swap
//===----------------------------------------------------------------------===//

std::string swapLoop(const std::string &Expected,
                     const std::string &Success = "%done1",
                     const std::string &Next = "%now") {
  return R"(
    define void @k(ptr addrspace(1) %p, i32 %n) {
    entry:
      %first = load i32, ptr addrspace(1) %p
      br label %loop
    loop:
      %seen = phi i32 [ %first, %entry ], [ )" +
         Next + R"(, %loop ]
      %again = load i32, ptr addrspace(1) %p
      %sum = add i32 %seen, 1
      %pair = cmpxchg ptr addrspace(1) %p, i32 )" +
         Expected + R"(, i32 %sum monotonic monotonic
      %now = extractvalue { i32, i1 } %pair, 0
      %done1 = extractvalue { i32, i1 } %pair, 1
      %same = icmp eq i32 %now, )" +
         Expected + R"(
      %even = trunc i32 %now to i1
      %taken = and i1 %same, %even
      br i1 )" +
         Success + R"(, label %done, label %loop
    done:
      ret void
    })";
}

// Where it fails, another thread has made progress.
TEST(WaitLoops, SwapOfWhatWasRead) {
  EXPECT_EQ(waits(swapLoop("%seen")), "");
  EXPECT_EQ(waits(swapLoop("%seen", "%same")), "");
  EXPECT_EQ(waits(swapLoop("%again")), "");
}

// A lock: it waits for the thread that has it.
TEST(WaitLoops, SwapOfFixedValue) { EXPECT_NE(waits(swapLoop("0")), ""); }

// So does one that tries again with what was there before the loop.
TEST(WaitLoops, SwapOfWhatWasReadOnce) {
  EXPECT_NE(waits(swapLoop("%first")), "");
  EXPECT_NE(waits(swapLoop("%seen", "%done1", "%seen")), "");
}

// And one that succeeds and goes on.
TEST(WaitLoops, SwapThatDoesNotEndTheLoop) {
  EXPECT_NE(waits(swapLoop("%seen", "%taken")), "");
  EXPECT_NE(waits(swapLoop("%seen", "%even")), "");
}

//===----------------------------------------------------------------------===//

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
