//===- ConversionTest.cpp - Numbers of clang's intrinsics to integers -----===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Device.h"

#include <bit>
#include <cmath>
#include <limits>

using namespace reprise::emulator;

namespace {

using Words = std::vector<uint32_t>;

/// What llvm.nvvm.f2i.* gives for each of the numbers.
std::vector<int32_t> toInteger(const std::string &Modifiers,
                               const std::vector<float> &Numbers) {
  std::string Name = "@llvm.nvvm.f2i." + Modifiers;
  Device D("define void @k(ptr %out, ptr %in) {\n"
           "  %t = call i32 @llvm.nvvm.read.ptx.sreg.tid.x()\n"
           "  %f = getelementptr float, ptr %in, i32 %t\n"
           "  %v = load float, ptr %f\n"
           "  %i = call i32 " +
           Name +
           "(float %v)\n"
           "  %o = getelementptr i32, ptr %out, i32 %t\n"
           "  store i32 %i, ptr %o\n"
           "  ret void\n}\n"
           "declare i32 " +
           Name + "(float)\n");
  Words In, Out(Numbers.size());
  for (float N : Numbers)
    In.push_back(std::bit_cast<uint32_t>(N));
  Launch L = launch(1, static_cast<uint32_t>(Numbers.size()), {&Out, &In});
  EXPECT_EQ(D.run(L).S, Status::Finished);
  return {Out.begin(), Out.end()};
}

using Integers = std::vector<int32_t>;

TEST(Conversion, RoundsAsAsked) {
  std::vector<float> Numbers = {0.5f, 1.5f, -0.5f, -1.5f, 2.75f};
  EXPECT_EQ(toInteger("rn", Numbers), (Integers{0, 2, 0, -2, 3}));
  EXPECT_EQ(toInteger("rz", Numbers), (Integers{0, 1, 0, -1, 2}));
  EXPECT_EQ(toInteger("rm", Numbers), (Integers{0, 1, -1, -2, 2}));
  EXPECT_EQ(toInteger("rp", Numbers), (Integers{1, 2, 0, -1, 3}));
}

TEST(Conversion, StaysInRange) {
  constexpr auto Low = std::numeric_limits<int32_t>::min();
  constexpr auto High = std::numeric_limits<int32_t>::max();
  EXPECT_EQ(toInteger("rz", {3e9f, -3e9f, INFINITY, std::nanf("")}),
            (Integers{High, Low, High, 0}));
}

TEST(Conversion, FlushesBeforeItRounds) {
  EXPECT_EQ(toInteger("rm", {-1e-40f, -0.25f}), (Integers{-1, -1}));
  EXPECT_EQ(toInteger("rm.ftz", {-1e-40f, -0.25f}), (Integers{0, -1}));
}

/// A NaN among doubles gives the number with only the top bit set.
TEST(Conversion, DoublesAreWide) {
  Device D("define void @k(ptr %out, ptr %in) {\n"
           "  %v = load double, ptr %in\n"
           "  %w = call i64 @llvm.nvvm.d2ll.rn(double %v)\n"
           "  store i64 %w, ptr %out\n"
           "  %f = fdiv double 0.0, 0.0\n"
           "  %i = call i32 @llvm.nvvm.d2i.rn(double %f)\n"
           "  %o = getelementptr i64, ptr %out, i32 1\n"
           "  store i32 %i, ptr %o\n"
           "  ret void\n}\n"
           "declare i64 @llvm.nvvm.d2ll.rn(double)\n"
           "declare i32 @llvm.nvvm.d2i.rn(double)\n");
  auto Number = std::bit_cast<uint64_t>(-8589934593.5);
  Words Out(4),
      In = {static_cast<uint32_t>(Number), static_cast<uint32_t>(Number >> 32)};
  EXPECT_EQ(D.run(launch(1, 1, {&Out, &In})).S, Status::Finished);
  EXPECT_EQ(static_cast<int64_t>(Out[0] | uint64_t(Out[1]) << 32), -8589934594);
  EXPECT_EQ(Out[2], 0x80000000u);
}

} // namespace
