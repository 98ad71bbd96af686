//===- VariablesTest.cpp - What the host put into constant variables ----===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Variables.h"
#include "State.h"

#include <gtest/gtest.h>

#include <array>
#include <bit>
#include <cstring>
#include <optional>

using namespace reprise::cuda;

namespace {

/// The state is one for the process: each test has addresses of its own.
constexpr uint64_t Home = 0x7e0000000000, Owner = 77;
constexpr std::array<unsigned char, 16> Bytes = {1, 2,  3,  4,  5,  6,  7,  8,
                                                 9, 10, 11, 12, 13, 14, 15, 16};

/// Nothing where not all of them are known.
std::optional<std::array<unsigned char, 4>>
word(uint64_t Address, uint64_t Size, uint64_t Offset) {
  Pin V(*currentThread());
  const unsigned char *Found = variableContent(*V, {Address, Size}, Offset, 4);
  if (!Found)
    return std::nullopt;
  std::array<unsigned char, 4> Copy{};
  std::memcpy(Copy.data(), Found, 4);
  return Copy;
}

void copy(uint64_t To, const void *From, uint64_t Size) {
  VariableWrite Write(To, Size, /*AtOnce=*/true);
  Write.done(From);
}

using Word = std::array<unsigned char, 4>;

TEST(Variables, KnowWhatWasCopied) {
  const uint64_t A = Home + 0x1000;
  enterVariable(A, 16, Owner);
  EXPECT_EQ(word(A, 16, 0), std::nullopt);
  copy(A + 4, Bytes.data(), 8);
  EXPECT_EQ(word(A, 16, 0), std::nullopt);
  EXPECT_EQ(word(A, 16, 4), (Word{1, 2, 3, 4}));
  EXPECT_EQ(word(A, 16, 8), (Word{5, 6, 7, 8}));
  EXPECT_EQ(word(A, 16, 9), std::nullopt);
  EXPECT_EQ(word(A, 16, UINT64_MAX), std::nullopt);
  EXPECT_EQ(word(A, 12, 4), std::nullopt) << "another size";
  enterVariable(A, 16, Owner); // Asked for again.
  EXPECT_EQ(word(A, 16, 4), (Word{1, 2, 3, 4}));
}

TEST(Variables, AreUnknownUntilACopyIsDone) {
  const uint64_t A = Home + 0x2000;
  enterVariable(A, 16, Owner);
  copy(A, Bytes.data(), 16);
  VariableWrite Write(A + 4, 4, /*AtOnce=*/true);
  EXPECT_EQ(word(A, 16, 4), std::nullopt);
  EXPECT_EQ(word(A, 16, 0), (Word{1, 2, 3, 4}));
  EXPECT_EQ(word(A, 16, 8), (Word{9, 10, 11, 12}));
  // The driver refused it: done() is not called.
}

TEST(Variables, AWriteWithoutAnEndMakesThemUnknownForGood) {
  const uint64_t A = Home + 0x3000, B = A + 16;
  enterVariable(A, 16, Owner);
  enterVariable(B, 16, Owner);
  copy(A, Bytes.data(), 16);
  copy(B, Bytes.data(), 16);
  VariableWrite(A + 15, 1, /*AtOnce=*/false);
  copy(A, Bytes.data(), 16);
  EXPECT_EQ(word(A, 16, 0), std::nullopt);
  EXPECT_EQ(word(B, 16, 0), (Word{1, 2, 3, 4}));
}

TEST(Variables, TwoCopiesAtOneTimeMakeThemUnknownForGood) {
  const uint64_t A = Home + 0x4000;
  enterVariable(A, 16, Owner);
  VariableWrite First(A, 4, true), Second(A, 4, true);
  First.done(Bytes.data());
  Second.done(Bytes.data());
  copy(A, Bytes.data(), 16);
  EXPECT_EQ(word(A, 16, 0), std::nullopt);
}

TEST(Variables, ACopyBeyondOneIsOfNone) {
  const uint64_t A = Home + 0x5000, B = A + 16;
  struct {
    uint64_t At, Size;
    bool Start, End, NextStart, NextEnd; ///< What is still known.
  } const Cases[] = {{A - 4, 8, false, true, true, true},
                     {A + 12, 8, true, false, false, true},
                     {A + 16, 20, true, true, false, false},
                     {A - 4, UINT64_MAX, false, false, false, false},
                     {B + 8, UINT64_MAX, true, true, true, false}};
  enterVariable(A, 16, Owner);
  enterVariable(B, 16, Owner);
  for (const auto &C : Cases) {
    copy(A, Bytes.data(), 16);
    copy(B, Bytes.data(), 16);
    VariableWrite Write(C.At, C.Size, true);
    Write.done(nullptr); // Is not read.
    EXPECT_EQ(word(A, 16, 0).has_value(), C.Start) << C.At - A;
    EXPECT_EQ(word(A, 16, 12).has_value(), C.End) << C.At - A;
    EXPECT_EQ(word(B, 16, 0).has_value(), C.NextStart) << C.At - A;
    EXPECT_EQ(word(B, 16, 8).has_value(), C.NextEnd) << C.At - A;
  }
}

TEST(Variables, HostMemoryThatCannotBeReadIsNotKnown) {
  const uint64_t A = Home + 0x6000;
  enterVariable(A, 16, Owner);
  copy(A, std::bit_cast<const void *>(uint64_t{16}), 16);
  EXPECT_EQ(word(A, 16, 0), std::nullopt);
  copy(A, Bytes.data(), 16);
  EXPECT_EQ(word(A, 16, 0), (Word{1, 2, 3, 4}));
}

TEST(Variables, GoWithTheirModule) {
  const uint64_t A = Home + 0x7000, B = A + 0x100;
  enterVariable(A, 16, 5);
  enterVariable(B, 16, 6);
  copy(A, Bytes.data(), 16);
  copy(B, Bytes.data(), 16);
  leaveVariables(5);
  EXPECT_EQ(word(A, 16, 0), std::nullopt);
  EXPECT_EQ(word(B, 16, 0), (Word{1, 2, 3, 4}));
  enterVariable(B, 16, 7); // Another module's, at the same place.
  EXPECT_EQ(word(B, 16, 0), std::nullopt);
}

TEST(Variables, LargeOnesAreNotFollowed) {
  const uint64_t A = Home + 0x100000;
  enterVariable(A, MaxVariable + 1, Owner);
  copy(A, Bytes.data(), 16);
  EXPECT_EQ(word(A, MaxVariable + 1, 0), std::nullopt);
}

// The last one: it is for good.
TEST(VariablesLost, NothingIsKnownAnyMore) {
  const uint64_t A = Home + 0x8000;
  enterVariable(A, 16, Owner);
  copy(A, Bytes.data(), 16);
  EXPECT_EQ(word(A, 16, 0), (Word{1, 2, 3, 4}));
  loseVariables();
  copy(A, Bytes.data(), 16);
  EXPECT_EQ(word(A, 16, 0), std::nullopt);
}

} // namespace
