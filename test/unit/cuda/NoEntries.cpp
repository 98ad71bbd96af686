//===- NoEntries.cpp - The parts without the exported functions ---------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Entries.h"

// A program that is no driver exports none of its functions.
int reprise::cuda::entryIndex(const char *) { return -1; }
int reprise::cuda::entryCount() { return 0; }
const char *reprise::cuda::entryName(int) { return nullptr; }
void *reprise::cuda::exportedEntry(int) { return nullptr; }
void *reprise::cuda::spareEntry(void *Function, const char *,
                                const OrderRule &) {
  return Function;
}
void reprise::cuda::watchEntries(bool) {}
