//===- SavedApi.cpp - The C interface of saved bytes ----------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Saved.h"

using namespace reprise;

struct reprise_backup {
  explicit reprise_backup(const reprise_copier &C) : Bytes(C) {}
  Saved Bytes;
};

namespace {

/// Runs \p Body, which says whether the callbacks went well.
template <typename Fn> reprise_status guarded(Fn &&Body) noexcept {
  try {
    return Body() ? REPRISE_OK : REPRISE_ERROR_COPY;
  } catch (...) { // bad_alloc and length_error are all that can come.
    return REPRISE_ERROR_MEMORY;
  }
}

} // namespace

// NOLINTBEGIN(readability-identifier-naming): named as in reprise.h

reprise_status reprise_backup_create(const reprise_copier *copier,
                                     reprise_backup **backup) {
  if (!backup || !copier || copier->struct_size != sizeof *copier ||
      !copier->copy || !copier->allocate || !copier->release)
    return REPRISE_ERROR_ARGUMENT;
  return guarded([&] {
    *backup = new reprise_backup(*copier);
    return true;
  });
}

void reprise_backup_free(reprise_backup *backup) { delete backup; }

reprise_status reprise_backup_save(reprise_backup *backup, uint64_t before,
                                   const reprise_range *ranges, size_t count,
                                   void *stream) {
  if (!backup || (!ranges && count != 0))
    return REPRISE_ERROR_ARGUMENT;
  for (size_t I = 0; I < count; ++I)
    if (ranges[I].size == 0 ||
        ranges[I].address > UINT64_MAX - (ranges[I].size - 1))
      return REPRISE_ERROR_ARGUMENT;
  return guarded(
      [&] { return backup->Bytes.save(before, ranges, count, stream); });
}

reprise_status reprise_backup_restore(const reprise_backup *backup,
                                      uint64_t from, void *stream) {
  if (!backup)
    return REPRISE_ERROR_ARGUMENT;
  return guarded([&] { return backup->Bytes.restore(from, stream); });
}

reprise_status reprise_backup_drop(reprise_backup *backup, uint64_t before) {
  if (!backup)
    return REPRISE_ERROR_ARGUMENT;
  backup->Bytes.drop(before);
  return REPRISE_OK;
}

uint64_t reprise_backup_bytes(const reprise_backup *backup) {
  return backup ? backup->Bytes.bytes() : 0;
}

// NOLINTEND(readability-identifier-naming)
