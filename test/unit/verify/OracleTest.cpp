//===- OracleTest.cpp - Is this launch idempotent? Run it and see ---------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "verify/Oracle.h"

#include "Device.h"

using namespace reprise;
using namespace reprise::emulator;

namespace {

using Words = std::vector<uint32_t>;

/// %i is the thread's number in the grid, %pa and %pb its elements of a and b.
std::string kernel(const std::string &Body) {
  return "define void @k(ptr %a, ptr %b) {\nentry:" + ThreadNumber + R"(
  %pa = getelementptr i32, ptr %a, i32 %i
  %pb = getelementptr i32, ptr %b, i32 %i
)" + Body +
         "\n  ret void\n}\n";
}

struct Case {
  explicit Case(const std::string &Body) : D(kernel(Body)) {}
  Observation observe(uint32_t Grid, uint32_t Block, OracleOptions O = {}) {
    EXPECT_NE(D.Entry, nullptr) << D.Refusal;
    return reprise::observe(*D.Code, *D.Entry, launch(Grid, Block, {&A, &B}),
                            O);
  }
  Device D;
  Words A = Words(128, 1), B = Words(128, 2);
};

TEST(Oracle, CopyIsIdempotent) {
  Case C("%v = load i32, ptr %pb, align 4\n store i32 %v, ptr %pa, align 4");
  Observation O = C.observe(4, 32);
  EXPECT_EQ(O.A, Answer::Idempotent) << O.Reason << O.Problem.Text;
  EXPECT_FALSE(O.isRefuted());
  EXPECT_EQ(O.CleanRuns, 4u);
  EXPECT_EQ(O.Replays, 24u);
  // As it was before.
  EXPECT_EQ(C.A, Words(128, 1));
}

TEST(Oracle, IncrementIsNot) {
  Case C("%v = load i32, ptr %pa, align 4\n %w = add i32 %v, 1\n"
         "store i32 %w, ptr %pa, align 4");
  Observation O = C.observe(4, 32);
  EXPECT_EQ(O.A, Answer::NonIdempotent);
  ASSERT_TRUE(O.Wrong);
  ASSERT_TRUE(O.First);
  EXPECT_EQ(O.First->Address, elements(C.A, 0, 1).Begin);
  EXPECT_EQ(O.ClobberedBytes, 512u);
  EXPECT_GE(O.DiffersAt, elements(C.A, 0, 128).Begin);
  EXPECT_LT(O.DiffersAt, elements(C.A, 0, 128).End);
  EXPECT_EQ(C.A, Words(128, 1));
}

TEST(Oracle, ClobberThatChangesNothing) {
  Case C("%v = load i32, ptr %pa, align 4\n store i32 %v, ptr %pa, align 4");
  Observation O = C.observe(1, 32);
  EXPECT_EQ(O.A, Answer::Clobbers);
  EXPECT_TRUE(O.isRefuted());
  EXPECT_FALSE(O.Wrong);
}

TEST(Oracle, LastWriterWinsIsARaceAndNoClobber) {
  Case C("store i32 %i, ptr %a, align 4");
  Observation O = C.observe(4, 32);
  EXPECT_EQ(O.A, Answer::RaceDependent);
  EXPECT_EQ(O.RaceAt, elements(C.A, 0, 1).Begin);
  EXPECT_FALSE(O.isRefuted());
}

TEST(Oracle, RaceWithClobberIsRefuted) {
  Case C("%v = load i32, ptr %a, align 4\n %w = add i32 %v, %i\n"
         "store i32 %w, ptr %a, align 4");
  Observation O = C.observe(4, 32);
  EXPECT_EQ(O.A, Answer::RaceDependent);
  EXPECT_TRUE(O.isRefuted());
  EXPECT_FALSE(O.Wrong) << "the order explains any difference";
}

TEST(Oracle, NeighboursRace) {
  // b is a, one element on: the order of threads decides what is read.
  Case C("%q = getelementptr i32, ptr %pa, i32 1\n"
         "%v = load i32, ptr %q, align 4\n %w = add i32 %v, %i\n"
         "store i32 %w, ptr %pa, align 4");
  Observation O = C.observe(3, 32);
  EXPECT_EQ(O.A, Answer::RaceDependent);
  EXPECT_TRUE(O.First);
}

TEST(Oracle, MarkOfAnEarlierWinner) {
  // The thread that comes first in shared memory marks its own place. Runs in
  // order agree; what another winner left, a second run does not take away.
  Device D(R"(
@lock = internal addrspace(3) global i32 undef, align 4
define void @k(ptr %a) {
  %t = call i32 @llvm.nvvm.read.ptx.sreg.tid.x()
  %first = icmp eq i32 %t, 0
  br i1 %first, label %clear, label %join
clear:
  store i32 0, ptr addrspace(3) @lock, align 4
  br label %join
join:
  call void @llvm.nvvm.barrier0()
  %old = atomicrmw add ptr addrspace(3) @lock, i32 1 monotonic
  %won = icmp eq i32 %old, 0
  br i1 %won, label %mark, label %end
mark:
  %p = getelementptr i32, ptr %a, i32 %t
  store i32 1, ptr %p, align 4
  br label %end
end:
  ret void
})");
  Words A(4);
  Replayer Runs(*D.Code, *D.Entry, launch(1, 4, {&A}));
  Runs.clean({});
  bool Differs = false;
  for (uint64_t Seed = 0; Seed < 20 && !Differs; ++Seed)
    Differs = Runs.kill({{Schedule::Kind::Random, Seed}, {}, {}}, {}).K ==
              Outcome::Kind::Differs;
  EXPECT_TRUE(Differs);
  OracleOptions Options;
  Options.Schedules = 1;
  Observation O = observe(*D.Code, *D.Entry, launch(1, 4, {&A}), Options);
  EXPECT_NE(O.A, Answer::Idempotent);
}

