//===- SignalTest.cpp - A word that the host writes during a run ----------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Device.h"

#include <algorithm>

using namespace reprise::emulator;

namespace {

using Words = std::vector<uint32_t>;

constexpr size_t Threads = 64, At = 10;

/// What the threads of a block read, in their order, when the host writes 2
/// before load number At.
Words seen(uint64_t Stale) {
  Device D(R"(
define void @k(ptr %out, ptr %word) {
  %t = call i32 @llvm.nvvm.read.ptx.sreg.tid.x()
  %v = load volatile i32, ptr %word, align 4
  %p = getelementptr i32, ptr %out, i32 %t
  store i32 %v, ptr %p, align 4
  ret void
})");
  Words Out(Threads), Word(1);
  Launch L = launch(1, Threads, {&Out, &Word});
  L.Host.Address = elements(Word, 0, 1).Begin;
  L.Host.Value = 2;
  L.Host.Load = At;
  L.Host.Stale = Stale;
  Result R = D.run(L);
  EXPECT_EQ(R.S, Status::Finished) << R.Problem.Text;
  EXPECT_EQ(R.SignalLoads, Threads);
  return Out;
}

TEST(Signal, IsSeenFromALoadOn) {
  Words Seen = seen(0);
  for (size_t I = 0; I < Threads; ++I)
    EXPECT_EQ(Seen[I], I + 1 < At ? 0u : 2u) << I;
}

TEST(Signal, MayBeSeenLate) {
  Words Seen = seen(7);
  auto First = Seen.begin() + (At - 1);
  EXPECT_EQ(std::count(Seen.begin(), First, 0u), ptrdiff_t(At - 1));
  EXPECT_EQ(*First, 2u);
  const auto Rest = ptrdiff_t(Threads - At);
  ptrdiff_t Old = std::count(First, Seen.end(), 0u);
  EXPECT_GT(Old, Rest / 4);
  EXPECT_LT(Old, Rest * 3 / 4);
  EXPECT_NE(Seen, seen(8)) << "another seed, other loads";
  EXPECT_EQ(Seen, seen(7));
}

} // namespace
