//===- InlineAsmTest.cpp - What inline PTX does to memory ---------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "MemoryOps.h"

#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InlineAsm.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"

#include <gtest/gtest.h>

using namespace reprise;

namespace {

/// asm(Text : "=r,"... : "l"(pointer), "r"(value), "n"(16)) in a function of
/// its own: $0 is the result, $1 the pointer, $2 the value, $3 the number 16.
class InlineAsmTest : public testing::Test {
protected:
  InlineAsmTest() : M("test", Context) {}

  InstructionEffects read(llvm::StringRef Text) {
    llvm::IRBuilder<> B(Context);
    llvm::Type *Pointer = B.getPtrTy(), *Int = B.getInt32Ty();
    auto *F = llvm::Function::Create(
        llvm::FunctionType::get(B.getVoidTy(), {Pointer, Int}, false),
        llvm::Function::ExternalLinkage, "f", M);
    B.SetInsertPoint(llvm::BasicBlock::Create(Context, "entry", F));
    auto *Type = llvm::FunctionType::get(Int, {Pointer, Int, Int}, false);
    auto *Asm = llvm::InlineAsm::get(Type, Text, "=r,l,r,n,~{memory}",
                                     /*hasSideEffects=*/true);
    Where = F->getArg(0);
    return effectsOfAsm(
        *B.CreateCall(Type, Asm, {F->getArg(0), F->getArg(1), B.getInt32(16)}));
  }

  void expectOne(llvm::StringRef Text, reprise_access_kind Kind, uint64_t Width,
                 int64_t Displacement = 0, bool MayNotHappen = false) {
    InstructionEffects E = read(Text);
    ASSERT_EQ(E.Memory.size(), 1u) << Text.str();
    EXPECT_EQ(E.Memory[0].Kind, Kind) << Text.str();
    EXPECT_EQ(E.Memory[0].Address, Where) << Text.str();
    EXPECT_EQ(E.Memory[0].Width, Width) << Text.str();
    EXPECT_EQ(E.Memory[0].Displacement, Displacement) << Text.str();
    EXPECT_EQ(E.Memory[0].MayNotHappen, MayNotHappen) << Text.str();
    EXPECT_EQ(E.Memory[0].Reason, REPRISE_REASON_NONE) << Text.str();
  }

  void expectNothing(llvm::StringRef Text) {
    InstructionEffects E = read(Text);
    EXPECT_TRUE(E.Memory.empty()) << Text.str();
    EXPECT_TRUE(E.Effects.empty()) << Text.str();
  }

  void expectUnknown(llvm::StringRef Text,
                     reprise_reason Reason = REPRISE_REASON_INLINE_ASM) {
    InstructionEffects E = read(Text);
    ASSERT_FALSE(E.Memory.empty()) << Text.str();
    EXPECT_EQ(E.Memory.back().Address, nullptr) << Text.str();
    EXPECT_EQ(E.Memory.back().Reason, Reason) << Text.str();
  }

