//===- BackupTest.cpp - What to save, on known kernels --------------------===//
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

struct Backup {
  reprise_result Verdict;
  int Bounded = -1;
  std::vector<reprise_range> Ranges;
};

Backup backup(Kernel K, const reprise_launch &L) {
  Loaded Db(std::move(K));
  Backup B;
  B.Ranges.resize(70000);
  size_t Count = 0;
  EXPECT_EQ(reprise_backup_set(Db, &L, &B.Verdict, &B.Bounded, B.Ranges.data(),
                               B.Ranges.size(), &Count),
            REPRISE_OK);
  B.Ranges.resize(Count);
  return B;
}

Backup vectorAddOn(uint64_t A, uint64_t C, uint32_t Blocks = 8) {
  Arguments Args;
  Args.pointer(A).pointer(X + 0x100000).pointer(C).int32(2000);
  return backup(vectorAdd(), launch(Blocks, 256, Args));
}

TEST(BackupSet, NothingForIdempotent) {
  Backup B = vectorAddOn(X, X + 8000);
  EXPECT_EQ(B.Bounded, 1);
  EXPECT_TRUE(B.Ranges.empty());
}

TEST(BackupSet, ExactlyTheOverlap) {
  Backup B = vectorAddOn(X, X + 7000);
  EXPECT_EQ(B.Verdict.verdict, REPRISE_CLOBBERS);
  EXPECT_EQ(B.Bounded, 1);
  ASSERT_EQ(B.Ranges.size(), 1u);
  EXPECT_EQ(B.Ranges[0].address, X + 7000);
  EXPECT_EQ(B.Ranges[0].size, 1000u);
}

TEST(BackupSet, UnboundedWhenTheIndexMayWrap) {
  Backup B = vectorAddOn(X, X, 1u << 24);
  EXPECT_EQ(B.Verdict.reason, REPRISE_REASON_INDEX_MAY_WRAP);
  EXPECT_EQ(B.Bounded, 0);
  EXPECT_TRUE(B.Ranges.empty());
}

/// One domain of \p Rows values, parameters p and q.
struct Rows : KernelBuilder {
  Id P = pointer("p"), Q = pointer("q"), D = domain(), Row;
  explicit Rows(int64_t Count) { Row = define(D, constRange(0, Count - 1)); }

  Backup on(uint64_t PP, uint64_t PQ,
            const reprise_allocations *Map = nullptr) {
    Arguments Args;
    Args.pointer(PP).pointer(PQ);
    reprise_launch L = launch(1, 1, Args);
    L.allocations = Map;
    return backup(K, L);
  }
};

TEST(BackupSet, RowsAreListedOneByOne) {
  Rows K(10); // Reads [0, 8), writes [4, 12) of rows of 100 bytes.
  K.read(K.P, K.D, K.form(0, {{K.Row, 100}}), 8);
  K.write(K.P, K.D, K.form(4, {{K.Row, 100}}), 8);
  K.allPairs();
  Backup B = K.on(X, X);
  ASSERT_EQ(B.Ranges.size(), 10u);
  for (uint64_t I = 0; I < 10; ++I) {
    EXPECT_EQ(B.Ranges[I].address, X + 100 * I + 4);
    EXPECT_EQ(B.Ranges[I].size, 4u);
  }
}

TEST(BackupSet, TooManyRowsBecomeFewerRanges) {
  Rows K(1 << 20);
  K.read(K.P, K.D, K.form(0, {{K.Row, 16}}), 4);
  K.write(K.P, K.D, K.form(0, {{K.Row, 16}}), 4);
  K.allPairs();
  Backup B = K.on(X, X);
  EXPECT_EQ(B.Bounded, 1);
  ASSERT_EQ(B.Ranges.size(), 1u);
  EXPECT_EQ(B.Ranges[0].address, X);
  EXPECT_EQ(B.Ranges[0].size, (16u << 20) - 12);
}

