//===- Hulls.h - Where many accesses lie together -------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One interval for all accesses of a group, or of an object (PairRuns.h). Where
// two intervals do not meet, deciding the pairs between them one by one would
// find each of them harmless, and say the same of A1.
//
// Soundness: a hull holds at least the bytes that the accesses touch.
// Thread safety: as Frame.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_RUNTIME_HULLS_H
#define REPRISE_RUNTIME_HULLS_H

#include "Frame.h"

namespace reprise {

/// Is every access of group \p Read apart from every access of \p Write? Then
/// \p UsesA1 is set if that rests on A1. False where nobody can tell.
bool groupsApart(Frame &F, uint32_t Read, uint32_t Write, bool &UsesA1);

/// Is every group of one object of pair \p Index apart from every group of the
/// other?
bool objectsApart(Frame &F, uint32_t Index);

/// Sets \p UsesA1 if that the objects of \p S are apart rests on A1 for one of
/// its runs.
void addAssumptions(Frame &F, const ProgramSpan &S, bool &UsesA1);

/// Are all object pairs apart, and is it known whether some pair of accesses is
/// harmless by A1? Then \p UsesA1 says it. Only of kernels with OnlyTests.
bool allObjectsApart(Frame &F, bool &UsesA1);

} // namespace reprise

#endif // REPRISE_RUNTIME_HULLS_H
