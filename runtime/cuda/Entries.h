//===- Entries.h - The functions that this library exports --------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One place for each name that a driver exports (Stubs.S). Followed.inc says
// which of them lead to a follower; the others lead to the driver. While there
// are watchers (Ordered.h), places lead through them first:
//
//   program ──► place ──► follower or driver
//                 └─────► watchers ──► follower or driver
//
// Behind the places of names are spare ones, for functions that have none.
//
// Thread safety: all functions.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_CUDA_ENTRIES_H
#define REPRISE_CUDA_ENTRIES_H

#include "Ordered.h"

namespace reprise::cuda {

/// The number of a driver's function, -1 when it is not known.
int entryIndex(const char *Name);

/// Numbers go from 0 to this.
int entryCount();

/// The name of that number.
const char *entryName(int Index);

/// Our function of that number.
void *exportedEntry(int Index);

/// Our function that goes on to \p Function, which the driver answered for
/// \p Name and exports under no name that is known; one for each \p Function.
/// \p Function itself where the spare places are used up.
void *spareEntry(void *Function, const char *Name, const OrderRule &Rule);

/// Do calls of functions that are not harmless lead through watchCall()?
void watchEntries(bool Watched);

/// The C library's dlsym; ends the program where there is none.
void *realDlsym();

} // namespace reprise::cuda

#endif // REPRISE_CUDA_ENTRIES_H
