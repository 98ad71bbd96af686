//===- Hulls.cpp - Where many accesses lie together -----------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Hulls.h"

#include "AccessSets.h"
#include "Domains.h"

#include <algorithm>

namespace reprise {
namespace {

const HullState &groupHull(Frame &F, uint32_t Index) {
  return groupState(F, Index).Hull;
}

/// Finds the hull of an object without its groups, which may be many: where the
/// same strides are used in several branches, their addresses lie together. It
/// is no smaller than around the groups. False where only they can tell.
class ClusterHull {
public:
  ClusterHull(Frame &State, const ProgramObject &Of) : F(State), O(Of) {}

  bool find(HullState &H) {
    if (O.Clusters == O.ClustersEnd)
      return false; // Its groups need not have a base.
    const uint32_t Base = F.P.Groups[F.P.ObjectGroups[O.Begin]].Base;
    Address = F.Values[Base];
    if (F.Poison[Base] || Address == 0)
      return false;
    askDomains();
    for (uint32_t I = O.Clusters; I < O.ClustersEnd; ++I) {
      const ProgramCluster &C = F.P.Clusters[I];
      if (C.Shape == None)
        addTop(C);
      else if (!add(C))
        return false;
    }
    if (Sum.Top && !addAllocation())
      return false;
    H = Sum;
    return true;
  }

private:
  Frame &F;
  const ProgramObject &O;
  uint64_t Address = 0;
  bool AllSet = true; ///< Of the groups that have a shape.
  HullState Sum{HullState::Empty, false, false, UINT64_MAX, 0};

  void askDomains() {
    for (uint32_t I = O.Domains; I < O.DomainsEnd; ++I) {
      const Extent Status = domainState(F, F.P.ObjectDomains[I]).Status;
      AllSet = AllSet && Status == Extent::Set;
      Sum.PartlyEmpty = Sum.PartlyEmpty || Status == Extent::Empty;
    }
  }

  /// One group that is executed is enough: the others touch the same bytes. One
  /// that is unknown is taken to be executed, with A1.
  void addTop(const ProgramCluster &C) {
    for (uint32_t I = C.Domains; I < C.DomainsEnd; ++I) {
      if (domainState(F, F.P.ObjectDomains[I]).Status == Extent::Empty) {
        Sum.PartlyEmpty = true;
        continue;
      }
      Sum.Top = true;
      Sum.PartlyEmpty = Sum.PartlyEmpty || I + 1 < C.DomainsEnd; // Not asked.
      return;
    }
  }

  bool add(const ProgramCluster &C) {
    bool IsSet = AllSet, IsTop = false;
    for (uint32_t I = C.Domains; !AllSet && I < C.DomainsEnd; ++I) {
      const DomainState &D = F.Domains[F.P.ObjectDomains[I]];
      IsSet = IsSet || D.Status == Extent::Set;
      if (D.Status != Extent::Unknown)
        continue;
      if (D.Exact)
        return false; // A1 may not help.
      IsTop = true;
    }
    Sum.Top = Sum.Top || IsTop;
    if (!IsSet)
      return true;
    uint64_t Lo, Hi;
    if (!shapeHull(F, C.Shape, Address, C.ConstBegin, C.ConstEnd, Lo, Hi))
      return false;
    add(Lo, Hi);
    return true;
  }

  bool addAllocation() {
    const reprise_range *R = F.Launch.Alloc && F.Launch.InBounds
                                 ? F.Launch.Alloc->find(Address)
                                 : nullptr;
    if (R)
      add(R->address, R->address + (R->size - 1));
    return R;
  }

  void add(uint64_t Lo, uint64_t Hi) {
    Sum.Status = HullState::Bytes;
    Sum.Lo = std::min(Sum.Lo, Lo);
    Sum.Hi = std::max(Sum.Hi, Hi);
  }
};

const HullState &objectHull(Frame &F, uint32_t Index) {
  HullState &H = F.ObjectHulls[Index];
  if (H.Status != HullState::NotEvaluated)
    return H;
  const ProgramObject &O = F.P.Objects[Index];
  if (ClusterHull(F, O).find(H))
    return H;
  H = {HullState::Empty, false, false, UINT64_MAX, 0};
  for (uint32_t I = O.Begin; I < O.End; ++I) {
    const HullState &G = groupHull(F, F.P.ObjectGroups[I]);
    H.Top = H.Top || G.Top;
    if (G.Status == HullState::Empty) {
      H.PartlyEmpty = true;
      continue;
    }
    if (G.Status == HullState::Untold) {
      H.Status = HullState::Untold;
      return H;
    }
    H.Status = HullState::Bytes;
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
  // As decidePair does, in its order.
  const HullState &W = groupHull(F, Write);
  if (W.Status == HullState::Empty) {
    UsesA1 = UsesA1 || W.Top;
    return true;
  }
  const HullState &R = groupHull(F, Read);
  if (!apart(W, R))
    return false;
  UsesA1 = UsesA1 || R.Top || (R.Status != HullState::Empty && W.Top);
  return true;
}

bool objectsApart(Frame &F, uint32_t Index) {
  enum : uint8_t { NotEvaluated, Apart, NotApart };
  uint8_t &State = F.ObjectPairs[Index];
  if (State == NotEvaluated) {
    const ProgramObjectPair &Q = F.P.ObjectPairs[Index];
    State =
        apart(objectHull(F, Q.Write), objectHull(F, Q.Read)) ? Apart : NotApart;
  }
  return State == Apart;
}

/// Is some access by A1 surely in a pair with one that is executed?
static bool meetsTop(Frame &F, const ProgramObjectPair &Q) {
  const HullState &R = objectHull(F, Q.Read), &W = objectHull(F, Q.Write);
  // Where there are bytes the pointer is not null, so what is Top is executed.
  return Q.Complete && R.Status == HullState::Bytes &&
         W.Status == HullState::Bytes && (R.Top || W.Top);
}

bool allObjectsApart(Frame &F, bool &UsesA1) {
  for (uint32_t I = 0; I < F.P.ObjectPairs.size(); ++I)
    if (!objectsApart(F, I))
      return false;
  bool Top = false, PartlyEmpty = false;
  for (uint32_t I = 0; I < F.P.Objects.size(); ++I) {
    const HullState &H = objectHull(F, I);
    Top = Top || H.Top;
    PartlyEmpty = PartlyEmpty || H.PartlyEmpty;
  }
  UsesA1 = Top;
  // Each group is in some pair, but the other one may not be executed.
  return !(Top && PartlyEmpty) ||
         std::any_of(
             F.P.ObjectPairs.begin(), F.P.ObjectPairs.end(),
             [&](const ProgramObjectPair &Q) { return meetsTop(F, Q); });
}

void addAssumptions(Frame &F, const ProgramSpan &S, bool &UsesA1) {
  const ProgramObjectPair &Q = F.P.ObjectPairs[S.Objects];
  if (!objectHull(F, Q.Write).Top && !objectHull(F, Q.Read).Top)
    return;
  // Of an object, only the groups that are read or written here count.
  for (uint32_t I = S.Begin; I < S.End && !UsesA1; ++I)
    groupsApart(F, F.P.Runs[I].Read, F.P.Runs[I].Write, UsesA1);
}

} // namespace reprise
