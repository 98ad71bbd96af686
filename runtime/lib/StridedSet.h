//===- StridedSet.h - Sets of integers and of bytes as strided boxes ------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Two kinds of set, both of the form base + sum over dims of stride * z with
// 0 <= z < count, cut to a window [Lo, Hi]:
//
//   NumSet   the values of a var
//   ByteSet  the bytes that an access touches: Width bytes at each start
//
//   rows of 8 bytes, 3 of them, 100 apart, from 1000:
//     Start 1000  Width 8  Dims {100, 3}  Lo 1000  Hi 1207
//
//     |########|............|########|............|########|
//     1000  1007            1100 1107             1200  1207
//
// Invariants: strides and counts are positive, counts above 1, strides ascend,
// every span fits in 63 bits; Lo and Hi are inclusive, inside the hull of the
// dims, and Lo <= Hi. Operations either keep the set as it is or widen it;
// they say which (may direction).
//
// Thread safety: plain values.
//
//===----------------------------------------------------------------------===//

#ifndef REPRISE_RUNTIME_STRIDEDSET_H
#define REPRISE_RUNTIME_STRIDEDSET_H

#include "Checked.h"
#include "Limits.h"

namespace reprise {

struct Dim {
  int64_t Stride;
  int64_t Count;

  int64_t span() const { return Stride * (Count - 1); }
};

/// Collects dims, then brings them into normal form.
///
/// The caller has made sure that the spans of all dims added sum up to less
/// than INT64_MAX.
class DimList {
public:
  static constexpr unsigned Capacity = 2 * MaxDims;

  Dim D[Capacity];
  unsigned Size = 0;
  /// Dims were widened because there were too many.
  bool Widened = false;

  /// \p Stride > 0, \p Count > 0; count 1 changes nothing.
  void add(int64_t Stride, int64_t Count) {
    if (Count == 1)
      return;
    if (Size == Capacity)
      shrink();
    D[Size++] = {Stride, Count};
  }

  /// Sorts, and merges dims where the set of sums stays the same:
  /// {s, c} and {k*s, d} with k <= c are together {s, c + k*(d-1)}.
  void merge();

  /// Leaves at most MaxDims merged dims; may widen.
  void normalize();

private:
  void shrink();
};

struct NumSet {
  int64_t Base; ///< Smallest value of the dims, Lo or less.
  int64_t Lo, Hi;
  uint32_t Size;
  Dim Dims[MaxDims];

  int64_t span() const {
    int64_t Span = 0;
    for (unsigned I = 0; I < Size; ++I)
      Span += Dims[I].span();
    return Span;
  }
};

enum class ClampResult : uint8_t {
  Exact,   ///< Exactly the values in the window.
  Widened, ///< All values in the window, and perhaps others of the window.
  Empty,   ///< No value in the window.
};

/// Cuts \p S to [\p Lo, \p Hi]. Dims are cut from the outermost inward as long
/// as that loses no value of the window; what remains is kept as hull.
ClampResult clamp(NumSet &S, int64_t Lo, int64_t Hi);

struct ByteSet {
  uint64_t Start; ///< First byte of the dims.
  uint64_t Width; ///< Bytes at each start, > 0.
  uint64_t Lo, Hi;
  const Dim *Dims; ///< Not owned.
  uint32_t Size;
};

/// Bytes from the first start of \p S to the last.
UInt128 dimsSpan(const ByteSet &S);

/// Is the window smaller than the dims' hull?
bool isWindowed(const ByteSet &S);

/// Drops outer rows of \p S that have no byte in [\p Lo, \p Hi]; the window
/// of \p S stays. \p Starts keeps the new dims. False when no row is left.
bool cut(ByteSet &S, NumSet &Starts, uint64_t Lo, uint64_t Hi);

/// Folds dims whose rows touch or overlap into \p Width; exact. \p Dims are
/// in normal form and stay so.
void foldIntoWidth(Dim *Dims, uint32_t &Size, uint64_t &Width);

} // namespace reprise

#endif // REPRISE_RUNTIME_STRIDEDSET_H
