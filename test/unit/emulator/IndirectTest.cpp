//===- IndirectTest.cpp - Calls through pointers --------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CudaForms.h"
#include "Device.h"

using namespace reprise::emulator;

namespace {

using Words = std::vector<uint32_t>;

TEST(Indirect, AsCompilersWriteThem) {
  if (availableForms().empty())
    GTEST_SKIP() << "no CUDA toolkit";
  for (Form F : availableForms()) {
    SCOPED_TRACE(nameOf(F));
    auto P = loadCuda(REPRISE_EMULATOR_INPUTS "/pointers.cu", F);
    ASSERT_TRUE(bool(P)) << llvm::toString(P.takeError());
    auto Run = [&](const char *Name, Words &A, auto... Numbers) {
      auto K = (*P)->prepare(Name);
      if (!K) {
        ADD_FAILURE() << llvm::toString(K.takeError());
        return Result();
      }
      return (*K)->run(launch(1, 4, {&A}, Numbers...));
    };
    const Words Given = bits({1, 2, 3, 4});
    Words A = Given;
    Result R = Run("_Z9fromTablePfi", A, 0);
    ASSERT_EQ(R.S, Status::Finished) << R.Problem.Text;
    EXPECT_EQ(A, bits({11, 20, 13, 40}));
    A = Given;
    R = Run("_Z11fromObjectsPf", A);
    ASSERT_EQ(R.S, Status::Finished) << R.Problem.Text;
    EXPECT_EQ(A, bits({1, 200, 9, 400}));
    // Nobody has chosen yet.
    A = Given;
    R = Run("_Z8asChosenPf", A);
    EXPECT_EQ(R.Problem.Kind, FaultKind::Unsupported);
    EXPECT_NE(R.Problem.Text.find("calls 0x0, which is no function"),
              std::string::npos)
        << R.Problem.Text;
    auto Choose = (*P)->prepare("_Z6choosei");
    ASSERT_TRUE(bool(Choose)) << llvm::toString(Choose.takeError());
    for (uint32_t Which : {1, 0}) {
      R = (*Choose)->run(launch(1, 1, {}, Which));
      ASSERT_EQ(R.S, Status::Finished) << R.Problem.Text;
      A = Given;
      R = Run("_Z8asChosenPf", A);
      ASSERT_EQ(R.S, Status::Finished) << R.Problem.Text;
      EXPECT_EQ(A, Which ? bits({2.5f, 2.5f, 3, 4})
                         : bits({3.5f, 4.5f, 5.5f, 6.5f}));
    }
  }
}

const char *Table = R"(
@t = internal addrspace(1) constant [3 x ptr] [ptr @one, ptr @two, ptr @wide]
define internal i32 @one(i32 %x) {
  %r = add i32 %x, 1
  ret i32 %r
}
define internal i32 @two(i32 %x) {
  %r = mul i32 %x, 2
  ret i32 %r
}
define internal i32 @wide(i64 %x) {
  ret i32 0
}
define void @k(ptr %a, i32 %n) {
  %t = call i32 @llvm.nvvm.read.ptx.sreg.tid.x()
  %i = add i32 %t, %n
  %q = getelementptr ptr, ptr addrspace(1) @t, i32 %i
  %f = load ptr, ptr addrspace(1) %q, align 8
  %v = call i32 %f(i32 %t)
  %p = getelementptr i32, ptr %a, i32 %t
  store i32 %v, ptr %p, align 4
  ret void
})";

TEST(Indirect, OnlyFunctionsThatTakeTheArguments) {
  Device D(Table);
  Words A(2);
  Result R = D.run(launch(1, 2, {&A}, 0));
  ASSERT_EQ(R.S, Status::Finished) << R.Problem.Text;
  EXPECT_EQ(A, (Words{1, 2}));
  EXPECT_EQ(D.run(launch(1, 2, {&A}, 1)).Problem.Kind, FaultKind::Unsupported);
}

TEST(Indirect, TheSameNumberForAllForms) {
  // Traced and untraced runs are other machine code; the numbers in memory are
  // not.
  Device D(R"(
define internal void @f(ptr %p) {
  store i32 7, ptr %p, align 4
  ret void
}
define void @k(ptr %a, ptr %b, i32 %call) {
  %c = icmp eq i32 %call, 0
  br i1 %c, label %keep, label %use
keep:
  store ptr @f, ptr %b, align 8
  ret void
use:
  %g = load ptr, ptr %b, align 8
  call void %g(ptr %a)
  ret void
})");
  Words A(1), B(2);
  Launch L = launch(1, 1, {&A, &B}, 0);
  L.Trace = TraceLevel::None;
  ASSERT_EQ(D.run(L).S, Status::Finished);
  Result R = D.run(launch(1, 1, {&A, &B}, 1));
  ASSERT_EQ(R.S, Status::Finished) << R.Problem.Text;
  EXPECT_EQ(A, Words{7});
  EXPECT_EQ(R.Trace.Written, std::vector{elements(A, 0, 1)});
}

TEST(Indirect, CodeIsNoData) {
  Device D(R"(
define internal void @f() {
  ret void
}
define void @k(ptr %a) {
  %v = load i32, ptr @f, align 4
  store i32 %v, ptr %a, align 4
  ret void
})");
  Words A(1);
  EXPECT_EQ(D.run(launch(1, 1, {&A})).Problem.Kind, FaultKind::OutOfBounds);
}

TEST(Indirect, Recursion) {
  Device D(R"(
define internal i32 @sum(ptr %self, i32 %n) {
  %done = icmp eq i32 %n, 0
  br i1 %done, label %end, label %more
more:
  %less = sub i32 %n, 1
  %rest = call i32 %self(ptr %self, i32 %less)
  %all = add i32 %rest, %n
  ret i32 %all
end:
  ret i32 0
}
define void @k(ptr %a, i32 %n) {
  %v = call i32 @sum(ptr @sum, i32 %n)
  store i32 %v, ptr %a, align 4
  ret void
})");
  Words A(1);
  ASSERT_EQ(D.run(launch(1, 1, {&A}, 10)).S, Status::Finished);
  EXPECT_EQ(A, Words{55});
  EXPECT_EQ(D.run(launch(1, 1, {&A}, 100000000)).Problem.Kind,
            FaultKind::Limit);
}

} // namespace
