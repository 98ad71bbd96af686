//===- BindingsTest.cpp - Accesses through texture and surface handles ----===//
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
constexpr uint64_t Handle = 0x42, Other = 0x43;

reprise_binding linear(uint64_t H, uint64_t Address, uint64_t Size,
                       uint32_t Kind = REPRISE_HANDLE_TEXTURE) {
  return {H, Kind, 0, {Address, Size}, 0};
}
reprise_binding array(uint64_t H, uint64_t Number,
                      uint32_t Kind = REPRISE_HANDLE_TEXTURE) {
  return {H, Kind, 0, {0, 0}, Number};
}

/// out[i] = texture(in, ...) on 256 threads; parameters out, in.
struct Sample : KernelBuilder {
  Id Out = pointer("out"), In = int64("in"), D = threads();
  Id R = throughHandle(REPRISE_ACCESS_READ, RootKind::Texture, In, D);
  Id W = write(Out, D, form(0, {{2, 4}}), 4);
  Sample() { allPairs(); }
};

reprise_result on(const Kernel &K, uint64_t First, uint64_t Second,
                  const reprise_allocations *Map, uint32_t Flags = 0) {
  Loaded L(K);
  Arguments Args;
  Args.pointer(First).pointer(Second);
  reprise_launch Launch = launch(1, 256, Args);
  Launch.allocations = Map;
  Launch.flags = Flags;
  return check(L, Launch);
}

TEST(Bindings, ReadOfMemoryThatIsNotWritten) {
  MemoryMap M;
  M.Bindings = {linear(Handle, X + 1024, 4096)};
  reprise_result R = on(Sample().K, X, Handle, M.get());
  EXPECT_EQ(R.verdict, REPRISE_IDEMPOTENT);
  EXPECT_EQ(R.assumptions, REPRISE_ASSUME_NO_OUTSIDE_WRITER)
      << "textures check their bounds themselves";
  EXPECT_EQ(
      on(Sample().K, X, Handle, M.get(), REPRISE_LAUNCH_NO_IN_BOUNDS).verdict,
      REPRISE_IDEMPOTENT);
}

TEST(Bindings, ReadThatMayMeetTheWrite) {
  for (uint64_t At : {X + 1023, X - 4095, X}) {
    MemoryMap M;
    M.Bindings = {linear(Handle, At, 4096)};
    reprise_result R = on(Sample().K, X, Handle, M.get());
    EXPECT_EQ(R.verdict, REPRISE_UNKNOWN);
    EXPECT_EQ(R.reason, REPRISE_REASON_MAY_OVERLAP);
    EXPECT_EQ(R.read, 0u);
    EXPECT_EQ(R.write, 1u);
  }
}

TEST(Bindings, HandleThatNoBindingNames) {
  MemoryMap M;
  M.Bindings = {linear(Other, X + 4096, 4096),
                linear(Handle, X + 4096, 4096, REPRISE_HANDLE_SURFACE)};
  const reprise_allocations *Map = M.get();
  for (const reprise_allocations *Known :
       {static_cast<const reprise_allocations *>(nullptr), Map}) {
    reprise_result R = on(Sample().K, X, Handle, Known);
    EXPECT_EQ(R.verdict, REPRISE_UNKNOWN);
    EXPECT_EQ(R.reason, REPRISE_REASON_TEXTURE);
    EXPECT_EQ(R.read, 0u);
    EXPECT_EQ(R.write, REPRISE_NO_ACCESS);
  }
}

TEST(Bindings, ArraysAreReachedByNoPointer) {
  MemoryMap M;
  M.Bindings = {array(Handle, 0)};
  EXPECT_EQ(on(Sample().K, X, Handle, M.get()).verdict, REPRISE_IDEMPOTENT);

  Sample S;
  S.K.Accesses[S.W].Root = RootKind::Unknown;
  S.K.Accesses[S.W].Reason = REPRISE_REASON_UNKNOWN_POINTER;
  EXPECT_EQ(on(S.K, X, Handle, M.get()).verdict, REPRISE_IDEMPOTENT);
  // A call may write through a surface.
  S.K.Accesses[S.W].Reason = REPRISE_REASON_UNRESOLVED_CALL;
  reprise_result R = on(S.K, X, Handle, M.get());
  EXPECT_EQ(R.verdict, REPRISE_UNKNOWN);
  EXPECT_EQ(R.reason, REPRISE_REASON_UNRESOLVED_CALL);
}

