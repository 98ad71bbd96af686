//===- Disjoint.h - Do two sets of bytes meet? ----------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The question behind rule R1, answered exactly for strided boxes, cheapest
// stage first:
//
//   1. Hulls: the windows [Lo, Hi] do not overlap.
//   2. One equation. With starts a = A.Start + sum s_i x_i and b likewise, the
//      sets meet where -A.Width < a - b < B.Width. Counting B's dims from
//      their far end makes all strides positive:
//          L <= sum c_k z_k <= H,  0 <= z_k < n_k
//   3. Dims not above the window's size H - L + 1 fold into the window; dims
//      that are multiples of one another merge. Both are exact.
//   4. Interval, then divisibility: is there a multiple of the strides' common
//      divisor in [L, H]?
//   5. Branch and bound, largest stride first, with the hulls and divisors of
//      the remaining dims. The last two dims are solved in closed form, by
//      Euclid's algorithm, in logarithmic time.
//
// Example: A = rows of 4 bytes, stride 16, from 0; B = the same from 8:
//   L = -3 - (0 - 8 - span), ... no multiple of 16 in the window: disjoint,
// although the hulls overlap almost wholly.
//
// Soundness: Disjoint and Meet are proofs about the dims; Disjoint carries
// over to the windowed sets, Meet only where the windows cut nothing. Unknown
// says that the budget ran out.
// Thread safety: pure functions; nothing is allocated.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_RUNTIME_DISJOINT_H
#define REPRISE_RUNTIME_DISJOINT_H

#include "Checked.h"
#include "StridedSet.h"

namespace reprise {

enum class Meeting : uint8_t { Disjoint, Meet, Unknown };

/// Do the bytes of \p A and \p B meet? Takes visited nodes from \p Budget.
/// On Meet, \p Witness (if not null) gets a byte that the dims of both hold.
Meeting meet(const ByteSet &A, const ByteSet &B, uint32_t &Budget,
             uint64_t *Witness = nullptr);

/// The smallest X >= 0 with Lo <= A * X mod M <= Hi, or -1. 0 <= A < M,
/// 0 <= Lo <= Hi < M. Logarithmic time.
Int128 firstInResidues(Int128 A, Int128 M, Int128 Lo, Int128 Hi);

} // namespace reprise

#endif // REPRISE_RUNTIME_DISJOINT_H
