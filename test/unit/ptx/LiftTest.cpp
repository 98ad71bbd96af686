//===- LiftTest.cpp - What the analysis makes of PTX ----------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ptx/Lift.h"
#include "ptx/AnalyzePtx.h"
#include "ptx/Parser.h"

#include "llvm/IR/Constants.h"
#include "llvm/IR/Verifier.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

using namespace reprise;

namespace {

constexpr char Head[] = ".version 9.0\n.target sm_90\n.address_size 64\n";

/// k(A, B, n) with the given body; i = ctaid.x * ntid.x + tid.x is in %r9, A
/// and B are in %rd8 and %rd9.
std::string kernel(const std::string &Body) {
  return std::string(Head) +
         ".visible .entry k(.param .u64 k_0, .param .u64 k_1, .param .u32 k_2)"
         "{\n.reg .pred %p<9>; .reg .b16 %rs<9>; .reg .b32 %r<20>;\n"
         ".reg .b64 %rd<20>; .reg .f32 %f<9>; .reg .f64 %fd<9>;\n"
         "ld.param.u64 %rd1, [k_0]; ld.param.u64 %rd2, [k_1];\n"
         "ld.param.u32 %r1, [k_2];\n"
         "cvta.to.global.u64 %rd8, %rd1; cvta.to.global.u64 %rd9, %rd2;\n"
         "mov.u32 %r2, %ctaid.x; mov.u32 %r3, %ntid.x; mov.u32 %r4, %tid.x;\n"
         "mad.lo.s32 %r9, %r2, %r3, %r4;\n" +
         Body + "\nret;\n}\n";
}

Kernel analyse(const std::string &Text) {
  reprise::Module M = analyzePtx(Text, "test.ptx");
  EXPECT_EQ(M.Kernels.size(), 1u);
  return M.Kernels.empty() ? Kernel() : M.Kernels[0];
}

/// The IR of Text, which has to live as long as its syntax does.
std::unique_ptr<llvm::Module> lifted(const std::string &Text,
                                     llvm::LLVMContext &C) {
  return ptx::lift(ptx::parse(Text), "test.ptx", C);
}

/// The accesses as the report prints them, "R A[4i]" or "W ...".
std::vector<std::string> accesses(const std::string &Body) {
  std::vector<std::string> Result;
  for (const Access &A : analyse(kernel(Body)).Accesses)
    Result.push_back((A.Kind == REPRISE_ACCESS_READ    ? "R "
                      : A.Kind == REPRISE_ACCESS_WRITE ? "W "
                                                       : "A ") +
                     A.Text);
  return Result;
}

using Texts = std::vector<std::string>;
const std::string I4 = "arg0[4blockDim.x*blockIdx.x + 4threadIdx.x]";

/// The address of A[i] in %rd10.
const std::string Ai = "mul.wide.s32 %rd7, %r9, 4; add.s64 %rd10, %rd8, %rd7;";

TEST(Lift, MulWide) {
  EXPECT_EQ(accesses(Ai + "st.global.u32 [%rd10], 1;"), Texts({"W " + I4}));
}

TEST(Lift, ShiftLeftOfAnExtendedIndex) {
  EXPECT_EQ(accesses("cvt.s64.s32 %rd3, %r9; shl.b64 %rd3, %rd3, 2;"
                     "add.s64 %rd4, %rd3, %rd8; st.global.f32 [%rd4], 0f0;"
                     ""),
            Texts({"A *"}))
      << "0f0 is no number: the kernel is kept, but may do anything";
  EXPECT_EQ(accesses("cvt.s64.s32 %rd3, %r9; shl.b64 %rd3, %rd3, 2;"
                     "add.s64 %rd4, %rd3, %rd8;"
                     "st.global.f32 [%rd4], 0f00000000;"),
            Texts({"W " + I4}));
}

TEST(Lift, DisplacementsAndVectors) {
  EXPECT_EQ(accesses("mul.wide.u32 %rd3, %r4, 16; add.s64 %rd4, %rd8, %rd3;"
                     "ld.global.v2.u32 {%r5, %r6}, [%rd4+8];"),
            Texts({"R arg0[16threadIdx.x + 8]"}));
}

TEST(Lift, OtherSpacesAreInvisible) {
  EXPECT_EQ(accesses(".shared .align 4 .b8 s[64]; .local .align 4 .b8 l[64];\n"
                     "mov.u32 %r5, s; st.shared.u32 [%r5+4], %r4;\n"
                     "mov.u64 %rd3, l; cvta.local.u64 %rd4, %rd3;\n"
                     "st.u32 [%rd4+8], %r4; ld.shared.u32 %r6, [s];\n"
                     "cvt.u64.u32 %rd5, %r5; cvta.shared.u64 %rd6, %rd5;\n"
                     "st.u32 [%rd6], %r4;"),
            Texts());
}

TEST(Lift, PredicatedStoreIsGuarded) {
  Kernel K = analyse(
      kernel(Ai + "setp.lt.s32 %p1, %r9, %r1; @%p1 st.global.u32 [%rd10], 1;"));
  ASSERT_EQ(K.Accesses.size(), 1u);
  EXPECT_FALSE(K.Domains[K.Accesses[0].Domain].Steps.empty());
}

TEST(Lift, AtomicsReadAndWrite) {
  EXPECT_EQ(accesses(Ai + "atom.global.add.u32 %r5, [%rd10], 1;"),
            Texts({"A " + I4}));
  EXPECT_EQ(accesses(Ai + "red.global.add.noftz.f16x2 [%rd10], %r5;"),
            Texts({"A " + I4}));
}

TEST(Lift, AsynchronousCopyReads) {
  EXPECT_EQ(accesses(".shared .align 16 .b8 s[64]; mov.u32 %r5, s;" + Ai +
                     "cp.async.ca.shared.global [%r5], [%rd10], 4;"
                     "cp.async.commit_group; cp.async.wait_group 0;"),
            Texts({"R " + I4}));
}

TEST(Lift, BytesParameters) {
  Kernel K = analyse(std::string(Head) +
                     ".entry k(.param .u32 a, .param .align 8 .b8 s[24]) {\n"
                     ".reg .b64 %rd<4>; .reg .b32 %r<3>;\n"
                     "ld.param.u64 %rd1, [s+8]; cvta.to.global.u64 %rd2, %rd1;"
                     "ld.param.u32 %r1, [s+16]; st.global.u32 [%rd2], %r1;"
                     "ret; }");
  ASSERT_EQ(K.Params.size(), 2u);
  EXPECT_EQ(K.Params[1].Offset, 8u);
  EXPECT_EQ(K.Params[1].Size, 24u);
  ASSERT_EQ(K.Accesses.size(), 1u);
  EXPECT_EQ(K.Accesses[0].Root, RootKind::Param);
  EXPECT_EQ(K.Accesses[0].Param, 1u);
}

TEST(Lift, ParameterKinds) {
  Kernel K = analyse(kernel(Ai + "st.global.u32 [%rd10], 1;"));
  ASSERT_EQ(K.Params.size(), 3u);
  EXPECT_EQ(K.Params[0].Kind, REPRISE_PARAM_POINTER);
  EXPECT_EQ(K.Params[2].Kind, REPRISE_PARAM_INTEGER);
}

TEST(Lift, DeviceFunctionsAreInlined) {
  Kernel K =
      analyse(std::string(Head) +
              ".func (.param .b64 r) f(.param .b64 p, .param .b32 i);\n"
              ".entry k(.param .u64 a) { .reg .b64 %rd<4>; .reg .b32 %r<2>;\n"
              "ld.param.u64 %rd1, [a]; mov.u32 %r1, %tid.x;\n"
              "{ .param .b64 x; .param .b32 y; .param .b64 z;\n"
              "st.param.b64 [x], %rd1; st.param.b32 [y], %r1;\n"
              "call.uni (z), f, (x, y); ld.param.b64 %rd2, [z]; }\n"
              "cvta.to.global.u64 %rd3, %rd1; st.global.u32 [%rd2], 1; ret; }\n"
              ".func (.param .b64 r) f(.param .b64 p, .param .b32 i) {\n"
              ".reg .b64 %rd<4>; .reg .b32 %r<2>; ld.param.b64 %rd1, [p];\n"
              "ld.param.b32 %r1, [i]; mad.wide.u32 %rd2, %r1, 4, %rd1;\n"
              "st.param.b64 [r], %rd2; ret; }");
  ASSERT_EQ(K.Accesses.size(), 1u);
  EXPECT_EQ(K.Accesses[0].Text, "arg0[4threadIdx.x]");
}

/// PTX has a result for a division by zero, so that nothing follows for what
/// the divisor was chosen by: the store may go to B.
TEST(Lift, DivisionByZeroProvesNothing) {
  const std::string Choose =
      "setp.ne.s32 %p1, %r1, 0; selp.b64 %rd10, %rd8, %rd9, %p1;"
      "selp.b32 %r5, %r3, 0, %p1;";
  for (const char *Divide :
       {"div.u32 %r6, %r9, %r5;", "div.s32 %r6, %r9, %r5;",
        "rem.u32 %r6, %r9, %r5;", "rem.s32 %r6, %r9, %r5;"}) {
    Texts Found =
        accesses(Choose + Divide +
                 "mul.wide.u32 %rd7, %r6, 4; st.global.u32 [%rd10], 1;"
                 "add.s64 %rd7, %rd8, %rd7; ld.global.u32 %r7, [%rd7];");
    ASSERT_EQ(Found.size(), 2U) << Divide;
    EXPECT_EQ(Found[0], "W *") << Divide;
  }
}

/// Hiding a divisor from passes does not hide it from the analysis.
TEST(Lift, QuotientsAndRemainders) {
  auto Of = [](const std::string &Digits) {
    return accesses(Digits + "mul.wide.s32 %rd7, %r6, 4;"
                             "add.s64 %rd10, %rd8, %rd7;"
                             "st.global.u32 [%rd10], 1;");
  };
  EXPECT_EQ(Of("div.u32 %r6, %r9, %r1;"),
            Of("div.u32 %r6, %r9, %r1; div.u32 %r7, %r9, %r1; sub.s32 %r7, "
               "%r7, %r6; add.s32 %r6, %r6, %r7;"));
  EXPECT_EQ(Of("rem.u32 %r6, %r9, %r1;"),
            Of("div.u32 %r6, %r9, %r1; mul.lo.s32 %r6, %r6, %r1; sub.s32 %r6, "
               "%r9, %r6;"));
  EXPECT_EQ(Of("mov.u32 %r5, 8; div.u32 %r6, %r9, %r5;"),
            Of("shr.u32 %r6, %r9, 3;"));
}

TEST(Lift, UnknownOpcodes) {
  // Without an address: an unknown value.
  EXPECT_EQ(accesses("blend.u32 %r5, %r4, 3; vabsdiff4.u32 %r6, %r5, %r4, 0;"),
            Texts());
  // With one: an access to anything, named by opcode and line.
  Kernel K = analyse(kernel("fetch.global.u32 %r5, [%rd8];"));
  ASSERT_EQ(K.Accesses.size(), 1u);
  EXPECT_EQ(K.Accesses[0].Root, RootKind::Unknown);
  EXPECT_EQ(K.Accesses[0].Reason, REPRISE_REASON_UNSUPPORTED);
  EXPECT_NE(K.Accesses[0].Detail.find("fetch.global.u32 at line"),
            std::string::npos);
}

TEST(Lift, UnknownOpcodesNameTheirLine) {
  // The kernel survives: what it does besides is in the report as well.
  std::string Text = kernel("\n\nfetch.v9.b32 %r5, [%rd8];\n" + Ai +
                            "st.global.u32 [%rd10], %r5;");
  Kernel K = analyse(Text);
  ASSERT_EQ(K.Accesses.size(), 2u);
  size_t Line =
      static_cast<size_t>(std::count(
          Text.begin(),
          Text.begin() + static_cast<std::ptrdiff_t>(Text.find("fetch")),
          '\n')) +
      1;
  EXPECT_EQ(K.Accesses[0].Detail,
            "fetch.v9.b32 at line " + std::to_string(Line));
  EXPECT_EQ(K.Accesses[1].Text, I4);
}

TEST(Lift, MulticastMemoryIsAnyMemory) {
  Kernel K = analyse(kernel("multimem.red.relaxed.sys.global.add.u32 [%rd8], "
                            "%r1;"));
  ASSERT_EQ(K.Accesses.size(), 1u);
  EXPECT_EQ(K.Accesses[0].Root, RootKind::Unknown);
  EXPECT_EQ(K.Accesses[0].Reason, REPRISE_REASON_UNKNOWN_POINTER);
}

TEST(Lift, BlockSizes) {
  auto Required = [](const std::string &Directive) {
    Kernel K =
        analyse(std::string(Head) + ".entry k() " + Directive + " { ret; }");
    return std::vector<unsigned>(std::begin(K.ReqNTid), std::end(K.ReqNTid));
  };
  EXPECT_EQ(Required(".reqntid 128, 2, 1"), std::vector<unsigned>({128, 2, 1}));
  EXPECT_EQ(Required(".reqntid 64"), std::vector<unsigned>({64, 1, 1}));
  // An upper bound of the number of threads demands no shape.
  EXPECT_EQ(Required(".maxntid 256, 1, 1"), std::vector<unsigned>({0, 0, 0}));
}

TEST(Lift, ClusterDirectivesAreMetadata) {
  llvm::LLVMContext C;
  auto M = lifted(
      std::string(Head) +
          ".entry k() .explicitcluster .reqnctapercluster 2, 1, 4 { ret; }",
      C);
  std::map<std::string, uint64_t> Found;
  for (const llvm::MDNode *N :
       M->getNamedMetadata("nvvm.annotations")->operands())
    Found[llvm::cast<llvm::MDString>(N->getOperand(1))->getString().str()] =
        llvm::mdconst::extract<llvm::ConstantInt>(N->getOperand(2))
            ->getZExtValue();
  EXPECT_EQ(Found["cluster_dim_x"], 2u);
  EXPECT_EQ(Found["cluster_dim_z"], 4u);
}

TEST(Lift, InitialisersHoldAddresses) {
  llvm::LLVMContext C;
  auto M = lifted(
      std::string(Head) +
          ".global .u64 t[4] = {7, x, generic(c)+4, f};\n.global .u32 x;\n"
          ".const .u32 c[2];\n.func f() { ret; }\n"
          ".entry k() { .reg .b64 %rd<3>; mov.u64 %rd1, t; ret; }",
      C);
  EXPECT_FALSE(llvm::verifyModule(*M, &llvm::errs()));
  const llvm::GlobalVariable *T = M->getNamedGlobal("t");
  ASSERT_TRUE(T && T->hasInitializer());
  EXPECT_EQ(M->getDataLayout().getTypeAllocSize(T->getValueType()), 32u);
  auto Part = [&](unsigned N) {
    return T->getInitializer()->getOperand(N)->stripPointerCasts();
  };
  EXPECT_EQ(llvm::cast<llvm::ConstantExpr>(Part(1))->getOperand(0),
            M->getNamedGlobal("x"));
  EXPECT_EQ(llvm::cast<llvm::ConstantExpr>(Part(3))->getOperand(0),
            M->getFunction("f"));
}

TEST(Lift, SourcePlacesWithoutAFile) {
  llvm::LLVMContext C;
  EXPECT_FALSE(llvm::verifyModule(
      *lifted(kernel(".loc 7 1 2\nadd.s32 %r5, %r4, 1;"), C)));
}

TEST(Lift, NamesThatAreTakenTwice) {
  // The definition tells a function's shape, not an earlier declaration.
  Kernel K =
      analyse(std::string(Head) + ".func (.reg .b32 r) k(.reg .b32 a);\n" +
              ".global .u32 k;\n.entry k(.param .u64 a) { ret; }\n");
  EXPECT_EQ(K.Name, "k");
  EXPECT_EQ(K.Params.size(), 1u);
  EXPECT_TRUE(K.Accesses.empty());
  // Two definitions: nobody knows which one would run.
  K = analyse(std::string(Head) +
              ".entry k(.param .u64 a) { ret; }\n.entry k() { ret; }\n");
  ASSERT_EQ(K.Accesses.size(), 1u);
  EXPECT_NE(K.Accesses[0].Detail.find("defined twice"), std::string::npos);
}

TEST(Lift, ParametersThatLookLikeRanges) {
  llvm::LLVMContext C;
  EXPECT_FALSE(llvm::verifyModule(*lifted(
      std::string(Head) + ".func (.reg .b32 r<2>) f(.reg .b32 a<3>) { ret; }",
      C)));
}

TEST(Lift, BrokenKernelIsKept) {
  reprise::Module M = analyzePtx(
      std::string(Head) + ".entry a() { ( }\n.entry b() { ret; }", "test.ptx");
  ASSERT_EQ(M.Kernels.size(), 2u);
  EXPECT_EQ(M.Kernels[0].Accesses.size(), 1u);
  EXPECT_EQ(M.Kernels[0].Accesses[0].Reason, REPRISE_REASON_UNSUPPORTED);
  EXPECT_TRUE(M.Kernels[1].Accesses.empty());
}

TEST(Lift, SourcePlaces) {
  Kernel K = analyse(std::string(Head) + ".file 1 \"a.cu\"\n" +
                     kernel(".loc 1 12 3\n" + Ai +
                            ".loc 1 13 5\n"
                            "st.global.u32 [%rd10], 1;")
                         .substr(sizeof Head - 1));
  ASSERT_EQ(K.Accesses.size(), 1u);
  EXPECT_EQ(K.Accesses[0].Loc.File, "a.cu");
  EXPECT_EQ(K.Accesses[0].Loc.Line, 13u);
}

TEST(Lift, EveryFormIsValidIr) {
  std::string Text = kernel(
      "add.cc.u32 %r5, %r4, %r3; addc.cc.u32 %r6, %r5, 1; subc.u32 %r7, %r6, 2;"
      "mad.lo.cc.u32 %r5, %r5, %r6, %r7; madc.hi.u32 %r6, %r5, %r6, %r7;"
      "mul24.lo.s32 %r5, %r4, %r3; mad24.hi.u32 %r6, %r4, %r3, %r5;"
      "sad.s32 %r5, %r4, %r3, %r2; abs.s32 %r5, %r5; min.relu.s32 %r5, %r5, 3;"
      "bfe.s32 %r5, %r4, 3, 5; bfe.u64 %rd3, %rd1, %r4, %r3;"
      "bfi.b32 %r5, %r4, %r3, 3, 5; bfind.shiftamt.s32 %r5, %r4; clz.b64 %r5, "
      "%rd1; popc.b32 %r5, %r4; brev.b64 %rd3, %rd1; cnot.b32 %r5, %r4;"
      "shl.b16 %rs1, %rs2, 20; shr.s64 %rd3, %rd1, %r4; shf.l.wrap.b32 %r5, "
      "%r4, %r3, %r2; shf.r.clamp.b32 %r5, %r4, %r3, 40;"
      "lop3.b32 %r5, %r4, %r3, %r2, 0x96; prmt.b32 %r5, %r4, %r3, 0x5410;"
      "prmt.b32.f4e %r5, %r4, %r3, %r2; slct.s32.f32 %r5, %r4, %r3, %f1;"
      "setp.lt.and.f32 %p1|%p2, %f1, %f2, !%p3; set.gt.f32.s32 %f1, %r4, %r3;"
      "selp.b64 %rd3, %rd1, 5, %p1; mov.b64 {%r5, %r6}, %rd1;"
      "mov.b64 %rd3, {%r5, %r6}; mov.b32 %r5, {%rs1, %rs2}; mov.b64 {_, %r5}, "
      "%rd1; dp4a.u32.s32 %r5, %r4, %r3, %r2; dp2a.hi.s32.u32 %r5, %r4, %r3, "
      "%r2; cvt.sat.u8.s32 %r5, %r4; cvt.rzi.s32.f32 %r5, %f1; cvt.rn.f32.u64 "
      "%f1, %rd1; cvt.f64.f32 %fd1, %f1; cvt.rn.f16.f32 %rs1, %f1;"
      "fma.rn.ftz.f32 %f1, %f1, %f2, 0f3F800000; fma.rn.f64 %fd1, %fd1, 2.0, "
      "%fd2; rcp.approx.f32 %f1, %f2; copysign.f32 %f1, %f2, %f3;"
      "testp.finite.f32 %p1, %f1; shfl.sync.bfly.b32 %r5|%p1, %r4, 1, 31, -1;"
      "vote.sync.ballot.b32 %r5, %p1, -1; bar.sync 0; bar.sync 1, 64;"
      "barrier.red.or.pred %p1, 0, %p2; membar.gl; activemask.b32 %r5;"
      "mov.u64 %rd3, %clock64; mov.u32 %r5, %laneid; mov.u32 %r5, %smid;"
      "atom.global.cas.b32 %r5, [%rd8], 1, 2; atom.global.inc.u32 %r5, [%rd8], "
      "7; red.add.f64 [%rd8], %fd1; isspacep.shared %p1, %rd1; nanosleep.u32 5;"
      "tex.2d.v4.f32.s32 {%f1, %f2, %f3, %f4}, [%rd1, {%r4, %r5}];"
      "wmma.load.a.sync.aligned.row.m16n16k16.f16 {%r5, %r6}, [%rd8], %r4;"
      "mma.sync.aligned.m16n8k8.row.col.f32.f16.f16.f32 {%f1, %f2}, {%r5}, "
      "{%r6}, {%f1, %f2}; @!%p1 trap; @%p2 exit; @%p1 bra L; brx.idx %r4, T;\n"
      "T: .branchtargets L, M;\nL: M: div.s32 %r5, %r4, %r3; rem.u64 %rd3, "
      "%rd1, %rd2; sub.sat.s32 %r5, %r4, %r3;");
  ptx::Module Syntax = ptx::parse(Text);
  ASSERT_TRUE(Syntax.Errors.empty()) << Syntax.Errors[0].str();
  llvm::LLVMContext C;
  auto M = ptx::lift(Syntax, "test.ptx", C);
  EXPECT_FALSE(llvm::verifyModule(*M, &llvm::errs()));
  for (const llvm::Function &F : *M)
    EXPECT_FALSE(F.getName().starts_with("reprise.ptx.memory"))
        << F.getName().str();
}

} // namespace
