//===- NoEntries.cpp - The parts without the exported functions ---------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Entries.h"

// A program that is no driver exports none of its functions.
int reprise::cuda::entryIndex(const char *) { return -1; }
void *reprise::cuda::exportedEntry(int) { return nullptr; }
