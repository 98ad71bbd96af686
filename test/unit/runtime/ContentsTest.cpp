//===- ContentsTest.cpp - What __constant__ variables hold ----------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Allocations.h"
#include "KernelBuilder.h"

#include <gtest/gtest.h>

using namespace reprise;
using namespace reprise::test;

namespace {

constexpr uint64_t X = 0x7000'0000'0000;

/// Two pointers and a count in the constant variable `config`:
/// config.to[i] = config.from[i] for i < config.n.
struct Config : KernelBuilder {
  Id S = symbol("config", 24);
  Id From = symbolBytes(S, 0, 64), To = symbolBytes(S, 8, 64);
  Id D = guardedThreads(signedWide(symbolBytes(S, 16, 32)));
  Id R = read(From, D, form(0, {{2, 4}}), 4);
  Id W = write(To, D, form(0, {{2, 4}}), 4);
  Config() { allPairs(); }
};

struct Bytes {
  uint64_t From, To;
  int32_t N, Padding;
};

reprise_result on(const Kernel &K, const reprise_allocations *Map) {
  Loaded L(K);
  Arguments None;
  reprise_launch Launch = launch(8, 256, None);
  Launch.allocations = Map;
  return check(L, Launch);
}

reprise_result with(const Bytes &B) {
  MemoryMap M;
  M.Contents = {{"config", 0, &B, sizeof B}};
  return on(Config().K, M.get());
}

TEST(Contents, PointersAndCountsOfAConstantVariable) {
  EXPECT_EQ(with({X, X + 8192, 2048, 0}).verdict, REPRISE_IDEMPOTENT);
  EXPECT_EQ(with({X, X + 8188, 2048, 0}).verdict, REPRISE_CLOBBERS);
  EXPECT_EQ(with({X, X + 8188, 2047, 0}).verdict, REPRISE_IDEMPOTENT)
      << "the count decides";
}

TEST(Contents, WhatIsNotGivenIsUnknown) {
  const Bytes B = {X, X + 8192, 2048, 0};
  const auto *Raw = reinterpret_cast<const unsigned char *>(&B);
  std::vector<std::vector<reprise_content>> Lacking = {
      {},
      {{"confi", 0, Raw, 24}},
      {{"config", 1, Raw + 1, 23}},
      {{"config", 0, Raw, 10}, {"config", 11, Raw + 11, 13}}};
  for (auto &Contents : Lacking) {
    MemoryMap M;
    M.Contents = Contents;
    reprise_result R = on(Config().K, M.get());
    EXPECT_EQ(R.verdict, REPRISE_UNKNOWN);
    EXPECT_EQ(R.reason, REPRISE_REASON_UNKNOWN_SYMBOL);
  }
  EXPECT_EQ(on(Config().K, nullptr).reason, REPRISE_REASON_UNKNOWN_SYMBOL);
}

TEST(Contents, PiecesAreJoined) {
  const Bytes B = {X, X + 8192, 2048, 0};
  const auto *Raw = reinterpret_cast<const unsigned char *>(&B);
  MemoryMap M;
  M.Contents = {{"config", 11, Raw + 11, 13},
                {"other", 0, Raw, 24},
                {"config", 0, Raw, 11},
                {"config", 4, Raw + 4, 9}};
  EXPECT_EQ(on(Config().K, M.get()).verdict, REPRISE_IDEMPOTENT);
}

TEST(Contents, GuardsThatAreUnknownMayHold) {
  Config C;
  // max(content, 1) < 1 is unknown, whatever the operators make of it.
  Id Never =
      C.expr(Op::SLt, 1,
             C.expr(Op::SMax, 64, C.symbolBytes(C.S, 16, 64), C.constant(1)),
             C.constant(1));
  C.K.Domains[C.D].Steps.insert(C.K.Domains[C.D].Steps.begin(),
                                {StepKind::Require, Never});
  Bytes B = {X, X, 2048, 0};
  MemoryMap M;
  M.Contents = {{"config", 0, &B, 20}};
  EXPECT_EQ(on(C.K, M.get()).reason, REPRISE_REASON_MAY_OVERLAP);
  M.Contents = {{"config", 0, &B, 24}};
  EXPECT_EQ(on(C.K, M.get()).verdict, REPRISE_IDEMPOTENT);
  B.To = X + 8192;
  M.Contents = {{"config", 0, &B, 20}};
  EXPECT_EQ(on(C.K, M.get()).verdict, REPRISE_IDEMPOTENT);
}

TEST(Contents, CountsThatAreUnknownBoundNothing) {
  const Bytes Near = {X, X + 8188, 2047, 0}, Far = {X, X + 8192, 2047, 0};
  for (const Bytes *B : {&Near, &Far}) {
    MemoryMap M;
    M.Contents = {{"config", 0, B, 16}};
    reprise_result R = on(Config().K, M.get());
    EXPECT_EQ(R.verdict, B == &Near ? REPRISE_UNKNOWN : REPRISE_IDEMPOTENT);
  }
}

TEST(Contents, OffsetsThatAreUnknownStayInTheAllocation) {
  KernelBuilder K;
  Id P = K.pointer("p"), Q = K.pointer("q"), D = K.threads();
  Id Shift = K.symbolBytes(K.symbol("shift", 16), 0, 64);
  Id Factor = K.symbolBytes(0, 8, 64);
  K.read(P, D, KernelBuilder::formOf(Shift, {{2, K.constant(4)}}), 4);
  K.read(P, D, KernelBuilder::formOf(K.constant(0), {{2, Factor}}), 4);
  K.write(Q, D, K.form(0, {{2, 4}}), 4);
  K.allPairs();
  auto On = [&](uint64_t PA, uint64_t QA, const reprise_allocations *Map,
                uint32_t Flags) {
    Loaded L(K.K);
    Arguments Args;
    Args.pointer(PA).pointer(QA);
    reprise_launch Launch = launch(1, 256, Args);
    Launch.allocations = Map;
    Launch.flags = Flags;
    return check(L, Launch);
  };
  MemoryMap M;
  M.Ranges = {{X, 4096}, {X + 4096, 4096}};
  const reprise_allocations *Map = M.get();
  reprise_result R = On(X, X + 4096, Map, 0);
  EXPECT_EQ(R.verdict, REPRISE_IDEMPOTENT);
  EXPECT_TRUE(R.assumptions & REPRISE_ASSUME_IN_BOUNDS);
  EXPECT_EQ(On(X, X + 2048, Map, 0).reason, REPRISE_REASON_UNKNOWN_SYMBOL);
  EXPECT_EQ(On(X, X + 4096, Map, REPRISE_LAUNCH_NO_IN_BOUNDS).verdict,
            REPRISE_UNKNOWN);
  EXPECT_EQ(On(X, X + 4096, nullptr, 0).verdict, REPRISE_UNKNOWN);
}

TEST(Contents, MemoForgetsWithTheSnapshot) {
  reprise_memo *Memo = nullptr;
  ASSERT_EQ(reprise_memo_create(16, &Memo), REPRISE_OK);
  Loaded L(Config().K);
  Arguments None;
  reprise_launch Launch = launch(8, 256, None);
  for (uint64_t I = 0; I < 8; ++I) {
    Bytes B = {X, X + (I % 2 ? 4 : 8192), 2048, 0};
    MemoryMap M;
    M.Contents = {{"config", 0, &B, sizeof B}};
    Launch.allocations = M.get();
    B.To = X; // The snapshot has a copy.
    reprise_result R;
    ASSERT_EQ(reprise_check_memo(Memo, L, &Launch, &R), REPRISE_OK);
    EXPECT_EQ(R.verdict, I % 2 ? REPRISE_CLOBBERS : REPRISE_IDEMPOTENT);
  }
  reprise_memo_free(Memo);
}

TEST(Contents, BadOnesAreRefused) {
  const unsigned char A[] = {1, 2, 3, 4}, B[] = {2, 9};
  auto Status = [](std::vector<reprise_content> All) {
    MemoryMap M;
    M.Contents = std::move(All);
    return M.make();
  };
  EXPECT_EQ(Status({{"a", 0, A, 4}, {"a", 1, A + 1, 1}}), REPRISE_OK);
  EXPECT_EQ(Status({{"a", 0, A, 4}, {"b", 1, B, 2}}), REPRISE_OK);
  EXPECT_EQ(Status({{"a", 0, A, 4}, {"a", 1, B, 2}}), REPRISE_ERROR_ARGUMENT)
      << "one byte, two values";
  EXPECT_EQ(Status({{"a", 0, A, 0}}), REPRISE_ERROR_ARGUMENT);
  EXPECT_EQ(Status({{"a", 0, nullptr, 1}}), REPRISE_ERROR_ARGUMENT);
  EXPECT_EQ(Status({{"", 0, A, 1}}), REPRISE_ERROR_ARGUMENT);
  EXPECT_EQ(Status({{nullptr, 0, A, 1}}), REPRISE_ERROR_ARGUMENT);
  EXPECT_EQ(Status({{"a", UINT64_MAX, A, 2}}), REPRISE_ERROR_ARGUMENT);
}

TEST(Contents, SummariesThatReadOutsideAreRefused) {
  auto Loads = [](int64_t Offset, unsigned Width, uint64_t Size) {
    Config C;
    C.K.Symbols[C.S].Size = Size;
    C.symbolBytes(C.S, Offset, Width);
    try {
      Loaded L(C.K);
      return true;
    } catch (const std::runtime_error &) {
      return false;
    }
  };
  EXPECT_TRUE(Loads(16, 64, 24));
  EXPECT_FALSE(Loads(17, 64, 24));
  EXPECT_FALSE(Loads(25, 8, 24));
  EXPECT_FALSE(Loads(-1, 8, 24));
  EXPECT_FALSE(Loads(0, 12, 24));
  EXPECT_TRUE(Loads(INT64_MAX, 64, 0)) << "an extern array has no size";
  EXPECT_EQ(on(Config().K, nullptr).verdict, REPRISE_UNKNOWN);
}

} // namespace
