//===- DivisionsTest.cpp - Multiplications that divide by a constant ------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Divisions.h"
#include "LoopForms.h"

#include <random>

using namespace llvm;
using namespace reprise;
using namespace reprise::test;

namespace {

int64_t floorShift(int64_t V, unsigned P) { return V >> P; }

/// divisorOf's promise, by trying all numbers.
bool divides(int64_t M, unsigned P, int64_t Max, bool Signed, int64_t D) {
  for (int64_t X = 0; X <= Max; ++X)
    if (floorShift(X * M, P) != X / D)
      return false;
  if (Signed)
    for (int64_t X = -Max - 1; X < 0; ++X)
      if (floorShift(X * M, P) + 1 != X / D)
        return false;
  return true;
}

// Every factor, shift and range of a few bits: what is claimed is true, and
// nothing that is true is missed.
TEST(Divisions, ConditionIsExact) {
  unsigned Found = 0;
  for (int64_t M = 3; M < 160; ++M)
    for (unsigned P = 1; P < 14; ++P)
      for (int64_t Max : {1, 6, 15, 31, 63, 100, 127, 200})
        for (bool Signed : {false, true}) {
          if (isPowerOf2_64(static_cast<uint64_t>(M)))
            continue;
          auto D = divisorOf(APInt(64, static_cast<uint64_t>(M)), P,
                             APInt(64, static_cast<uint64_t>(Max)), Signed);
          int64_t Candidate = ((1 << P) + M - 1) / M;
          bool True = Candidate >= 2 && divides(M, P, Max, Signed, Candidate);
          ASSERT_EQ(D.has_value(), True)
              << M << " >> " << P << " up to " << Max << " signed " << Signed;
          if (D) {
            EXPECT_EQ(D->getZExtValue(), static_cast<uint64_t>(Candidate));
            ++Found;
          }
        }
  EXPECT_GT(Found, 1000u);
}

TEST(Divisions, KnownFactors) {
  APInt All = APInt::getMaxValue(32), Half = APInt::getSignedMaxValue(32);
  EXPECT_EQ(divisorOf(APInt(64, 0xaaaaaaab), 33, All, false), 3);
  EXPECT_EQ(divisorOf(APInt(64, 0x124924925), 35, All, false), 7);
  EXPECT_EQ(divisorOf(APInt(64, 0x55555556), 32, Half, true), 3);
  EXPECT_EQ(divisorOf(APInt(64, 0x92492493), 34, Half, true), 7);
  // One off, or a range too large.
  EXPECT_FALSE(divisorOf(APInt(64, 0xaaaaaaaa), 33, All, false));
  EXPECT_FALSE(divisorOf(APInt(64, 0xaaaaaaac), 33, All, false));
  EXPECT_FALSE(divisorOf(APInt(64, 0x55555556), 32, All, false));
}

std::vector<uint32_t> inputs() {
  std::vector<uint32_t> R = {0,          1,          6,          7,
                             8,          0x7ffffffe, 0x7fffffff, 0x80000000,
                             0x80000001, 0xfffffff8, 0xfffffff9, 0xffffffff};
  std::mt19937 Random(1);
  for (unsigned I = 0; I < 30; ++I)
    R.push_back(static_cast<uint32_t>(Random()) >> (I % 30));
  return R;
}

/// Body computes %r from %x and %y. Gives the opcodes of the divisions that
/// the pass found.
std::string divisions(const std::string &Body) {
  std::string Text =
      "define i32 @f(i32 %x, i32 %y) {\n" + Body + "\n  ret i32 %r\n}\n";
  LoopForms<DivisionsPass> F(Text, inputs());
  EXPECT_EQ(F.Before, F.After) << Text;
  std::unique_ptr<Module> M = F.transformed(Text);
  std::string Found;
  for (Instruction &I : instructions(*M->getFunction("f")))
    if (I.getOpcode() == Instruction::UDiv ||
        I.getOpcode() == Instruction::SDiv)
      Found +=
          std::string(I.getOpcodeName()) + " " +
          std::to_string(cast<ConstantInt>(I.getOperand(1))->getSExtValue()) +
          ";";
  return Found;
}

TEST(Divisions, Unsigned) {
  EXPECT_EQ(divisions(R"(
    %w = zext i32 %x to i64
    %m = mul i64 %w, 2863311531
    %h = lshr i64 %m, 32
    %t = trunc i64 %h to i32
    %r = lshr i32 %t, 1)"),
            "udiv 3;");
}

TEST(Divisions, UnsignedWithoutTheHighBit) {
  EXPECT_EQ(divisions(R"(
    %w = zext i32 %x to i64
    %m = mul i64 %w, 613566757
    %h = lshr i64 %m, 32
    %t = trunc i64 %h to i32
    %d = sub i32 %x, %t
    %e = lshr i32 %d, 1
    %s = add i32 %e, %t
    %r = lshr i32 %s, 2)"),
            "udiv 7;");
}

TEST(Divisions, UnsignedShiftedBack) {
  // Times 0.4, without the two lowest bits.
  EXPECT_EQ(divisions(R"(
    %s = lshr i32 %x, 1
    %w = zext i32 %s to i64
    %m = mul i64 %w, 1717986919
    %h = lshr i64 %m, 32
    %a = and i64 %h, 4294967292
    %r = trunc i64 %a to i32)"),
            "udiv 10;");
}

TEST(Divisions, UnsignedOfASmallNumber) {
  EXPECT_EQ(divisions(R"(
    %s = and i32 %x, 1023
    %m = mul i32 %s, 13108
    %r = lshr i32 %m, 16)"),
            "udiv 5;");
}

TEST(Divisions, Signed) {
  EXPECT_EQ(divisions(R"(
    %w = sext i32 %x to i64
    %m = mul i64 %w, 1431655766
    %h = lshr i64 %m, 32
    %t = trunc i64 %h to i32
    %s = lshr i32 %t, 31
    %r = add i32 %t, %s)"),
            "sdiv 3;");
}

TEST(Divisions, SignedWithANegativeFactor) {
  EXPECT_EQ(divisions(R"(
    %w = sext i32 %x to i64
    %m = mul i64 %w, -1840700269
    %h = lshr i64 %m, 32
    %t = trunc i64 %h to i32
    %a = add i32 %t, %x
    %s = lshr i32 %a, 31
    %q = ashr i32 %a, 2
    %r = add i32 %q, %s)"),
            "sdiv 7;");
}

TEST(Divisions, SignedLessTheSign) {
  EXPECT_EQ(divisions(R"(
    %w = sext i32 %x to i64
    %m = mul i64 %w, 1431655766
    %h = ashr i64 %m, 32
    %t = trunc i64 %h to i32
    %s = ashr i32 %x, 31
    %r = sub i32 %t, %s)"),
            "sdiv 3;");
}

TEST(Divisions, SignedByAPowerOfTwo) {
  EXPECT_EQ(divisions(R"(
    %s = ashr i32 %x, 31
    %b = lshr i32 %s, 29
    %a = add i32 %x, %b
    %r = ashr i32 %a, 3)"),
            "sdiv 8;");
  EXPECT_EQ(divisions(R"(
    %s = ashr i32 %x, 31
    %b = lshr i32 %s, 29
    %a = add i32 %b, %x
    %m = and i32 %a, -8
    %r = sub i32 %x, %m)"),
            "sdiv 8;");
}

// Almost a division: another factor, shift, operand, sign, mask or width.
TEST(Divisions, KeepsOthers) {
  for (const char *Body : {
           R"(
    %w = zext i32 %x to i64
    %m = mul i64 %w, 2863311530
    %h = lshr i64 %m, 33
    %r = trunc i64 %h to i32)",
           R"(
    %w = sext i32 %x to i64
    %m = mul i64 %w, 2863311531
    %h = lshr i64 %m, 33
    %r = trunc i64 %h to i32)",
           R"(
    %m = mul i32 %x, 43691
    %r = lshr i32 %m, 17)",
           R"(
    %s = and i32 %x, 65535
    %m = mul i32 %s, 13108
    %r = lshr i32 %m, 16)",
           R"(
    %w = zext i32 %x to i64
    %m = mul i64 %w, 613566757
    %h = lshr i64 %m, 32
    %t = trunc i64 %h to i32
    %d = sub i32 %y, %t
    %e = lshr i32 %d, 1
    %s = add i32 %e, %t
    %r = lshr i32 %s, 2)",
           R"(
    %w = sext i32 %x to i64
    %m = mul i64 %w, 1431655766
    %h = lshr i64 %m, 32
    %t = trunc i64 %h to i32
    %s = lshr i32 %y, 31
    %r = add i32 %t, %s)",
           R"(
    %w = sext i32 %x to i64
    %m = mul i64 %w, 1431655766
    %h = lshr i64 %m, 31
    %t = trunc i64 %h to i32
    %s = lshr i32 %t, 31
    %r = add i32 %t, %s)",
           R"(
    %w = sext i32 %x to i64
    %m = mul i64 %w, 1431655766
    %h = lshr i64 %m, 33
    %t = trunc i64 %h to i32
    %s = lshr i32 %t, 31
    %r = add i32 %t, %s)",
           R"(
    %s = ashr i32 %x, 31
    %b = lshr i32 %s, 28
    %a = add i32 %x, %b
    %r = ashr i32 %a, 3)",
           R"(
    %s = ashr i32 %x, 30
    %b = lshr i32 %s, 29
    %a = add i32 %x, %b
    %r = ashr i32 %a, 3)",
           R"(
    %s = ashr i32 %x, 31
    %b = lshr i32 %s, 29
    %a = add i32 %x, %b
    %r = and i32 %a, 248)"})
    EXPECT_EQ(divisions(Body), "") << Body;
}

} // namespace
