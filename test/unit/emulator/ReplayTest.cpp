//===- ReplayTest.cpp - Launches that are killed and run again ------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "emulator/Replay.h"
#include "Device.h"

#include <numeric>

using namespace reprise::emulator;

namespace {

using Words = std::vector<uint32_t>;

Words counted(size_t N) {
  Words W(N);
  std::iota(W.begin(), W.end(), 100);
  return W;
}

ReplayResult replayOf(Device &D, const Launch &L) {
  EXPECT_NE(D.Entry, nullptr) << D.Refusal;
  return D.Entry ? replay(*D.Code, *D.Entry, L) : ReplayResult();
}

// a[i] = b[j] + 1, i the thread's number in the grid, j made of i.
std::string update(const std::string &J) {
  return R"(
define void @k(ptr %a, ptr %b) {
  %t = call i32 @llvm.nvvm.read.ptx.sreg.tid.x()
  %c = call i32 @llvm.nvvm.read.ptx.sreg.ctaid.x()
  %n = call i32 @llvm.nvvm.read.ptx.sreg.ntid.x()
  %m = mul i32 %c, %n
  %i = add i32 %m, %t
  )" + J +
         R"(
  %q = getelementptr i32, ptr %b, i32 %j
  %v = load i32, ptr %q, align 4
  %w = add i32 %v, 1
  %p = getelementptr i32, ptr %a, i32 %i
  store i32 %w, ptr %p, align 4
  ret void
})";
}
const char *Same = "%j = add i32 %i, 0";

TEST(Replay, TwoBuffers) {
  Device D(update(Same));
  Words A(64), B = counted(64), Before = A;
  ReplayResult R = replayOf(D, launch(4, 16, {&A, &B}));
  EXPECT_EQ(R.Seen, Observation::Idempotent) << R.str();
  // All of three places between blocks, 64 stores and accesses in part.
  EXPECT_EQ(R.Replays, 1u + 3 + 8 + 8);
  EXPECT_EQ(R.CleanRuns, 4u);
  EXPECT_EQ(A, Before) << "memory is given back";
}

TEST(Replay, InPlace) {
  Device D(update(Same));
  Words A = counted(64), Before = A;
  Launch L = launch(4, 16, {&A});
  L.Params.insert(L.Params.end(), L.Params.begin(), L.Params.begin() + 8);
  ReplayResult R = replayOf(D, L);
  EXPECT_EQ(R.Seen, Observation::NotIdempotent);
  ASSERT_TRUE(R.First);
  EXPECT_EQ(R.First->Address, elements(A, 0, 1).Begin);
  EXPECT_EQ(R.First->Clean, 101);
  EXPECT_EQ(R.First->Other, 102);
  ASSERT_TRUE(R.Traced.First);
  EXPECT_EQ(R.Traced.First->Reader.Thread, R.Traced.First->Writer.Thread);
  EXPECT_EQ(A, Before);
  EXPECT_NE(R.str().find("read by block (0,0,0) thread (0,0,0)"),
            std::string::npos)
      << R.str();
}

TEST(Replay, NeighboursRace) {
  // a[i] = a[i + 1] + 1: the order of threads decides what is read.
  Device D(update("%j = add i32 %i, 1"));
  Words A = counted(65);
  Launch L = launch(4, 16, {&A});
  L.Params.insert(L.Params.end(), L.Params.begin(), L.Params.begin() + 8);
  ReplayResult R = replayOf(D, L);
  EXPECT_EQ(R.Seen, Observation::RaceDependent) << R.str();
}

TEST(Replay, AtomicSum) {
  Device D(R"(
define void @k(ptr %a) {
  %v = atomicrmw add ptr %a, i32 3 monotonic
  ret void
})");
  Words A = counted(1);
  ReplayResult R = replayOf(D, launch(2, 8, {&A}));
  EXPECT_EQ(R.Seen, Observation::NotIdempotent) << R.str();
}

TEST(Replay, VariableOfTheModule) {
  Device D(R"(
@counter = addrspace(1) global i32 7, align 4
define void @k(ptr %a) {
  %v = load i32, ptr addrspace(1) @counter, align 4
  %w = add i32 %v, 1
  store i32 %w, ptr addrspace(1) @counter, align 4
  ret void
})");
  Words A(1);
  ReplayResult R = replayOf(D, launch(1, 1, {&A}));
  EXPECT_EQ(R.Seen, Observation::NotIdempotent) << R.str();
  ASSERT_EQ(D.Code->symbols().size(), 1u);
  EXPECT_EQ(R.First->Address, D.Code->symbols()[0].Address);
}

