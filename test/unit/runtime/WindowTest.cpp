//===- WindowTest.cpp - Restarts of known sequences -----------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "KernelBuilder.h"

#include <gtest/gtest.h>

static bool operator==(const reprise_save &X, const reprise_save &Y) {
  return X.range.address == Y.range.address && X.range.size == Y.range.size &&
         X.before == Y.before;
}

using namespace reprise;
using namespace reprise::test;

namespace {

constexpr uint64_t A = 0x7000'0000'0000, B = A + 0x1000, C = A + 0x2000,
                   D = A + 0x3000;
constexpr uint64_t Bytes = 2000; ///< Of each buffer that a launch touches.

struct WindowFree {
  void operator()(reprise_window *W) const { reprise_window_free(W); }
};

/// A window, and operations on buffers of Bytes bytes.
class Stream {
public:
  explicit Stream(size_t Capacity = 100) {
    reprise_window *Raw = nullptr;
    EXPECT_EQ(reprise_window_create(Capacity, &Raw), REPRISE_OK);
    W.reset(Raw);
    const reprise_range Ranges[] = {
        {A, Bytes}, {B, Bytes}, {C, Bytes}, {D, Bytes}};
    EXPECT_EQ(reprise_allocations_create(Ranges, 4, nullptr, 0, &Map),
              REPRISE_OK);
  }
  ~Stream() { reprise_allocations_free(Map); }
  Stream(const Stream &) = delete;
  Stream &operator=(const Stream &) = delete;

  /// To[i] = X[i] + Y[i]
  Stream &add(uint64_t To, uint64_t X, uint64_t Y) {
    Arguments Args;
    Args.pointer(X).pointer(Y).pointer(To).int32(Bytes / 4);
    reprise_launch L = launch(2, 256, Args);
    L.allocations = Map;
    EXPECT_EQ(reprise_window_launch(get(), Add, &L, nullptr, &Last),
              REPRISE_OK);
    return *this;
  }
  Stream &run(const reprise_kernel *K, const Arguments &Args) {
    reprise_launch L = launch(1, 1, Args);
    L.allocations = Map;
    EXPECT_EQ(reprise_window_launch(get(), K, &L, nullptr, &Last), REPRISE_OK);
    return *this;
  }
  Stream &copy(uint64_t To, uint64_t From, uint64_t Size = Bytes) {
    const reprise_region R = region(To, Size), S = region(From, Size);
    EXPECT_EQ(reprise_window_copy(get(), &R, From ? &S : nullptr, Map, nullptr),
              REPRISE_OK);
    return *this;
  }
  Stream &fill(uint64_t To, uint64_t Size = Bytes) { return copy(To, 0, Size); }

  reprise_restart check(uint64_t First) const {
    reprise_restart R;
    EXPECT_EQ(reprise_window_check(get(), First, &R), REPRISE_OK);
    return R;
  }
  bool valid(uint64_t First) const { return check(First).valid; }
  uint64_t point() const {
    reprise_restart R;
    EXPECT_EQ(reprise_window_restart_point(get(), &R), REPRISE_OK);
    EXPECT_EQ(R.valid, 1);
    return R.first;
  }
  std::vector<reprise_save> saves(uint64_t First, int WantBounded = 1) const {
    std::vector<reprise_save> List(100);
    int Bounded = -1;
    size_t Count = 0;
    EXPECT_EQ(reprise_window_saves(get(), First, &Bounded, List.data(),
                                   List.size(), &Count),
              REPRISE_OK);
    EXPECT_EQ(Bounded, WantBounded);
    List.resize(Count);
    return List;
  }
  reprise_window *get() const { return W.get(); }

