//===- MemoTest.cpp - The memo gives what a check gives -------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Memo.h"
#include "KernelBuilder.h"
#include "Reference.h"

#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <thread>

using namespace reprise;
using namespace reprise::test;

namespace {

constexpr uint64_t X = 0x7000'0000'0000;

bool same(const reprise_result &A, const reprise_result &B) {
  return A.verdict == B.verdict && A.reason == B.reason &&
         A.assumptions == B.assumptions && A.read == B.read &&
         A.write == B.write && A.clobbered.address == B.clobbered.address &&
         A.clobbered.size == B.clobbered.size;
}

struct MemoFree {
  void operator()(reprise_memo *M) const { reprise_memo_free(M); }
};
using MemoPtr = std::unique_ptr<reprise_memo, MemoFree>;

MemoPtr newMemo(size_t Entries) {
  reprise_memo *M = nullptr;
  if (reprise_memo_create(Entries, &M))
    throw std::bad_alloc();
  return MemoPtr(M);
}

reprise_result checkMemo(reprise_memo *M, const reprise_kernel *K,
                         const reprise_launch &L) {
  reprise_result R;
  EXPECT_EQ(reprise_check_memo(M, K, &L, &R), REPRISE_OK);
  return R;
}

Arguments vectorAddArguments(uint64_t A, uint64_t B, uint64_t C, int32_t N) {
  Arguments Args;
  Args.pointer(A).pointer(B).pointer(C).int32(N);
  return Args;
}

TEST(Memo, HitAndMissAgreeWithCheck) {
  Loaded K(vectorAdd());
  MemoPtr M = newMemo(64);
  Random R(1);
  for (int I = 0; I < 500 * Effort; ++I) {
    // Few different launches, so that many hit and some evict.
    Arguments Args = vectorAddArguments(
        X, X + 4096, X + 4096 * static_cast<uint64_t>(R.in(0, 9)),
        static_cast<int32_t>(R.in(0, 8)) * 256);
    reprise_launch L = launch(static_cast<uint32_t>(R.in(1, 3)), 256, Args);
    ASSERT_TRUE(same(checkMemo(M.get(), K, L), reprise::test::check(K, L)));
  }
}

/// Every field of a launch that a verdict may depend on is part of the key.
TEST(Memo, EachFieldDistinguishes) {
  KernelBuilder
      B; // Written: bytes [0, grid + block + shared); read: byte 5000.
  Id P = B.pointer("p"), D = B.domain();
  Id Size = B.constant(0);
  for (int Axis = 0; Axis < 3; ++Axis)
    Size = B.add(Size, B.add(B.ntid(Axis), B.nctaid(Axis)));
  Size = B.add(Size, B.wide(B.expr(Op::DynShared, 32)));
  B.define(D, B.range(B.constant(0), B.addConst(Size, -1)));
  B.write(P, D, B.form(0, {{0, 1}}), 1);
  Id T = B.top(REPRISE_ACCESS_READ, B.pointer("q"), D);
  B.pair(T, 0);
  Loaded K(B.K), Other(B.K);
  reprise_range Near{X, 4096}, Far{X + 8192, 4096};
  reprise_allocations *MapA = nullptr, *MapB = nullptr;
  ASSERT_EQ(reprise_allocations_create(&Near, 1, nullptr, 0, &MapA),
            REPRISE_OK);
  reprise_range Both[] = {Near, Far};
  ASSERT_EQ(reprise_allocations_create(Both, 2, nullptr, 0, &MapB), REPRISE_OK);

  MemoPtr M = newMemo(1024);
  Arguments Args;
  Args.pointer(X).pointer(X + 8192);
  std::vector<reprise_launch> Launches(1, launch(2, 2, Args));
  Launches[0].allocations = MapA;
  auto Add = [&](auto Change) {
    reprise_launch L = Launches[0];
    Change(L);
    Launches.push_back(L);
  };
  for (int I = 0; I < 3; ++I) {
    Add([&](reprise_launch &L) { L.grid[I] += 1; });
    Add([&](reprise_launch &L) { L.block[I] += 1; });
  }
  Add([](reprise_launch &L) { L.dynamic_shared = 9; });
  Add([](reprise_launch &L) { L.flags = REPRISE_LAUNCH_NO_IN_BOUNDS; });
  Add([&](reprise_launch &L) { L.allocations = MapB; });
  Add([](reprise_launch &L) { L.allocations = nullptr; });
  Arguments OtherArgs;
  OtherArgs.pointer(X).pointer(X + 100);
  Add([&](reprise_launch &L) { L.arguments = OtherArgs.Bytes.data(); });
  for (int Round = 0; Round < 2; ++Round)
    for (const reprise_launch &L : Launches)
      EXPECT_TRUE(same(checkMemo(M.get(), K, L), reprise::test::check(K, L)));
  reprise_allocations_free(MapA);
  reprise_allocations_free(MapB);
}

TEST(Memo, KernelAtTheSameAddressIsAnotherKernel) {
  MemoPtr M = newMemo(64);
  Arguments Args = vectorAddArguments(X, X + 4096, X + 8192, 512);
  Kernel Bad = vectorAdd();
  Bad.Accesses[2].Base = Bad.Accesses[0].Base; // Overwrites A.
  for (int I = 0; I < 20; ++I) {
    // Freed and allocated again, very likely at the same place.
    Loaded K(I % 2 ? Bad : vectorAdd());
    EXPECT_EQ(checkMemo(M.get(), K, launch(2, 256, Args)).verdict,
              I % 2 ? REPRISE_CLOBBERS : REPRISE_IDEMPOTENT);
  }
}

TEST(Memo, ErrorsAreReportedAndNotStored) {
  Loaded K(vectorAdd());
  MemoPtr M = newMemo(64);
  Arguments Args = vectorAddArguments(X, X + 4096, X + 8192, 512);
  reprise_launch L = launch(0, 256, Args);
  reprise_result R;
  for (int I = 0; I < 2; ++I) {
    EXPECT_EQ(reprise_check_memo(M.get(), K, &L, &R), REPRISE_ERROR_LAUNCH);
    EXPECT_EQ(R.verdict, REPRISE_UNKNOWN);
  }
  L = launch(1, 256, Args);
  L.arguments_size = 27;
  EXPECT_EQ(reprise_check_memo(M.get(), K, &L, &R),
            REPRISE_ERROR_ARGUMENT_BLOCK);
}

TEST(Memo, LargeArgumentBlocksWork) {
  KernelBuilder B;
  Id P = B.pointer("p"), D = B.threads();
  B.K.ParamBytes = 4096;
  B.K.Params.push_back({"s", REPRISE_PARAM_BYTES, 8, 4088});
  B.read(P, D, B.form(0, {{2, 4}}), 4);
  Id Q = B.expr(Op::Param, 64, None, None, None, 4088);
  B.write(Q, D, B.form(0, {{2, 4}}), 4);
  B.allPairs();
  Loaded K(B.K);
  MemoPtr M = newMemo(64);
  Arguments Args;
  Args.pointer(X);
  Args.Bytes.resize(4096);
  for (uint64_t Q2 : {X + 8192, X, X + 8192}) {
    std::memcpy(Args.Bytes.data() + 4088, &Q2, 8);
    EXPECT_EQ(checkMemo(M.get(), K, launch(1, 32, Args)).verdict,
              Q2 == X ? REPRISE_CLOBBERS : REPRISE_IDEMPOTENT);
  }
}

TEST(Memo, ClearForgets) {
  Loaded K(vectorAdd());
  MemoPtr M = newMemo(64);
  Arguments Args = vectorAddArguments(X, X + 4096, X, 512);
  reprise_result First = checkMemo(M.get(), K, launch(2, 256, Args));
  reprise_memo_clear(M.get());
  EXPECT_TRUE(same(checkMemo(M.get(), K, launch(2, 256, Args)), First));
}

/// Two entries, several keys, a result that repeats the key: whoever reads half
/// of one fill and half of another notices.
TEST(Memo, NobodySeesHalfOfAFill) {
  constexpr uint64_t Keys = 6;
  Memo M(2);
  Program P;
  P.UniqueId = 1;
  P.ParamBytes = 8;
  std::vector<MemoKey> Key(Keys);
  for (uint64_t I = 0; I < Keys; ++I) {
    Arguments Args;
    Args.pointer(I);
    ASSERT_TRUE(M.makeKey(P, 0, launch(1, 1, Args), Key[I]));
  }
  std::atomic<int> Mixed{0}, Hits{0}, Writers{2};
  std::latch Started(4); // Else the writers may be done before anyone reads.
  auto Write = [&](uint64_t Seed) {
    Random R(Seed);
    Started.arrive_and_wait();
    for (int I = 0; I < 50000 * Effort; ++I) {
      auto N = static_cast<uint32_t>(R.in(0, Keys - 1));
      M.store(Key[N], {REPRISE_CLOBBERS, REPRISE_REASON_NONE, N, N, N, {N, N}});
    }
    --Writers;
  };
  auto Read = [&](uint64_t Seed) {
    Random R(Seed);
    Started.arrive_and_wait();
    // On a busy machine no read may fall between two writes. A thousand reads
    // of what the writers left make sure that each reader hits.
    for (int Left = 1000; Left > 0; Left -= Writers == 0) {
      auto N = static_cast<uint32_t>(R.in(0, Keys - 1));
      reprise_result Got;
      if (!M.find(Key[N], Got))
        continue;
      ++Hits;
      Mixed += Got.assumptions != N || Got.read != N || Got.write != N ||
               Got.clobbered.address != N || Got.clobbered.size != N;
    }
  };
  std::thread A(Write, 1), B(Write, 2), C(Read, 3), D(Read, 4);
  for (std::thread *T : {&A, &B, &C, &D})
    T->join();
  EXPECT_GT(Hits, 0);
  EXPECT_EQ(Mixed, 0);
}

TEST(Memo, ThreadsGetTheRightVerdicts) {
  Loaded K(vectorAdd());
  MemoPtr M = newMemo(16); // Small: constant eviction.
  constexpr int Cases = 64;
  std::vector<Arguments> Args;
  std::vector<reprise_result> Expected;
  for (uint64_t I = 0; I < Cases; ++I) {
    Args.push_back(vectorAddArguments(X, X + 8192, X + 64 * I, 16 * (I % 40)));
    Expected.push_back(reprise::test::check(K, launch(2, 256, Args.back())));
  }
  std::atomic<int> Wrong{0};
  std::vector<std::thread> Threads;
  for (uint64_t T = 0; T < 4; ++T)
    Threads.emplace_back([&, T] {
      Random R(T);
      for (int I = 0; I < 5000 * Effort; ++I) {
        auto C = static_cast<size_t>(R.in(0, Cases - 1));
        reprise_launch L = launch(2, 256, Args[C]);
        reprise_result Result;
        if (reprise_check_memo(M.get(), K, &L, &Result) ||
            !same(Result, Expected[C]))
          ++Wrong;
        if (T == 0 && I % 1000 == 0)
          reprise_memo_clear(M.get());
      }
    });
  for (std::thread &T : Threads)
    T.join();
  EXPECT_EQ(Wrong, 0);
}

} // namespace
