//===- FaultTest.cpp - Accesses and waits that are wrong ------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Device.h"

using namespace reprise::emulator;

namespace {

using Words = std::vector<uint32_t>;

/// Both forms of a kernel must find the same fault.
Fault faultOf(Device &D, Launch L) {
  L.Trace = TraceLevel::None;
  Result Plain = D.run(L);
  L.Trace = TraceLevel::Bytes;
  Result Traced = D.run(L);
  EXPECT_EQ(Plain.S, Traced.S);
  EXPECT_EQ(Plain.Problem.Kind, Traced.Problem.Kind);
  EXPECT_EQ(Plain.Problem.Address, Traced.Problem.Address);
  EXPECT_EQ(Plain.Problem.Text, Traced.Problem.Text);
  return Traced.Problem;
}

const char *Store = R"(
define void @k(ptr %a, i64 %n) {
  %t = call i32 @llvm.nvvm.read.ptx.sreg.tid.x()
  %w = zext i32 %t to i64
  %o = mul i64 %w, %n
  %p = getelementptr i8, ptr %a, i64 %o
  store i32 1, ptr %p, align 4
  ret void
})";

TEST(Fault, OneElementTooFar) {
  Device D(Store);
  Words A(31);
  Fault F = faultOf(D, launch(1, 32, {&A}, uint64_t(4)));
  EXPECT_EQ(F.Kind, FaultKind::OutOfBounds);
  EXPECT_EQ(F.Address, elements(A, 31, 1).Begin);
  EXPECT_EQ(F.Bytes, 4u);
  EXPECT_EQ(F.Where.Thread, (Dim3{31, 0, 0}));
  EXPECT_NE(F.Text.find("of 124 bytes, which ended 0 bytes before"),
            std::string::npos)
      << F.Text;
}

// LLVM makes one load of the two: of the buffer or of the argument block.
TEST(Fault, ArgumentOnOnePathIsNoAccess) {
  Device D(R"(
define void @k(ptr %out, ptr %in, i32 %n) {
  %t = call i32 @llvm.nvvm.read.ptx.sreg.tid.x()
  %odd = trunc i32 %t to i1
  br i1 %odd, label %then, label %else
then:
  %from = getelementptr i32, ptr %in, i32 %t
  %loaded = load i32, ptr %from, align 4
  br label %end
else:
  br label %end
end:
  %v = phi i32 [ %loaded, %then ], [ %n, %else ]
  %to = getelementptr i32, ptr %out, i32 %t
  store i32 %v, ptr %to, align 4
  ret void
})");
  Words Out(4), In = {1, 2, 3, 4};
  Launch L = launch(1, 4, {&Out, &In}, 9);
  L.Trace = TraceLevel::None;
  Result R = D.run(L);
  EXPECT_EQ(R.S, Status::Finished) << R.Problem.Text;
  EXPECT_EQ(Out, (Words{9, 2, 9, 4}));
}

TEST(Fault, AccessThatEndsOutside) {
  Device D(R"(
define void @k(ptr %a) {
  %p = getelementptr i8, ptr %a, i64 8
  store i64 1, ptr %p, align 4
  ret void
})");
  Words A(3);
  Fault F = faultOf(D, launch(1, 1, {&A}));
  EXPECT_EQ(F.Kind, FaultKind::OutOfBounds);
  EXPECT_EQ(F.Bytes, 8u);
}

TEST(Fault, Misaligned) {
  Device D(Store);
  Words A(64);
  Fault F = faultOf(D, launch(1, 32, {&A}, uint64_t(6)));
  EXPECT_EQ(F.Kind, FaultKind::Misaligned);
  EXPECT_EQ(F.Where.Thread, (Dim3{1, 0, 0}));
}

TEST(Fault, PtxNeedsNaturalAlignment) {
  const char *Unaligned = R"(
define void @k(ptr %a, i64 %o) {
  %p = getelementptr i8, ptr %a, i64 %o
  store i32 1, ptr %p, align 1
  ret void
})";
  Words A(2);
  Device Clang(Unaligned), Ptx(Unaligned, {.FromPtx = true});
  EXPECT_EQ(faultOf(Clang, launch(1, 1, {&A}, uint64_t(1))).Kind,
            FaultKind::None);
  EXPECT_EQ(faultOf(Ptx, launch(1, 1, {&A}, uint64_t(1))).Kind,
            FaultKind::Misaligned);
}

TEST(Fault, LocalArray) {
  Device D(R"(
define void @k(ptr %a, i64 %i) {
  %l = alloca [4 x i32], align 4
  %p = getelementptr i32, ptr %l, i64 %i
  store volatile i32 1, ptr %p, align 4
  ret void
})");
  Words A(1);
  EXPECT_EQ(faultOf(D, launch(1, 1, {&A}, uint64_t(3))).Kind, FaultKind::None);
  EXPECT_EQ(faultOf(D, launch(1, 1, {&A}, uint64_t(4))).Kind,
            FaultKind::OutOfBounds);
}