/// surface(out, ...) = texture(in, ...); parameters out, in.
struct Copy : KernelBuilder {
  Id Out = int64("out"), In = int64("in"), D = threads();
  Id R = throughHandle(REPRISE_ACCESS_READ, RootKind::Texture, In, D);
  Id W = throughHandle(REPRISE_ACCESS_WRITE, RootKind::Surface, Out, D);
  Copy() { allPairs(); }
};

TEST(Bindings, ArraysAreToldApartByTheirNumbers) {
  auto Verdict = [](const reprise_binding &In, const reprise_binding &Out) {
    MemoryMap M;
    M.Bindings = {In, Out};
    return on(Copy().K, Handle, Handle, M.get()).verdict;
  };
  auto Out = [](uint64_t Number) {
    return array(Handle, Number, REPRISE_HANDLE_SURFACE);
  };
  EXPECT_EQ(Verdict(array(Handle, 1), Out(2)), REPRISE_IDEMPOTENT);
  EXPECT_EQ(Verdict(array(Handle, 1), Out(1)), REPRISE_UNKNOWN);
  EXPECT_EQ(Verdict(array(Handle, 0), Out(1)), REPRISE_UNKNOWN);
  EXPECT_EQ(Verdict(array(Handle, 1), Out(0)), REPRISE_UNKNOWN);
  EXPECT_EQ(Verdict(linear(Handle, X, 64), Out(0)), REPRISE_IDEMPOTENT);
}

TEST(Bindings, WritesOfArraysHaveNoBackup) {
  MemoryMap M;
  M.Bindings = {array(Handle, 1), array(Handle, 1, REPRISE_HANDLE_SURFACE)};
  Loaded L(Copy().K);
  Arguments Args;
  Args.pointer(Handle).pointer(Handle);
  reprise_launch Launch = launch(1, 256, Args);
  Launch.allocations = M.get();
  reprise_result R;
  int Bounded = 1;
  size_t Count = 1;
  ASSERT_EQ(reprise_backup_set(L, &Launch, &R, &Bounded, nullptr, 0, &Count),
            REPRISE_OK);
  EXPECT_FALSE(Bounded);
  EXPECT_EQ(R.clobbered.size, 0u);
}

TEST(Bindings, BackupOfWhatATextureReads) {
  MemoryMap M;
  M.Bindings = {linear(Handle, X + 512, 4096)};
  Loaded L(Sample().K);
  Arguments Args;
  Args.pointer(X).pointer(Handle);
  reprise_launch Launch = launch(1, 256, Args);
  Launch.allocations = M.get();
  reprise_result R;
  reprise_range Range;
  int Bounded = 0;
  size_t Count = 0;
  ASSERT_EQ(reprise_backup_set(L, &Launch, &R, &Bounded, &Range, 1, &Count),
            REPRISE_OK);
  ASSERT_TRUE(Bounded);
  ASSERT_EQ(Count, 1u);
  EXPECT_EQ(Range.address, X + 512);
  EXPECT_EQ(Range.size, 512u);
}

TEST(Bindings, AtomicOnASurface) {
  KernelBuilder B;
  Id S = B.int64("s");
  B.throughHandle(REPRISE_ACCESS_ATOMIC, RootKind::Surface, S, B.threads());
  B.allPairs();
  MemoryMap M;
  M.Bindings = {array(Handle, 1, REPRISE_HANDLE_SURFACE)};
  EXPECT_EQ(on(B.K, Handle, 0, M.get()).verdict, REPRISE_UNKNOWN);
}