TEST(Oracle, AtomicSum) {
  Case C("%v = atomicrmw add ptr %a, i32 3 monotonic");
  EXPECT_EQ(C.observe(2, 8).A, Answer::NonIdempotent);
}

TEST(Oracle, OnlyAPartialRunShowsIt) {
  // The thread reads b, writes a, writes b back as it was: complete runs agree,
  // but a kill in between leaves b changed. There are few places, and each is
  // tried, whatever the seed.
  Case C("%v = load i32, ptr %b, align 4\n"
         "store volatile i32 55, ptr %b, align 4\n"
         "store i32 %v, ptr %a, align 4\n"
         "store volatile i32 %v, ptr %b, align 4");
  for (uint64_t Seed = 1; Seed < 20; ++Seed) {
    OracleOptions Options;
    Options.Seed = Seed;
    Observation O = C.observe(1, 1, Options);
    EXPECT_EQ(O.A, Answer::NonIdempotent);
    ASSERT_TRUE(O.Wrong);
    EXPECT_TRUE(O.Wrong->Stop.K == Cut::Kind::Store ||
                O.Wrong->Stop.K == Cut::Kind::Access);
  }
}

TEST(Oracle, WithoutCutsTracesStillTell) {
  Case C("%v = load i32, ptr %pa, align 4\n %w = add i32 %v, 1\n"
         "store i32 %w, ptr %pa, align 4");
  OracleOptions Options;
  Options.Cuts = 0;
  Options.Schedules = 1;
  Observation O = C.observe(1, 32, Options);
  EXPECT_EQ(O.A, Answer::Clobbers);
  EXPECT_EQ(O.CleanRuns, 1u);
  EXPECT_EQ(O.Replays, 0u);
}

TEST(Oracle, ReRunThatFaultsIsWrong) {
  // The first run leaves an index that leads the second one out of bounds.
  Case C("%v = load i32, ptr %a, align 4\n"
         "%far = mul i32 %v, 1000000\n"
         "%p = getelementptr i32, ptr %b, i32 %far\n"
         "%w = load i32, ptr %p, align 4\n"
         "store i32 %w, ptr %a, align 4");
  C.A[0] = 0;
  Observation O = C.observe(1, 1);
  EXPECT_EQ(O.A, Answer::NonIdempotent);
  ASSERT_TRUE(O.Wrong);
  EXPECT_EQ(O.Problem.Kind, FaultKind::OutOfBounds);
}

TEST(Oracle, VariablesArePartOfMemory) {
  Device D(CountingKernel);
  Words A(1);
  Observation O = observe(*D.Code, *D.Entry, launch(1, 1, {&A}));
  EXPECT_EQ(O.A, Answer::NonIdempotent);
  EXPECT_EQ(O.DiffersAt, D.Code->symbols()[0].Address);
}

TEST(Oracle, OutOfBoundsIsAFault) {
  Case C("store i32 %i, ptr %pa, align 4");
  Observation O = C.observe(5, 32);
  EXPECT_EQ(O.A, Answer::Faulted);
  EXPECT_EQ(O.Problem.Kind, FaultKind::OutOfBounds);
  EXPECT_EQ(O.Problem.Where.Block, (Dim3{4, 0, 0}));
  EXPECT_EQ(O.Problem.Address, elements(C.A, 128, 1).Begin);
}

TEST(Oracle, EndlessLoopIsNotExecuted) {
  Case C("br label %loop\nloop:\n"
         "%v = load volatile i32, ptr %a, align 4\n"
         "%done = icmp eq i32 %v, 9\n"
         "br i1 %done, label %out, label %loop\nout:");
  OracleOptions Options;
  Options.InstructionLimit = 100000;
  Observation O = C.observe(1, 32, Options);
  EXPECT_EQ(O.A, Answer::NotExecuted);
  EXPECT_FALSE(O.Reason.empty());
}

TEST(Oracle, EqualSeedsGiveEqualAnswers) {
  Case C("%v = load i32, ptr %pa, align 4\n %w = add i32 %v, 1\n"
         "store i32 %w, ptr %pa, align 4");
  OracleOptions Options;
  Options.Seed = 42;
  Observation One = C.observe(4, 32, Options), Two = C.observe(4, 32, Options);
  ASSERT_TRUE(One.Wrong && Two.Wrong);
  EXPECT_EQ(One.Wrong->str(), Two.Wrong->str());
  EXPECT_EQ(One.DiffersAt, Two.DiffersAt);
}

} // namespace
