//===- recover.cu - Survive a device that stops ---------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A solver that alternates between two buffers and adds up what it finds. Every
// few steps is a checkpoint, which copies nothing: only when a later launch is
// about to overwrite what a restart from there would read are those bytes
// saved, in the stream in front of it. The device stops in the middle of
// launches; the steps since the checkpoint are made again, and the result has
// to be that of an undisturbed run, bit by bit.
//
//   reprise audit --db recover.json recover.cu
//   recover recover.json
//
// Stopping is played: of a launch, only a part of the blocks is executed.
//
//===----------------------------------------------------------------------===//

#include "../support.h"

#include "reprise/reprise.h"
#include "reprise/reprise_cuda.h"

#include <cstring>
#include <functional>

extern "C" __global__ void smooth(float *to, const float *from, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i > 0 && i < n - 1)
    to[i] = 0.25f * from[i - 1] + 0.5f * from[i] + 0.25f * from[i + 1];
}

extern "C" __global__ void accumulate(float *sum, const float *x, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n)
    sum[i] += x[i];
}

namespace {

constexpr int N = 1000, Threads = 64, Blocks = (N + Threads - 1) / Threads;
constexpr int Steps = 40, StepsPerCheckpoint = 5;

void must(reprise_status Status, const char *What) {
  if (Status == REPRISE_OK)
    return;
  std::fprintf(stderr, "%s: %s\n", What, reprise_status_name(Status));
  std::exit(2);
}

/// Makes launches, and makes them again.
class Recovery {
public:
  Recovery(const reprise_db *Db, const std::vector<reprise_range> &Buffers)
      : Db(Db) {
    must(reprise_cuda_load(&Cuda), "libcuda.so.1");
    reprise_copier Copier;
    reprise_cuda_copier(&Cuda, &Copier);
    must(reprise_backup_create(&Copier, &Backup), "backup");
    must(reprise_window_create(256, &Window), "window");
    must(reprise_allocations_create(Buffers.data(), Buffers.size(), nullptr, 0,
                                    &Map),
         "allocations");
  }
  ~Recovery() {
    reprise_backup_free(Backup);
    reprise_window_free(Window);
    reprise_allocations_free(Map);
  }

  /// From here on launches can be made again.
  void checkpoint() {
    Base = reprise_window_end(Window);
    must(reprise_window_retire(Window, Base), "retire");
    must(reprise_backup_drop(Backup, Base), "drop");
    Made.clear();
  }

  /// Launches `Kernel` on `Blocks` blocks by `Run`, which gets their number.
  /// False: the device stopped in it.
  bool launch(const char *Kernel, float *To, const float *From,
              std::function<void(int)> Run, bool Stops) {
    const reprise_kernel *K = reprise_db_find(Db, Kernel);
    int Count = N;
    void *Arguments[] = {&To, &From, &Count};
    unsigned char Block[24];
    must(reprise_pack_arguments(K, Arguments, Block, sizeof Block), Kernel);
    reprise_launch L = {};
    L.grid[0] = Blocks;
    L.block[0] = Threads;
    L.grid[1] = L.grid[2] = L.block[1] = L.block[2] = 1;
    L.arguments = Block;
    L.arguments_size = sizeof Block;
    L.allocations = Map;
    uint64_t Number = 0;
    must(reprise_window_launch(Window, K, &L, &Number, nullptr), Kernel);
    saveFor(Number);
    Made.push_back(Run);
    Run(Stops ? Blocks / 2 : Blocks);
    return !Stops;
  }

  /// After the device stopped.
  void recover() {
    reprise_restart R;
    must(reprise_window_check(Window, Base, &R), "check");
    if (!R.valid) {
      std::fprintf(stderr, "operation %llu cannot be repeated: %s\n",
                   static_cast<unsigned long long>(R.reader),
                   reprise_reason_text(R.reason));
      std::exit(1);
    }
    must(reprise_backup_restore(Backup, Base, nullptr), "restore");
    for (const auto &Run : Made)
      Run(Blocks);
    ++Recoveries;
  }

