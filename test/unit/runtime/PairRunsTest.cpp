//===- PairRunsTest.cpp - Pairs that are decided together -----------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Deciding runs and spans at once must say what deciding pair by pair says,
// down to the pair and the assumptions. FuzzTest does the same on random
// kernels.
//
//===----------------------------------------------------------------------===//

#include "PairRuns.h"
#include "Decide.h"
#include "KernelBuilder.h"

#include <gtest/gtest.h>

#include <algorithm>

using namespace reprise;
using namespace reprise::test;

namespace {

constexpr uint64_t In = 0x7000'0000'0000, Out = In + 0x100000;

/// \p Count reads of `in` and writes of `out` at [i + 16 I], each of a width of
/// its own, so that each is a group of its own.
Kernel manyShapes(unsigned Count) {
  KernelBuilder B("shapes");
  Id From = B.pointer("in"), To = B.pointer("out");
  Id D = B.threads();
  for (unsigned I = 0; I < Count; ++I)
    B.read(From, D, B.form(1024 * I, {{2, 16}}), 4 + I);
  for (unsigned I = 0; I < Count; ++I)
    B.write(To, D, B.form(1024 * I, {{2, 16}}), 4 + I);
  B.allPairs();
  return B.K;
}

/// \p Count reads and writes of one shape.
Kernel oneShape(unsigned Count) {
  KernelBuilder B("shape");
  Id From = B.pointer("in"), To = B.pointer("out");
  Id D = B.threads();
  for (unsigned I = 0; I < Count; ++I)
    B.read(From, D, B.form(1024 * I, {{2, 16}}), 4);
  for (unsigned I = 0; I < Count; ++I)
    B.write(To, D, B.form(1024 * I, {{2, 16}}), 4);
  B.allPairs();
  return B.K;
}

reprise_result decideOn(const Program &P, uint64_t From, uint64_t To) {
  Arguments Args;
  Args.pointer(From).pointer(To);
  LaunchInfo Info;
  reprise_result Result = nothingKnown();
  EXPECT_EQ(checkLaunch(P, launch(1, 16, Args), Info), REPRISE_OK);
  withFrame(P, Info, [&](Frame &F) { Result = decide(F); });
  return Result;
}

/// What all ways of deciding say.
reprise_result sameOn(const Kernel &K, uint64_t From, uint64_t To) {
  Program P = compile(K), Flat = P;
  Flat.UsesHulls = false;
  reprise_result Expected = decideOn(Flat, From, To);
  reprise_result Result = decideOn(P, From, To);
  EXPECT_EQ(Result.verdict, Expected.verdict);
  EXPECT_EQ(Result.reason, Expected.reason);
  EXPECT_EQ(Result.read, Expected.read);
  EXPECT_EQ(Result.write, Expected.write);
  EXPECT_EQ(Result.assumptions, Expected.assumptions);
  EXPECT_EQ(Result.clobbered.address, Expected.clobbered.address);
  EXPECT_EQ(Result.clobbered.size, Expected.clobbered.size);
  return Result;
}

TEST(PairRuns, CoverAllPairsInOrder) {
  Program P = compile(manyShapes(8));
  ASSERT_EQ(P.Pairs.size(), 64u);
  uint32_t Pair = 0, Run = 0;
  for (const ProgramSpan &S : P.Spans) {
    EXPECT_EQ(S.Begin, Run);
    Run = S.End;
  }
  EXPECT_EQ(Run, P.Runs.size());
  for (const ProgramRun &R : P.Runs) {
    EXPECT_EQ(R.Begin, Pair);
    for (; Pair < R.End; ++Pair) {
      EXPECT_EQ(P.Accesses[P.Pairs[Pair].Read].Group, R.Read);
      EXPECT_EQ(P.Accesses[P.Pairs[Pair].Write].Group, R.Write);
    }
  }
  EXPECT_EQ(Pair, P.Pairs.size());
}

TEST(PairRuns, TwoBuffersAreOneSpan) {
  Program P = compile(manyShapes(8));
  EXPECT_EQ(P.Spans.size(), 1u);
  EXPECT_EQ(P.ObjectPairs.size(), 1u);
  EXPECT_EQ(P.Runs.size(), 64u);
}

TEST(PairRuns, OneShapeIsOneRun) {
  Program P = compile(oneShape(8));
  ASSERT_EQ(P.Runs.size(), 1u);
  EXPECT_TRUE(P.Runs[0].Screened);
}

TEST(PairRuns, SpansBetweenTheSameBuffersShareAnObjectPair) {
  KernelBuilder B;
  Id X = B.pointer("x"), Y = B.pointer("y"), Z = B.pointer("z");
  Id D = B.threads();
  for (Id From : {X, Y, X, Y})
    B.read(From, D, B.form(0, {{2, 4}}), 4);
  B.write(Z, D, B.form(0, {{2, 4}}), 4);
  B.allPairs();
  Program P = compile(B.K);
  EXPECT_EQ(P.Spans.size(), 4u);
  EXPECT_EQ(P.ObjectPairs.size(), 2u);
  EXPECT_EQ(P.Shapes.size(), 1u);
}

TEST(PairRuns, EqualVarsOfTwoDomainsAreOne) {
  KernelBuilder B;
  Id X = B.pointer("x"), D = B.threads(), E = B.threads();
  B.require(E, B.int32("n")); // Else the domains were equal.
  B.read(X, D, B.form(0, {{2, 4}}), 4);
  B.write(X, E, B.form(0, {{2, 4}}), 4);
  B.allPairs();
  Program P = compile(B.K);
  EXPECT_EQ(P.Domains.size(), 2u);
  EXPECT_EQ(P.Vars.size(), 3u);
  EXPECT_EQ(P.Checks.size(), 1u);
}

TEST(PairRuns, ANullPointerOfAConditionalAccessIsA1) {
  // What is known does not say that the access happens; then it does not.
  Kernel K = oneShape(8);
  for (Var &V : K.Domains[0].Vars)
    V.Exact = false;
  reprise_result R = sameOn(K, 0, Out);
  EXPECT_EQ(R.verdict, REPRISE_IDEMPOTENT);
  EXPECT_TRUE(R.assumptions & REPRISE_ASSUME_IN_BOUNDS);
}

TEST(PairRuns, ApartIsIdempotent) {
  for (const Kernel &K : {manyShapes(8), oneShape(8)}) {
    reprise_result R = sameOn(K, In, Out);
    EXPECT_EQ(R.verdict, REPRISE_IDEMPOTENT);
    EXPECT_EQ(R.assumptions, unsigned{REPRISE_ASSUME_NO_OUTSIDE_WRITER});
  }
}

TEST(PairRuns, TheFirstPairThatMeetsIsTold) {
  // Hulls of 7420 bytes; the writes' first meets the reads' last only.
  for (const Kernel &K : {manyShapes(8), oneShape(8)}) {
    reprise_result R = sameOn(K, In, In + 7 * 1024);
    EXPECT_EQ(R.verdict, REPRISE_CLOBBERS);
    EXPECT_EQ(R.read, 7u);
    EXPECT_EQ(R.write, 8u);
  }
}

TEST(PairRuns, HullsThatMeetDecideNothing) {
  // Between the rows of 16 bytes.
  EXPECT_EQ(sameOn(oneShape(8), In, In + 8).verdict, REPRISE_IDEMPOTENT);
}

TEST(PairRuns, AnEarlierUnknownDoesNotHideAClobber) {
  for (Kernel K : {manyShapes(8), oneShape(8)}) {
    for (Id I = 0; I < 4; ++I)
      K.Accesses[I].Must = false;
    reprise_result R = sameOn(K, In, In);
    EXPECT_EQ(R.verdict, REPRISE_CLOBBERS);
    EXPECT_EQ(R.read, 4u);
  }
}

TEST(PairRuns, TheFirstUnknownIsTold) {
  for (Kernel K : {manyShapes(8), oneShape(8)}) {
    for (Access &A : K.Accesses)
      A.Must = false;
    reprise_result R = sameOn(K, In, In + 7 * 1024);
    EXPECT_EQ(R.verdict, REPRISE_UNKNOWN);
    EXPECT_EQ(R.reason, REPRISE_REASON_MAY_OVERLAP);
    EXPECT_EQ(R.read, 7u);
    EXPECT_EQ(R.write, 8u);
  }
}

TEST(PairRuns, AnUnknownIsFollowedByWhatMayClobber) {
  // The reads of the first half are too large to show a clobber.
  Kernel K = oneShape(8);
  for (Id I = 0; I < 8; ++I)
    K.Accesses[I].Must = I >= 4;
  for (uint64_t Ahead = 0; Ahead < 8; ++Ahead) {
    reprise_result R = sameOn(K, In, In + Ahead * 1024);
    EXPECT_EQ(R.verdict, REPRISE_CLOBBERS);
    EXPECT_EQ(R.read, std::max<uint64_t>(4, Ahead));
  }
}

/// Accesses of `in` and `out`, some by A1, each under a guard of its own: the
/// bits of `guards`. Without \p AllPairs some of those by A1 are in no pair
/// with each other.
Kernel guardedTops(bool AllPairs) {
  KernelBuilder B("tops");
  Id From = B.pointer("in"), To = B.pointer("out"), Bits = B.int64("guards");
  auto Guarded = [&](unsigned Bit) {
    Id D = B.threads();
    Id Is = B.expr(Op::And, 64, Bits, B.constant(int64_t{1} << Bit));
    B.require(D, B.expr(Op::Ne, 1, Is, B.constant(0)));
    return D;
  };
  B.top(REPRISE_ACCESS_READ, From, Guarded(0));
  B.top(REPRISE_ACCESS_READ, From, Guarded(1));
  B.read(From, Guarded(2), B.form(0, {{2, 4}}), 4);
  B.top(REPRISE_ACCESS_WRITE, To, Guarded(3));
  B.top(REPRISE_ACCESS_WRITE, To, Guarded(4));
  B.write(To, Guarded(5), B.form(0, {{2, 4}}), 4);
  B.allPairs();
  if (!AllPairs)
    std::erase_if(B.K.Pairs,
                  [](const Pair &P) { return P.Read + 3 == P.Write; });
  return B.K;
}

TEST(PairRuns, AccessesByA1SayTheSameUnderAnyGuards) {
  unsigned WithA1 = 0, Without = 0;
  for (bool AllPairs : {true, false}) {
    Program P = compile(guardedTops(AllPairs)), Flat = P;
    ASSERT_EQ(P.ObjectPairs.size(), 1u);
    EXPECT_EQ(P.ObjectPairs[0].Complete, AllPairs);
    Flat.UsesHulls = false;
    MemoryMap Memory;
    Memory.Ranges = {{In, 4096}, {Out, 4096}};
    for (int64_t Guards = 0; Guards < 64; ++Guards)
      for (uint64_t To : {Out, In, In + 8192, uint64_t{0}})
        for (bool KnowsMemory : {true, false})
          for (unsigned Flags : {0u, unsigned{REPRISE_LAUNCH_NO_IN_BOUNDS}}) {
            Arguments Args;
            Args.pointer(In).pointer(To).add<int64_t>(Guards);
            reprise_launch L = launch(1, 16, Args);
            L.flags = Flags;
            L.allocations = KnowsMemory ? Memory.get() : nullptr;
            reprise_result One = nothingKnown(), Two = nothingKnown();
            LaunchInfo Info;
            ASSERT_EQ(checkLaunch(P, L, Info), REPRISE_OK);
            withFrame(Flat, Info, [&](Frame &F) { One = decide(F); });
            withFrame(P, Info, [&](Frame &F) { Two = decide(F); });
            ASSERT_EQ(One.verdict, Two.verdict) << Guards;
            ASSERT_EQ(One.reason, Two.reason) << Guards;
            ASSERT_EQ(One.read, Two.read) << Guards;
            ASSERT_EQ(One.write, Two.write) << Guards;
            ASSERT_EQ(One.assumptions, Two.assumptions) << Guards;
            if (One.verdict == REPRISE_IDEMPOTENT)
              ++(One.assumptions & REPRISE_ASSUME_IN_BOUNDS ? WithA1 : Without);
          }
  }
  EXPECT_GT(WithA1, 100u);
  EXPECT_GT(Without, 100u);
}

TEST(PairRuns, EqualNumbersBoundAVarOnce) {
  KernelBuilder B;
  Id X = B.pointer("x"), D = B.domain(), N = B.int32("n");
  Var V = B.range(B.constant(0), N);
  V.Lo.push_back(B.bound(B.constant(0)));
  V.Hi.push_back(B.bound(N));
  V.Hi.push_back(B.bound(B.constant(9)));
  B.define(D, V);
  B.read(X, D, B.form(0, {{0, 4}}), 4);
  B.write(X, D, B.form(0, {{0, 4}}), 4);
  B.allPairs();
  Program P = compile(B.K);
  ASSERT_EQ(P.Vars.size(), 1u);
  EXPECT_EQ(P.Vars[0].Hi - P.Vars[0].Lo, 1u);
  EXPECT_EQ(P.Vars[0].End - P.Vars[0].Hi, 2u);
}

TEST(PairRuns, AddressesThatWrapHaveNoHull) {
  EXPECT_EQ(sameOn(oneShape(8), UINT64_MAX - 64, In).reason,
            REPRISE_REASON_ARITHMETIC);
}

} // namespace
