//===- OpaqueTest.cpp - What instructions without a form in IR become -----===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Which memory an instruction may touch is in the name of its call (Lift.h):
// "value" none but shared memory, "read", "write" and "atomic" so many bytes
// from a pointer on, "texture" and "multimem" what a handle stands for,
// "memory" anything.
//
//===----------------------------------------------------------------------===//

#include "ptx/Lift.h"
#include "ptx/Parser.h"

#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/Verifier.h"

#include <gtest/gtest.h>

#include <set>

using namespace llvm;

namespace {

using Names = std::set<std::string>;

/// Functions that the lifted body calls, without "reprise.ptx.", but for those
/// that stand for registers.
Names calls(const std::string &Body) {
  std::string Text =
      ".version 9.0\n.target sm_90a\n.address_size 64\n"
      ".visible .entry k(.param .u64 k_0, .param .u32 k_1) {\n"
      ".reg .pred %p<9>; .reg .b16 %h<9>; .reg .b32 %r<20>; .reg .b64 "
      "%rd<9>; .reg .f32 %f<20>;\n.shared .align 16 .b8 sh[256];\n"
      "ld.param.u64 %rd1, [k_0]; cvta.to.global.u64 %rd2, %rd1; "
      "ld.param.u32 %r1, [k_1]; mov.u32 %r2, sh; mov.u64 %rd3, sh;\n" +
      Body + "\nret;\n}\n";
  LLVMContext C;
  auto Syntax = reprise::ptx::parse(Text);
  EXPECT_TRUE(Syntax.Errors.empty()) << Body;
  auto M = reprise::ptx::lift(Syntax, "test.ptx", C);
  EXPECT_FALSE(verifyModule(*M, &errs())) << Body;
  Names Found;
  for (Instruction &I : instructions(*M->getFunction("k")))
    if (auto *Call = dyn_cast<CallInst>(&I)) {
      StringRef Name = Call->getCalledFunction()->getName();
      if (Name.consume_front("reprise.ptx.") &&
          !Name.starts_with("value.undefined") && !Name.starts_with("value.%"))
        Found.insert(Name.split(" at line").first.str());
    }
  return Found;
}

TEST(Opaque, SharedMemoryAndRegistersOnly) {
  for (const char *Text :
       {"ldmatrix.sync.aligned.m8n8.x1.shared.b16 %r3, [%r2];",
        "stmatrix.sync.aligned.m8n8.x1.shared.b16 [%r2], %r3;",
        "movmatrix.sync.aligned.m8n8.trans.b16 %r3, %r1;",
        "mbarrier.init.shared.b64 [%r2], 4;",
        "mbarrier.arrive.shared.b64 %rd4, [%r2];",
        "mma.sync.aligned.m8n8k16.row.col.s32.s8.s8.s32 {%r3}, %r5, %r6, %r4;",
        "wgmma.fence.sync.aligned;",
        "wgmma.commit_group.sync.aligned;",
        "elect.sync %r3|%p1, 0xffffffff;",
        "setmaxnreg.inc.sync.aligned.u32 40;",
        "griddepcontrol.wait;",
        "pmevent 1;",
        "nanosleep.u32 20;",
        "getctarank.shared::cluster.u32 %r3, %r2;",
        "stacksave.u64 %rd4;",
        "stackrestore.u64 %rd4;",
        "alloca.u64 %rd4, 16;",
        "createpolicy.fractional.L2::evict_last.b64 %rd4;",
        "istypep.texref %p1, %rd1;",
        "txq.width.b32 %r3, [%rd1];",
        "suq.height.b32 %r3, [%rd1];",
        "applypriority.global.L2::evict_normal [%rd2], 128;",
        "prefetchu.L1 [%rd1];",
        "prefetch.global.L2 [%rd2];",
        "brkpt;",
        "tanh.approx.f32 %f1, %f2;"}) {
    StringRef Opcode = StringRef(Text).take_until(
        [](char C) { return C == '.' || C == ' ' || C == ';'; });
    Names Found = calls(Text);
    ASSERT_EQ(Found.size(), 1U) << Text;
    EXPECT_TRUE(StringRef(*Found.begin()).starts_with("value." + Opcode.str()))
        << Text << " became " << *Found.begin();
  }
}

TEST(Opaque, AddressesOfAnotherBlock) {
  // As an address of shared memory, which no analysis tells blocks apart of.
  EXPECT_EQ(calls("mapa.shared::cluster.u32 %r3, %r2, %r1;"), Names());
}

TEST(Opaque, BytesThatAreWritten) {
  EXPECT_EQ(calls("discard.global.L2 [%rd2], 128;"),
            Names({"write.128.discard.global.L2"}));
  EXPECT_EQ(calls("wmma.store.d.sync.aligned.row.m16n16k16.global.f16 [%rd2], "
                  "{%r3, %r4, %r5, %r6};"),
            Names({"write.0.wmma.store.d.sync.aligned.row.m16n16k16.global."
                   "f16"}));
}

TEST(Opaque, Handles) {
  for (const char *Text :
       {"tld4.r.2d.v4.f32.f32 {%f1, %f2, %f3, %f4}, [%rd1, {%f5, %f6}];",
        "suld.b.1d.b32.trap %r3, [%rd1, {%r1}];",
        "sust.b.1d.b32.trap [%rd1, {%r1}], %r3;",
        "sured.b.add.1d.u32.trap [%rd1, {%r1}], %r3;",
        "tex.2d.v4.f32.f32 {%f1, %f2, %f3, %f4}, [%rd1, {%f5, %f6}];"}) {
    Names Found = calls(Text);
    ASSERT_EQ(Found.size(), 1U) << Text;
    EXPECT_TRUE(StringRef(*Found.begin()).starts_with("texture."))
        << Text << " became " << *Found.begin();
  }
  EXPECT_EQ(calls("multimem.ld_reduce.global.add.u32 %r3, [%rd2];"),
            Names({"multimem.multimem.ld_reduce.global.add.u32"}));
}

/// Asynchronous matrix operations read shared memory through descriptors.
TEST(Opaque, MatricesInSharedMemory) {
  Names Found = calls("wgmma.mma_async.sync.aligned.m64n8k16.f32.f16.f16 {%f1, "
                      "%f2, %f3, %f4}, %rd4, %rd5, 1, 1, 1, 0, 0;");
  ASSERT_EQ(Found.size(), 1U);
  EXPECT_TRUE(StringRef(*Found.begin()).starts_with("value.wgmma"));
}

} // namespace
