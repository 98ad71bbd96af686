//===- AsmTest.cpp - Inline assembly, atomics, copies, printf -------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Device.h"

using namespace reprise::emulator;

namespace {

using Words = std::vector<uint32_t>;

Words runOne(const std::string &Body, Words A, uint32_t Threads = 1) {
  Device D(Body);
  Result R = D.run(launch(1, Threads, {&A}));
  EXPECT_EQ(R.S, Status::Finished) << R.Problem.Text;
  return A;
}

TEST(Asm, OneResult) {
  EXPECT_EQ(runOne(R"(
define void @k(ptr %a) {
  %v = load i32, ptr %a, align 4
  %w = call i32 asm "bfe.u32 $0, $1, $2, 8;", "=r,r,n"(i32 %v, i32 4)
  store i32 %w, ptr %a, align 4
  ret void
})",
                   {0xabcdef}),
            Words{0xde});
}

TEST(Asm, SeveralResultsAndATiedOperand) {
  EXPECT_EQ(runOne(R"(
define void @k(ptr %a) {
  %v = load i32, ptr %a, align 4
  %s = call {i32, i64} asm "{ .reg .u32 t; mov.u32 t, $0; add.u32 $0, t, 1; cvt.u64.u32 $1, t; }", "=r,=l,0"(i32 %v)
  %x = extractvalue {i32, i64} %s, 0
  %y = extractvalue {i32, i64} %s, 1
  %z = trunc i64 %y to i32
  store i32 %x, ptr %a, align 4
  %p = getelementptr i32, ptr %a, i32 1
  store i32 %z, ptr %p, align 4
  ret void
})",
                   {41, 0}),
            (Words{42, 41}));
}

TEST(Asm, AccessIsTraced) {
  Device D(R"(
define void @k(ptr %a) {
  call void asm sideeffect "st.global.u32 [$0], $1;", "l,r,~{memory}"(ptr %a, i32 7)
  ret void
})");
  Words A(2);
  Result R = D.run(launch(1, 1, {&A}));
  EXPECT_EQ(A, (Words{7, 0}));
  EXPECT_EQ(R.Trace.Written, std::vector{elements(A, 0, 1)});
}

TEST(Asm, LabelsAndPredicates) {
  EXPECT_EQ(runOne(R"(
define void @k(ptr %a) {
  %v = load i32, ptr %a, align 4
  %w = call i32 asm sideeffect "{ .reg .pred p; mov.u32 $0, 0;\0A again: add.u32 $0, $0, $1; setp.lt.u32 p, $0, 100;\0A @p bra again; }", "=r,r"(i32 %v)
  store i32 %w, ptr %a, align 4
  ret void
})",
                   {7}),
            Words{105});
}

TEST(Asm, UnknownOpcodeIsRefusedByName) {
  Device D(R"(
define void @k(ptr %a) {
  call void asm sideeffect "mystery.global.u32 [$0], $1;", "l,r"(ptr %a, i32 7)
  ret void
})");
  EXPECT_EQ(D.Entry, nullptr);
  EXPECT_NE(D.Refusal.find("mystery.global.u32"), std::string::npos)
      << D.Refusal;
}

struct AtomicCase {
  const char *Op, *Operand;
  uint32_t Before, After; ///< After 64 threads.
};

TEST(Atomic, AllKindsAreDoneOnceByEachThread) {
  const AtomicCase Cases[] = {
      {"add", "i32 3", 5, 197},
      {"sub", "i32 1", 70, 6},
      {"and", "i32 12", 29, 12},
      {"or", "i32 96", 3, 99},
      {"xor", "i32 1", 8, 8},
      {"max", "i32 -1", -5u, -1u},
      {"umax", "i32 9", 4, 9},
      {"min", "i32 -1", 5, -1u},
      {"umin", "i32 3", 5, 3},
      {"uinc_wrap", "i32 9", 0, 4},
      {"udec_wrap", "i32 9", 0, 6},
      {"xchg", "i32 8", 1, 8},
      {"fadd", "float 1.0", 0, 0x42800000},
  };
  for (const AtomicCase &C : Cases) {
    SCOPED_TRACE(C.Op);
    EXPECT_EQ(runOne(std::string("define void @k(ptr %a) {\n %v = atomicrmw ") +
                         C.Op + " ptr %a, " + C.Operand +
                         " monotonic\n ret void\n}",
                     {C.Before}, 64)[0],
              C.After);
  }
}

