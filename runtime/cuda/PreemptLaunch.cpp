//===- PreemptLaunch.cpp - Launches that may be stopped -------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "PreemptStream.h"
#include "Weaken.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace reprise::cuda {

/// A driver takes rows that are at most so far apart.
static constexpr uint64_t MostPitch = 1u << 31;

bool PreemptStream::copyBackup(const Record &R, bool Restore, CUstream On) {
  const StopApi &D = stopApi();
  for (const PackedRows &P : R.What.Backup) {
    const uint64_t Buffer = Backups + R.Saved.Offset + P.Offset;
    const uint64_t To = Restore ? P.Address : Buffer;
    const uint64_t From = Restore ? Buffer : P.Address;
    if (P.Rows > 1 && P.Pitch < MostPitch) {
      CUDA_MEMCPY2D C{};
      // The address tells whose memory it is.
      C.srcMemoryType = C.dstMemoryType = CU_MEMORYTYPE_UNIFIED;
      C.srcDevice = From;
      C.dstDevice = To;
      C.srcPitch = Restore ? P.Width : P.Pitch;
      C.dstPitch = Restore ? P.Pitch : P.Width;
      C.WidthInBytes = P.Width;
      C.Height = P.Rows;
      Put += On == Stream;
      if (D.Memcpy2DAsync(&C, On) == CUDA_SUCCESS)
        continue;
    }
    Put += On == Stream ? P.Rows : 0;
    for (uint64_t I = 0; I < P.Rows; ++I)
      if (D.MemcpyAsync(To + I * (Restore ? P.Pitch : P.Width),
                        From + I * (Restore ? P.Width : P.Pitch), P.Width,
                        On) != CUDA_SUCCESS)
        return false;
  }
  return true;
}

const TwinCode &PreemptStream::codeOf(const Record &R) {
  return R.What.Its->code(/*WithMap=*/R.Given.First.Done != 0);
}

bool PreemptStream::enqueueTwin(const Record &R, CUstream On) {
  const StopLaunch &L = R.What;
  std::vector<std::byte> Block(L.Its->ControlOffset + L.Its->ControlBytes);
  std::memcpy(Block.data(), L.Arguments.data(), L.Arguments.size());
  std::memcpy(Block.data() + L.Its->ControlOffset, &R.Given,
              L.Its->ControlBytes);
  size_t Size = Block.size();
  void *Extra[] = {CU_LAUNCH_PARAM_BUFFER_POINTER, Block.data(),
                   CU_LAUNCH_PARAM_BUFFER_SIZE, &Size, CU_LAUNCH_PARAM_END};
  return stopApi().LaunchKernel(codeOf(R).Function, L.Grid[0], L.Grid[1],
                                L.Grid[2], L.Block[0], L.Block[1], L.Block[2],
                                L.Shared, On, nullptr, Extra) == CUDA_SUCCESS;
}

/// A slot, whose Left is 0, since nobody gives one back before it is; and
/// places in the pools. Waits for launches to end.
bool PreemptStream::makeRoom(std::unique_lock<std::mutex> &Guard,
                             const StopLaunch &L, Record &R) {
  for (unsigned Round = 0;;) {
    retire();
    MapsBefore = MapPool;
    BackupsBefore = BackupPool;
    if (!FreeSlots.empty() &&
        (L.MapBytes == 0 || MapPool.take(L.MapBytes, R.Map)) &&
        (L.BackupBytes == 0 || BackupPool.take(L.BackupBytes, R.Saved))) {
      R.Slot = FreeSlots.back();
      FreeSlots.pop_back();
      return true;
    }
    MapPool = MapsBefore;
    BackupPool = BackupsBefore;
    R.Map = R.Saved = {};
    // A mark that was refused never shows that something has ended.
    if (Records.empty() || Broken)
      return false;
    if (static_cast<int32_t>(Records.front().Behind - LastMark) > 0) {
      CurrentContext Current(Context);
      if (!mark(/*Gated=*/false))
        return false;
    }
    if (!pause(Guard, Round))
      return false;
  }
}

