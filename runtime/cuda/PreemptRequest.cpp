//===- PreemptRequest.cpp - Launches on marked streams --------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// From what the program asks for to what its stream gets, and what is counted.
//
//===----------------------------------------------------------------------===//

#include "Guard.h"
#include "Preempt.h"
#include "PreemptStream.h"
#include "StopChoice.h"

#include <map>
#include <mutex>

namespace reprise::cuda {

namespace {

/// More copies than that take longer to ask for than they are worth.
constexpr size_t MostBackupCopies = 256;

struct Counts {
  std::mutex Lock;
  std::map<std::tuple<uint32_t, reprise_stop_kind, reprise_stop_reason>,
           StopCount>
      All;
};

Counts *make() { return new Counts; }

std::atomic<Counts *> TheCounts{make()};

Counts &counts() { return *TheCounts.load(std::memory_order_acquire); }

void count(const LaunchFacts &Facts, const StopChoice &Choice,
           const std::string &Detail, uint64_t Times = 1) {
  Counts &M = counts();
  std::lock_guard Guard(M.Lock);
  StopCount &C = M.All[{Facts.Number, Choice.Kind, Choice.Reason}];
  C.Number = Facts.Number;
  C.Kind = Choice.Kind;
  C.Reason = Choice.Reason;
  C.Detail = Detail;
  C.Launches += Times;
}

uint64_t blocksOf(const LaunchRequest &Request) {
  return uint64_t{Request.Grid[0]} * Request.Grid[1] * Request.Grid[2];
}

/// How it may be stopped, and \p L for it.
StopChoice chooseFor(const PreemptStream &S, const LaunchRequest &Request,
                     bool Plain, LaunchFacts &Facts, StopLaunch &L) {
  const reprise_preempt_options &O = S.Options;
  L.Its = twinOf(Request.Handle);
  StopFacts F;
  F.Most = O.most;
  F.BackupAllowed = O.backup_bytes != 0;
  F.Inside = L.Its->Inside;
  F.Against = L.Its->Why;
  if (F.Against == REPRISE_STOP_REASON_NONE && !Plain)
    F.Against = REPRISE_STOP_REASON_ATTRIBUTES;
  const bool WantBackup = F.Against == REPRISE_STOP_REASON_NONE &&
                          F.BackupAllowed && F.Inside &&
                          F.Most >= REPRISE_STOP_BACKUP;
  const bool Known = factsOf(Request, WantBackup, Facts);
  if (F.Against == REPRISE_STOP_REASON_NONE && (!Known || !Facts.Readable))
    F.Against = REPRISE_STOP_REASON_UNREADABLE;
  // Control is aligned to 8 bytes behind the parameters. Where these are not
  // known there are too few bytes.
  if (F.Against == REPRISE_STOP_REASON_NONE &&
      (Facts.Arguments.size() + 7) / 8 * 8 != L.Its->ControlOffset)
    F.Against = REPRISE_STOP_REASON_LAYOUT;
  F.Idempotent = Facts.What == Outcome::Idempotent;
  F.WantMap = !O.no_maps;
  const uint64_t MapBytes = doneBytes(blocksOf(Request));
  F.MapFits = MapBytes != 0 && MapBytes <= O.pool_bytes;
  F.BackupBounded = Facts.Bounded;
  if (Facts.Bounded) {
    L.Backup = pack(Facts.Backup.data(), Facts.Backup.size());
    for (const reprise_range &R : Facts.Backup)
      L.BackupBytes += R.size;
    F.BackupFits =
        L.BackupBytes <= O.backup_bytes && L.Backup.size() <= MostBackupCopies;
  }
  const StopChoice Choice = chooseStop(F);
  L.Kind = Choice.Kind;
  L.MapBytes = Choice.Map ? MapBytes : 0;
  if (Choice.Kind != REPRISE_STOP_BACKUP) {
    L.Backup.clear();
    L.BackupBytes = 0;
  }
  std::copy(Request.Grid, Request.Grid + 3, L.Grid);
  std::copy(Request.Block, Request.Block + 3, L.Block);
  L.Shared = Request.Shared;
  L.Arguments = std::move(Facts.Arguments);
  return Choice;
}

} // namespace

CUresult launchStoppable(const LaunchRequest &Request, bool Plain,
                         const std::function<CUresult()> &LaunchIt) noexcept {
  std::shared_ptr<PreemptStream> S;
  StopLaunch L;
  LaunchFacts Facts;
  StopChoice Choice;
  std::string Detail;
  guarded(
      [&] {
        S = markedStream(Request.Stream);
        if (!S)
          return;
        if (isCapturing(Request.Stream, false)) {
          Choice = {REPRISE_STOP_NONE, REPRISE_STOP_REASON_CAPTURED, false};
          count(Facts, Choice, "");
          S = nullptr;
          return;
        }
        Choice = chooseFor(*S, Request, Plain, Facts, L);
        Detail = L.Its->Detail;
        count(Facts, Choice, Detail);
        if (!S->Options.callback)
          return;
        reprise_stop_launch Told{};
        Told.struct_size = sizeof Told;
        Told.kernel = Facts.Name.c_str();
        Told.stream = Request.Stream;
        Told.kind = Choice.Kind;
        Told.reason = Choice.Reason;
        Told.detail = Detail.c_str();
        Told.map_bytes = L.MapBytes;
        Told.backup_bytes = L.BackupBytes;
        S->Options.callback(&Told, S->Options.user);
      },
      [&] { L.Kind = REPRISE_STOP_NONE; });
  if (!S)
    return LaunchIt();
  Launched What = Launched::Original;
  const CUresult R = S->launch(L, LaunchIt, What);
  if (What == Launched::Original && Choice.Kind != REPRISE_STOP_NONE)
    guarded([&] {
      count(Facts, Choice, Detail, ~uint64_t{0}); // It was not, after all.
      count(Facts, {REPRISE_STOP_NONE, REPRISE_STOP_REASON_FAILED, false}, "");
    });
  return R;
}

std::vector<StopCount> stopCounts() {
  std::vector<StopCount> Found;
  Counts &M = counts();
  std::lock_guard Guard(M.Lock);
  Found.reserve(M.All.size());
  for (const auto &Each : M.All)
    Found.push_back(Each.second);
  return Found;
}

void forgetStopCounts() noexcept {
  // The old one's lock may be taken for ever.
  guarded([] { TheCounts.store(make()); });
}

} // namespace reprise::cuda
