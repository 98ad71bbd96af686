//===- CheckTest.cpp - Verdicts on known kernels --------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "KernelBuilder.h"

#include <gtest/gtest.h>

using namespace reprise;
using namespace reprise::test;

namespace {

constexpr uint64_t X = 0x7000'0000'0000;
constexpr int32_t N = 2000;

/// vectorAdd(A, B, C) with n = 2000 on 8 blocks of 256 threads.
reprise_result vectorAddOn(uint64_t A, uint64_t B, uint64_t C,
                           int32_t Count = N, uint32_t Blocks = 8) {
  static const Loaded K(vectorAdd());
  Arguments Args;
  Args.pointer(A).pointer(B).pointer(C).int32(Count);
  return check(K, launch(Blocks, 256, Args));
}

/// X, one guarded domain over n; parameters: pointers a and b, then n.
struct TwoBuffers : KernelBuilder {
  Id A = pointer("a"), B = pointer("b"), Count = int32("n");
  Id D = guardedThreads(Count);

  reprise_result on(uint64_t PA, uint64_t PB, int32_t N = 2000,
                    uint32_t Blocks = 8, uint32_t Flags = 0,
                    const reprise_allocations *Map = nullptr) {
    Loaded L(K);
    Arguments Args;
    Args.pointer(PA).pointer(PB).int32(N);
    reprise_launch Launch = launch(Blocks, 256, Args);
    Launch.flags = Flags;
    Launch.allocations = Map;
    return reprise::test::check(L, Launch);
  }
};

struct Map {
  explicit Map(std::vector<reprise_range> Ranges,
               std::vector<reprise_symbol> Symbols = {}) {
    if (reprise_allocations_create(Ranges.data(), Ranges.size(), Symbols.data(),
                                   Symbols.size(), &Raw))
      throw std::runtime_error("allocations");
  }
  ~Map() { reprise_allocations_free(Raw); }
  Map(const Map &) = delete;
  Map &operator=(const Map &) = delete;
  operator const reprise_allocations *() const { return Raw; }
  reprise_allocations *Raw = nullptr;
};

//===----------------------------------------------------------------------===//
// vectorAdd
//===----------------------------------------------------------------------===//

TEST(Check, DistinctBuffersAreIdempotent) {
  reprise_result R = vectorAddOn(X, X + 0x10000, X + 0x20000);
  EXPECT_EQ(R.verdict, REPRISE_IDEMPOTENT);
  EXPECT_EQ(R.reason, REPRISE_REASON_NONE);
  EXPECT_EQ(R.assumptions, REPRISE_ASSUME_NO_OUTSIDE_WRITER);
  EXPECT_EQ(R.read, REPRISE_NO_ACCESS);
  EXPECT_EQ(R.write, REPRISE_NO_ACCESS);
  EXPECT_EQ(R.clobbered.size, 0u);
}

TEST(Check, SameBufferClobbersAndNamesPairAndBytes) {
  reprise_result R = vectorAddOn(X, X + 0x10000, X);
  EXPECT_EQ(R.verdict, REPRISE_CLOBBERS);
  EXPECT_EQ(R.read, 0u);
  EXPECT_EQ(R.write, 2u);
  EXPECT_EQ(R.clobbered.address, X);
  EXPECT_EQ(R.clobbered.size, 4u * N);
  R = vectorAddOn(X + 0x10000, X, X);
  EXPECT_EQ(R.verdict, REPRISE_CLOBBERS);
  EXPECT_EQ(R.read, 1u);
}

TEST(Check, GuardClampsSoThatNeighboursAreIdempotent) {
  // 2048 threads, but only n = 2000 elements, back to back.
  EXPECT_EQ(vectorAddOn(X, X + 4 * N, X + 8 * N).verdict, REPRISE_IDEMPOTENT);
  EXPECT_EQ(vectorAddOn(X + 4 * N, X + 8 * N, X).verdict, REPRISE_IDEMPOTENT);
}

TEST(Check, OneByteOfOverlapClobbers) {
  reprise_result R = vectorAddOn(X, X + 0x10000, X + 4 * N - 1);
  EXPECT_EQ(R.verdict, REPRISE_CLOBBERS);
  EXPECT_EQ(R.clobbered.address, X + 4 * N - 1);
  EXPECT_EQ(R.clobbered.size, 1u);
}

TEST(Check, GuardBeyondTheGridDoesNotClamp) {
  EXPECT_EQ(vectorAddOn(X, X + 0x10000, X + 4 * 2048, 5000).verdict,
            REPRISE_IDEMPOTENT);
  EXPECT_EQ(vectorAddOn(X, X + 0x10000, X + 4 * 2048 - 4, 5000).verdict,
            REPRISE_CLOBBERS);
}

TEST(Check, NothingExecutedIsIdempotent) {
  EXPECT_EQ(vectorAddOn(X, X, X, 0).verdict, REPRISE_IDEMPOTENT);
  EXPECT_EQ(vectorAddOn(X, X, X, -5).verdict, REPRISE_IDEMPOTENT);
  EXPECT_EQ(vectorAddOn(0, 0, 0, 0).verdict, REPRISE_IDEMPOTENT);
}

TEST(Check, IndexThatMayWrapIsUnknown) {
  // 2^24 blocks of 256 threads: the index does not fit in 31 bits.
  reprise_result R = vectorAddOn(X, X + 0x10000, X + 0x20000, N, 1u << 24);
  EXPECT_EQ(R.verdict, REPRISE_UNKNOWN);
  EXPECT_EQ(R.reason, REPRISE_REASON_INDEX_MAY_WRAP);
  EXPECT_EQ(R.write, 2u);
  EXPECT_EQ(R.read, REPRISE_NO_ACCESS);
  EXPECT_EQ(R.assumptions, 0u);
}

TEST(Check, NullPointerIsUnknown) {
  reprise_result R = vectorAddOn(X, 0, X + 0x20000);
  EXPECT_EQ(R.verdict, REPRISE_UNKNOWN);
  EXPECT_EQ(R.reason, REPRISE_REASON_NULL_POINTER);
  EXPECT_EQ(R.read, 1u);
  EXPECT_EQ(R.write, REPRISE_NO_ACCESS);
}

TEST(Check, AddressBeyondMemoryIsUnknown) {
  reprise_result R = vectorAddOn(X, X + 0x10000, UINT64_MAX - 4000);
  EXPECT_EQ(R.verdict, REPRISE_UNKNOWN);
  EXPECT_EQ(R.reason, REPRISE_REASON_ARITHMETIC);
}

TEST(Check, LastByteOfMemoryIsInReach) {
  uint64_t Last = 0 - uint64_t{4 * N};
  EXPECT_EQ(vectorAddOn(X, X + 0x10000, Last).verdict, REPRISE_IDEMPOTENT);
  EXPECT_EQ(vectorAddOn(X, Last, Last).verdict, REPRISE_CLOBBERS);
  EXPECT_EQ(vectorAddOn(X, X + 0x10000, Last + 1).verdict, REPRISE_UNKNOWN);
}

TEST(Check, ClobberBeatsUnknown) {
  // Pair (A, C) is unknown, pair (B, C) clobbers.
  reprise_result R = vectorAddOn(0, X, X);
  EXPECT_EQ(R.verdict, REPRISE_CLOBBERS);
  EXPECT_EQ(R.read, 1u);
}

//===----------------------------------------------------------------------===//
// Interleaving and tiles
//===----------------------------------------------------------------------===//

TEST(Check, InterleavedFieldsAreIdempotent) {
  TwoBuffers T; // a[2i] = a[2i + 1]
  T.read(T.A, T.D, T.form(4, {{2, 8}}), 4);
  T.write(T.A, T.D, T.form(0, {{2, 8}}), 4);
  T.allPairs();
  EXPECT_EQ(T.on(X, X).verdict, REPRISE_IDEMPOTENT);
}

TEST(Check, InterleavedFieldsOneByteTooWideClobber) {
  TwoBuffers T;
  T.read(T.A, T.D, T.form(4, {{2, 8}}), 4);
  T.write(T.A, T.D, T.form(0, {{2, 8}}), 5);
  T.allPairs();
  EXPECT_EQ(T.on(X, X).verdict, REPRISE_CLOBBERS);
}

TEST(Check, TilesOfOneMatrixAreIdempotent) {
  // Rows of 1024 bytes; columns [0, 256) are read and [256, 512) written.
  KernelBuilder B;
  Id P = B.pointer("a"), D = B.domain();
  Id Row = B.define(D, B.constRange(0, 99)),
     Col = B.define(D, B.constRange(0, 63));
  B.read(P, D, B.form(0, {{Row, 1024}, {Col, 4}}), 4);
  B.write(P, D, B.form(256, {{Row, 1024}, {Col, 4}}), 4);
  B.allPairs();
  Loaded L(B.K);
  Arguments A;
  A.pointer(X);
  EXPECT_EQ(check(L, launch(1, 1, A)).verdict, REPRISE_IDEMPOTENT);
}

//===----------------------------------------------------------------------===//
// Atomics and linked pairs
//===----------------------------------------------------------------------===//

TEST(Check, LinkedPairClobbersWhenExecuted) {
  TwoBuffers T; // a[i] += 1
  Id A = T.access(REPRISE_ACCESS_ATOMIC, T.A, T.D, T.form(0, {{2, 4}}), 4);
  T.pair(A, A, PairKind::Linked);
  reprise_result R = T.on(X, X);
  EXPECT_EQ(R.verdict, REPRISE_CLOBBERS);
  EXPECT_EQ(R.read, A);
  EXPECT_EQ(R.write, A);
  EXPECT_EQ(R.clobbered.address, X);
  EXPECT_EQ(R.clobbered.size, 8000u);
  EXPECT_EQ(T.on(X, X, 0).verdict, REPRISE_IDEMPOTENT);
}

TEST(Check, LinkedPairThatMayNotHappenIsUnknown) {
  TwoBuffers T;
  Id A = T.access(REPRISE_ACCESS_ATOMIC, T.A, T.D, T.form(0, {{2, 4}}), 4);
  T.K.Accesses[A].Must = false;
  T.pair(A, A, PairKind::Linked);
  reprise_result R = T.on(X, X);
  EXPECT_EQ(R.verdict, REPRISE_UNKNOWN);
  EXPECT_EQ(R.reason, REPRISE_REASON_MAY_OVERLAP);
}

TEST(Check, LinkedPairOnUnknownBytesStillClobbers) {
  TwoBuffers T; // histogram[data[i]] += 1
  Id A = T.top(REPRISE_ACCESS_ATOMIC, T.A, T.D);
  T.K.Accesses[A].Must = true;
  T.pair(A, A, PairKind::Linked);
  reprise_result R = T.on(X, X);
  EXPECT_EQ(R.verdict, REPRISE_CLOBBERS);
  EXPECT_EQ(R.clobbered.size, 0u);
  Map M({{X - 16, 400}});
  R = T.on(X, X, 2000, 8, 0, M);
  EXPECT_EQ(R.verdict, REPRISE_CLOBBERS);
  EXPECT_EQ(R.clobbered.address, X - 16);
  EXPECT_EQ(R.clobbered.size, 400u);
}

//===----------------------------------------------------------------------===//
// Must and exactness
//===----------------------------------------------------------------------===//

TEST(Check, OverlapThatMayNotHappenIsUnknown) {
  TwoBuffers T;
  Id R = T.read(T.A, T.D, T.form(0, {{2, 4}}), 4);
  T.write(T.B, T.D, T.form(0, {{2, 4}}), 4);
  T.allPairs();
  EXPECT_EQ(T.on(X, X).verdict, REPRISE_CLOBBERS);
  T.K.Accesses[R].Must = false;
  reprise_result Result = T.on(X, X);
  EXPECT_EQ(Result.verdict, REPRISE_UNKNOWN);
  EXPECT_EQ(Result.reason, REPRISE_REASON_MAY_OVERLAP);
  EXPECT_EQ(Result.read, 0u);
  EXPECT_EQ(Result.write, 1u);
  T.K.Accesses[R].Must = true;
  T.K.Domains[T.D].Vars[0].Exact = false;
  EXPECT_EQ(T.on(X, X).verdict, REPRISE_UNKNOWN);
}

TEST(Check, EarlierWriteForbidsTheProofOfAClobber) {
  TwoBuffers T; // b[i] = 0; ... = a[i]; a[i] = ...
  Id Earlier = T.write(T.B, T.D, T.form(0, {{2, 4}}), 4);
  Id R = T.read(T.A, T.D, T.form(0, {{2, 4}}), 4);
  Id W = T.write(T.A, T.D, T.form(0, {{2, 4}}), 4);
  T.pair(R, W);
  T.K.Pairs[0].After = {Earlier};
  EXPECT_EQ(T.on(X, X + 8000).verdict, REPRISE_CLOBBERS);
  reprise_result Result = T.on(X, X + 7999);
  EXPECT_EQ(Result.verdict, REPRISE_UNKNOWN);
  EXPECT_EQ(Result.reason, REPRISE_REASON_MAY_OVERLAP);
  EXPECT_EQ(Result.read, R);
  EXPECT_EQ(Result.write, W);
  T.K.Pairs[0].Kind = PairKind::Linked;
  EXPECT_EQ(T.on(X, X + 8000).verdict, REPRISE_CLOBBERS);
  EXPECT_EQ(T.on(X, X + 7999).verdict, REPRISE_UNKNOWN);
}

TEST(Check, OrderedWriteIsUnknownWhereItMayHappen) {
  // if (i < n && wins the race) a[i] = 1: nothing is read.
  TwoBuffers T;
  Id W = T.write(T.A, T.D, T.form(0, {{2, 4}}), 4);
  T.pair(W, W, PairKind::Ordered);
  reprise_result Result = T.on(X, X);
  EXPECT_EQ(Result.verdict, REPRISE_UNKNOWN);
  EXPECT_EQ(Result.reason, REPRISE_REASON_ORDER_DEPENDENT);
  EXPECT_EQ(Result.write, W);
  EXPECT_EQ(T.on(X, X, 0).verdict, REPRISE_IDEMPOTENT);
}

TEST(Check, FreeVarWithALooseBoundIsNotExact) {
  // i in 0 .. 3, j in 0 .. i.
  TwoBuffers T;
  Id I = T.define(T.D, T.constRange(0, 3));
  Var V = T.constRange(0, 100);
  V.Hi.push_back({T.form(0, {{I, 1}}), None});
  V.Free = true;
  Id J = T.define(T.D, V);
  T.read(T.A, T.D, T.form(0), 4);
  T.write(T.B, T.D, T.form(0, {{J, 4}, {I, -4}}), 4);
  T.allPairs();
  // j - i is described as -3 .. 3 and really -3 .. 0.
  EXPECT_EQ(T.on(X + 4, X).verdict, REPRISE_UNKNOWN);
}

TEST(Check, UsingAConsumedVarIsNotExact) {
  // if (i < 1) b[tid] = a[0]: described as tid 0 .. 255, really only 0.
  TwoBuffers T;
  T.read(T.A, T.D, T.form(0), 4);
  T.write(T.B, T.D, T.form(0, {{0, 4}}), 4);
  T.allPairs();
  EXPECT_EQ(T.on(X + 8, X, 1).verdict, REPRISE_UNKNOWN);
}

//===----------------------------------------------------------------------===//
// Top, unknown roots, symbols, effects
//===----------------------------------------------------------------------===//

TEST(Check, TopStaysInItsAllocation) {
  TwoBuffers T; // b[i] = a[index[i]]
  T.top(REPRISE_ACCESS_READ, T.A, T.D);
  T.write(T.B, T.D, T.form(0, {{2, 4}}), 4);
  T.allPairs();
  Map M({{X, 0x1000}, {X + 0x1000, 0x10000}});
  reprise_result R = T.on(X + 8, X + 0x1000, 2000, 8, 0, M);
  EXPECT_EQ(R.verdict, REPRISE_IDEMPOTENT);
  EXPECT_EQ(R.assumptions, unsigned{REPRISE_ASSUME_IN_BOUNDS} |
                               unsigned{REPRISE_ASSUME_NO_OUTSIDE_WRITER});
  R = T.on(X + 8, X + 0xfff, 2000, 8, 0, M);
  EXPECT_EQ(R.verdict, REPRISE_UNKNOWN);
  EXPECT_EQ(R.reason, REPRISE_REASON_INDIRECT_OFFSET);
  EXPECT_EQ(R.read, 0u);
  EXPECT_EQ(R.write, 1u);
}

TEST(Check, FailedCheckLeavesTheAllocation) {
  TwoBuffers T; // b[i] = a[f(i)], f outside of what its reading holds for
  T.K.Domains.push_back(T.K.Domains[T.D]);
  Id Wraps = static_cast<Id>(T.K.Domains.size() - 1);
  T.K.Domains[Wraps].Checks.push_back({T.form(0, {{2, 4}}), 0, 100});
  T.K.Domains[Wraps].Steps.push_back(
      {StepKind::Check, static_cast<Id>(T.K.Domains[Wraps].Checks.size() - 1)});
  T.K.Domains[Wraps].Vars[2].Exact = false; // A guard is not represented.
  T.read(T.A, Wraps, T.form(0, {{2, 4}}), 4);
  T.write(T.B, T.D, T.form(0, {{2, 4}}), 4);
  T.allPairs();
  Map M({{X, 0x10000}, {X + 0x10000, 0x10000}});
  reprise_result R = T.on(X, X + 0x10000, 2000, 8, 0, M);
  EXPECT_EQ(R.verdict, REPRISE_IDEMPOTENT);
  EXPECT_EQ(R.assumptions, unsigned{REPRISE_ASSUME_IN_BOUNDS} |
                               unsigned{REPRISE_ASSUME_NO_OUTSIDE_WRITER});
  // In one allocation, in none, and without A1 nothing is known.
  R = T.on(X, X + 0x8000, 2000, 8, 0, M);
  EXPECT_EQ(R.verdict, REPRISE_UNKNOWN);
  EXPECT_EQ(R.reason, REPRISE_REASON_INDEX_MAY_WRAP);
  R = T.on(X + 0x20000, X + 0x10000, 2000, 8, 0, M);
  EXPECT_EQ(R.verdict, REPRISE_UNKNOWN);
  EXPECT_EQ(R.reason, REPRISE_REASON_INDEX_MAY_WRAP);
  R = T.on(X, X + 0x10000, 2000, 8, REPRISE_LAUNCH_NO_IN_BOUNDS, M);
  EXPECT_EQ(R.verdict, REPRISE_UNKNOWN);
  EXPECT_EQ(R.reason, REPRISE_REASON_INDEX_MAY_WRAP);
  // 25 threads do not wrap: then the exact sets count again.
  EXPECT_EQ(T.on(X, X + 0x8000, 25, 8, 0, M).verdict, REPRISE_IDEMPOTENT);
  // Where the value is taken for certain, A1 is not relied upon.
  T.K.Domains[Wraps].Vars[2].Exact = true;
  EXPECT_EQ(T.on(X, X + 0x10000, 2000, 8, 0, M).verdict, REPRISE_UNKNOWN);
  EXPECT_EQ(T.on(X, X + 0x8000, 25, 8, 0, M).verdict, REPRISE_IDEMPOTENT);
}

TEST(Check, LooseSetsStayInTheirAllocations) {
  // b[i] = a[j], -5 <= j <= 20000 for all that is known.
  TwoBuffers T;
  Var Loose = T.constRange(-5, 20000);
  Loose.Exact = false;
  Id J = T.define(T.D, Loose);
  T.read(T.A, T.D, T.form(0, {{J, 4}}), 4);
  T.write(T.B, T.D, T.form(0, {{2, 4}}), 4);
  T.allPairs();
  Map M({{X, 0x10000}, {X + 0x10000, 0x10000}});
  reprise_result R = T.on(X, X + 0x10000, 2000, 8, 0, M);
  EXPECT_EQ(R.verdict, REPRISE_IDEMPOTENT);
  EXPECT_TRUE(R.assumptions & REPRISE_ASSUME_IN_BOUNDS);
  EXPECT_EQ(T.on(X, X + 0x8000, 2000, 8, 0, M).verdict, REPRISE_UNKNOWN);
  EXPECT_EQ(
      T.on(X, X + 0x10000, 2000, 8, REPRISE_LAUNCH_NO_IN_BOUNDS, M).verdict,
      REPRISE_UNKNOWN);
}

TEST(Check, ExactSetsThatLeaveTheirAllocationCount) {
  // b[i] = a[i - 2000]: a is the end of another allocation.
  TwoBuffers T;
  T.read(T.A, T.D, T.form(-8000, {{2, 4}}), 4);
  Var Loose = T.constRange(0, 4);
  Loose.Exact = false;
  Id J = T.define(T.D, Loose);
  T.write(T.B, T.D, T.form(0, {{2, 4}, {J, 4}}), 4);
  T.allPairs();
  Map M({{X, 0x10000}, {X + 0x10000, 0x10000}});
  EXPECT_EQ(T.on(X + 0x10000, X + 0x10000 - 8000, 2000, 8, 0, M).verdict,
            REPRISE_UNKNOWN);
}

TEST(Check, TopWithoutAllocationIsUnknown) {
  TwoBuffers T;
  T.top(REPRISE_ACCESS_READ, T.A, T.D);
  T.write(T.B, T.D, T.form(0, {{2, 4}}), 4);
  T.allPairs();
  reprise_result R = T.on(X, X + 0x10000);
  EXPECT_EQ(R.verdict, REPRISE_UNKNOWN);
  EXPECT_EQ(R.reason, REPRISE_REASON_UNKNOWN_ALLOCATION);
  EXPECT_EQ(R.read, 0u);
  Map M({{X, 0x1000}});
  EXPECT_EQ(T.on(X + 0x1000, X + 0x10000, 2000, 8, 0, M).reason,
            REPRISE_REASON_UNKNOWN_ALLOCATION);
}

TEST(Check, TopWithoutInBoundsIsAnyByte) {
  TwoBuffers T;
  T.top(REPRISE_ACCESS_READ, T.A, T.D);
  T.write(T.B, T.D, T.form(0, {{2, 4}}), 4);
  T.allPairs();
  Map M({{X, 0x1000}, {X + 0x1000, 0x10000}});
  reprise_result R =
      T.on(X, X + 0x1000, 2000, 8, REPRISE_LAUNCH_NO_IN_BOUNDS, M);
  EXPECT_EQ(R.verdict, REPRISE_UNKNOWN);
  EXPECT_EQ(R.reason, REPRISE_REASON_INDIRECT_OFFSET);
}

TEST(Check, UnknownRootMeetsEverythingThatIsExecuted) {
  TwoBuffers T;
  T.unknownRoot(REPRISE_ACCESS_WRITE, T.D);
  T.read(T.A, T.D, T.form(0, {{2, 4}}), 4);
  T.allPairs();
  reprise_result R = T.on(X, X);
  EXPECT_EQ(R.verdict, REPRISE_UNKNOWN);
  EXPECT_EQ(R.reason, REPRISE_REASON_UNKNOWN_POINTER);
  EXPECT_EQ(R.write, 0u);
  EXPECT_EQ(T.on(X, X, 0).verdict, REPRISE_IDEMPOTENT);
}

TEST(Check, UnknownReadWithoutWritesIsIdempotent) {
  TwoBuffers T;
  T.unknownRoot(REPRISE_ACCESS_READ, T.D);
  T.allPairs();
  EXPECT_EQ(T.on(0, 0).verdict, REPRISE_IDEMPOTENT);
}

struct Symbols : TwoBuffers {
  Id S = symbol("table", 8000), Other = symbol("other", 8000);
};

TEST(Check, SymbolsAreDistinctSpaces) {
  Symbols T;
  T.onSymbol(REPRISE_ACCESS_READ, T.S, T.D, T.form(0, {{2, 4}}), 4);
  T.onSymbol(REPRISE_ACCESS_WRITE, T.Other, T.D, T.form(0, {{2, 4}}), 4);
  T.allPairs();
  EXPECT_EQ(T.on(X, X).verdict, REPRISE_IDEMPOTENT);
  // One element past the symbol's end: nothing is known.
  reprise_result R = T.on(X, X, 2001);
  EXPECT_EQ(R.verdict, REPRISE_UNKNOWN);
  EXPECT_EQ(R.reason, REPRISE_REASON_UNKNOWN_SYMBOL);
}

TEST(Check, OneSymbolComparesByOffset) {
  Symbols T;
  T.onSymbol(REPRISE_ACCESS_READ, T.S, T.D, T.form(0, {{2, 4}}), 2);
  T.onSymbol(REPRISE_ACCESS_WRITE, T.S, T.D, T.form(2, {{2, 4}}), 2);
  T.allPairs();
  EXPECT_EQ(T.on(X, X).verdict, REPRISE_IDEMPOTENT);
  T.K.Accesses[1].Width = 3;
  reprise_result R = T.on(X, X);
  EXPECT_EQ(R.verdict, REPRISE_CLOBBERS);
  EXPECT_EQ(R.clobbered.size, 0u) << "offsets are not addresses";
}

TEST(Check, SymbolAndAllocationDoNotMeet) {
  Symbols T;
  T.onSymbol(REPRISE_ACCESS_READ, T.S, T.D, T.form(0, {{2, 4}}), 4);
  T.write(T.A, T.D, T.form(0, {{2, 4}}), 4);
  T.allPairs();
  EXPECT_EQ(T.on(X, X).reason, REPRISE_REASON_UNKNOWN_SYMBOL);
  Map Whole({{X, 8000}}), Short({{X, 7999}});
  EXPECT_EQ(T.on(X, X, 2000, 8, 0, Whole).verdict, REPRISE_IDEMPOTENT);
  EXPECT_EQ(T.on(X, X, 2000, 8, 0, Short).reason,
            REPRISE_REASON_UNKNOWN_SYMBOL);
}

TEST(Check, KnownSymbolAddressIsCompared) {
  Symbols T;
  T.onSymbol(REPRISE_ACCESS_READ, T.S, T.D, T.form(0, {{2, 4}}), 4);
  T.write(T.A, T.D, T.form(0, {{2, 4}}), 4);
  T.allPairs();
  Map Apart({}, {{"table", X + 8000, 8000}});
  Map Same({}, {{"table", X + 7999, 8000}});
  EXPECT_EQ(T.on(X, X, 2000, 8, 0, Apart).verdict, REPRISE_IDEMPOTENT);
  EXPECT_EQ(T.on(X, X, 2000, 8, 0, Same).verdict, REPRISE_CLOBBERS);
}

TEST(Check, EffectThatHappensIsUnknown) {
  TwoBuffers T;
  T.K.Effects.push_back({REPRISE_REASON_DEVICE_OUTPUT, T.D, "printf", {}});
  reprise_result R = T.on(X, X);
  EXPECT_EQ(R.verdict, REPRISE_UNKNOWN);
  EXPECT_EQ(R.reason, REPRISE_REASON_DEVICE_OUTPUT);
  EXPECT_EQ(T.on(X, X, 0).verdict, REPRISE_IDEMPOTENT);
}

TEST(Check, UnknownClassWithoutExplanationIsNeverIdempotent) {
  KernelBuilder B;
  B.K.Class = REPRISE_CLASS_UNKNOWN;
  Loaded L(B.K);
  reprise_result R = check(L, launch(1, 1, Arguments()));
  EXPECT_EQ(R.verdict, REPRISE_UNKNOWN);
  EXPECT_EQ(R.reason, REPRISE_REASON_UNSUPPORTED);
}

//===----------------------------------------------------------------------===//
// Poison
//===----------------------------------------------------------------------===//

TEST(Check, PoisonMattersOnlyWhereItIsUsed) {
  TwoBuffers T;
  Id Poison = T.expr(Op::UDiv, 64, T.Count, T.constant(0));
  T.read(T.A, T.D, T.form(0, {{2, 4}}), 4);
  T.write(T.B, T.D, T.form(0, {{2, 4}}), 4);
  T.allPairs();
  EXPECT_EQ(T.on(X, X + 0x10000).verdict, REPRISE_IDEMPOTENT);
  T.K.Accesses[1].Offset.Const = Poison;
  EXPECT_EQ(T.on(X, X + 0x10000).reason, REPRISE_REASON_ARITHMETIC);
}

TEST(Check, PoisonedRequireIsUnknown) {
  TwoBuffers T;
  T.read(T.A, T.D, T.form(0, {{2, 4}}), 4);
  T.write(T.B, T.D, T.form(0, {{2, 4}}), 4);
  T.allPairs();
  T.require(T.D, T.expr(Op::UDiv, 64, T.Count, T.constant(0)));
  EXPECT_EQ(T.on(X, X + 0x10000).reason, REPRISE_REASON_ARITHMETIC);
}

} // namespace
