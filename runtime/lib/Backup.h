//===- Backup.h - What to save so that a launch can be run again ----------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The bytes that are possibly read live-in and possibly written, over all
// pairs that are not proved apart:
//
//   Test pair    write set and read set in common; the write set where the
//                read set is not known
//   Linked pair  the write set
//
// Where a plain read may see what another thread of the launch wrote, the order
// of threads decides what it sees, and with it perhaps what is written: then
// all writes belong to the set whose place or happening memory may decide. For
// that F is of a program with all accesses.
//
// Strided sets are listed row by row while that stays below
// MaxBackupRanges; beyond it the innermost gaps are filled.
//
// Soundness: a superset of the bytes that the launch may clobber, whatever the
// verdict. Not bounded where a write is not: an unknown pointer, a set that
// could not be evaluated, a symbol without address, an effect.
// Errors: may throw std::bad_alloc. Thread safety: as Frame.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_RUNTIME_BACKUP_H
#define REPRISE_RUNTIME_BACKUP_H

#include "Frame.h"

#include <vector>

namespace reprise {

/// The set, sorted, without overlaps or neighbours. False: not bounded.
bool backupSet(Frame &F, std::vector<reprise_range> &Ranges);

} // namespace reprise

#endif // REPRISE_RUNTIME_BACKUP_H
