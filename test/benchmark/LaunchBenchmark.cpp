//===- LaunchBenchmark.cpp - What a launch costs under the interposer ---===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// All that is done before the driver gets a launch: finding the kernel, copying
// arguments, the check, counting. Among 10 to 1 000 000 live allocations, on 1,
// 2 and 8 threads, with launches that repeat and with launches that never do.
//
//   median_ns, p99_ns   of single launches, with about 20 ns for the clock
//
//===----------------------------------------------------------------------===//

#include "Handles.h"
#include "KernelBuilder.h"
#include "Launch.h"
#include "Packed.h"
#include "State.h"
#include "reprise/reprise_killable.h"

#include <benchmark/benchmark.h>

#include <atomic>
#include <bit>
#include <cstdlib>
#include <ctime>
#include <memory>

using namespace reprise;
using namespace reprise::cuda;
using namespace reprise::test;

namespace {

constexpr uint64_t Home = 0x700000000000, Step = 4096, Size = 2048;
constexpr uint64_t Exact = 1, AnyByte = 2; ///< Handles.

void publish(uint64_t Handle, bool Scattered) {
  Module M;
  M.Kernels.push_back(copyKernel(Scattered ? "scatter" : "copy", Scattered));
  const std::string Bytes = writePacked(M);
  reprise_db *Db = nullptr; // Kept: the launches use it.
  if (reprise_db_load(Bytes.data(), Bytes.size(), &Db, nullptr, 0))
    std::abort();
  const reprise_kernel *Owned = reprise_db_kernel(Db, 0);
  auto Info = std::make_unique<KernelInfo>();
  Info->Name = Owned->Model.Name;
  Info->Number = static_cast<uint32_t>(Handle);
  Info->Kernel = Owned;
  Info->LayoutKnown = true;
  for (const Param &P : Owned->Model.Params)
    Info->Params.push_back({P.Offset, P.Size});
  Info->ArgumentBytes = Owned->Model.ParamBytes;
  publishKernel(Handle, Info.release());
}

std::atomic<int64_t> Alive{0};

/// Only ever adds: a million of them take a while.
void populate(int64_t Count) {
  if (Alive == 0) {
    publish(Exact, false);
    publish(AnyByte, true);
  }
  for (; Alive < Count; ++Alive)
    addAllocation(Home + static_cast<uint64_t>(Alive) * Step, Size, nullptr,
                  Source::Device);
}

uint64_t now() {
  timespec Time;
  clock_gettime(CLOCK_MONOTONIC, &Time);
  return static_cast<uint64_t>(Time.tv_sec) * 1'000'000'000 +
         static_cast<uint64_t>(Time.tv_nsec);
}

uint64_t percentile(const Times &Spent, uint64_t PerMille) {
  uint64_t All = 0, Seen = 0;
  for (const Counter &C : Spent.Buckets)
    All += get(C);
  for (unsigned I = 0; I < std::size(Spent.Buckets); ++I)
    if ((Seen += get(Spent.Buckets[I])) * 1000 >= All * PerMille)
      return Times::limit(I);
  return 0;
}

void launches(benchmark::State &S, uint64_t Handle, bool Repeating) {
  if (S.thread_index() == 0)
    populate(S.range(0));
  auto Spent = std::make_unique<Times>();
  const auto Count = static_cast<uint64_t>(S.range(0));
  uint64_t Random = static_cast<uint64_t>(S.thread_index()) + 1;
  int N = 500;
  uint64_t From = Home, To = Home + Step;
  void *Params[] = {&From, &To, &N};
  LaunchRequest Request{Handle,  {4, 1, 1}, {128, 1, 1}, 0,
                        nullptr, Params,    nullptr,     false};
  for (auto _ : S) {
    Random = Random * 6364136223846793005 + 1442695040888963407;
    const uint64_t First = (Random >> 33) % (Repeating ? 8 : Count);
    From = Home + First * Step;
    To = Home + (First + 1) % Count * Step;
    if (!Repeating) // No two launches are the same.
      N = static_cast<int>(Random >> 40 & 0xff) + 200,
      From += Random >> 50 & 0xfc;
    const uint64_t Start = now();
    benchmark::DoNotOptimize(beforeLaunch(Request));
    Spent->record(now() - Start);
  }
  S.counters["median_ns"] =
      benchmark::Counter(static_cast<double>(percentile(*Spent, 500)),
                         benchmark::Counter::kAvgThreads);
  S.counters["p99_ns"] =
      benchmark::Counter(static_cast<double>(percentile(*Spent, 990)),
                         benchmark::Counter::kAvgThreads);
}

/// What a scheduler asks before a launch (reprise_killable.h); \p Bytes: of
/// launches that overwrite what they read, with the bytes to save.
void questions(benchmark::State &S, bool Repeating, bool Bytes) {
  populate(S.range(0));
  const reprise_killer Killer{reprise_cuda_ask, reprise_cuda_backup_set,
                              reprise_cuda_blocks_independent};
  int N = 500;
  uint64_t From = Home, To = Bytes ? Home + 4 : Home + Step;
  void *Params[] = {&From, &To, &N};
  reprise_cuda_command C{};
  C.struct_size = sizeof C;
  C.function = std::bit_cast<void *>(Exact);
  C.grid[0] = 4;
  C.block[0] = 128;
  C.grid[1] = C.grid[2] = C.block[1] = C.block[2] = 1;
  C.params = Params;
  auto Spent = std::make_unique<Times>();
  uint32_t Random = 1;
  for (auto _ : S) {
    Random = Random * 1664525 + 1013904223;
    if (!Repeating)
      N = static_cast<int>(Random >> 24) + 200, From = Home + (Random & 0xfffc);
    const uint64_t Start = now();
    reprise_killable Answer;
    benchmark::DoNotOptimize(
        reprise_may_kill(&Killer, &C, Bytes ? Size : 0, &Answer));
    Spent->record(now() - Start);
  }
  S.counters["median_ns"] = static_cast<double>(percentile(*Spent, 500));
  S.counters["p99_ns"] = static_cast<double>(percentile(*Spent, 990));
}

/// An allocation and its free among many.
void allocateAndFree(benchmark::State &S) {
  populate(S.range(0));
  const auto Count = static_cast<uint64_t>(S.range(0));
  uint64_t Random = 1;
  for (auto _ : S) {
    Random = Random * 6364136223846793005 + 1442695040888963407;
    const uint64_t At = Home + (Random >> 33) % Count * Step + Size;
    addAllocation(At, Size / 2, nullptr, Source::Device);
    Allocation Gone;
    benchmark::DoNotOptimize(removeAllocation(At, Gone));
  }
}

} // namespace

