//===- Disjoint.cpp - Do two sets of bytes meet? --------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Disjoint.h"

#include "Checked.h"
#include "Weaken.h"

#include <algorithm>
#include <numeric>

namespace reprise {
namespace {

template <typename Int> Int gcd(Int A, Int B) {
  while (B != 0) {
    Int R = A % B;
    A = B;
    B = R;
  }
  return A;
}

template <typename Int> Int firstInResiduesImpl(Int A, Int M, Int Lo, Int Hi) {
  if (Lo == 0)
    return 0;
  if (A == 0)
    return -1;
  if (A > M - A) { // Mirror, so that A <= M / 2 and the recursion halves.
    A = M - A;
    Int T = M - Lo;
    Lo = M - Hi;
    Hi = T;
  }
  Int First = ceilDiv(Lo, A);
  if (First <= Hi / A)
    return First;
  // No multiple of A lies in [Lo, Hi], so Hi - Lo < A. Look for the smallest Y
  // such that [Lo + M*Y, Hi + M*Y] holds one: -M*Y mod A in [Lo, Hi] mod A.
  Int Y = firstInResiduesImpl<Int>(static_cast<Int>((A - M % A) % A), A,
                                   static_cast<Int>(Lo % A),
                                   static_cast<Int>(Hi % A));
  if (Y < 0)
    return -1;
  // M and Y are below 2^63, their product fits.
  return static_cast<Int>(ceilDiv<Int128>(Int128{Lo} + Int128{M} * Y, A));
}

/// Finds z with Lo <= sum Stride * z <= Hi.
template <typename Int> class Search {
public:
  /// The dims of two sets.
  static constexpr unsigned Capacity = 2 * MaxDims;

  struct Side {
    Int Stride, Count;
    unsigned Origin; ///< Index of the dim as it was added.
  };

  Search(Int Least, Int Most, uint32_t &Nodes)
      : Lo(Least), Hi(Most), Budget(Nodes) {}

  /// Dims in ascending order of stride.
  void add(Int Stride, Int Count) {
    Sides[Size] = {Stride, Count, Size};
    ++Size;
  }

  Meeting run() {
    reduce();
    Int Total = 0;
    for (unsigned I = 0; I < Size; ++I) {
      Span[I] = Total; // Of the dims below I.
      Total += Sides[I].Stride * (Sides[I].Count - 1);
    }
    Int L = std::max<Int>(Lo, 0), H = std::min(Hi, Total);
    if (L > H)
      return Meeting::Disjoint;
    if (Size == 0)
      return Meeting::Meet;
    if (Size > 2) {
      Divisor[0] = Sides[0].Stride;
      for (unsigned I = 1; I < Size; ++I)
        Divisor[I] = gcd(Divisor[I - 1], Sides[I].Stride);
      if (!holdsMultiple(L, H, Divisor[Size - 1]))
        return Meeting::Disjoint;
    }
    return visit(Size, L, H);
  }

  /// After Meet: the value of each dim, by the order in which it was added.
  void solution(Int *Z) {
    Int Sum = 0;
    for (unsigned I = 0; I < Size; ++I) {
      Z[Sides[I].Origin] = Found[I];
      Sum += Sides[I].Stride * Found[I];
    }
    while (LogSize > 0) {
      const Entry &E = Log[--LogSize];
      if (E.Into < 0) { // Folded: bring Sum into the window of that moment.
        Int Needed = ceilDiv<Int>(E.Lo - Sum, E.Stride);
        Z[E.From] = std::clamp<Int>(Needed, 0, E.Count - 1);
        Sum += E.Stride * Z[E.From];
      } else { // Merged: split.
        Z[E.From] = std::min<Int>(E.Count - 1, Z[E.Into] / E.Factor);
        Z[E.Into] -= E.Factor * Z[E.From];
      }
    }
  }

private:
  /// What reduce did to dim From, to be undone by solution.
  struct Entry {
    unsigned From;
    int Into; ///< Dim that it merged into; negative: folded into the window.
    Int Stride, Count;
    Int Lo;     ///< Folded: lower end before.
    Int Factor; ///< Merged: Stride / stride of Into.
  };

  Int Lo, Hi;
  uint32_t &Budget;
  Side Sides[Capacity];
  unsigned Size = 0;
  Int Span[Capacity], Divisor[Capacity], Found[Capacity];
  Entry Log[Capacity];
  unsigned LogSize = 0;

  static bool holdsMultiple(Int L, Int H, Int G) {
    return floorDiv<Int>(H, G) * G >= L;
  }

  /// Stage 3.
  void reduce() {
    unsigned Kept = 0;
    for (unsigned I = 0; I < Size; ++I) {
      Side S = Sides[I];
      if (Kept == 0 && Hi - Lo + 1 >= S.Stride) {
        Log[LogSize++] = {S.Origin, -1, S.Stride, S.Count, Lo, 0};
        Lo -= S.Stride * (S.Count - 1);
        continue;
      }
      bool Merged = false;
      for (unsigned J = Kept; J-- > 0 && !Merged;) {
        Side &Small = Sides[J];
        if (S.Stride > Small.Stride * Small.Count)
          continue;
        Int K = S.Stride / Small.Stride;
        if (K * Small.Stride != S.Stride)
          continue;
        Log[LogSize++] = {
            S.Origin, static_cast<int>(Small.Origin), S.Stride, S.Count, 0, K};
        Small.Count += K * (S.Count - 1);
        Merged = true;
      }
      if (!Merged)
        Sides[Kept++] = S;
    }
    Size = Kept;
  }

  /// Stage 5 on the lowest \p N dims.
  Meeting visit(unsigned N, Int L, Int H) {
    if (N == 1) {
      Int Z = std::max<Int>(0, ceilDiv<Int>(L, Sides[0].Stride));
      if (Z >= Sides[0].Count || Z * Sides[0].Stride > H)
        return Meeting::Disjoint;
      Found[0] = Z;
      return Meeting::Meet;
    }
    const Side &Outer = Sides[N - 1];
    Int First = std::max<Int>(0, ceilDiv<Int>(L - Span[N - 1], Outer.Stride));
    Int Last = std::min<Int>(Outer.Count - 1, floorDiv<Int>(H, Outer.Stride));
    if (N == 2 && Last - First >= 2)
      return solveTwo(L, H, First, Last);
    for (Int Z = First; Z <= Last; ++Z) {
      if (Budget == 0)
        return Meeting::Unknown;
      --Budget;
      Int RestLo = L - Outer.Stride * Z, RestHi = H - Outer.Stride * Z;
      if (N > 2 &&
          !holdsMultiple(std::max<Int>(RestLo, 0), RestHi, Divisor[N - 2]))
        continue;
      Meeting M = visit(N - 1, RestLo, RestHi);
      if (M == Meeting::Disjoint)
        continue;
      Found[N - 1] = Z;
      return M;
    }
    return Meeting::Disjoint;
  }

  /// The lowest two dims, the outer one in [First, Last]. With s and t their
  /// strides, and H - L < s since reduce folded all others: z of the inner dim
  /// can only be floor((H - t*Z) / s), which fits where
  /// (H - t*Z) mod s <= H - L and 0 <= H - t*Z < s * count.
  Meeting solveTwo(Int L, Int H, Int First, Int Last) {
    const Int S = Sides[0].Stride, T = Sides[1].Stride;
    // H - t*Z < s * count, that is Z > (H - s*count) / t.
    First = std::max<Int>(First, floorDiv<Int>(H - S * Sides[0].Count, T) + 1);
    if (First > Last)
      return Meeting::Disjoint;
    // Z = First + X with (C - T*X) mod S in [0, H - L].
    Int C = H - T * First;
    // -T*X mod S in [-C, H - L - C] mod S, an interval that may go around.
    Int A = (S - T % S) % S;
    Int From = (S - C % S) % S;
    Int Size0 = H - L;
    Int X;
    if (From == 0 || From + Size0 >= S)
      X = 0; // 0 lies in it.
    else
      X = firstInResiduesImpl<Int>(A, S, From, From + Size0);
    if (X < 0 || X > Last - First)
      return Meeting::Disjoint;
    Found[1] = First + X;
    Found[0] = (H - T * Found[1]) / S;
    return Meeting::Meet;
  }
};

template <typename Int>
Meeting search(const ByteSet &A, const ByteSet &B, Int128 SpanB,
               uint32_t &Budget, uint64_t *Witness) {
  Int128 Base = Int128{A.Start} - Int128{B.Start} - SpanB;
  Search<Int> S(static_cast<Int>(1 - Int128{A.Width} - Base),
                static_cast<Int>(Int128{B.Width} - 1 - Base), Budget);
  unsigned I = 0, J = 0, Order[2 * MaxDims] = {};
  for (unsigned N = 0; I < A.Size || J < B.Size; ++N) {
    bool FromA =
        J == B.Size || (I < A.Size && A.Dims[I].Stride <= B.Dims[J].Stride);
    const Dim &D = FromA ? A.Dims[I] : B.Dims[J];
    Order[N] = FromA ? I++ : MaxDims + J++;
    S.add(D.Stride, D.Count);
  }
  Meeting M = S.run();
  if (M != Meeting::Meet || !Witness)
    return M;
  Int Z[2 * MaxDims] = {};
  S.solution(Z);
  uint64_t StartA = A.Start, StartB = B.Start;
  for (unsigned N = 0; N < A.Size + B.Size; ++N) {
    bool FromA = Order[N] < MaxDims;
    const Dim &D = FromA ? A.Dims[Order[N]] : B.Dims[Order[N] - MaxDims];
    if (FromA)
      StartA += static_cast<uint64_t>(D.Stride * static_cast<int64_t>(Z[N]));
    else
      StartB += static_cast<uint64_t>(
          D.Stride * (D.Count - 1 - static_cast<int64_t>(Z[N])));
  }
  *Witness = std::max(StartA, StartB);
  return M;
}

Meeting meetDims(const ByteSet &A, const ByteSet &B, UInt128 SpanA,
                 UInt128 SpanB, uint32_t &Budget, uint64_t *Witness) {
  // Where the dims' hulls overlap, all intermediate values stay below a few
  // times this sum; sets that a window made apart can be further away.
  UInt128 Sum = SpanA + SpanB + A.Width + B.Width;
  uint64_t Apart = A.Start > B.Start ? A.Start - B.Start : B.Start - A.Start;
  if (Sum + Apart < (UInt128{1} << 60))
    return search<int64_t>(A, B, static_cast<Int128>(SpanB), Budget, Witness);
  return search<Int128>(A, B, static_cast<Int128>(SpanB), Budget, Witness);
}

} // namespace

Int128 firstInResidues(Int128 A, Int128 M, Int128 Lo, Int128 Hi) {
  return firstInResiduesImpl<Int128>(A, M, Lo, Hi);
}

Meeting meet(const ByteSet &A, const ByteSet &B, uint32_t &Budget,
             uint64_t *Witness) {
  if (A.Hi < B.Lo || B.Hi < A.Lo)
    return Meeting::Disjoint;
  if ((A.Size == 0 && B.Size == 0) || weakened(Rule::HullsOnly)) {
    if (Witness)
      *Witness = std::max(A.Lo, B.Lo);
    return Meeting::Meet;
  }
  UInt128 SpanA = dimsSpan(A), SpanB = dimsSpan(B);
  if (isWindowed(A) || isWindowed(B)) {
    // Only bytes that both windows hold can be common: drop rows outside.
    const uint64_t Lo = std::max(A.Lo, B.Lo), Hi = std::min(A.Hi, B.Hi);
    NumSet StartsA, StartsB;
    ByteSet CutA = A, CutB = B;
    if (!cut(CutA, StartsA, Lo, Hi) || !cut(CutB, StartsB, Lo, Hi))
      return Meeting::Disjoint;
    return meetDims(CutA, CutB, dimsSpan(CutA), dimsSpan(CutB), Budget,
                    Witness);
  }
  return meetDims(A, B, SpanA, SpanB, Budget, Witness);
}

} // namespace reprise
