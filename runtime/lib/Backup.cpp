//===- Backup.cpp - What to save so that a launch can be run again --------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Backup.h"

#include "AccessSets.h"
#include "Decide.h"

#include <algorithm>

namespace reprise {
namespace {

/// Bytes [Lo, Hi], both included: no overflow at the top of memory.
struct Interval {
  uint64_t Lo, Hi;
};
using Intervals = std::vector<Interval>;

/// Sorts, and joins what overlaps or touches.
void join(Intervals &List) {
  std::sort(List.begin(), List.end(), [](const Interval &A, const Interval &B) {
    return A.Lo < B.Lo || (A.Lo == B.Lo && A.Hi < B.Hi);
  });
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

/// Fills the smallest gaps of a joined list until \p Limit intervals are left.
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

class Collector {
public:
  /// Adds the rows of \p S that lie in [\p Lo, \p Hi] to \p Out, joined.
  void rows(ByteSet S, uint64_t Lo, uint64_t Hi, Intervals &Out) {
    Out.clear();
    Lo = std::max(Lo, S.Lo);
    Hi = std::min(Hi, S.Hi);
    NumSet Starts;
    if (Lo > Hi || !cut(S, Starts, Lo, Hi))
      return;
    // Fill from the innermost dim outward until few enough rows are left.
    unsigned First = 0;
    while (First < S.Size && count(S, First) > Limit) {
      S.Width += static_cast<uint64_t>(S.Dims[First].span());
      ++First;
    }
    enumerate(S, First, S.Size, S.Start, Lo, Hi, Out);
    Work += Out.size();
    if (Work > MaxWork)
      Limit = 1;
    join(Out);
  }

  void add(const Intervals &List) {
    All.insert(All.end(), List.begin(), List.end());
    if (All.size() > 4 * MaxBackupRanges)
      finish();
  }

  const Intervals &finish() {
    join(All);
    fillGaps(All, MaxBackupRanges);
    return All;
  }

private:
  /// After this many rows in all, sets are taken as hulls.
  static constexpr size_t MaxWork = size_t{1} << 24;

  Intervals All;
  size_t Limit = MaxBackupRanges, Work = 0;

  uint64_t count(const ByteSet &S, unsigned First) const {
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
};

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

} // namespace

bool backupSet(Frame &F, std::vector<reprise_range> &Ranges) {
  if (F.P.Unexplained)
    return false;
  for (const ProgramEffect &E : F.P.Effects)
    if (mayHappen(F, E))
      return false;

  Collector C;
  Intervals Written, Read, Common;
  for (const ProgramPair &Q : F.P.Pairs) {
    uint32_t Budget = PairBudget;
    if (decidePair(F, Q, Budget).Verdict == REPRISE_IDEMPOTENT)
      continue;
    const AccessState &W = accessState(F, Q.Write);
    if (W.Status != Extent::Set || W.Space != 0 || W.Opaque)
      return false;
    const AccessState &R = accessState(F, Q.Read);
    // What an ordered write leaves, the re-run may not write again.
    if (Q.Kind != PairKind::Test || R.Status != Extent::Set || R.Space != 0 ||
        R.Opaque) {
      C.rows(W.Bytes, 0, UINT64_MAX, Written);
      C.add(Written);
      continue;
    }
    C.rows(W.Bytes, R.Bytes.Lo, R.Bytes.Hi, Written);
    C.rows(R.Bytes, W.Bytes.Lo, W.Bytes.Hi, Read);
    intersect(Written, Read, Common);
    C.add(Common);
  }
  Ranges.clear();
  for (const Interval &I : C.finish()) {
    if (I.Hi - I.Lo == UINT64_MAX)
      return false;
    Ranges.push_back({I.Lo, I.Hi - I.Lo + 1});
  }
  return true;
}

} // namespace reprise
