//===- UnrolledLoopsTest.cpp - Roll up loops that a compiler unrolled -----===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "UnrolledLoops.h"
#include "LoopForms.h"

using namespace llvm;
using namespace reprise;
using namespace reprise::test;

namespace {

/// `for (c = x & 63; c < n; c += 2) ++g[c]`, unrolled by four, and then a hash
/// of g, which is cleared. The members are what a test changes.
struct Text {
  std::string C0 = "and i32 %x, 63";
  std::string Guard = "icmp slt i32 %c0, %n";
  std::string Distance = "add i32 %not, %n";
  std::string Quotient = "lshr i32 %d, 1";
  std::string Digit = "and i32 %count, 3";
  std::string Around = "icmp eq i32 %r, 0";
  std::string Limit = "icmp ult i32 %d, 6";
  std::string FirstStep = "2";
  std::string Third = "16";
  std::string MainStep = "8";
  std::string Stay = "icmp slt i32 %mnext, %n";
  std::string MainStart = "sext i32 %c1 to i64";
  std::string FirstAddress = "add i64 %p, 0";
  std::string Extra;
  std::string Result = "%hash";

  static std::string copy(const std::string &Suffix, const std::string &P) {
    return "%q" + Suffix + " = inttoptr i64 " + P + " to ptr\n%v" + Suffix +
           " = load volatile i32, ptr %q" + Suffix + "\n%w" + Suffix +
           " = add i32 %v" + Suffix + ", 1\nstore volatile i32 %w" + Suffix +
           ", ptr %q" + Suffix + "\n";
  }

  std::string str() const {
    return R"(
    @g = global [256 x i32] zeroinitializer
    define i32 @f(i32 %x, i32 %n) {
    entry:
      %c0 = )" +
           C0 + R"(
      %base = ptrtoint ptr @g to i64
      %in = )" +
           Guard + R"(
      br i1 %in, label %fork, label %after
    fork:
      %not = xor i32 %c0, -1
      %d = )" +
           Distance + R"(
      %h = )" +
           Quotient + R"(
      %count = add i32 %h, 1
      %r = )" +
           Digit + R"(
      %none = )" +
           Around + R"(
      br i1 %none, label %gate, label %pre
    pre:
      %w0 = zext i32 %c0 to i64
      %b0 = shl i64 %w0, 2
      %p0 = add i64 %base, %b0
      br label %head
    head:
      %c = phi i32 [ %c0, %pre ], [ %next, %body ]
      %k = phi i32 [ %r, %pre ], [ %less, %body ]
      %p = phi i64 [ %p0, %pre ], [ %pnext, %body ]
      %j = phi i8 [ 0, %pre ], [ %jnext, %body ]
      %go = icmp ne i32 %k, 0
      br i1 %go, label %body, label %exit
    body:
      %few8 = shl i8 %j, 3
      %near = zext i8 %few8 to i64
      %at = )" +
           FirstAddress + "\n" + copy("a", "%at") + Extra + R"(
      %next = add i32 %c, )" +
           FirstStep + R"(
      %less = add i32 %k, -1
      %jnext = add i8 %j, 1
      %pnext = add i64 %p, 8
      br label %head
    exit:
      br label %gate
    gate:
      %c1 = phi i32 [ %c0, %fork ], [ %c, %exit ]
      %few = )" +
           Limit + R"(
      br i1 %few, label %after, label %mpre
    mpre:
      %w1 = )" +
           MainStart + R"(
      %b1 = shl i64 %w1, 2
      %p1 = add i64 %base, %b1
      br label %main
    main:
      %m = phi i32 [ %c1, %mpre ], [ %mnext, %main ]
      %mp = phi i64 [ %p1, %mpre ], [ %mpnext, %main ]
      )" + copy("b", "%mp") +
           R"(
      %mp1 = add i64 %mp, 8
      )" + copy("c", "%mp1") +
           R"(
      %mp2 = add i64 %mp, )" +
           Third + R"(
      )" + copy("d", "%mp2") +
           R"(
      %mp3 = add i64 %mp, 24
      )" + copy("e", "%mp3") +
           R"(
      %mpnext = add i64 %mp, 32
      %mnext = add i32 %m, )" +
           MainStep + R"(
      %again = )" +
           Stay + R"(
      br i1 %again, label %main, label %mexit
    mexit:
      br label %after
    after:
      %last = phi i32 [ 0, %entry ], [ %c1, %gate ], [ %mnext, %mexit ]
      br label %sum
    sum:
      %i = phi i64 [ 0, %after ], [ %inext, %sum ]
      %hash = phi i32 [ 0, %after ], [ %hashed, %sum ]
      %e = getelementptr i32, ptr @g, i64 %i
      %v = load i32, ptr %e
      store i32 0, ptr %e
      %times = mul i32 %hash, 31
      %hashed = add i32 %times, %v
      %inext = add i64 %i, 1
      %more = icmp ult i64 %inext, 256
      br i1 %more, label %sum, label %done
    done:
      ret i32 )" +
           Result + R"(
    })";
  }
};

