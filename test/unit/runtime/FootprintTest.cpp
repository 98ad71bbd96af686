//===- FootprintTest.cpp - Operations that touch the same memory ----------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Footprint.h"
#include "Window.h"

#include <gtest/gtest.h>

using namespace reprise;

namespace {

constexpr uint64_t A = 0x1000, B = 0x2000, C = 0x3000, D = 0x4000;

/// Host memory is no constant variable.
reprise_region region(uint64_t Address, uint64_t Width, uint64_t Rows = 1,
                      uint64_t Pitch = 0) {
  reprise_region R{};
  R.kind = REPRISE_REGION_HOST;
  R.address = Address;
  R.width = Width;
  R.rows = Rows;
  R.pitch = Pitch;
  return R;
}

Operation copy(const reprise_region &To, const reprise_region &From) {
  Operation O;
  EXPECT_TRUE(Operation::copy(To, From, nullptr, O));
  return O;
}
Operation copy(uint64_t To, uint64_t From) {
  return copy(region(To, 256), region(From, 256));
}

/// Whoever asks.
bool met(const Operation &X, const Operation &Y) {
  const bool Answer = interfere(X, Y);
  EXPECT_EQ(interfere(Y, X), Answer);
  return Answer;
}

TEST(Interfere, WhatOneWritesAndTheOtherTouches) {
  EXPECT_FALSE(met(copy(B, A), copy(D, C)));
  EXPECT_FALSE(met(copy(B, A), copy(C, A))); // Both only read A.
  EXPECT_TRUE(met(copy(B, A), copy(C, B)));
  EXPECT_TRUE(met(copy(B, A), copy(B, C)));
  EXPECT_TRUE(met(copy(B, A), copy(A, C)));
  EXPECT_TRUE(met(copy(B, A), copy(B + 255, C)));
  EXPECT_FALSE(met(copy(B, A), copy(B + 256, C)));
}

TEST(Interfere, RowsBetweenRowsDoNot) {
  const Operation Even =
      copy(region(A, 8, 16, 16), reprise_region{}); // A fill.
  const Operation Odd = copy(region(A + 8, 8, 16, 16), reprise_region{});
  EXPECT_FALSE(met(Even, Odd));
  EXPECT_TRUE(met(Even, Even));
  EXPECT_TRUE(met(Odd, copy(region(A + 15, 2), reprise_region{})));
}

TEST(Interfere, WhatIsNotKnownDoes) {
  Operation Writer, Reader;
  Writer.WritesAny = true;
  EXPECT_TRUE(met(Writer, copy(B, A)));
  EXPECT_TRUE(met(Writer, Reader));
  Reader.ReadsAny = true;
  EXPECT_TRUE(met(Reader, copy(B, A)));
  Operation Other;
  Other.ReadsAny = true;
  EXPECT_FALSE(met(Reader, Other));
  EXPECT_TRUE(
      met(Operation::fence(REPRISE_REASON_UNRESOLVED_CALL), copy(B, A)));
}

TEST(Interfere, AnArrayIsOneByte) {
  reprise_region First{}, Second{}, Any{};
  First.kind = Second.kind = Any.kind = REPRISE_REGION_ARRAY;
  First.array = 1;
  Second.array = 2;
  EXPECT_FALSE(met(copy(First, region(A, 8)), copy(Second, region(A, 8))));
  EXPECT_TRUE(met(copy(First, region(A, 8)), copy(region(B, 8), First)));
  EXPECT_TRUE(met(copy(First, region(A, 8)), copy(region(B, 8), Any)));
}

TEST(Interfere, AWindowAsksAllThatItHolds) {
  Window W(2);
  EXPECT_FALSE(W.meets(copy(B, A)));
  W.append(copy(B, A));
  W.append(copy(C, A));
  EXPECT_TRUE(W.meets(copy(B, D)));
  W.append(copy(D, A)); // The first one is dropped.
  EXPECT_FALSE(W.meets(copy(B, A)));
  EXPECT_TRUE(W.meets(copy(A, B)));
  W.appendFence();
  EXPECT_FALSE(W.meets(copy(A, B)));
}

} // namespace
