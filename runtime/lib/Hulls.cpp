//===- Hulls.cpp - Where many accesses lie together -----------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Hulls.h"

#include "AccessSets.h"
#include "Checked.h"

#include <algorithm>

namespace reprise {
namespace {

/// Of a group with a form. Untold where one of its accesses may be evaluated to
/// something else than the form's addresses.
void formHullOf(const Frame &F, const ProgramGroup &PG, const GroupState &G,
                HullState &H) {
  H.Status = HullState::Untold;
  int64_t Least = INT64_MAX, Most = INT64_MIN;
  for (uint32_t I = PG.ConstBegin; I < PG.ConstEnd; ++I) {
    const uint32_t C = F.P.GroupConsts[I];
    if (F.Poison[C])
      return;
    Least = std::min(Least, static_cast<int64_t>(F.Values[C]));
    Most = std::max(Most, static_cast<int64_t>(F.Values[C]));
  }
  int64_t Lo, Hi, Ignored;
  if (Least > Most || !checkedAdd(G.Lo, Least, Lo) ||
      !checkedAdd(G.Hi, Most, Hi) || !checkedAdd(G.Base, Least, Ignored) ||
      !checkedAdd(G.Base, Most, Ignored))
    return;
  const Int128 First = Int128{G.Address} + Lo;
  const Int128 Last = Int128{G.Address} + Hi + (PG.Width - 1);
  if (First < 0 || Last > Int128{UINT64_MAX})
    return;
  H.Lo = static_cast<uint64_t>(First);
  H.Hi = static_cast<uint64_t>(Last);
  H.Status = HullState::Bytes;
}

const HullState &groupHull(Frame &F, uint32_t Index) {
  HullState &H = F.GroupHulls[Index];
  if (H.Status != HullState::NotEvaluated)
    return H;
  const GroupState &G = groupState(F, Index);
  H.Top = G.Top && !G.Bound;
  if (G.Status == Extent::Empty) {
    H.Status = HullState::Empty;
  } else if (G.Status != Extent::Set || G.Space != 0 || G.Opaque) {
    H.Status = HullState::Untold;
  } else if (G.Top) {
    H.Lo = G.TopLo;
    H.Hi = G.TopHi;
    H.Status = HullState::Bytes;
  } else {
    formHullOf(F, F.P.Groups[Index], G, H);
  }
  return H;
}

const HullState &objectHull(Frame &F, uint32_t Index) {
  HullState &H = F.ObjectHulls[Index];
  if (H.Status != HullState::NotEvaluated)
    return H;
  H = {HullState::Empty, false, UINT64_MAX, 0};
  const ProgramObject &O = F.P.Objects[Index];
  for (uint32_t I = O.Begin; I < O.End; ++I) {
    const HullState &G = groupHull(F, F.P.ObjectGroups[I]);
    if (G.Status == HullState::Empty)
      continue;
    if (G.Status == HullState::Untold) {
      H.Status = HullState::Untold;
      return H;
    }
    H.Status = HullState::Bytes;
    H.Top = H.Top || G.Top;
    H.Lo = std::min(H.Lo, G.Lo);
    H.Hi = std::max(H.Hi, G.Hi);
  }
  return H;
}

bool apart(const HullState &A, const HullState &B) {
  if (A.Status == HullState::Empty || B.Status == HullState::Empty)
    return true;
  return A.Status == HullState::Bytes && B.Status == HullState::Bytes &&
         (A.Hi < B.Lo || B.Hi < A.Lo);
}

} // namespace

bool groupsApart(Frame &F, uint32_t Read, uint32_t Write, bool &UsesA1) {
  const HullState &W = groupHull(F, Write);
  if (W.Status == HullState::Empty)
    return true;
  const HullState &R = groupHull(F, Read);
  if (!apart(W, R))
    return false;
  if (R.Status != HullState::Empty)
    UsesA1 = UsesA1 || W.Top || R.Top;
  return true;
}

bool objectsApart(Frame &F, const ProgramSpan &S, bool &UsesA1) {
  const HullState &W = objectHull(F, S.Write), &R = objectHull(F, S.Read);
  if (!apart(W, R))
    return false;
  // Of an object, only the groups that are read or written here count.
  for (uint32_t I = S.Begin; I < S.End && (W.Top || R.Top) && !UsesA1; ++I)
    groupsApart(F, F.P.Runs[I].Read, F.P.Runs[I].Write, UsesA1);
  return true;
}

} // namespace reprise
