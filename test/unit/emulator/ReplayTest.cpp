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

// a[i] = b[j] + 1, i the thread's number in the grid, j made of i.
std::string update(const std::string &J) {
  return "define void @k(ptr %a, ptr %b) {" + ThreadNumber + J +
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

/// A kernel and its launch, ready to be killed.
struct Case {
  Case(Device &D, const Launch &L) : Runs(*D.Code, *D.Entry, L) {
    EXPECT_EQ(Runs.clean({}).S, Status::Finished);
  }
  Outcome kill(Cut Stop, Schedule Again = {}) {
    const Schedule Confirm[] = {{Schedule::Kind::Random, 5}};
    return Runs.kill({{}, Again, Stop}, Confirm);
  }
  Replayer Runs;
};

Launch inPlace(Words &A) {
  Launch L = launch(4, 16, {&A});
  L.Params.insert(L.Params.end(), L.Params.begin(), L.Params.begin() + 8);
  return L;
}

TEST(Replay, TwoBuffers) {
  Device D(update(Same));
  Words A(64), B = counted(64), Before = A;
  {
    Case C(D, launch(4, 16, {&A, &B}));
    using K = Cut::Kind;
    for (Cut Stop : {Cut{}, Cut{K::Store, 3}, Cut{K::Access, 1},
                     Cut{K::Access, 128}, Cut{K::Block, 2}, Cut{K::Store, 99}})
      EXPECT_EQ(C.kill(Stop).K, Outcome::Kind::Same);
    EXPECT_GT(C.Runs.instructions(), 0u);
  }
  EXPECT_EQ(A, Before) << "memory is given back";
}

TEST(Replay, InPlace) {
  Device D(update(Same));
  Words A = counted(64), Before = A;
  {
    Case C(D, inPlace(A));
    Outcome O = C.kill({Cut::Kind::Store, 1});
    ASSERT_EQ(O.K, Outcome::Kind::Differs);
    ASSERT_TRUE(O.At);
    EXPECT_EQ(O.At->Address, elements(A, 0, 1).Begin);
    EXPECT_EQ(O.At->Clean, 101);
    EXPECT_EQ(O.At->Other, 102);
    EXPECT_EQ(C.kill({Cut::Kind::Access, 1}).K, Outcome::Kind::Same)
        << "nothing ran";
  }
  EXPECT_EQ(A, Before);
}

TEST(Replay, AnOrderExplainsADifference) {
  // a[i] = a[i + 1] + 1: the order of threads decides what is read.
  Device D(update("%j = add i32 %i, 1"));
  Words A = counted(65);
  Case C(D, inPlace(A));
  Outcome O = C.kill({}, {Schedule::Kind::Random, 3});
  EXPECT_EQ(O.K, Outcome::Kind::Race);
  EXPECT_TRUE(O.At);
  // The order of the re-run does not, that of another clean run does.
  EXPECT_EQ(C.kill({}).K, Outcome::Kind::Race);
}

TEST(Replay, VariableOfTheModule) {
  Device D(CountingKernel);
  Words A(1);
  Case C(D, launch(1, 1, {&A}));
  Outcome O = C.kill({});
  EXPECT_EQ(O.K, Outcome::Kind::Differs);
  ASSERT_EQ(D.Code->symbols().size(), 1u);
  ASSERT_TRUE(O.At);
  EXPECT_EQ(O.At->Address, D.Code->symbols()[0].Address);
  EXPECT_EQ(O.At->Clean, 8);
}

TEST(Replay, AReRunThatFails) {
  // The first run leaves an index that leads the second one out of bounds.
  Device D(R"(
define void @k(ptr %a, ptr %b) {
  %v = load i32, ptr %a, align 4
  %p = getelementptr i32, ptr %b, i32 %v
  %w = load i32, ptr %p, align 4
  store i32 %w, ptr %a, align 4
  ret void
})");
  Words A(1), B(1, 1000000);
  Case C(D, launch(1, 1, {&A, &B}));
  Outcome O = C.kill({});
  EXPECT_EQ(O.K, Outcome::Kind::Differs);
  EXPECT_FALSE(O.At);
  EXPECT_EQ(O.Problem.Kind, FaultKind::OutOfBounds);
}

TEST(Replay, AnOrderThatFails) {
  // Thread 0 clears an index that thread 1 may have used before.
  Device D(R"(
define void @k(ptr %a) {
  %t = call i32 @llvm.nvvm.read.ptx.sreg.tid.x()
  %first = icmp eq i32 %t, 0
  br i1 %first, label %clear, label %use
clear:
  store i32 0, ptr %a, align 4
  ret void
use:
  %v = load i32, ptr %a, align 4
  %p = getelementptr i32, ptr %a, i32 %v
  %w = load volatile i32, ptr %p, align 4
  ret void
})");
  Words A(1, 1000000);
  Case C(D, launch(1, 2, {&A}));
  bool Failed = false;
  for (uint64_t Seed = 0; Seed < 20 && !Failed; ++Seed) {
    Outcome O = C.Runs.kill({{Schedule::Kind::Random, Seed}, {}, {}}, {});
    Failed = O.K == Outcome::Kind::Faulted;
    EXPECT_EQ(O.Problem.Kind,
              Failed ? FaultKind::OutOfBounds : FaultKind::None);
  }
  EXPECT_TRUE(Failed);
}

TEST(Replay, TextOfAReplay) {
  Replay R;
  R.First = {Schedule::Kind::Shuffled, 4};
  R.Stop = {Cut::Kind::Barrier, 2};
  R.Again = {Schedule::Kind::Random, 7};
  EXPECT_EQ(R.str(), "run in shuffled order 4, stopped after barrier 2, run "
                     "again in random order 7");
  EXPECT_EQ(Replay().str(), "run in order, stopped at its end, run again in "
                            "order");
}

TEST(Replay, BarriersAreCuts) {
  // Through shared memory, from b to a: stopped at the barrier, nothing is
  // written yet.
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
  L.Stop = {Cut::Kind::Barrier, 1};
  Result Stopped = D.run(L);
  EXPECT_EQ(Stopped.S, Status::Stopped);
  EXPECT_EQ(A, Words(32));
  EXPECT_TRUE(Stopped.Trace.Written.empty());
  EXPECT_EQ(Stopped.Trace.Read, std::vector{elements(B, 0, 32)});
  EXPECT_EQ(Case(D, L).kill(L.Stop).K, Outcome::Kind::Same);
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
