//===- Intervals.h - Sets of bytes as sorted intervals --------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What may take its time works on lists: the backup set and the rollback
// window. A list is *joined* when it is sorted and its intervals neither
// overlap nor touch; all functions take and give joined lists, but for join.
//
//   {[0, 9], [20, 29]} minus {[5, 24]}  =  {[0, 4], [25, 29]}
//
// Operations are exact, but for those that say that they widen.
// Errors: may throw std::bad_alloc. Thread safety: plain values.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_RUNTIME_INTERVALS_H
#define REPRISE_RUNTIME_INTERVALS_H

#include "StridedSet.h"

#include <cstddef>
#include <vector>

namespace reprise {

/// Bytes [Lo, Hi], both included: no overflow at the top of memory.
struct Interval {
  uint64_t Lo, Hi;
  bool operator==(const Interval &) const = default;
};
using Intervals = std::vector<Interval>;

/// Sorts, and joins what overlaps or touches.
void join(Intervals &List);

/// Fills the smallest gaps until \p Limit intervals are left; widens.
void fillGaps(Intervals &List, size_t Limit);

/// Have they a byte in common?
bool meet(const Intervals &A, const Intervals &B);

/// \p Out must be neither of the others.
void intersect(const Intervals &A, const Intervals &B, Intervals &Out);
void subtract(const Intervals &A, const Intervals &B, Intervals &Out);

/// Adds \p B to \p A.
void unite(Intervals &A, const Intervals &B);

/// Adds all bytes that an atomic may touch that touches one of \p List: atomics
/// are aligned and have 16 bytes at most.
void growToAtomics(Intervals &List);

/// The bytes of \p S in [\p Lo, \p Hi], row by row. Where these are more than
/// \p Limit rows the innermost gaps are filled: false, and \p Out is wider than
/// the set.
bool listRows(ByteSet S, uint64_t Lo, uint64_t Hi, size_t Limit,
              Intervals &Out);

} // namespace reprise

#endif // REPRISE_RUNTIME_INTERVALS_H
