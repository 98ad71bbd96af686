//===- Backup.cpp - What to save so that a launch can be run again --------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Backup.h"

#include "AccessSets.h"
#include "Decide.h"
#include "Intervals.h"

#include <algorithm>
#include <utility>

namespace reprise {
namespace {

class Collector {
public:
  /// The rows of \p S that lie in [\p Lo, \p Hi], joined.
  void rows(const ByteSet &S, uint64_t Lo, uint64_t Hi, Intervals &Out) {
    listRows(S, Lo, Hi, Limit, Out);
    Work += Out.size();
    if (Work > MaxWork)
      Limit = 1;
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
};

} // namespace

/// Writes of which memory decides whether they happen, or where. False: one of
/// them is not bounded.
static bool addUnsteady(Frame &F, Collector &C) {
  Intervals Written;
  for (uint32_t I = 0; I < F.P.Accesses.size(); ++I) {
    const ProgramAccess &A = F.P.Accesses[I];
    if (A.Kind == REPRISE_ACCESS_READ || A.Group == None)
      continue;
    const AccessState &W = accessState(F, I);
    if (W.Status == Extent::Empty || (W.Status == Extent::Set && W.Exact))
      continue;
    if (W.Status != Extent::Set || W.Space != 0 || W.Opaque)
      return false;
    C.rows(W.Bytes, 0, UINT64_MAX, Written);
    C.add(Written);
  }
  return true;
}

bool backupSet(Frame &F, std::vector<reprise_range> &Ranges) {
  if (F.P.Unexplained)
    return false;
  for (const ProgramEffect &E : F.P.Effects)
    if (mayHappen(F, E))
      return false;

  Collector C;
  bool Races = false;
  Intervals Written, Read, Common, Atomics;
  for (const ProgramPair &Q : F.P.Pairs) {
    uint32_t Budget = PairBudget;
    if (decidePair(F, Q, Budget).Verdict == REPRISE_IDEMPOTENT)
      continue;
    Races = Races || F.P.Accesses[Q.Read].Kind == REPRISE_ACCESS_READ;
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
    const uint64_t Lo = std::max(R.Bytes.Lo, W.Bytes.Lo) & ~uint64_t{15};
    const uint64_t Hi = std::min(R.Bytes.Hi, W.Bytes.Hi) | 15;
    C.rows(W.Bytes, Lo, Hi, Written);
    C.rows(R.Bytes, Lo, Hi, Read);
    intersect(Written, Read, Common);
    C.add(Common);
    // What an atomic reads must not be old in one byte and new in another.
    growToAtomics(Common);
    for (const auto &[Access, Bytes] :
         {std::pair(Q.Write, &Written), std::pair(Q.Read, &Read)})
      if (F.P.Accesses[Access].Kind == REPRISE_ACCESS_ATOMIC) {
        intersect(Common, *Bytes, Atomics);
        C.add(Atomics);
      }
  }
  if (Races && !addUnsteady(F, C))
    return false;
  Ranges.clear();
  for (const Interval &I : C.finish()) {
    if (I.Hi - I.Lo == UINT64_MAX)
      return false;
    Ranges.push_back({I.Lo, I.Hi - I.Lo + 1});
  }
  return true;
}

} // namespace reprise