  static reprise_region region(uint64_t Address, uint64_t Size) {
    reprise_region R{};
    R.kind = REPRISE_REGION_DEVICE;
    R.address = Address;
    R.width = Size;
    return R;
  }
  reprise_result Last{};
  reprise_allocations *Map = nullptr;

private:
  Loaded Add{vectorAdd()};
  std::unique_ptr<reprise_window, WindowFree> W;
};

TEST(Window, PingPong) {
  Stream S;
  S.add(B, A, A).add(A, B, B).add(C, A, A);
  EXPECT_EQ(S.Last.verdict, REPRISE_IDEMPOTENT);
  EXPECT_TRUE(S.valid(2));
  EXPECT_TRUE(S.valid(1));
  const reprise_restart R = S.check(0);
  EXPECT_EQ(R.valid, 0);
  EXPECT_EQ(R.reader, 0u);
  EXPECT_EQ(R.writer, 1u);
  EXPECT_EQ(R.reason, REPRISE_REASON_MAY_OVERLAP);
  EXPECT_EQ(S.point(), 1u);
  EXPECT_EQ(S.saves(0), (std::vector<reprise_save>{{{A, Bytes}, 1}}));
  EXPECT_TRUE(S.saves(1).empty());
}

TEST(Window, WhatWasSavedReachesFurther) {
  Stream S;
  S.add(B, A, A).add(A, B, B);
  const reprise_range Part{A, 1000}, Rest{A + 1000, Bytes - 1000};
  ASSERT_EQ(reprise_window_saved(S.get(), 1, &Part, 1), REPRISE_OK);
  EXPECT_FALSE(S.valid(0));
  EXPECT_EQ(S.saves(0), (std::vector<reprise_save>{{Rest, 1}}));
  ASSERT_EQ(reprise_window_saved(S.get(), 1, &Rest, 1), REPRISE_OK);
  EXPECT_TRUE(S.valid(0));
  EXPECT_EQ(S.point(), 0u);
}

TEST(Window, SavedTooLate) {
  Stream S;
  S.add(B, A, A).add(A, B, B).add(C, A, A);
  const reprise_range All{A, Bytes};
  ASSERT_EQ(reprise_window_saved(S.get(), 2, &All, 1), REPRISE_OK);
  EXPECT_FALSE(S.valid(0)) << "operation 1 has overwritten it";
}

TEST(Window, WhatIsSurelyWrittenBeforeIsNotNeeded) {
  Stream S;
  S.fill(A).add(A, A, B); // A += B, not idempotent by itself.
  EXPECT_EQ(S.Last.verdict, REPRISE_CLOBBERS);
  EXPECT_FALSE(S.valid(1));
  EXPECT_TRUE(S.valid(0));
  EXPECT_EQ(S.point(), 0u);
  Stream Short;
  Short.fill(A, 1000).add(A, A, B);
  EXPECT_FALSE(Short.valid(0));
  EXPECT_EQ(Short.saves(0),
            (std::vector<reprise_save>{{{A + 1000, Bytes - 1000}, 1}}));
}

TEST(Window, CopiesReadAndWrite) {
  Stream S;
  S.copy(B, A).copy(A, C);
  EXPECT_FALSE(S.valid(0));
  EXPECT_EQ(S.saves(0), (std::vector<reprise_save>{{{A, Bytes}, 1}}));
}

TEST(Window, RowsOfACopy) {
  Stream S;
  reprise_region R = Stream::region(A, 4);
  R.rows = 10;
  R.pitch = 100;
  const reprise_region Odd = Stream::region(A + 50, 4);
  ASSERT_EQ(reprise_window_copy(S.get(), nullptr, &R, S.Map, nullptr),
            REPRISE_OK);
  ASSERT_EQ(reprise_window_copy(S.get(), &Odd, nullptr, S.Map, nullptr),
            REPRISE_OK);
  EXPECT_TRUE(S.valid(0)) << "between two rows";
  S.fill(A + 502, 2);
  EXPECT_EQ(S.saves(0), (std::vector<reprise_save>{{{A + 502, 2}, 2}}));
}

TEST(Window, FencesAreNotCrossed) {
  Stream S;
  S.add(B, A, A);
  uint64_t Number = 0;
  ASSERT_EQ(reprise_window_fence(S.get(), &Number), REPRISE_OK);
  EXPECT_EQ(Number, 1u);
  EXPECT_EQ(reprise_window_begin(S.get()), 2u);
  S.add(B, A, A);
  EXPECT_EQ(S.point(), 2u);
  EXPECT_EQ(reprise_window_launch(S.get(), nullptr, nullptr, &Number, nullptr),
            REPRISE_OK);
  EXPECT_EQ(reprise_window_begin(S.get()), Number + 1) << "not known: a fence";
}

TEST(Window, WhatFailsIsAFence) {
  Stream S;
  S.add(B, A, A);
  Loaded K(vectorAdd());
  Arguments Short;
  reprise_launch L = launch(1, 1, Short);
  EXPECT_EQ(reprise_window_launch(S.get(), K, &L, nullptr, nullptr),
            REPRISE_ERROR_ARGUMENT_BLOCK);
  EXPECT_EQ(reprise_window_begin(S.get()), 2u);
  reprise_region Bad = Stream::region(UINT64_MAX - 3, 8);
  EXPECT_EQ(reprise_window_copy(S.get(), &Bad, nullptr, nullptr, nullptr),
            REPRISE_ERROR_ARGUMENT);
  EXPECT_EQ(reprise_window_begin(S.get()), 3u);
  EXPECT_EQ(reprise_window_end(S.get()), 3u);
}

TEST(Window, TheOldestGo) {
  Stream S(2);
  S.add(B, A, A).add(B, A, A).add(B, A, A);
  EXPECT_EQ(reprise_window_begin(S.get()), 1u);
  EXPECT_EQ(S.point(), 1u);
  EXPECT_EQ(reprise_window_retire(S.get(), 2), REPRISE_OK);
  EXPECT_EQ(S.point(), 2u);
  EXPECT_EQ(reprise_window_retire(S.get(), 4), REPRISE_ERROR_ARGUMENT);
  EXPECT_EQ(reprise_window_retire(S.get(), 3), REPRISE_OK);
  EXPECT_EQ(S.point(), 3u) << "nothing is left to be run";
}

/// b[0 .. 9] = 1 where memory says so.
Kernel guardedByData() {
  KernelBuilder K("guarded");
  Id P = K.pointer("p"), Q = K.pointer("q"), Dom = K.domain();
  Id Row = K.define(Dom, K.constRange(0, 9));
  K.read(P, Dom, K.form(0, {{Row, 4}}), 4);
  Id W = K.write(Q, Dom, K.form(0, {{Row, 4}}), 4);
  K.K.Accesses[W].Must = false;
  K.allPairs();
  return K.K;
}

TEST(Window, MemoryMayDecideOtherwiseInTheSecondRun) {
  Loaded K(guardedByData());
  Arguments Args;
  Args.pointer(A).pointer(C);
  Stream Alone, Behind, Covered;
  Alone.run(K, Args);
  EXPECT_TRUE(Alone.valid(0)) << "it reads the same again";
  Behind.add(A, B, B).run(K, Args);
  EXPECT_TRUE(Behind.valid(1));
  const reprise_restart R = Behind.check(0);
  EXPECT_EQ(R.valid, 0);
  EXPECT_EQ(R.reason, REPRISE_REASON_ORDER_DEPENDENT);
  EXPECT_EQ(Behind.saves(0), (std::vector<reprise_save>{{{C, 40}, 1}}));
  Covered.add(A, B, B).fill(C).run(K, Args);
  EXPECT_TRUE(Covered.valid(0)) << "all of it is written anyway";
  Stream Filled;
  Filled.fill(A).run(K, Args);
  EXPECT_TRUE(Filled.valid(0)) << "a fill gives the same again";
}

/// Unused atomics of one operator on *p.
Kernel repeatable() {
  KernelBuilder K("repeatable");
  Id P = K.pointer("p"), Dom = K.domain();
  K.access(REPRISE_ACCESS_ATOMIC, P, Dom, K.form(0), 4);
  return K.K;
}

TEST(Window, BytesOfAnAtomicStayTogether) {
  Loaded K(repeatable());
  Arguments Args;
  Args.pointer(A);
  Stream S;
  S.run(K, Args);
  EXPECT_EQ(S.Last.verdict, REPRISE_IDEMPOTENT);
  EXPECT_TRUE(S.valid(0));
  const reprise_range Byte{A + 1, 1};
  ASSERT_EQ(reprise_window_saved(S.get(), 0, &Byte, 1), REPRISE_OK);
  EXPECT_FALSE(S.valid(0)) << "old and new bytes would be mixed";
  EXPECT_EQ(S.saves(0),
            (std::vector<reprise_save>{{{A, 1}, 0}, {{A + 2, 2}, 0}}));
  Stream T;
  T.fill(A + 1, 1).run(K, Args);
  EXPECT_FALSE(T.valid(0));
  Stream U;
  U.fill(A, 4).run(K, Args);
  EXPECT_TRUE(U.valid(0));
}

TEST(Window, ConstantVariablesAreInNoAllocation) {
  Stream S;
  S.add(B, A, A);
  const reprise_region Elsewhere = Stream::region(A + 0x10000, 16);
  ASSERT_EQ(reprise_window_copy(S.get(), &Elsewhere, nullptr, S.Map, nullptr),
            REPRISE_OK);
  EXPECT_FALSE(S.valid(0)) << "the kernel may read what was copied";
  Stream T;
  T.add(B, A, A).fill(D);
  EXPECT_TRUE(T.valid(0));
  Stream U;
  U.add(B, A, A);
  reprise_region Host = Elsewhere;
  Host.kind = REPRISE_REGION_HOST;
  ASSERT_EQ(reprise_window_copy(U.get(), &Host, nullptr, U.Map, nullptr),
            REPRISE_OK);
  EXPECT_TRUE(U.valid(0));
}

TEST(Window, UnknownPointers) {
  KernelBuilder Reader("reader"), Writer("writer");
  Reader.unknownRoot(REPRISE_ACCESS_READ, Reader.domain());
  Writer.unknownRoot(REPRISE_ACCESS_WRITE, Writer.domain());
  Loaded R(Reader.K), W(Writer.K);
  const Arguments None;
  Stream S;
  S.run(R, None).fill(B, 8);
  EXPECT_EQ(S.saves(0), (std::vector<reprise_save>{{{B, 8}, 1}}));
  S.run(W, None);
  S.saves(0, /*WantBounded=*/0);
  EXPECT_TRUE(S.valid(2));
  Stream T;
  T.copy(B, A, 8).run(W, None);
  EXPECT_EQ(T.saves(0), (std::vector<reprise_save>{{{A, 8}, 1}}));
}

TEST(Window, Arguments) {
  reprise_window *W = nullptr;
  reprise_restart R;
  EXPECT_EQ(reprise_window_create(0, &W), REPRISE_ERROR_ARGUMENT);
  EXPECT_EQ(reprise_window_create(1, nullptr), REPRISE_ERROR_ARGUMENT);
  EXPECT_EQ(reprise_window_fence(nullptr, nullptr), REPRISE_ERROR_ARGUMENT);
  EXPECT_EQ(reprise_window_check(nullptr, 0, &R), REPRISE_ERROR_ARGUMENT);
  Stream S;
  EXPECT_EQ(reprise_window_check(S.get(), 1, &R), REPRISE_ERROR_ARGUMENT);
  EXPECT_EQ(R.valid, 0);
  const reprise_range Wraps{UINT64_MAX, 2};
  EXPECT_EQ(reprise_window_saved(S.get(), 0, &Wraps, 1),
            REPRISE_ERROR_ARGUMENT);
}

} // namespace