int main(int Argc, char **Argv) {
  struct Case {
    const char *Name;
    uint64_t Handle;
    bool Repeating;
  };
  // All of one size before the next: allocations only come.
  for (int64_t Count : {10, 1000, 100'000, 1'000'000}) {
    for (Case C :
         {Case{"launchRepeated", Exact, true}, Case{"launchNew", Exact, false},
          Case{"launchNewAskingMemory", AnyByte, false}})
      for (int Threads : {1, 2, 8})
        benchmark::RegisterBenchmark(C.Name, launches, C.Handle, C.Repeating)
            ->ArgName("allocations")
            ->Arg(Count)
            ->Threads(Threads);
    benchmark::RegisterBenchmark("askRepeated", questions, true, false)
        ->ArgName("allocations")
        ->Arg(Count);
    benchmark::RegisterBenchmark("askNew", questions, false, false)
        ->ArgName("allocations")
        ->Arg(Count);
    benchmark::RegisterBenchmark("askForBytes", questions, true, true)
        ->ArgName("allocations")
        ->Arg(Count);
    benchmark::RegisterBenchmark("allocateAndFree", allocateAndFree)
        ->ArgName("allocations")
        ->Arg(Count);
  }
  benchmark::Initialize(&Argc, Argv);
  if (benchmark::ReportUnrecognizedArguments(Argc, Argv))
    return 1;
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
