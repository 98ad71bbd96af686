//===- RuntimeBenchmark.cpp - What a check at launch costs ----------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Each benchmark states what a launch asks: how many accesses, what shape, and
// whether the memo helps. Times are CPU times of one check.
//
//===----------------------------------------------------------------------===//

#include "Kernels.h"

#include <benchmark/benchmark.h>

#include <cstdlib>

using namespace reprise;
using namespace reprise::test;

namespace {

constexpr uint64_t Base = 0x7000'0000'0000;
constexpr uint64_t Buffer = uint64_t{1} << 36; ///< Bytes between buffers.

void expect(const reprise_result &R, reprise_verdict Verdict) {
  if (R.verdict != Verdict)
    std::abort(); // The benchmark would measure something else.
}

void measure(benchmark::State &State, const reprise_kernel *K,
             const reprise_launch &L, reprise_verdict Verdict) {
  expect(check(K, L), Verdict);
  reprise_result R;
  for (auto _ : State) {
    reprise_check(K, &L, &R);
    benchmark::DoNotOptimize(R);
  }
}

/// C[i] = A[i] + B[i]: 3 accesses, 2 pairs. Argument: blocks.
struct VectorAdd {
  Loaded K{vectorAdd()};
  Arguments Args;
  reprise_launch Launch;

  explicit VectorAdd(int64_t Blocks) {
    Args.pointer(Base).pointer(Base + Buffer).pointer(Base + 2 * Buffer);
    Args.int32(static_cast<int32_t>(Blocks * 256 - 48));
    Launch = launch(static_cast<uint32_t>(Blocks), 256, Args);
  }
};

void checkThreeAccesses(benchmark::State &State) {
  static VectorAdd Small(32), Huge(1 << 22);
  VectorAdd &V = State.range(0) == 32 ? Small : Huge;
  measure(State, V.K, V.Launch, REPRISE_IDEMPOTENT);
}
BENCHMARK(checkThreeAccesses)->ArgName("blocks")->Arg(32)->Arg(1 << 22);
BENCHMARK(checkThreeAccesses)->ArgName("blocks")->Arg(32)->Threads(2);

struct Sixteen {
  Loaded K;
  Arguments Args;
  reprise_launch Launch;

  /// \p Interleaved: all buffers are columns of one matrix, so that every hull
  /// overlaps every other one and only the strides tell them apart.
  Sixteen(unsigned Groups, bool Interleaved, uint32_t Blocks)
      : K(sixteenAccesses(Groups)) {
    uint64_t Columns = uint64_t{Blocks} * 16 * 4 + 64;
    for (unsigned I = 0; I < 8; ++I)
      Args.pointer(Base + I * (Interleaved ? Columns : Buffer));
    Args.add<int64_t>(static_cast<int64_t>(8 * Columns));
    Launch = launch(Blocks, 16, Args);
    Launch.grid[1] = Blocks;
    Launch.block[1] = 16;
  }
};

void checkSixteenAccesses(benchmark::State &State) {
  static Sixteen Small(4, false, 8), Huge(4, false, 1 << 10);
  Sixteen &S = State.range(0) == 8 ? Small : Huge;
  measure(State, S.K, S.Launch, REPRISE_IDEMPOTENT);
}
BENCHMARK(checkSixteenAccesses)->ArgName("blocks_xy")->Arg(8)->Arg(1 << 10);
BENCHMARK(checkSixteenAccesses)->ArgName("blocks_xy")->Arg(8)->Threads(2);

void checkSixteenDifferentShapes(benchmark::State &State) {
  static Sixteen S(12, false, 8);
  measure(State, S.K, S.Launch, REPRISE_IDEMPOTENT);
}
BENCHMARK(checkSixteenDifferentShapes);

void checkSixteenInterleaved(benchmark::State &State) {
  static Sixteen S(4, true, 8);
  measure(State, S.K, S.Launch, REPRISE_IDEMPOTENT);
}
BENCHMARK(checkSixteenInterleaved);

reprise_memo *newMemo(size_t Entries) {
  reprise_memo *Memo = nullptr;
  if (reprise_memo_create(Entries, &Memo))
    std::abort();
  return Memo;
}

void memoHit(benchmark::State &State) {
  static VectorAdd V(32);
  static reprise_memo *Memo = newMemo(1024); // Lives as long as the program.
  reprise_result R;
  for (auto _ : State) {
    reprise_check_memo(Memo, V.K, &V.Launch, &R);
    benchmark::DoNotOptimize(R);
  }
  expect(R, REPRISE_IDEMPOTENT);
}
BENCHMARK(memoHit)->Threads(1)->Threads(2);

/// Every launch is new: look-up, check and fill.
void memoMiss(benchmark::State &State) {
  static reprise_memo *Memo = newMemo(1024);
  VectorAdd V(32);
  uint64_t Next = Base + static_cast<uint64_t>(State.thread_index()) * Buffer;
  reprise_result R;
  for (auto _ : State) {
    Next += 16;
    std::memcpy(V.Args.Bytes.data(), &Next, sizeof Next);
    reprise_check_memo(Memo, V.K, &V.Launch, &R);
    benchmark::DoNotOptimize(R);
  }
}
BENCHMARK(memoMiss)->Threads(1)->Threads(2);

} // namespace

BENCHMARK_MAIN();
