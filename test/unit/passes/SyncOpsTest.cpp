//===- SyncOpsTest.cpp - How the threads of a kernel wait for each other --===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "SyncOps.h"

#include <gtest/gtest.h>

using namespace reprise;

TEST(SyncOpsTest, OpcodesOfText) {
  std::vector<std::string> Expected = {"mov.u32", "st.shared::cta.u32",
                                       "bar.sync", "bra"};
  std::vector<std::string> Found;
  for (std::string &Opcode : opcodesOf("{ mov.u32 $0, 1; // bar.sync\n"
                                       "st.shared::cta.u32 [$0], 2;\n"
                                       "L: @!p bar.sync 0; bra L; }"))
    if (!Opcode.empty())
      Found.push_back(std::move(Opcode));
  EXPECT_EQ(Found, Expected);
}

TEST(SyncOpsTest, Opcodes) {
  EXPECT_EQ(classifyOpcode("add.s32"), SyncKind::None);
  EXPECT_EQ(classifyOpcode("ld.volatile.global.u32"), SyncKind::None);
  EXPECT_EQ(classifyOpcode("bar.sync"), SyncKind::OtherBarrier);
  EXPECT_EQ(classifyOpcode("bar.warp.sync"), SyncKind::WarpPart);
  EXPECT_EQ(classifyOpcode("barrier.cluster.arrive"), SyncKind::Grid);
  EXPECT_EQ(classifyOpcode("ld.shared::cluster.u32"), SyncKind::Grid);
  EXPECT_EQ(classifyOpcode("mma.sync.aligned.m16n8k8"), SyncKind::WarpAll);
  EXPECT_EQ(classifyOpcode("cp.async.cg.shared.global"), SyncKind::Async);
  EXPECT_EQ(classifyOpcode("cp.async.bulk.tensor"), SyncKind::AsyncOther);
  EXPECT_EQ(classifyOpcode("mbarrier.arrive.b64"), SyncKind::AsyncOther);
  EXPECT_EQ(classifyOpcode("exit"), SyncKind::Exit);
  EXPECT_EQ(classifyOpcode("bra.uni"), SyncKind::Unknown);
}
