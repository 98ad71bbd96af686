//===- StridedSet.cpp - Sets of integers and of bytes as strided boxes ----===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "StridedSet.h"

#include <algorithm>
#include <numeric>

namespace reprise {

void DimList::merge() {
  for (unsigned I = 1; I < Size;
       ++I) // Insertion sort: few dims, nearly sorted.
    for (unsigned J = I; J > 0 && D[J].Stride < D[J - 1].Stride; --J)
      std::swap(D[J], D[J - 1]);

  unsigned Kept = 0;
  for (unsigned I = 0; I < Size; ++I) {
    Dim Big = D[I];
    bool Merged = false;
    for (unsigned J = Kept; J-- > 0 && !Merged;) {
      Dim &Small = D[J];
      // Needs no overflow check: a span fits in 63 bits and so does a stride.
      uint64_t Reach = static_cast<uint64_t>(Small.Stride) *
                       static_cast<uint64_t>(Small.Count);
      if (static_cast<uint64_t>(Big.Stride) > Reach)
        continue;
      int64_t K = Small.Count;
      if (static_cast<uint64_t>(Big.Stride) != Reach) {
        if (Big.Stride % Small.Stride != 0)
          continue;
        K = Big.Stride / Small.Stride;
      }
      Small.Count += K * (Big.Count - 1);
      Merged = true;
    }
    if (!Merged)
      D[Kept++] = Big;
  }
  Size = Kept;
}

void DimList::shrink() {
  merge();
  if (Size <= MaxDims)
    return;
  // Widen the two innermost dims to all multiples of their common divisor:
  // that adds the fewest values.
  int64_t G = std::gcd(D[0].Stride, D[1].Stride);
  int64_t Count = (D[0].span() + D[1].span()) / G + 1;
  D[0] = {G, Count};
  std::copy(D + 2, D + Size, D + 1);
  --Size;
  Widened = true;
}

void DimList::normalize() {
  merge();
  while (Size > MaxDims)
    shrink();
}

ClampResult clamp(NumSet &S, int64_t Lo, int64_t Hi) {
  Lo = std::max(Lo, S.Lo);
  Hi = std::min(Hi, S.Hi);
  if (Lo > Hi)
    return ClampResult::Empty;
  if (Lo == S.Lo && Hi == S.Hi)
    return ClampResult::Exact;

  // Wide arithmetic: Base may be far below Lo.
  int64_t Rest = S.span();
  for (unsigned I = S.Size; I-- > 0;) {
    Dim &D = S.Dims[I];
    Rest -= D.span();
    Int128 First = ceilDiv<Int128>(Int128{Lo} - Rest - S.Base, D.Stride);
    Int128 Last = floorDiv<Int128>(Int128{Hi} - S.Base, D.Stride);
    First = std::max<Int128>(First, 0);
    Last = std::min<Int128>(Last, D.Count - 1);
    if (First > Last)
      return ClampResult::Empty;
    S.Base += static_cast<int64_t>(First) * D.Stride;
    D.Count = static_cast<int64_t>(Last - First) + 1;
    if (D.Count > 1) {
      Rest += D.span();
      break;
    }
    --S.Size; // A single row is left: the next dim is now the outermost.
  }
  // Inside the window nothing was lost. Is anything outside it left?
  int64_t DimsHi = S.Base + Rest;
  if (S.Base > Hi || DimsHi < Lo)
    return ClampResult::Empty;
  bool Exact = S.Base >= Lo && DimsHi <= Hi;
  S.Lo = std::max(Lo, S.Base);
  S.Hi = std::min(Hi, DimsHi);
  return Exact ? ClampResult::Exact : ClampResult::Widened;
}

UInt128 dimsSpan(const ByteSet &S) {
  UInt128 Span = 0;
  for (unsigned I = 0; I < S.Size; ++I)
    Span += static_cast<uint64_t>(S.Dims[I].span());
  return Span;
}

bool isWindowed(const ByteSet &S) {
  return S.Lo != S.Start || S.Hi != S.Start + dimsSpan(S) + S.Width - 1;
}

bool cut(ByteSet &S, NumSet &Starts, uint64_t Lo, uint64_t Hi) {
  Starts.Base = Starts.Lo = 0;
  Starts.Hi = static_cast<int64_t>(dimsSpan(S));
  Starts.Size = S.Size;
  std::copy(S.Dims, S.Dims + S.Size, Starts.Dims);
  // A start has a byte in the window from Width - 1 before it.
  Int128 First = Int128{Lo} - Int128{S.Width} + 1 - Int128{S.Start};
  Int128 Last = Int128{Hi} - Int128{S.Start};
  First = std::max<Int128>(First, 0);
  Last = std::min<Int128>(Last, Starts.Hi);
  if (First > Last || clamp(Starts, static_cast<int64_t>(First),
                            static_cast<int64_t>(Last)) == ClampResult::Empty)
    return false;
  S.Start += static_cast<uint64_t>(Starts.Base);
  S.Dims = Starts.Dims;
  S.Size = Starts.Size;
  return true;
}

void foldIntoWidth(Dim *Dims, uint32_t &Size, uint64_t &Width) {
  uint32_t Folded = 0;
  while (Folded < Size && static_cast<uint64_t>(Dims[Folded].Stride) <= Width) {
    Width += static_cast<uint64_t>(Dims[Folded].span());
    ++Folded;
  }
  if (Folded == 0)
    return;
  std::copy(Dims + Folded, Dims + Size, Dims);
  Size -= Folded;
}

} // namespace reprise