TEST(Atomic, CompareAndSwapOf128Bits) {
  EXPECT_EQ(runOne(R"(
define void @k(ptr %a) {
  %r = cmpxchg ptr %a, i128 18446744073709551617, i128 5 monotonic monotonic
  ret void
})",
                   {1, 0, 1, 0}),
            (Words{5, 0, 0, 0}));
}

TEST(Atomic, PairOfHalves) {
  // 1.0 + 2.0 in the low half, 0.5 + 4.0 in the high one.
  EXPECT_EQ(runOne(R"(
define void @k(ptr %a) {
  %v = call i32 asm sideeffect "atom.global.add.noftz.f16x2 $0, [$1], $2;", "=r,l,r"(ptr %a, i32 1140867072)
  ret void
})",
                   {0x38003c00})[0],
            0x44804200u);
}

TEST(Copy, AsynchronousWithFewerBytes) {
  Device D(R"(
@s = internal addrspace(3) global [4 x i32] undef, align 16
define void @k(ptr %a) {
  %s = ptrtoint ptr addrspace(3) @s to i32
  call void asm sideeffect "cp.async.cg.shared.global [$0], [$1], 16, $2;", "r,l,r"(i32 %s, ptr %a, i32 8)
  call void asm sideeffect "cp.async.wait_all;", ""()
  %v = load <4 x i32>, ptr addrspace(3) @s, align 16
  %p = getelementptr i32, ptr %a, i32 4
  store <4 x i32> %v, ptr %p, align 16
  ret void
})");
  alignas(16) static uint32_t Memory[8] = {1, 2, 3, 4, 9, 9, 9, 9};
  Launch L;
  L.Trace = TraceLevel::Bytes;
  auto Address = reinterpret_cast<uint64_t>(Memory);
  const auto *Bytes = reinterpret_cast<const uint8_t *>(&Address);
  L.Params.assign(Bytes, Bytes + 8);
  L.Allocations = {{Address, sizeof(Memory)}};
  Result R = D.run(L);
  ASSERT_EQ(R.S, Status::Finished) << R.Problem.Text;
  EXPECT_EQ(Memory[4], 1u);
  EXPECT_EQ(Memory[5], 2u);
  EXPECT_EQ(Memory[6], 0u);
  EXPECT_EQ(R.Trace.Read, (std::vector<Range>{{Address, Address + 8}}));
}

TEST(Print, Formats) {
  Device D(R"(
declare i32 @vprintf(ptr, ptr)
@f = private constant [25 x i8] c"%d %s %5.2f %llu %c%% \0A\00\00"
@t = private constant [5 x i8] c"text\00"
define void @k(ptr %a) {
  %b = alloca {i32, ptr, double, i64, i32}, align 8
  store i32 -3, ptr %b, align 8
  %p = getelementptr i8, ptr %b, i32 8
  store ptr @t, ptr %p, align 8
  %q = getelementptr i8, ptr %b, i32 16
  store double 2.5, ptr %q, align 8
  %r = getelementptr i8, ptr %b, i32 24
  store i64 -1, ptr %r, align 8
  %s = getelementptr i8, ptr %b, i32 32
  store i32 65, ptr %s, align 8
  %v = call i32 @vprintf(ptr @f, ptr %b)
  ret void
})");
  Words A(1);
  Result R = D.run(launch(1, 2, {&A}));
  EXPECT_EQ(R.Output, "-3 text  2.50 18446744073709551615 A% \n"
                      "-3 text  2.50 18446744073709551615 A% \n");
}

TEST(Arithmetic, WhatTheHostDoesOtherwise) {
  EXPECT_EQ(runOne(R"(
define void @k(ptr %a) {
  %z = load i32, ptr %a, align 4
  %q = udiv i32 7, %z
  %r = srem i32 7, %z
  %m = sdiv i32 -2147483648, %q
  %w = add i32 %z, 33
  %s = shl i32 1, %w
  %f = sitofp i32 %z to float
  %g = fdiv float 1.0, %f
  %i = fptosi float %g to i32
  %p1 = getelementptr i32, ptr %a, i32 1
  %p2 = getelementptr i32, ptr %a, i32 2
  %p3 = getelementptr i32, ptr %a, i32 3
  %p4 = getelementptr i32, ptr %a, i32 4
  store i32 %q, ptr %a, align 4
  store i32 %r, ptr %p1, align 4
  store i32 %m, ptr %p2, align 4
  store i32 %s, ptr %p3, align 4
  store i32 %i, ptr %p4, align 4
  ret void
})",
                   {0, 9, 9, 9, 9}),
            (Words{~0u, 7, 0x80000000u, 0, 0x7fffffffu}));
}

} // namespace