/// The number of accesses that are left to run the loop, of 10.
unsigned accesses(const Text &T) {
  LoopForms<UnrolledLoopsPass> F(T.str(), {});
  std::unique_ptr<Module> M = F.transformed(T.str());
  unsigned Count = 0;
  for (Instruction &I : instructions(*M->getFunction("f")))
    Count += I.isVolatile();
  return Count;
}

TEST(UnrolledLoops, RollsUp) {
  Text T;
  EXPECT_EQ(accesses(T), 2u);
  std::vector<uint32_t> Inputs;
  for (uint32_t I = 0; I < 40; ++I)
    Inputs.push_back(I);
  for (uint32_t I : {62u, 63u, 64u, 70u, 71u, 200u, 0x80000000u, 0xffffffffu})
    Inputs.push_back(I);
  LoopForms<UnrolledLoopsPass> F(T.str(), Inputs);
  EXPECT_EQ(F.Before, F.After);
}

TEST(UnrolledLoops, WhatTheLoopComputedIsAnyValue) {
  Text T;
  T.Result = "%last";
  LoopForms<UnrolledLoopsPass> F(T.str(), {});
  std::unique_ptr<Module> M = F.transformed(T.str());
  auto *Return = cast<ReturnInst>(M->getFunction("f")->back().getTerminator());
  auto *Call = dyn_cast<CallInst>(Return->getReturnValue());
  ASSERT_NE(Call, nullptr);
  EXPECT_TRUE(Call->getCalledFunction()->getName().starts_with(
      "reprise.ptx.value.unrolled"));
}

TEST(UnrolledLoops, KeepsWhatIsNotUnrolledLikeThat) {
  auto Keeps = [](auto Change, const char *What) {
    Text T;
    Change(T);
    EXPECT_EQ(accesses(T), 10u) << What;
  };
  Keeps([](Text &T) { T.C0 = "add i32 %x, 0"; }, "c0 may be large");
  Keeps([](Text &T) { T.C0 = "and i32 %x, 2147483647"; }, "c0 may be large");
  Keeps([](Text &T) { T.Guard = "icmp sle i32 %c0, %n"; }, "c0 = n");
  Keeps([](Text &T) { T.Guard = "icmp ult i32 %c0, %n"; }, "n < 0");
  Keeps([](Text &T) { T.Distance = "sub i32 %n, %c0"; }, "x = n - c0");
  Keeps([](Text &T) { T.Quotient = "lshr i32 %d, 2"; }, "r of x / 4");
  Keeps([](Text &T) { T.Quotient = "ashr i32 %d, 1"; }, "r of a signed x");
  Keeps([](Text &T) { T.Digit = "and i32 %count, 1"; }, "r mod 2");
  Keeps([](Text &T) { T.Digit = "and i32 %h, 3"; }, "r of x / 2");
  Keeps([](Text &T) { T.Around = "icmp eq i32 %r, 1"; }, "around P for r = 1");
  Keeps([](Text &T) { T.Around = "icmp ne i32 %r, 0"; }, "around P for others");
  Keeps([](Text &T) { T.Limit = "icmp ult i32 %d, 4"; }, "M with less");
  Keeps([](Text &T) { T.Limit = "icmp ult i32 %d, 7"; }, "M with more");
  Keeps([](Text &T) { T.Limit = "icmp slt i32 %d, 6"; }, "M of a signed x");
  Keeps([](Text &T) { T.Limit = "icmp ult i32 %h, 6"; }, "M of another x");
  Keeps([](Text &T) { T.FirstStep = "1"; }, "P goes on by 1");
  Keeps([](Text &T) { T.MainStep = "16"; }, "M goes on by 16");
  Keeps([](Text &T) { T.Third = "20"; }, "a copy goes astray");
  Keeps([](Text &T) { T.Stay = "icmp ult i32 %mnext, %n"; }, "unsigned test");
  Keeps([](Text &T) { T.Stay = "icmp sle i32 %mnext, %n"; }, "a larger n");
  Keeps([](Text &T) { T.Stay = "icmp slt i32 %mnext, %x"; }, "another n");
  Keeps([](Text &T) { T.MainStart = "sext i32 %c0 to i64"; }, "M starts early");
  Keeps([](Text &T) { T.Extra = "store i32 1, ptr @g\n"; }, "P stores more");
  Keeps([](Text &T) { T.FirstAddress = "add i64 %p0, %near"; },
        "wraps after a few iterations");
  Keeps([](Text &T) { T.Extra = "fence seq_cst\n"; }, "P has a fence");
}

} // namespace
