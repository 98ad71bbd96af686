//===- TwinEndTest.cpp - How the threads of a twin end -------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "MakeTwin.h"

#include "llvm/IR/IntrinsicsNVPTX.h"

using namespace llvm;
using reprise::test::MadeTwin;

namespace {

std::string storing(const std::string &Processor) {
  return R"(
  define void @k(ptr addrspace(1) %p, i1 %c) #0 {
  entry:
    br i1 %c, label %some, label %none
  some:
    store i32 1, ptr addrspace(1) %p
    ret void
  none:
    ret void
  }
  attributes #0 = { "target-cpu"=")" +
         Processor + "\" }";
}

unsigned counts(MadeTwin &T) {
  unsigned N = 0;
  for (Instruction &I : instructions(T.function()))
    if (auto *A = dyn_cast<AtomicRMWInst>(&I))
      N += A->getOperation() == AtomicRMWInst::Add;
  return N;
}

// Both returns go through one count.
TEST(TwinEnd, CountsByWarps) {
  MadeTwin T(storing("sm_80"), /*WithMap=*/true);
  EXPECT_EQ(counts(T), 1u);
  EXPECT_EQ(T.calls(Intrinsic::nvvm_activemask), 1u);
  EXPECT_EQ(T.calls(Intrinsic::nvvm_bar_warp_sync), 1u);
  EXPECT_EQ(T.calls(Intrinsic::ctpop), 1u);
  EXPECT_EQ(T.pieces("fence.acq_rel.cta"), 1u);
  EXPECT_EQ(T.pieces("fence.acq_rel.gpu"), 1u);
}

TEST(TwinEnd, CountsThreadsWithoutScopes) {
  MadeTwin T(storing("sm_61"), /*WithMap=*/true);
  EXPECT_EQ(counts(T), 1u);
  EXPECT_EQ(T.calls(Intrinsic::nvvm_activemask), 0u);
  EXPECT_EQ(T.calls(Intrinsic::nvvm_membar_cta), 1u);
  EXPECT_EQ(T.calls(Intrinsic::nvvm_membar_gl), 1u);
}

TEST(TwinEnd, NothingWithoutAMap) {
  MadeTwin T(storing("sm_80"), /*WithMap=*/false);
  EXPECT_EQ(counts(T), 0u);
  EXPECT_EQ(T.pieces("fence"), 0u);
}

} // namespace
