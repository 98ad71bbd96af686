//===- StopChoice.cpp - How a launch may be stopped -----------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "StopChoice.h"

#include <cstddef>

namespace reprise::cuda {

/// Why a launch that is not idempotent is not left inside.
static reprise_stop_reason whyNoBackup(const StopFacts &F) {
  if (F.Most < REPRISE_STOP_BACKUP)
    return REPRISE_STOP_REASON_OPTION;
  if (!F.Inside)
    return REPRISE_STOP_REASON_NO_PLACE;
  if (!F.BackupAllowed)
    return REPRISE_STOP_REASON_NOT_IDEMPOTENT;
  if (!F.BackupBounded)
    return REPRISE_STOP_REASON_BACKUP_UNBOUNDED;
  return F.BackupFits ? REPRISE_STOP_REASON_NONE
                      : REPRISE_STOP_REASON_BACKUP_BUDGET;
}

StopChoice chooseStop(const StopFacts &F) {
  if (F.Against != REPRISE_STOP_REASON_NONE)
    return {REPRISE_STOP_NONE, F.Against, false};
  if (F.Idempotent) {
    const bool Map = F.WantMap && F.MapFits;
    if (F.Most < REPRISE_STOP_BACKUP)
      return {REPRISE_STOP_AT_BLOCKS, REPRISE_STOP_REASON_OPTION, Map};
    if (!F.Inside)
      return {REPRISE_STOP_AT_BLOCKS, REPRISE_STOP_REASON_NO_PLACE, Map};
    return {REPRISE_STOP_INSIDE, REPRISE_STOP_REASON_NONE, Map};
  }
  const reprise_stop_reason Why = whyNoBackup(F);
  // A restored launch runs from the start: what the done blocks wrote is gone.
  if (Why == REPRISE_STOP_REASON_NONE)
    return {REPRISE_STOP_BACKUP, REPRISE_STOP_REASON_BACKUP, false};
  if (!F.MapFits)
    return {REPRISE_STOP_NONE, REPRISE_STOP_REASON_POOL, false};
  return {REPRISE_STOP_AT_BLOCKS, Why, true};
}

} // namespace reprise::cuda

/// The caller is C and may pass any number.
template <size_t N>
static const char *nameIn(const char *const (&Names)[N], unsigned Which) {
  return Which < N ? Names[Which] : "";
}

// NOLINTBEGIN(readability-identifier-naming): named as in reprise_preempt.h

const char *reprise_stop_kind_name(reprise_stop_kind kind) {
  static const char *const Names[] = {"none", "at-blocks", "backup", "inside"};
  return nameIn(Names, kind);
}

const char *reprise_stop_reason_name(reprise_stop_reason reason) {
  static const char *const Names[] = {"none",
                                      "no-twin",
                                      "refused",
                                      "layout",
                                      "unreadable",
                                      "attributes",
                                      "captured",
                                      "pool",
                                      "not-idempotent",
                                      "no-place",
                                      "backup-unbounded",
                                      "backup-budget",
                                      "option",
                                      "failed",
                                      "backup"};
  return nameIn(Names, reason);
}

const char *reprise_preempt_status_text(reprise_preempt_status status) {
  static const char *const Texts[] = {
      "done",
      "an argument is null or makes no sense",
      "the stream is not marked; call reprise_stream_preemptible first",
      "the stream is not CU_STREAM_NON_BLOCKING; create it so",
      "the stream is being captured; ask again when the capture has ended",
      "no memory operations on streams, or CUDA_LAUNCH_BLOCKING is set",
      "there is no memory left, on the host or the device",
      "the driver refused something",
      "the device is not free of the stream yet",
      "64 streams are marked; reprise_stream_unmark takes a mark back",
      "REPRISE_MODE is off",
      "a kernel failed, or the driver did not keep an order"};
  return nameIn(Texts, status);
}

// NOLINTEND(readability-identifier-naming)
