//===- Intervals.cpp - Sets of bytes as sorted intervals ------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Intervals.h"

#include <algorithm>

namespace reprise {

static bool lessThan(const Interval &A, const Interval &B) {
  return A.Lo < B.Lo || (A.Lo == B.Lo && A.Hi < B.Hi);
}

void join(Intervals &List) {
  if (!std::is_sorted(List.begin(), List.end(), lessThan))
    std::sort(List.begin(), List.end(), lessThan);
  size_t Kept = 0;
  for (const Interval &I : List) {
    if (Kept > 0 &&
        (I.Lo <= List[Kept - 1].Hi || I.Lo - List[Kept - 1].Hi == 1))
      List[Kept - 1].Hi = std::max(List[Kept - 1].Hi, I.Hi);
    else
      List[Kept++] = I;
  }
  List.resize(Kept);
}

void fillGaps(Intervals &List, size_t Limit) {
  if (List.size() <= Limit)
    return;
  std::vector<uint64_t> Gaps;
  for (size_t I = 1; I < List.size(); ++I)
    Gaps.push_back(List[I].Lo - List[I - 1].Hi);
  auto Nth = Gaps.begin() + static_cast<ptrdiff_t>(List.size() - Limit - 1);
  std::nth_element(Gaps.begin(), Nth, Gaps.end());
  const uint64_t Threshold = *Nth; // Gaps up to it are filled.
  size_t Kept = 0;
  for (const Interval &I : List) {
    if (Kept > 0 && I.Lo - List[Kept - 1].Hi <= Threshold)
      List[Kept - 1].Hi = I.Hi;
    else
      List[Kept++] = I;
  }
  List.resize(Kept);
}

bool meet(const Intervals &A, const Intervals &B) {
  for (size_t I = 0, J = 0; I < A.size() && J < B.size();) {
    if (std::max(A[I].Lo, B[J].Lo) <= std::min(A[I].Hi, B[J].Hi))
      return true;
    ++(A[I].Hi < B[J].Hi ? I : J);
  }
  return false;
}

void intersect(const Intervals &A, const Intervals &B, Intervals &Out) {
  Out.clear();
  for (size_t I = 0, J = 0; I < A.size() && J < B.size();) {
    const uint64_t Lo = std::max(A[I].Lo, B[J].Lo);
    const uint64_t Hi = std::min(A[I].Hi, B[J].Hi);
    if (Lo <= Hi)
      Out.push_back({Lo, Hi});
    if (A[I].Hi < B[J].Hi)
      ++I;
    else
      ++J;
  }
}

void subtract(const Intervals &A, const Intervals &B, Intervals &Out) {
  Out.clear();
  size_t J = 0;
  for (Interval Rest : A) {
    while (J < B.size() && B[J].Hi < Rest.Lo)
      ++J;
    bool Left = true;
    for (size_t K = J; Left && K < B.size() && B[K].Lo <= Rest.Hi; ++K) {
      if (B[K].Lo > Rest.Lo)
        Out.push_back({Rest.Lo, B[K].Lo - 1});
      Left = B[K].Hi < Rest.Hi;
      if (Left) // Then there is a byte behind it.
        Rest.Lo = B[K].Hi + 1;
    }
    if (Left)
      Out.push_back(Rest);
  }
}

void unite(Intervals &A, const Intervals &B) {
  if (B.empty())
    return;
  Intervals Merged(A.size() + B.size());
  std::merge(A.begin(), A.end(), B.begin(), B.end(), Merged.begin(), lessThan);
  A.swap(Merged);
  join(A);
}

void growToAtomics(Intervals &List) {
  for (Interval &I : List)
    I = {I.Lo & ~uint64_t{15}, I.Hi | 15};
  join(List);
}

/// Rows of the dims from \p First on, up to \p Limit + 1 of them.
static uint64_t countRows(const ByteSet &S, unsigned First, size_t Limit) {
  uint64_t N = 1;
  for (unsigned I = First; I < S.Size && N <= Limit; ++I)
    if (__builtin_mul_overflow(N, static_cast<uint64_t>(S.Dims[I].Count), &N))
      return UINT64_MAX;
  return N;
}

static void enumerate(const ByteSet &S, unsigned First, unsigned End,
                      uint64_t At, uint64_t Lo, uint64_t Hi, Intervals &Out) {
  if (End == First) {
    const uint64_t From = std::max(At, Lo);
    const uint64_t To = std::min(At + (S.Width - 1), Hi);
    if (From <= To)
      Out.push_back({From, To});
    return;
  }
  const Dim &D = S.Dims[End - 1];
  for (int64_t I = 0; I < D.Count; ++I)
    enumerate(S, First, End - 1, At + static_cast<uint64_t>(D.Stride * I), Lo,
              Hi, Out);
}

bool listRows(ByteSet S, uint64_t Lo, uint64_t Hi, size_t Limit,
              Intervals &Out) {
  Out.clear();
  Lo = std::max(Lo, S.Lo);
  Hi = std::min(Hi, S.Hi);
  NumSet Starts;
  if (Lo > Hi || !cut(S, Starts, Lo, Hi))
    return true;
  // Fill from the innermost dim outward until few enough rows are left.
  unsigned First = 0;
  while (First < S.Size && countRows(S, First, Limit) > Limit) {
    S.Width += static_cast<uint64_t>(S.Dims[First].span());
    ++First;
  }
  enumerate(S, First, S.Size, S.Start, Lo, Hi, Out);
  join(Out);
  return First == 0;
}

} // namespace reprise
