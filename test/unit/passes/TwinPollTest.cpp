//===- TwinPollTest.cpp - How a twin reads its request -------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "MakeTwin.h"

#include "llvm/IR/IntrinsicsNVPTX.h"

using namespace llvm;
using reprise::PlanOptions;
using reprise::test::MadeTwin;

namespace {

/// @k adds one to an element, and is for Processor.
std::string increment(const std::string &Processor) {
  return R"(
  define void @k(ptr addrspace(1) %p) #0 {
    %i = call i32 @llvm.nvvm.read.ptx.sreg.tid.x()
    %b = call i32 @llvm.nvvm.read.ptx.sreg.ctaid.x()
    %s = add i32 %i, %b
    %at = getelementptr i32, ptr addrspace(1) %p, i32 %s
    %x = load i32, ptr addrspace(1) %at
    %y = add i32 %x, 1
    store i32 %y, ptr addrspace(1) %at
    ret void
  }
  attributes #0 = { "target-cpu"=")" +
         Processor + "\" }";
}

// The Left word is read in any case, by those that leave.
TEST(TwinPoll, ThroughTheCacheOfTheMultiprocessor) {
  MadeTwin T(increment("sm_80"), /*WithMap=*/false);
  EXPECT_EQ(T.pieces("ld.relaxed.cta.global.u32 $0"), 1u);
  EXPECT_EQ(T.pieces("ld.volatile.global.u32"), 1u);
  EXPECT_EQ(T.volatileLoads(), 1u);
}

TEST(TwinPoll, WithoutScopesFromMemory) {
  for (const char *Old : {"sm_52", "sm_61", "", "generic"}) {
    MadeTwin T(increment(Old), /*WithMap=*/false);
    EXPECT_EQ(T.pieces("ld."), 0u) << Old;
    EXPECT_EQ(T.volatileLoads(), 2u) << Old;
  }
}

TEST(TwinPoll, CopiesFromMemory) {
  PlanOptions Spread;
  Spread.Spread = true;
  MadeTwin T(increment("sm_90"), /*WithMap=*/false, Spread);
  EXPECT_EQ(T.pieces("ld."), 0u);
  EXPECT_EQ(T.volatileLoads(), 3u);
}

// What the kernel does not read is not read for the poll.
TEST(TwinPoll, ReadsTheKernelsRegisters) {
  MadeTwin T(increment("sm_80"), /*WithMap=*/false);
  EXPECT_NE(T.calls(Intrinsic::nvvm_read_ptx_sreg_tid_x), 0u);
  EXPECT_NE(T.calls(Intrinsic::nvvm_read_ptx_sreg_ctaid_x), 0u);
  EXPECT_EQ(T.calls(Intrinsic::nvvm_read_ptx_sreg_tid_y), 0u);
  EXPECT_EQ(T.calls(Intrinsic::nvvm_read_ptx_sreg_ctaid_y), 0u);
}

// Where nobody is asked later, a loop may keep a block for long: some thread of
// each block looks.
TEST(TwinPoll, EachBlockThatMayTakeLong) {
  constexpr char Loop[] = R"(
  define void @k(ptr addrspace(1) %p, i32 %n) #0 {
  entry:
    %b = call i32 @llvm.nvvm.read.ptx.sreg.ctaid.x()
    %t = call i32 @llvm.nvvm.read.ptx.sreg.tid.x()
    br label %loop
  loop:
    %i = phi i32 [ %b, %entry ], [ %next, %loop ]
    %at = getelementptr i32, ptr addrspace(1) %p, i32 %i
    store i32 %t, ptr addrspace(1) %at
    %next = add i32 %i, 1
    %on = icmp ult i32 %next, LIMIT
    br i1 %on, label %loop, label %end
  end:
    ret void
  }
  attributes #0 = { "target-cpu"="sm_80" })";
  auto Shifts = [&](StringRef Limit) {
    std::string Text = Loop;
    Text.replace(Text.find("LIMIT"), 5, Limit.str());
    MadeTwin T(Text, /*WithMap=*/false);
    unsigned N = 0;
    for (Instruction &I : instructions(T.function()))
      if (I.getOpcode() == Instruction::LShr)
        if (auto *By = dyn_cast<ConstantInt>(I.getOperand(1)))
          N += By->getZExtValue() == 30;
    return N;
  };
  EXPECT_EQ(Shifts("%n"), 1u) << "it leaves inside: one block in four";
  EXPECT_EQ(Shifts("32"), 0u) << "it is short and has no place inside";
}

} // namespace
