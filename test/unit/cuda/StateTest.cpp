//===- StateTest.cpp - What is alive in the program ---------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "State.h"
#include "LaunchMemory.h"

#include <gtest/gtest.h>

#include <atomic>
#include <bit>
#include <thread>

using namespace reprise::cuda;

namespace {

/// The state is one for the process: each test has addresses of its own.
constexpr uint64_t Home = 0x7f0000000000;

struct Found {
  bool Known;
  uint64_t Address, Size;
  bool operator==(const Found &) const = default;
};

Found find(uint64_t Address) {
  Pin V(*currentThread());
  static const KernelInfo None;
  LaunchMemory Memory(*V, None, /*UseSymbols=*/false);
  const reprise_range *R = Memory.find(Address);
  return R ? Found{true, R->address, R->size} : Found{false, 0, 0};
}

uint64_t epoch() {
  Pin V(*currentThread());
  return V->Epoch;
}

constexpr Found Nothing{false, 0, 0};

TEST(State, FindsAllocationsByAnyAddressInThem) {
  const uint64_t A = Home + 0x10000;
  addAllocation(A, 256, nullptr, Source::Device);
  addAllocation(A + 512, 100, nullptr, Source::Device);
  EXPECT_EQ(find(A - 1), Nothing);
  EXPECT_EQ(find(A), (Found{true, A, 256}));
  EXPECT_EQ(find(A + 255), (Found{true, A, 256}));
  EXPECT_EQ(find(A + 256), Nothing);
  EXPECT_EQ(find(A + 611), (Found{true, A + 512, 100}));
  EXPECT_EQ(find(A + 612), Nothing);
  Allocation Gone;
  EXPECT_TRUE(removeAllocation(A, Gone));
  EXPECT_EQ(Gone.Range.size, 256u);
  EXPECT_FALSE(removeAllocation(A, Gone));
  EXPECT_EQ(find(A), Nothing);
}

TEST(State, ReusedAddressesHaveTheNewSize) {
  const uint64_t A = Home + 0x20000;
  addAllocation(A, 1024, nullptr, Source::Device);
  uint64_t Before = epoch();
  Allocation Gone;
  removeAllocation(A, Gone);
  addAllocation(A, 64, nullptr, Source::Device);
  EXPECT_GT(epoch(), Before);
  EXPECT_EQ(find(A), (Found{true, A, 64}));
  EXPECT_EQ(find(A + 64), Nothing);
}

TEST(State, WhatIsNewReplacesWhatItOverlaps) {
  const uint64_t A = Home + 0x30000;
  for (uint64_t I = 0; I < 8; ++I)
    addAllocation(A + 256 * I, 256, nullptr, Source::Device);
  addAllocation(A + 300, 1000, nullptr, Source::Device);
  EXPECT_EQ(find(A), (Found{true, A, 256}));
  EXPECT_EQ(find(A + 256), Nothing);
  EXPECT_EQ(find(A + 1299), (Found{true, A + 300, 1000}));
  EXPECT_EQ(find(A + 1300), Nothing);
  EXPECT_EQ(find(A + 1536), (Found{true, A + 1536, 256}));
}

TEST(State, ContextsTakeTheirMemoryAlong) {
  const uint64_t A = Home + 0x40000;
  auto *First = std::bit_cast<CUcontext>(uint64_t{1});
  auto *Second = std::bit_cast<CUcontext>(uint64_t{2});
  addAllocation(A, 16, First, Source::Device);
  addAllocation(A + 16, 16, Second, Source::Device);
  removeContext(First);
  EXPECT_EQ(find(A), Nothing);
  EXPECT_EQ(find(A + 16), (Found{true, A + 16, 16}));
}

TEST(State, AVersionStaysWhileItIsPinned) {
  const uint64_t A = Home + 0x50000;
  addAllocation(A, 64, nullptr, Source::Device);
  Pin V(*currentThread());
  std::thread([&] {
    Allocation Gone;
    removeAllocation(A, Gone);
    for (uint64_t I = 1; I < 1000; ++I)
      addAllocation(A + 4096 * I, 64, nullptr, Source::Device);
  }).join();
  ASSERT_NE(V->Allocations.find(A), nullptr);
  EXPECT_EQ(V->Allocations.find(A)->Range.size, 64u);
  EXPECT_EQ(V->Allocations.find(A + 4096), nullptr);
  EXPECT_EQ(find(A + 4096), (Found{true, A + 4096, 64})); // Of a new pin.
}

TEST(State, ReadersNeverSeeHalfAnUpdate) {
  const uint64_t A = Home + 0x60000000;
  constexpr uint64_t Count = 64;
  std::atomic<bool> Stop{false};
  std::atomic<uint64_t> Wrong{0}, Right{0};
  std::vector<std::thread> Readers;
  for (int I = 0; I < 3; ++I)
    Readers.emplace_back([&, I] {
      uint64_t At = static_cast<uint64_t>(I);
      while (!Stop.load()) {
        const uint64_t Address = A + 4096 * (++At % Count);
        Pin V(*currentThread());
        const auto Item = V->Allocations.floor(Address);
        if (!Item || Item.Key != Address)
          continue;
        // The size tells the address.
        if (Item.Data->Range.address != Address ||
            Item.Data->Range.size != 1 + (Address - A) / 4096)
          ++Wrong;
        else
          ++Right;
      }
    });
  for (int Round = 0; Round < 200 || Right.load() < 1000; ++Round)
    for (uint64_t I = 0; I < Count; ++I) {
      Allocation Gone;
      if (Round % 2)
        removeAllocation(A + 4096 * I, Gone);
      else
        addAllocation(A + 4096 * I, 1 + I, nullptr, Source::Device);
    }
  Stop = true;
  for (std::thread &T : Readers)
    T.join();
  EXPECT_EQ(Wrong.load(), 0u);
}

} // namespace