  llvm::LLVMContext Context;
  llvm::Module M;
  llvm::Value *Where = nullptr;
};

TEST_F(InlineAsmTest, LoadsHaveTheWidthOfTheirType) {
  expectOne("ld.global.b8 $0, [$1];", REPRISE_ACCESS_READ, 1);
  expectOne("ld.global.u16 $0, [$1];", REPRISE_ACCESS_READ, 2);
  expectOne("ld.global.f32 $0, [$1];", REPRISE_ACCESS_READ, 4);
  expectOne("ld.s64 $0, [$1];", REPRISE_ACCESS_READ, 8);
  expectOne("ld.global.v4.f32 {$0, $0, $0, $0}, [$1];", REPRISE_ACCESS_READ,
            16);
  expectOne("ld.global.v2.b64 {$0, $0}, [$1];", REPRISE_ACCESS_READ, 16);
  expectOne("ld.global.nc.L2::128B.u32 $0, [$1];", REPRISE_ACCESS_READ, 4);
  expectOne("ld.volatile.global.u32 $0, [$1];", REPRISE_ACCESS_READ, 4);
  expectOne("ld.acquire.gpu.global.u32\t$0, [$1];", REPRISE_ACCESS_READ, 4);
}

TEST_F(InlineAsmTest, StoresAndAtomics) {
  expectOne("st.global.u32 [$1], $2;", REPRISE_ACCESS_WRITE, 4);
  expectOne("st.release.gpu.global.u32 [$1], $2;", REPRISE_ACCESS_WRITE, 4);
  expectOne("atom.global.add.u32 $0, [$1], $2;", REPRISE_ACCESS_ATOMIC, 4);
  expectOne("atom.global.cas.b64 $0, [$1], $2, $2;", REPRISE_ACCESS_ATOMIC, 8);
  expectOne("red.global.add.f16x2 [$1], $2;", REPRISE_ACCESS_ATOMIC, 4);
}

TEST_F(InlineAsmTest, DisplacementsAreAdded) {
  expectOne("ld.global.u32 $0, [$1+16];", REPRISE_ACCESS_READ, 4, 16);
  expectOne("ld.global.u32 $0, [$1 + 0x10];", REPRISE_ACCESS_READ, 4, 16);
  expectOne("ld.global.u32 $0, [$1+-4];", REPRISE_ACCESS_READ, 4, -4);
  expectOne("ld.global.u32 $0, [${1}+8];", REPRISE_ACCESS_READ, 4, 8);
}

TEST_F(InlineAsmTest, PredicatedAccessesMayNotHappen) {
  expectOne(
      "{ .reg .pred p; setp.ne.b32 p, $2, 0; @p st.global.u32 [$1], $2; }",
      REPRISE_ACCESS_WRITE, 4, 0, true);
  expectOne("@!p ld.global.u32 $0, [$1];", REPRISE_ACCESS_READ, 4, 0, true);
}

TEST_F(InlineAsmTest, AsyncCopiesReadTheirSource) {
  expectOne("cp.async.cg.shared.global [$2], [$1], 16;", REPRISE_ACCESS_READ,
            16);
  expectOne("cp.async.ca.shared.global [$2], [$1], $3;", REPRISE_ACCESS_READ,
            16);
  // Copies fewer bytes than its size when told so.
  expectOne("cp.async.ca.shared.global [$2], [$1], 4, $2;", REPRISE_ACCESS_READ,
            4, 0, true);
  expectNothing("cp.async.commit_group;");
  expectNothing("cp.async.wait_group 0;");
}

TEST_F(InlineAsmTest, RegistersAndOtherSpacesAreNoAccess) {
  expectNothing("mov.u32 $0, %laneid;");
  expectNothing("bar.sync 0;");
  expectNothing("ld.shared.u32 $0, [$1];");
  expectNothing("st.shared::cta.u32 [$1], $2;");
  expectNothing("ldmatrix.sync.aligned.m8n8.x1.shared.b16 {$0}, [$1];");
  expectNothing("prefetch.global.L2 [$1];");
  expectNothing("");
  expectNothing("// nothing");
}

TEST_F(InlineAsmTest, CommentsHideNothing) {
  expectOne("// a comment\nst.global.u32 [$1], $2;", REPRISE_ACCESS_WRITE, 4);
  expectOne("// one; two\nst.global.u32 [$1], $2;", REPRISE_ACCESS_WRITE, 4);
  expectOne("/* one;\n two */ st.global.u32 [$1], $2;", REPRISE_ACCESS_WRITE,
            4);
  expectOne("/* // */ st.global.u32 [$1], $2;", REPRISE_ACCESS_WRITE, 4);
  expectNothing("// st.global.u32 [$1], $2;");
  expectNothing("/* st.global.u32 [$1], $2; */");
}

TEST_F(InlineAsmTest, WhatIsNotUnderstoodIsAnyMemory) {
  expectUnknown("mystery.global.u32 [$1], $2;");
  expectUnknown("ld.global.u32 $0, [t];");     // A register of its own.
  expectUnknown("ld.global.u32 $0, [$1+$2];"); // No such operand.
  expectUnknown("ld.global.u32 $0, [$7];");    // Out of range.
  expectUnknown("ld.global.odd $0, [$1];");    // No width.
  expectUnknown("call helper, ();");
  expectUnknown("again: ld.global.u32 $0, [$1];");
  expectUnknown("bra again;");
  expectUnknown("cp.async.bulk.global.shared::cta.bulk_group [$1], [$2], 16;");
  expectUnknown("cp.async.cg.shared.global [$2], [t], 16;");
  for (const char *Text : {"tex.1d.v4.f32.f32 {$0}, [t, {$2}];",
                           "tex.1d.v4.f32.f32 {$0}, [$1+8, {$2}];"})
    expectUnknown(Text, REPRISE_REASON_TEXTURE);
}

TEST_F(InlineAsmTest, TexturesAndSurfacesHaveAHandle) {
  struct {
    const char *Text;
    reprise_access_kind Kind;
    RootKind Through;
  } Cases[] = {{"tex.1d.v4.f32.s32 {$0, $0, $0, $0}, [$1, {$2}];",
                REPRISE_ACCESS_READ, RootKind::Texture},
               {"tex.2d.v4.f32.f32 {$0, $0, $0, $0}, [$1, $2, {$2, $2}];",
                REPRISE_ACCESS_READ, RootKind::Texture},
               {"tld4.r.2d.v4.f32.f32 {$0, $0, $0, $0}, [$1, {$2, $2}];",
                REPRISE_ACCESS_READ, RootKind::Texture},
               {"suld.b.1d.b32.trap {$0}, [$1, {$2}];", REPRISE_ACCESS_READ,
                RootKind::Surface},
               {"sust.b.1d.b32.trap [$1, {$2}], {$2};", REPRISE_ACCESS_WRITE,
                RootKind::Surface},
               {"sured.b.add.1d.u32.trap [$1, {$2}], $2;",
                REPRISE_ACCESS_ATOMIC, RootKind::Surface}};
  for (const auto &C : Cases) {
    InstructionEffects E = read(C.Text);
    ASSERT_EQ(E.Memory.size(), 1u) << C.Text;
    EXPECT_EQ(E.Memory[0].Kind, C.Kind) << C.Text;
    EXPECT_EQ(E.Memory[0].Through, C.Through) << C.Text;
    EXPECT_EQ(E.Memory[0].Address, Where) << C.Text;
    EXPECT_TRUE(E.Memory[0].MayNotHappen) << C.Text;
  }
}

TEST_F(InlineAsmTest, EachInstructionIsRead) {
  InstructionEffects E = read("ld.global.u32 $0, [$1];\n"
                              "st.global.v2.u32 [$1+8], {$2, $2};");
  ASSERT_EQ(E.Memory.size(), 2u);
  EXPECT_EQ(E.Memory[0].Kind, REPRISE_ACCESS_READ);
  EXPECT_EQ(E.Memory[1].Kind, REPRISE_ACCESS_WRITE);
  EXPECT_EQ(E.Memory[1].Width, 8u);
  EXPECT_EQ(E.Memory[1].Displacement, 8);
}

} // namespace
