//===- PtxTest.cpp - Instructions of PTX that need the machine ------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Device.h"

#include "ptx/Lift.h"
#include "ptx/Parser.h"

using namespace reprise::emulator;

namespace {

using Words = std::vector<uint32_t>;

/// a[tid] = %r9 after Body, for one block; %rd1 is a, %r1 the thread's number.
Words perThread(const std::string &Body, uint32_t Threads,
                uint32_t DynamicShared = 0) {
  std::string Text =
      ".version 9.0\n.target sm_80\n.address_size 64\n"
      ".extern .shared .align 16 .b8 dynamic[];\n"
      ".visible .entry k(.param .u64 k_0)\n{\n"
      ".reg .pred %p<9>; .reg .b32 %r<20>; .reg .b64 %rd<9>;\n"
      ".shared .align 16 .b8 tile[1024];\n"
      "ld.param.u64 %rd1, [k_0]; cvta.to.global.u64 %rd1, %rd1;\n"
      "mov.u32 %r1, %tid.x; mul.wide.u32 %rd2, %r1, 4;\n"
      "add.s64 %rd2, %rd1, %rd2;\n" +
      Body + "\nst.global.u32 [%rd2], %r9;\nret;\n}\n";
  llvm::LLVMContext Context;
  reprise::ptx::Module Syntax = reprise::ptx::parse(Text);
  auto M = reprise::ptx::lift(Syntax, "test.ptx", Context);
  auto P = Program::load(*M, {.FromPtx = true});
  if (!P) {
    ADD_FAILURE() << llvm::toString(P.takeError());
    return {};
  }
  auto K = (*P)->prepare("k");
  if (!K) {
    ADD_FAILURE() << llvm::toString(K.takeError());
    return {};
  }
  Words A(Threads);
  Launch L = launch(1, Threads, {&A});
  L.DynamicShared = DynamicShared;
  Result R = (*K)->run(L);
  EXPECT_EQ(R.S, Status::Finished) << R.Problem.Text;
  return A;
}

TEST(Ptx, BarrierReductions) {
  std::string Vote = "setp.lt.u32 %p1, %r1, 5;\n";
  EXPECT_EQ(perThread(Vote + "barrier.cta.red.popc.u32 %r9, 0, %p1;", 64)[63],
            5u);
  EXPECT_EQ(perThread(Vote + "bar.red.or.pred %p2, 0, %p1;\n"
                             "selp.u32 %r9, 7, 8, %p2;",
                      64)[63],
            7u);
  EXPECT_EQ(perThread(Vote + "bar.red.and.pred %p2, 0, !%p1;\n"
                             "selp.u32 %r9, 7, 8, %p2;",
                      64)[63],
            8u);
}

TEST(Ptx, ProducerArrivesAndConsumerWaits) {
  // The first warp writes and goes on, the second one waits for it.
  Words A = perThread("shl.b32 %r2, %r1, 2; and.b32 %r2, %r2, 127;\n"
                      "mov.u32 %r3, tile; add.u32 %r3, %r3, %r2;\n"
                      "mov.u32 %r9, 0; setp.lt.u32 %p1, %r1, 32;\n"
                      "@!%p1 bra wait;\n"
                      "add.u32 %r4, %r1, 100; st.shared.u32 [%r3], %r4;\n"
                      "bar.arrive 1, 64; bra done;\n"
                      "wait: bar.sync 1, 64; ld.shared.u32 %r9, [%r3];\n"
                      "done:",
                      64);
  EXPECT_EQ(A[0], 0u);
  EXPECT_EQ(A[32], 100u);
  EXPECT_EQ(A[63], 131u);
}

TEST(Ptx, SharedAddressesOf32Bits) {
  Words A = perThread("mov.u32 %r3, dynamic; shl.b32 %r2, %r1, 2;\n"
                      "add.u32 %r4, %r3, %r2; st.shared.u32 [%r4], %r1;\n"
                      "bar.sync 0; xor.b32 %r2, %r2, 252;\n"
                      "add.u32 %r4, %r3, %r2; ld.shared.u32 %r9, [%r4];",
                      64, 256);
  EXPECT_EQ(A[0], 63u);
  EXPECT_EQ(A[63], 0u);
}

TEST(Ptx, AsynchronousCopy) {
  Words A = perThread("st.global.u32 [%rd2], %r1; mov.u32 %r3, tile;\n"
                      "shl.b32 %r2, %r1, 2; add.u32 %r3, %r3, %r2;\n"
                      "cp.async.ca.shared.global [%r3], [%rd2], 4;\n"
                      "cp.async.commit_group; cp.async.wait_group 0;\n"
                      "ld.shared.u32 %r9, [%r3]; add.u32 %r9, %r9, 10;",
                      32);
  EXPECT_EQ(A[0], 10u);
  EXPECT_EQ(A[31], 41u);
}

TEST(Ptx, SpacesOfGenericAddresses) {
  EXPECT_EQ(perThread("mov.u64 %rd3, tile; cvta.shared.u64 %rd3, %rd3;\n"
                      "isspacep.shared %p1, %rd3; isspacep.global %p2, %rd1;\n"
                      "isspacep.shared %p3, %rd1; selp.u32 %r9, 1, 0, %p1;\n"
                      "selp.u32 %r4, 2, 0, %p2; selp.u32 %r5, 4, 0, %p3;\n"
                      "add.u32 %r9, %r9, %r4; add.u32 %r9, %r9, %r5;",
                      1),
            Words{3});
}

TEST(Ptx, SpecialRegisters) {
  Words A = perThread("mov.u32 %r2, %laneid; mov.u32 %r3, %warpid;\n"
                      "mov.u32 %r4, %lanemask_lt; popc.b32 %r4, %r4;\n"
                      "mov.u32 %r5, %dynamic_smem_size; mov.u32 %r6, %ntid.x;\n"
                      "mad.lo.u32 %r9, %r3, 100, %r2;\n"
                      "mad.lo.u32 %r9, %r4, 1000, %r9;\n"
                      "add.u32 %r9, %r9, %r5; add.u32 %r9, %r9, %r6;",
                      64, 16);
  EXPECT_EQ(A[0], 16u + 64);
  EXPECT_EQ(A[37], 16u + 64 + 105 + 5000);
}

TEST(Ptx, ActiveMaskOfABranch) {
  Words A = perThread("mov.u32 %r9, 0; setp.lt.u32 %p1, %r1, 4;\n"
                      "@!%p1 bra done; activemask.b32 %r9;\ndone:",
                      32);
  EXPECT_EQ(A[3], 15u);
  EXPECT_EQ(A[4], 0u);
}

} // namespace