/// It was not launched. No other was since it got its room.
void PreemptStream::giveBackNewest(const Record &R) {
  MapPool = MapsBefore;
  BackupPool = BackupsBefore;
  FreeSlots.push_back(R.Slot);
}

CUresult
PreemptStream::launchOriginal(const std::function<CUresult()> &Original) {
  if (!Dead) {
    if (Dirty) {
      CurrentContext Current(Context);
      mark(/*Gated=*/true);
    }
    ++Put;
  }
  // With the lock, so that no twin gets between the gate and it.
  return Original();
}

/// Launches behind one that leaves leave one after the other, each at its
/// entry, unless a gate keeps them from beginning. That is worth more than a
/// gate's time, where launches take long.
bool PreemptStream::gateIsDue() {
  // Longer pauses say no more of the launches.
  constexpr double Longest = 1e5, Keeps = 1 - 1.0 / 64;
  const Clock::time_point Now = Clock::now();
  const double Since =
      std::chrono::duration<double, std::micro>(Now - LastLaunch).count();
  LastLaunch = Now;
  TimeOfEnded = TimeOfEnded * Keeps + std::min(Since, Longest);
  Ended = Ended * Keeps + std::exchange(EndedNow, 0);
  return ++SinceGate * timeOfLaunch() >= Options.gate_us &&
         Options.gate_us != UINT32_MAX;
}

CUresult PreemptStream::launch(const StopLaunch &L,
                               const std::function<CUresult()> &Original,
                               Launched &What) {
  What = Launched::Original;
  giveWay();
  std::unique_lock Guard(Queue);
  waitBehind(Guard);
  Record R;
  if (L.Kind == REPRISE_STOP_NONE || Dead || Broken || !makeRoom(Guard, L, R)) {
    if (!Dead)
      ByKind[REPRISE_STOP_NONE].fetch_add(1, std::memory_order_relaxed);
    return launchOriginal(Original);
  }
  CurrentContext Current(Context);
  R.What = L;
  const bool UsesInside = L.Kind != REPRISE_STOP_AT_BLOCKS;
  control(R, UsesInside || weakened(Rule::StopOneWord));
  // A backup is only right when nothing in front of it can leave. And one that
  // looks at the second word must not follow one that looks at the first: the
  // first word is written first, so the one in front could leave and this one
  // run.
  const bool NeedsGate =
      L.Kind == REPRISE_STOP_BACKUP
          ? Dirty && !weakened(Rule::StopBackupGate)
          : UsesInside && EntryOnly && !weakened(Rule::StopWords);
  bool Good =
      (!NeedsGate || mark(/*Gated=*/true)) &&
      (R.Map.DirtyBytes == 0 || weakened(Rule::StopMaps) ||
       stopApi().MemsetD8Async(Maps + R.Map.DirtyFrom, 0, R.Map.DirtyBytes,
                               Stream) == CUDA_SUCCESS) &&
      (L.Kind != REPRISE_STOP_BACKUP ||
       copyBackup(R, /*Restore=*/false, Stream));
  if (Good) {
    allowShared(*L.Its, codeOf(R), L.Shared);
    Put += 1 + (R.Map.DirtyBytes != 0);
    Good = enqueueTwin(R, Stream);
  }
  if (!Good) {
    giveBackNewest(R);
    ByKind[REPRISE_STOP_NONE].fetch_add(1, std::memory_order_relaxed);
    return launchOriginal(Original);
  }
  R.Behind = LastMark + 1;
  Records.push_back(std::move(R));
  Dirty = true;
  EntryOnly |= !UsesInside;
  ByKind[L.Kind].fetch_add(1, std::memory_order_relaxed);
  ++SinceMark;
  if (const bool Gated = gateIsDue();
      Gated || SinceMark >= std::max(1u, Options.in_flight / 4))
    mark(Gated);
  What = Launched::Twin;
  return CUDA_SUCCESS;
}

} // namespace reprise::cuda
