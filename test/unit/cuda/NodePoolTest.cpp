//===- NodePoolTest.cpp - Memory for the nodes of trees -----------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "NodePool.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <random>
#include <thread>
#include <vector>

using namespace reprise::cuda;

namespace {

struct Held {
  unsigned char *Bytes;
  size_t Size;
  unsigned char Mark;

  bool whole() const {
    return std::all_of(Bytes, Bytes + Size,
                       [&](unsigned char Byte) { return Byte == Mark; });
  }
};

/// Takes and gives nodes of many sizes, several chunks of them, each filled
/// with a mark that must still be there at the end.
void takeAndGive(unsigned Seed, unsigned &Wrong) {
  std::mt19937 Random(Seed);
  std::vector<Held> All;
  for (int Step = 0; Step < 12000; ++Step) {
    if (Random() % 4 != 0 || All.empty()) {
      const size_t Size =
          Random() % 3 ? Random() % 16 * 64 + 40 : Random() % LargestNode + 1;
      Held H{static_cast<unsigned char *>(takeNode(Size)), Size,
             static_cast<unsigned char>(Random())};
      Wrong += reinterpret_cast<uintptr_t>(H.Bytes) % 64 != 0;
      std::fill(H.Bytes, H.Bytes + Size, H.Mark);
      All.push_back(H);
      continue;
    }
    std::swap(All[Random() % All.size()], All.back());
    Wrong += !All.back().whole();
    giveNode(All.back().Bytes, All.back().Size);
    All.pop_back();
  }
  for (const Held &H : All) {
    Wrong += !H.whole();
    giveNode(H.Bytes, H.Size);
  }
}

TEST(NodePoolTest, NodesAreAlignedAndApart) {
  unsigned Wrong = 0;
  takeAndGive(1, Wrong);
  EXPECT_EQ(Wrong, 0U);
}

TEST(NodePoolTest, ThreadsDoNotGetTheSameNode) {
  unsigned Wrong[4] = {};
  std::vector<std::thread> Threads;
  for (unsigned I = 0; I < 4; ++I)
    Threads.emplace_back(takeAndGive, I + 2, std::ref(Wrong[I]));
  for (std::thread &T : Threads)
    T.join();
  for (unsigned Count : Wrong)
    EXPECT_EQ(Count, 0U);
}

} // namespace