TEST(BackupSet, CapacityIsReportedAndNothingIsWritten) {
  Rows K(10);
  Id A =
      K.access(REPRISE_ACCESS_ATOMIC, K.P, K.D, K.form(0, {{K.Row, 100}}), 8);
  K.pair(A, A, PairKind::Linked);
  Loaded Db(K.K);
  Arguments Args;
  Args.pointer(X).pointer(X);
  reprise_launch L = launch(1, 1, Args);
  reprise_result R;
  int Bounded;
  size_t Count;
  reprise_range Out[10] = {};
  EXPECT_EQ(reprise_backup_set(Db, &L, &R, &Bounded, Out, 9, &Count),
            REPRISE_ERROR_CAPACITY);
  EXPECT_EQ(Count, 10u);
  EXPECT_EQ(Bounded, 1);
  EXPECT_EQ(Out[0].size, 0u);
  EXPECT_EQ(reprise_backup_set(Db, &L, &R, &Bounded, Out, 10, &Count),
            REPRISE_OK);
  EXPECT_EQ(Out[9].address, X + 900);
}

TEST(BackupSet, UnknownReadIsBoundedByTheWrite) {
  Rows K(10);
  K.unknownRoot(REPRISE_ACCESS_READ, K.D);
  K.write(K.P, K.D, K.form(0, {{K.Row, 4}}), 4);
  K.allPairs();
  Backup B = K.on(X, X);
  EXPECT_EQ(B.Verdict.reason, REPRISE_REASON_UNKNOWN_POINTER);
  EXPECT_EQ(B.Bounded, 1);
  ASSERT_EQ(B.Ranges.size(), 1u);
  EXPECT_EQ(B.Ranges[0].size, 40u);
}

TEST(BackupSet, UnknownWriteIsNotBounded) {
  Rows K(10);
  K.unknownRoot(REPRISE_ACCESS_WRITE, K.D);
  K.read(K.P, K.D, K.form(0, {{K.Row, 4}}), 4);
  K.allPairs();
  EXPECT_EQ(K.on(X, X).Bounded, 0);
}

TEST(BackupSet, TopIsTheWholeAllocation) {
  Rows K(10);
  Id A = K.top(REPRISE_ACCESS_ATOMIC, K.P, K.D);
  K.pair(A, A, PairKind::Linked);
  EXPECT_EQ(K.on(X, X).Bounded, 0) << "no allocation is known";
  reprise_range Range{X - 64, 4096};
  reprise_allocations *Map = nullptr;
  ASSERT_EQ(reprise_allocations_create(&Range, 1, nullptr, 0, &Map),
            REPRISE_OK);
  Backup B = K.on(X, X, Map);
  reprise_allocations_free(Map);
  EXPECT_EQ(B.Bounded, 1);
  ASSERT_EQ(B.Ranges.size(), 1u);
  EXPECT_EQ(B.Ranges[0].address, X - 64);
  EXPECT_EQ(B.Ranges[0].size, 4096u);
}

TEST(BackupSet, EffectsAreNotBounded) {
  Rows K(10);
  K.K.Effects.push_back({REPRISE_REASON_DEVICE_OUTPUT, K.D, "printf", {}});
  EXPECT_EQ(K.on(X, X).Bounded, 0);
}

TEST(BackupSet, SymbolWithoutAddressIsNotBounded) {
  Rows K(10);
  Id S = K.symbol("counter", 40);
  Id A = K.onSymbol(REPRISE_ACCESS_ATOMIC, S, K.D, K.form(0, {{K.Row, 4}}), 4);
  K.pair(A, A, PairKind::Linked);
  EXPECT_EQ(K.on(X, X).Bounded, 0);
  reprise_symbol Symbol{"counter", X, 40};
  reprise_allocations *Map = nullptr;
  ASSERT_EQ(reprise_allocations_create(nullptr, 0, &Symbol, 1, &Map),
            REPRISE_OK);
  Backup B = K.on(X, X, Map);
  reprise_allocations_free(Map);
  EXPECT_EQ(B.Bounded, 1);
  ASSERT_EQ(B.Ranges.size(), 1u);
  EXPECT_EQ(B.Ranges[0].address, X);
  EXPECT_EQ(B.Ranges[0].size, 40u);
}

} // namespace