  uint64_t SavedBytes = 0;
  int Recoveries = 0;

private:
  /// Saves what the operation with this number destroys.
  void saveFor(uint64_t Number) {
    std::vector<reprise_save> Saves(64);
    int Bounded = 0;
    size_t Count = 0;
    must(reprise_window_saves(Window, Base, &Bounded, Saves.data(),
                              Saves.size(), &Count),
         "saves");
    if (!Bounded) {
      std::fprintf(stderr, "what this launch destroys is not known\n");
      std::exit(1);
    }
    std::vector<reprise_range> Ranges;
    for (size_t I = 0; I < Count; ++I) {
      if (Saves[I].before != Number) {
        std::fprintf(stderr, "what is read here was overwritten before\n");
        std::exit(1);
      }
      Ranges.push_back(Saves[I].range);
      SavedBytes += Saves[I].range.size;
    }
    must(reprise_backup_save(Backup, Number, Ranges.data(), Ranges.size(),
                             nullptr),
         "save");
    must(reprise_window_saved(Window, Number, Ranges.data(), Ranges.size()),
         "saved");
  }

  const reprise_db *Db;
  reprise_cuda Cuda;
  reprise_backup *Backup = nullptr;
  reprise_window *Window = nullptr;
  reprise_allocations *Map = nullptr;
  uint64_t Base = 0;
  std::vector<std::function<void(int)>> Made; ///< Since the checkpoint.
};

struct Result {
  std::vector<float> A, B, Sum;
  bool operator==(const Result &R) const {
    auto Same = [](const std::vector<float> &X, const std::vector<float> &Y) {
      return std::memcmp(X.data(), Y.data(), X.size() * sizeof(float)) == 0;
    };
    return Same(A, R.A) && Same(B, R.B) && Same(Sum, R.Sum);
  }
};

/// The whole computation. The device stops in every `StopEvery`th launch.
Result solve(const reprise_db *Db, int StopEvery) {
  std::vector<float> Start(N);
  for (int I = 0; I < N; ++I)
    Start[I] = static_cast<float>((I * 37) % 101);
  Buffer<float> A(Start), B(Start), Sum(static_cast<size_t>(N));
  auto Range = [](const Buffer<float> &X) {
    return reprise_range{reinterpret_cast<uint64_t>(X.data()),
                         N * sizeof(float)};
  };
  Recovery R(Db, {Range(A), Range(B), Range(Sum)});
  int Launches = 0;
  auto Make = [&](const char *Kernel, float *To, const float *From,
                  std::function<void(int)> Run) {
    const bool Stops = StopEvery && ++Launches % StopEvery == 0;
    if (!R.launch(Kernel, To, From, Run, Stops))
      R.recover();
  };
  float *From = A.data(), *To = B.data(), *Into = Sum.data();
  for (int Step = 0; Step < Steps; ++Step) {
    if (Step % StepsPerCheckpoint == 0)
      R.checkpoint();
    Make("smooth", To, From,
         [=](int Count) { smooth<<<Count, Threads>>>(To, From, N); });
    Make("accumulate", Into, To,
         [=](int Count) { accumulate<<<Count, Threads>>>(Into, To, N); });
    std::swap(From, To);
  }
  finishLaunch();
  if (StopEvery)
    std::printf("recovered %d times; saved %llu bytes, %llu at checkpoints of "
                "all buffers\n",
                R.Recoveries, static_cast<unsigned long long>(R.SavedBytes),
                static_cast<unsigned long long>(3 * N * sizeof(float) *
                                                (Steps / StepsPerCheckpoint)));
  return {A.read(), B.read(), Sum.read()};
}

} // namespace

int main(int argc, char **argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: recover SUMMARIES.json\n");
    return 2;
  }
  reprise_db *Db = nullptr;
  char Error[256];
  if (reprise_db_load_file(argv[1], &Db, Error, sizeof Error) != REPRISE_OK) {
    std::fprintf(stderr, "%s\n", Error);
    return 2;
  }
  const Result Clean = solve(Db, 0), Disturbed = solve(Db, 7);
  reprise_db_free(Db);
  const bool Same = Clean == Disturbed;
  std::printf("results: %s\n", Same ? "equal" : "DIFFERENT");
  return Same ? 0 : 1;
}