TEST(Bindings, MemoForgetsWithTheSnapshot) {
  reprise_memo *Memo = nullptr;
  ASSERT_EQ(reprise_memo_create(16, &Memo), REPRISE_OK);
  Loaded L(Sample().K);
  Arguments Args;
  Args.pointer(X).pointer(Handle);
  reprise_launch Launch = launch(1, 256, Args);
  for (int I = 0; I < 8; ++I) {
    MemoryMap M;
    M.Bindings = {linear(Handle, I % 2 ? X : X + 4096, 4096)};
    Launch.allocations = M.get();
    reprise_result R;
    ASSERT_EQ(reprise_check_memo(Memo, L, &Launch, &R), REPRISE_OK);
    EXPECT_EQ(R.verdict, I % 2 ? REPRISE_UNKNOWN : REPRISE_IDEMPOTENT);
  }
  reprise_memo_free(Memo);
}

TEST(Bindings, BadOnesAreRefused) {
  auto Status = [](std::vector<reprise_binding> All) {
    MemoryMap M;
    M.Bindings = std::move(All);
    return M.make();
  };
  const reprise_binding Good = linear(Handle, X, 64);
  EXPECT_EQ(Status({Good, Good}), REPRISE_OK);
  EXPECT_EQ(Status({Good, linear(Handle, X, 65)}), REPRISE_ERROR_ARGUMENT);
  EXPECT_EQ(Status({Good, array(Handle, 0)}), REPRISE_ERROR_ARGUMENT);
  EXPECT_EQ(Status({linear(0, X, 64)}), REPRISE_ERROR_ARGUMENT);
  EXPECT_EQ(Status({linear(Handle, UINT64_MAX, 2)}), REPRISE_ERROR_ARGUMENT);
  EXPECT_EQ(Status({linear(Handle, X, 0)}), REPRISE_ERROR_ARGUMENT)
      << "an array has no address";
  for (uint32_t Kind : {0u, 3u, UINT32_MAX})
    EXPECT_EQ(Status({linear(Handle, X, 64, Kind)}), REPRISE_ERROR_ARGUMENT);
  reprise_binding B = Good;
  B.array = 1;
  EXPECT_EQ(Status({B}), REPRISE_ERROR_ARGUMENT);
  B = Good;
  B.reserved = 1;
  EXPECT_EQ(Status({B}), REPRISE_ERROR_ARGUMENT);
}

TEST(Bindings, MapsOfOtherVersions) {
  struct {
    reprise_memory_map Map;
    uint64_t Later;
  } New{MemoryMap().raw(), 0};
  reprise_allocations *A = nullptr;
  New.Map.struct_size = sizeof New;
  ASSERT_EQ(reprise_allocations_create_map(&New.Map, &A), REPRISE_OK);
  reprise_allocations_free(A);
  New.Later = 1;
  EXPECT_EQ(reprise_allocations_create_map(&New.Map, &A),
            REPRISE_ERROR_VERSION);
  New.Map.struct_size = sizeof(reprise_memory_map) - 1;
  EXPECT_EQ(reprise_allocations_create_map(&New.Map, &A),
            REPRISE_ERROR_ARGUMENT);
  EXPECT_EQ(reprise_allocations_create_map(nullptr, &A),
            REPRISE_ERROR_ARGUMENT);
}

/// The loader's answer to a summary with one thing changed.
template <typename Fn> bool loads(Fn Change) {
  Sample S;
  Change(S.K.Accesses[S.R]);
  try {
    Loaded L(S.K);
    return true;
  } catch (const std::runtime_error &) {
    return false;
  }
}

TEST(Bindings, SummariesThatWouldHideAReadAreRefused) {
  EXPECT_TRUE(loads([](Access &) {}));
  EXPECT_FALSE(loads([](Access &A) { A.Top = false; }));
  EXPECT_FALSE(loads([](Access &A) { A.LiveIn = false; }));
  EXPECT_FALSE(loads([](Access &A) { A.Base = None; }));
  EXPECT_FALSE(loads([](Access &A) { A.Kind = REPRISE_ACCESS_ATOMIC; }));
}

} // namespace