TEST(Replay, OnlyAPartialRunShowsIt) {
  // The thread reads b, writes a, writes b back as it was: complete runs agree,
  // but a kill in between leaves b changed.
  Device D(R"(
define void @k(ptr %a, ptr %b) {
  %v = load i32, ptr %b, align 4
  store volatile i32 55, ptr %b, align 4
  store i32 %v, ptr %a, align 4
  store volatile i32 %v, ptr %b, align 4
  ret void
})");
  Words A(1), B = counted(1);
  ReplayResult R = replayOf(D, launch(1, 1, {&A, &B}));
  EXPECT_EQ(R.Seen, Observation::NotIdempotent) << R.str();
  EXPECT_TRUE(R.Killed.K == Cut::Kind::Store ||
              R.Killed.K == Cut::Kind::Access);
}

TEST(Replay, BarriersAreCuts) {
  // Through shared memory, from b to a: idempotent, stopped anywhere.
  Device D(R"(
@s = internal addrspace(3) global [32 x i32] undef, align 4
define void @k(ptr %a, ptr %b) {
  %t = call i32 @llvm.nvvm.read.ptx.sreg.tid.x()
  %q = getelementptr i32, ptr %b, i32 %t
  %v = load i32, ptr %q, align 4
  %p = getelementptr i32, ptr addrspace(3) @s, i32 %t
  store i32 %v, ptr addrspace(3) %p, align 4
  call void @llvm.nvvm.barrier0()
  %x = xor i32 %t, 31
  %y = getelementptr i32, ptr addrspace(3) @s, i32 %x
  %w = load i32, ptr addrspace(3) %y, align 4
  %r = getelementptr i32, ptr %a, i32 %t
  store i32 %w, ptr %r, align 4
  ret void
})");
  Words A(32), B = counted(32);
  Launch L = launch(1, 32, {&A, &B});
  ReplayResult R = replayOf(D, L);
  EXPECT_EQ(R.Seen, Observation::Idempotent) << R.str();
  // Stopped at the barrier, nothing is written yet.
  L.Stop = {Cut::Kind::Barrier, 1};
  Result Stopped = D.run(L);
  EXPECT_EQ(Stopped.S, Status::Stopped);
  EXPECT_EQ(A, Words(32));
  EXPECT_TRUE(Stopped.Trace.Written.empty());
  EXPECT_EQ(Stopped.Trace.Read, std::vector{elements(B, 0, 32)});
}

TEST(Replay, CutsCountGlobalAccesses) {
  Device D(update(Same));
  Words A(64), B = counted(64);
  for (auto Kind : {Schedule::Kind::Sequential, Schedule::Kind::Random}) {
    std::fill(A.begin(), A.end(), 0);
    Launch L = launch(4, 16, {&A, &B});
    L.Order = {Kind, 5};
    L.Stop = {Cut::Kind::Store, 10};
    Result R = D.run(L);
    EXPECT_EQ(R.S, Status::Stopped);
    EXPECT_EQ(std::count(A.begin(), A.end(), 0u), 54);
    L.Stop = {Cut::Kind::Block, 3};
    std::fill(A.begin(), A.end(), 0);
    L.Order.K = Schedule::Kind::Shuffled;
    EXPECT_EQ(D.run(L).S, Status::Stopped);
    EXPECT_EQ(std::count(A.begin(), A.end(), 0u), 16);
  }
}

TEST(Replay, FaultyLaunch) {
  Device D(update("%j = add i32 %i, 1000000"));
  Words A(64), B(64);
  ReplayResult R = replayOf(D, launch(4, 16, {&A, &B}));
  EXPECT_EQ(R.Seen, Observation::Faulty);
  EXPECT_EQ(R.Problem.Kind, FaultKind::OutOfBounds);
}

TEST(Replay, SameSeedSameRun) {
  Device D(update("%j = add i32 %i, 1"));
  const Words Before = counted(65);
  Words A = Before;
  Launch L = launch(4, 16, {&A});
  L.Params.insert(L.Params.end(), L.Params.begin(), L.Params.begin() + 8);
  L.Order = {Schedule::Kind::Random, 99};
  D.run(L);
  const Words First = A;
  EXPECT_NE(First, Before);
  std::copy(Before.begin(), Before.end(), A.begin());
  D.run(L);
  EXPECT_EQ(A, First);
}

} // namespace
