//===- Record.cpp - Writes launches as they happen ----------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Record.h"
#include "LaunchRecord.h"
#include "Settings.h"
#include "Variables.h"

#include <algorithm>
#include <cstdio>
#include <mutex>

namespace reprise::cuda {

namespace {

struct Log {
  std::mutex Lock;
  std::FILE *File = nullptr;
  bool Failed = false;
  std::atomic<uint64_t> Written{0}, LeftOut{0};
};

std::atomic<Log *> Current{nullptr};

Log &log() {
  Log *L = Current.load(std::memory_order_acquire);
  if (L)
    return *L;
  auto *New = new Log;
  if (Current.compare_exchange_strong(L, New))
    return *New;
  delete New;
  return *L;
}

/// The driver refuses it, and no reader takes it.
bool isEmpty(const reprise_launch &L) {
  return std::count(L.grid, L.grid + 3, 0u) +
             std::count(L.block, L.block + 3, 0u) !=
         0;
}

LaunchRecord recordOf(const Version &V, const KernelInfo &Info,
                      const reprise_launch &Launch, const Decision &D) {
  LaunchRecord R;
  if (Info.Image.size() == 64)
    R.Image = Info.Image;
  R.Kernel = Info.Name;
  std::copy(Launch.grid, Launch.grid + 3, R.Grid.begin());
  std::copy(Launch.block, Launch.block + 3, R.Block.begin());
  R.DynamicShared = Launch.dynamic_shared;
  const auto *Bytes = static_cast<const uint8_t *>(Launch.arguments);
  if (Bytes)
    R.Arguments.assign(Bytes, Bytes + Launch.arguments_size);
  // What is named as a part is told as that, and the rest around it: a record's
  // ranges do not overlap.
  V.Allocations.forEach([&](uint64_t, const Allocation &A) {
    uint64_t At = A.Range.address;
    const uint64_t End = At + (A.Range.size - 1);
    V.Parts.forEach([&](uint64_t, const reprise_range &P) {
      if (P.address < At || P.address > End)
        return;
      if (P.address > At)
        R.Allocations.push_back({At, P.address - At});
      R.Allocations.push_back({P.address, P.size});
      At = P.address + P.size;
    });
    if (At <= End)
      R.Allocations.push_back({At, End - At + 1});
  });
  for (const KnownSymbol &S : Info.Symbols)
    if (S.Range.size != 0)
      R.Symbols.push_back({S.Name, S.Range.address, S.Range.size});
  for (const KnownSymbol &S : Info.Symbols)
    forKnownContent(
        V, S.Range,
        [&](uint64_t Offset, const unsigned char *Start, uint64_t Size) {
          R.Contents.push_back({S.Name, Offset, {Start, Start + Size}});
        });
  auto Bind = [&](uint64_t, const reprise_binding &B) {
    R.Bindings.push_back({B.handle, static_cast<reprise_handle_kind>(B.kind),
                          B.memory.address, B.memory.size, B.array});
  };
  V.Textures.forEach(Bind);
  V.Surfaces.forEach(Bind);
  R.Verdict = D.What == Outcome::Idempotent ? REPRISE_IDEMPOTENT
              : D.What == Outcome::Clobbers ? REPRISE_CLOBBERS
                                            : REPRISE_UNKNOWN;
  return R;
}

} // namespace

void recordLaunch(const Version &V, const KernelInfo &Info,
                  const reprise_launch &Launch, const Decision &D) {
  Log &L = log();
  if (Info.Name.empty() || !Info.LayoutKnown ||
      (!Launch.arguments && Info.ArgumentBytes != 0) || isEmpty(Launch)) {
    L.LeftOut.fetch_add(1, std::memory_order_relaxed);
    return;
  }
  std::string Line = writeLaunch(recordOf(V, Info, Launch, D)) + "\n";
  std::lock_guard Guard(L.Lock);
  if (!L.File && !L.Failed) {
    std::string Path = forThisProcess(settings().Log);
    L.File = std::fopen(Path.c_str(), "w");
    L.Failed = !L.File;
    if (L.Failed)
      std::fprintf(stderr,
                   "reprise: error: %s cannot be written; launches are not "
                   "recorded\n",
                   Path.c_str());
  }
  // Each line is whole in the file even if the program is killed.
  if (L.File &&
      std::fwrite(Line.data(), 1, Line.size(), L.File) == Line.size() &&
      std::fflush(L.File) == 0)
    L.Written.fetch_add(1, std::memory_order_relaxed);
  else
    L.LeftOut.fetch_add(1, std::memory_order_relaxed);
}

RecordCounts recordCounts() {
  const Log &L = log();
  return {L.Written.load(std::memory_order_relaxed),
          L.LeftOut.load(std::memory_order_relaxed)};
}

void reopenRecord() { Current.store(nullptr, std::memory_order_release); }

} // namespace reprise::cuda