TEST(Fault, ConstantMemoryIsNotWritten) {
  Device D(R"(
@table = addrspace(4) global [4 x i32] [i32 1, i32 2, i32 3, i32 4], align 4
define void @k(ptr %a) {
  %p = addrspacecast ptr addrspace(4) @table to ptr
  store i32 1, ptr %p, align 4
  ret void
})");
  Words A(1);
  EXPECT_EQ(faultOf(D, launch(1, 1, {&A})).Kind, FaultKind::ReadOnly);
}

TEST(Fault, BarrierThatOneThreadSkips) {
  Device D(R"(
declare void @llvm.nvvm.bar.warp.sync(i32)
define void @k(ptr %a) {
  %t = call i32 @llvm.nvvm.read.ptx.sreg.tid.x()
  %c = icmp eq i32 %t, 5
  br i1 %c, label %warp, label %block
warp:
  call void @llvm.nvvm.bar.warp.sync(i32 -1)
  ret void
block:
  call void @llvm.nvvm.barrier0()
  ret void
})");
  Words A(1);
  Fault F = faultOf(D, launch(1, 32, {&A}));
  EXPECT_EQ(F.Kind, FaultKind::Barrier);
  EXPECT_NE(F.Text.find("32 of 32 threads"), std::string::npos) << F.Text;
}

TEST(Fault, ThreadsThatEndedAreNotWaitedFor) {
  Device D(R"(
define void @k(ptr %a) {
  %t = call i32 @llvm.nvvm.read.ptx.sreg.tid.x()
  %c = icmp ult i32 %t, 5
  br i1 %c, label %end, label %wait
wait:
  call void @llvm.nvvm.barrier0()
  %p = getelementptr i32, ptr %a, i32 %t
  store i32 1, ptr %p, align 4
  ret void
end:
  ret void
})");
  Words A(32);
  EXPECT_EQ(faultOf(D, launch(1, 32, {&A})).Kind, FaultKind::None);
  EXPECT_EQ(A[31], 1u);
}

TEST(Fault, EndlessLoopMeetsTheLimit) {
  Device D(R"(
define void @k(ptr %a) {
entry:
  br label %loop
loop:
  %v = load volatile i32, ptr %a, align 4
  %c = icmp eq i32 %v, 0
  br i1 %c, label %loop, label %end
end:
  ret void
})");
  Words A(1);
  Launch L = launch(2, 32, {&A});
  L.InstructionLimit = 10000000;
  EXPECT_EQ(faultOf(D, L).Kind, FaultKind::Limit);
}

TEST(Fault, LoopThatWaitsForAnotherBlockEnds) {
  // Block 0 waits for what the last block writes.
  Device D(R"(
define void @k(ptr %a) {
entry:
  %c = call i32 @llvm.nvvm.read.ptx.sreg.ctaid.x()
  %first = icmp eq i32 %c, 0
  br i1 %first, label %loop, label %other
loop:
  %v = load volatile i32, ptr %a, align 4
  %w = icmp eq i32 %v, 9
  br i1 %w, label %end, label %loop
other:
  store i32 %c, ptr %a, align 4
  br label %end
end:
  ret void
})");
  Words A(1);
  EXPECT_EQ(faultOf(D, launch(10, 1, {&A})).Kind, FaultKind::None);
}

TEST(Fault, CodeThatEndsWithoutAReturn) {
  Device D("define void @k(ptr %a) {\n unreachable\n}");
  Words A(1);
  EXPECT_EQ(faultOf(D, launch(1, 1, {&A})).Kind, FaultKind::Trap);
}

TEST(Fault, VariableThatNobodyWroteIsZero) {
  Device D(R"(
define void @k(ptr %a) {
  %x = alloca i32, align 4
  %v = load i32, ptr %x, align 4
  %c = icmp eq i32 %v, 0
  br i1 %c, label %zero, label %other
zero:
  store i32 5, ptr %a, align 4
  ret void
other:
  store i32 6, ptr %a, align 4
  ret void
})");
  Words A(1);
  EXPECT_EQ(faultOf(D, launch(1, 1, {&A})).Kind, FaultKind::None);
  EXPECT_EQ(A[0], 5u);
}

