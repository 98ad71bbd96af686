//===- PairRuns.h - Pairs that are decided together -----------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A kernel of a hundred accesses has thousands of pairs, most of them between
// buffers that are far apart. The list of pairs, whose order matters to what is
// reported, is cut into pieces of which one comparison of hulls can show that
// none of their pairs meets:
//
//   span   pairs between two objects (accesses by role and pointer)
//    run   pairs between two groups (of one domain and one geometry)
//     pair
//
// Example: 130 reads of `in` and 20 writes of `out`, all of different domains:
// one span of 2600 runs, which one comparison decides.
//
// Thread safety: immutable once built.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_RUNTIME_PAIRRUNS_H
#define REPRISE_RUNTIME_PAIRRUNS_H

#include "Program.h"

namespace reprise {

/// Fills Runs, Spans, Objects, ObjectPairs, GroupConsts and what they refer to,
/// of \p P, whose pairs, accesses, groups and steps are complete. May throw
/// std::bad_alloc.
void buildRuns(Program &P);

} // namespace reprise

#endif // REPRISE_RUNTIME_PAIRRUNS_H
