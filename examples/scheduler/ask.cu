//===- ask.cu - A scheduler that asks before it kills ---------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The stub of a preemptive scheduler. A launch of low priority is about to be
// made; should one of high priority arrive, what may be done? Kill it and make
// it again, if it is idempotent; the same, if the bytes that it overwrites are
// few enough to be saved first; else wait for its end. One question for each
// launch, since the same kernel gives different answers.
//
//   reprise audit --db ask.json ask.cu
//   ask ask.json
//
//===----------------------------------------------------------------------===//

#include "../support.h"

#include "reprise/reprise.h"

extern "C" __global__ void scale(float *to, const float *from, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n)
    to[i] = 2 * from[i];
}

extern "C" __global__ void count(int *bins, const int *values, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n)
    atomicAdd(&bins[values[i]], 1);
}

namespace {

/// A launch with more to save than this is waited for.
constexpr uint64_t MostBytes = 1024;

class Scheduler {
public:
  explicit Scheduler(const char *Summaries) {
    char Error[256];
    if (reprise_db_load_file(Summaries, &Db, Error, sizeof Error) !=
            REPRISE_OK ||
        reprise_memo_create(1024, &Memo) != REPRISE_OK) {
      std::fprintf(stderr, "%s\n", Error);
      std::exit(2);
    }
  }
  ~Scheduler() {
    reprise_memo_free(Memo);
    reprise_db_free(Db);
  }

  void decide(const char *What, const char *Kernel, int Blocks, int Threads,
              void **Arguments, const std::vector<reprise_range> &Memory) {
    const reprise_kernel *K = reprise_db_find(Db, Kernel);
    reprise_allocations *Map = nullptr;
    unsigned char Block[256];
    if (!K ||
        reprise_pack_arguments(K, Arguments, Block, sizeof Block) !=
            REPRISE_OK ||
        reprise_allocations_create(Memory.data(), Memory.size(), nullptr, 0,
                                   &Map) != REPRISE_OK) {
      std::printf("%s: wait for its end (not known)\n", What);
      return;
    }
    reprise_launch L = {};
    L.grid[0] = static_cast<uint32_t>(Blocks);
    L.block[0] = static_cast<uint32_t>(Threads);
    L.grid[1] = L.grid[2] = L.block[1] = L.block[2] = 1;
    L.arguments = Block;
    L.arguments_size = reprise_kernel_param_bytes(K);
    L.allocations = Map;
    // The launch path: a fraction of a microsecond, nothing is allocated.
    reprise_result R;
    if (reprise_check_memo(Memo, K, &L, &R) == REPRISE_OK &&
        R.verdict == REPRISE_IDEMPOTENT)
      std::printf("%s: may be killed\n", What);
    else
      decideWithSaving(What, K, L);
    reprise_allocations_free(Map);
  }

private:
  static void decideWithSaving(const char *What, const reprise_kernel *K,
                               const reprise_launch &L) {
    std::vector<reprise_range> Ranges(64);
    reprise_result R;
    int Bounded = 0;
    size_t Count = 0;
    uint64_t Bytes = 0;
    if (reprise_backup_set(K, &L, &R, &Bounded, Ranges.data(), Ranges.size(),
                           &Count) != REPRISE_OK)
      Bounded = 0;
    for (size_t I = 0; Bounded && I < Count; ++I)
      Bytes += Ranges[I].size;
    if (Bounded && Bytes <= MostBytes)
      std::printf("%s: may be killed if %llu bytes are saved first\n", What,
                  static_cast<unsigned long long>(Bytes));
    else
      std::printf("%s: wait for its end (%s)\n", What,
                  R.verdict == REPRISE_CLOBBERS
                      ? "it overwrites what it reads"
                      : reprise_reason_name(R.reason));
  }

  reprise_db *Db = nullptr;
  reprise_memo *Memo = nullptr;
};

template <typename T> reprise_range rangeOf(const Buffer<T> &B, size_t Count) {
  return {reinterpret_cast<uint64_t>(B.data()), Count * sizeof(T)};
}

} // namespace

int main(int argc, char **argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: ask SUMMARIES.json\n");
    return 2;
  }
  Scheduler S(argv[1]);
  int N = 4096, Threads = 128, Blocks = N / Threads;
  Buffer<float> X(static_cast<size_t>(N)), Y(static_cast<size_t>(N));
  Buffer<int> Bins(16), Values(static_cast<size_t>(N));
  const std::vector<reprise_range> Memory = {
      rangeOf(X, N), rangeOf(Y, N), rangeOf(Bins, 16), rangeOf(Values, N)};

  float *To = Y.data();
  const float *From = X.data();
  void *Apart[] = {&To, &From, &N};
  S.decide("scale from X to Y", "scale", Blocks, Threads, Apart, Memory);
  scale<<<Blocks, Threads>>>(To, From, N);

  void *InPlace[] = {&To, &To, &N};
  S.decide("scale Y in place", "scale", Blocks, Threads, InPlace, Memory);
  scale<<<Blocks, Threads>>>(To, To, N);

  int *Into = Bins.data();
  const int *Of = Values.data();
  void *Histogram[] = {&Into, &Of, &N};
  S.decide("count into 16 bins", "count", Blocks, Threads, Histogram, Memory);
  count<<<Blocks, Threads>>>(Into, Of, N);
  finishLaunch();
  return 0;
}