TEST(Fault, ParametersLieAtTheirAlignment) {
  Device D(R"(
%s = type { i8, double }
define void @k(i8 %a, ptr %p, i16 %b, ptr byval(%s) align 8 %c, i32 %d) {
  %x = getelementptr %s, ptr %c, i32 0, i32 1
  %v = load double, ptr %x, align 8
  store double %v, ptr %p, align 8
  ret void
})");
  ASSERT_NE(D.Entry, nullptr) << D.Refusal;
  std::vector<std::pair<uint32_t, uint32_t>> Places;
  for (const ParameterInfo &P : D.Entry->parameters())
    Places.push_back({P.Offset, P.Size});
  using Pairs = std::vector<std::pair<uint32_t, uint32_t>>;
  EXPECT_EQ(Places, (Pairs{{0, 1}, {8, 8}, {16, 2}, {24, 16}, {40, 4}}));
  EXPECT_EQ(D.Entry->paramBytes(), 44u);
  alignas(8) static double Out = 0;
  Launch L;
  L.Params.resize(44);
  auto Address = reinterpret_cast<uint64_t>(&Out);
  double Value = 2.5;
  std::memcpy(&L.Params[8], &Address, 8);
  std::memcpy(&L.Params[32], &Value, 8);
  L.Allocations = {{Address, 8}};
  EXPECT_EQ(faultOf(D, L).Kind, FaultKind::None);
  EXPECT_EQ(Out, 2.5);
}

TEST(Fault, Trap) {
  Device D("declare void @llvm.trap()\n"
           "define void @k(ptr %a) {\n call void @llvm.trap()\n"
           " unreachable\n}");
  Words A(1);
  EXPECT_EQ(faultOf(D, launch(1, 1, {&A})).Kind, FaultKind::Trap);
}

TEST(Fault, EndlessRecursion) {
  Device D(R"(
define i32 @deep(i32 %n, ptr %a) noinline {
  %m = add i32 %n, 1
  %v = call i32 @deep(i32 %m, ptr %a)
  %r = add i32 %v, %n
  store i32 %r, ptr %a, align 4
  ret i32 %r
}
define void @k(ptr %a) {
  %v = call i32 @deep(i32 0, ptr %a)
  ret void
})");
  Words A(1);
  EXPECT_EQ(faultOf(D, launch(1, 1, {&A})).Kind, FaultKind::Limit);
}

TEST(Fault, SharedMemoryThatNobodyWrote) {
  Device D(R"(
@s = internal addrspace(3) global [32 x i32] undef, align 4
define void @k(ptr %a) {
  %t = call i32 @llvm.nvvm.read.ptx.sreg.tid.x()
  %p = getelementptr i32, ptr addrspace(3) @s, i32 %t
  %c = icmp ne i32 %t, 3
  br i1 %c, label %write, label %wait
write:
  store i32 %t, ptr addrspace(3) %p, align 4
  br label %wait
wait:
  call void @llvm.nvvm.barrier0()
  %v = load i32, ptr addrspace(3) %p, align 4
  %q = getelementptr i32, ptr %a, i32 %t
  store i32 %v, ptr %q, align 4
  ret void
})");
  Words A(32);
  Result R = D.run(launch(2, 32, {&A}));
  EXPECT_EQ(R.S, Status::Finished);
  ASSERT_EQ(R.Uninitialised.size(), 2u) << "one for each block";
  EXPECT_EQ(R.Uninitialised[1].Where.Block, (Dim3{1, 0, 0}));
  EXPECT_EQ(R.Uninitialised[1].Where.Thread, (Dim3{3, 0, 0}));
  EXPECT_EQ(A[31], 31u);
}

TEST(Fault, LaunchesThatMakeNoSense) {
  Device D(Store);
  Words A(32);
  Launch L = launch(1, 32, {&A}, uint64_t(4));
  L.Block.X = 0;
  EXPECT_EQ(faultOf(D, L).Kind, FaultKind::BadLaunch);
  L.Block = {1024, 2, 1};
  EXPECT_EQ(faultOf(D, L).Kind, FaultKind::BadLaunch);
  L.Block = {32};
  L.Params.pop_back();
  EXPECT_EQ(faultOf(D, L).Kind, FaultKind::BadLaunch);
  L.Params.push_back(0);
  L.Allocations.push_back({L.Allocations[0].Address + 4, 4});
  EXPECT_EQ(faultOf(D, L).Kind, FaultKind::BadLaunch);
}

TEST(Fault, RefusedByName) {
  Device D(R"(
declare ptr @malloc(i64)
declare i32 @somewhere(i32)
define void @k(ptr %a) {
  %p = call ptr @malloc(i64 8)
  store i32 1, ptr %p
  %v = call i32 @somewhere(i32 1)
  store i32 %v, ptr %a
  ret void
})");
  EXPECT_EQ(D.Entry, nullptr);
  EXPECT_NE(D.Refusal.find("device malloc"), std::string::npos) << D.Refusal;
  EXPECT_NE(D.Refusal.find("a call of somewhere"), std::string::npos);
}

TEST(Fault, CodeThatCannotRunRefusesNothing) {
  Device D(R"(
declare i32 @somewhere(i32)
define void @k(ptr %a) {
  br i1 false, label %never, label %end
never:
  %v = call i32 @somewhere(i32 1)
  ret void
end:
  ret void
})");
  EXPECT_NE(D.Entry, nullptr) << D.Refusal;
}

} // namespace
