//===- HeapTest.cpp - The device's memory ---------------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "driver/Heap.h"

#include "gtest/gtest.h"

#include <algorithm>
#include <random>
#include <vector>

namespace reprise::driver {
namespace {

constexpr uint64_t Mebi = 1 << 20;

// NOLINTNEXTLINE(performance-no-int-to-ptr)
char *at(uint64_t Address) { return reinterpret_cast<char *>(Address); }

TEST(Heap, GivesTheLowestPlaceThatFits) {
  Heap H(16 * Mebi);
  uint64_t A = H.take(100), B = H.take(1000), C = H.take(1);
  EXPECT_EQ(A % Heap::Granule, 0u);
  EXPECT_EQ(B, A + 512);
  EXPECT_EQ(C, B + 1024);
  EXPECT_EQ(H.used(), 2048u);
  H.give(B, 1000);
  EXPECT_EQ(H.take(1025), C + 512);
  EXPECT_EQ(H.take(512), B);
  EXPECT_EQ(H.take(512), B + 512);
}

TEST(Heap, HasAnEnd) {
  Heap H(4 * Mebi);
  EXPECT_EQ(H.take(4 * Mebi + 1), 0u);
  uint64_t A = H.take(4 * Mebi);
  EXPECT_NE(A, 0u);
  EXPECT_EQ(H.take(1), 0u);
  H.give(A, 4 * Mebi);
  EXPECT_EQ(H.take(1), A);
  EXPECT_TRUE(H.contains(A + 4 * Mebi - 1));
  EXPECT_FALSE(H.contains(A + 4 * Mebi));
}

TEST(Heap, KeepsAlignment) {
  Heap H(16 * Mebi);
  H.take(1);
  EXPECT_EQ(H.take(1, 4096) % 4096, 0u);
}

TEST(Heap, NeverGivesAByteTwice) {
  Heap H(8 * Mebi);
  std::mt19937 Random(1);
  struct Piece {
    uint64_t Address, Bytes;
  };
  std::vector<Piece> Pieces;
  for (int I = 0; I < 20000; ++I) {
    if (Random() % 2 && !Pieces.empty()) {
      std::swap(Pieces[Random() % Pieces.size()], Pieces.back());
      H.give(Pieces.back().Address, Pieces.back().Bytes);
      Pieces.pop_back();
    } else if (uint64_t Bytes = 1 + Random() % 40000;
               uint64_t Address = H.take(Bytes)) {
      Pieces.push_back({Address, Bytes});
    }
  }
  std::ranges::sort(Pieces, {}, &Piece::Address);
  uint64_t Used = 0;
  for (size_t I = 0; I < Pieces.size(); ++I) {
    Used += (Pieces[I].Bytes + 511) / 512 * 512;
    if (I)
      EXPECT_LE(Pieces[I - 1].Address + Pieces[I - 1].Bytes, Pieces[I].Address);
  }
  EXPECT_EQ(H.used(), Used);
}

TEST(HeapDeathTest, IsSealedUnlessOpen) {
  Heap H(4 * Mebi);
  uint64_t A = H.take(100);
  {
    Heap::Access Access(H);
    *at(A) = 1;
    // What is taken meanwhile is open as well.
    uint64_t B = H.take(3 * Mebi);
    *at(B + 3 * Mebi - 1) = 2;
  }
  EXPECT_DEATH(*static_cast<volatile char *>(at(A)), "");
  Heap::Access Access(H);
  EXPECT_EQ(*at(A), 1);
}

} // namespace
} // namespace reprise::driver
