//===- Entries.h - The functions that this library exports --------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One place for each name that a driver exports (Stubs.S). Followed.inc says
// which of them lead to a follower; the others lead to the driver.
//
// Thread safety: all functions.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_CUDA_ENTRIES_H
#define REPRISE_CUDA_ENTRIES_H

namespace reprise::cuda {

/// The number of a driver's function, -1 when it is not known.
int entryIndex(const char *Name);

/// Our function of that number.
void *exportedEntry(int Index);

/// The C library's dlsym; ends the program where there is none.
void *realDlsym();

} // namespace reprise::cuda

#endif // REPRISE_CUDA_ENTRIES_H
