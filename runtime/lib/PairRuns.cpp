//===- PairRuns.cpp - Pairs that are decided together ---------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "PairRuns.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

namespace reprise {
namespace {

class Builder {
public:
  explicit Builder(Program &Target) : P(Target) {}

  void run() {
    collectConstants();
    for (uint32_t I = 0; I < P.Pairs.size(); ++I)
      addPair(I);
    for (ProgramSpan &S : P.Spans)
      S.MayClobber =
          std::any_of(P.Runs.begin() + S.Begin, P.Runs.begin() + S.End,
                      [](const ProgramRun &R) { return R.MayClobber; });
    for (const std::set<uint32_t> &Groups : GroupsOf)
      addObject(Groups);
    findComplete();
  }

private:
  Program &P;
  /// By object.
  std::vector<std::set<uint32_t>> GroupsOf;
  /// Objects by role, root, base and symbol.
  std::map<std::tuple<bool, RootKind, uint32_t, uint32_t>, uint32_t> Known;
  std::map<std::pair<uint32_t, uint32_t>, uint32_t> KnownPairs;
  std::vector<std::set<uint32_t>> ConstsOf; ///< By group.

  void collectConstants() {
    ConstsOf.resize(P.Groups.size());
    for (const ProgramAccess &A : P.Accesses)
      if (A.Group != None && A.Const != None)
        ConstsOf[A.Group].insert(A.Const);
    for (size_t G = 0; G < P.Groups.size(); ++G)
      addConstants(ConstsOf[G], P.Groups[G].ConstBegin, P.Groups[G].ConstEnd);
  }

  /// Of constants that are numbers already, the ends are enough.
  void addConstants(const std::set<uint32_t> &Consts, uint32_t &Begin,
                    uint32_t &End) {
    Begin = static_cast<uint32_t>(P.GroupConsts.size());
    std::vector<uint32_t> Numbers;
    for (uint32_t C : Consts)
      (C < P.Constants.size() ? Numbers : P.GroupConsts).push_back(C);
    if (!Numbers.empty()) {
      auto [Least, Most] = std::minmax_element(
          Numbers.begin(), Numbers.end(), [&](uint32_t A, uint32_t B) {
            return static_cast<int64_t>(P.Constants[A]) <
                   static_cast<int64_t>(P.Constants[B]);
          });
      P.GroupConsts.push_back(*Least);
      if (*Most != *Least)
        P.GroupConsts.push_back(*Most);
    }
    End = static_cast<uint32_t>(P.GroupConsts.size());
  }

  void addObject(const std::set<uint32_t> &Groups) {
    ProgramObject O{};
    O.Begin = append(P.ObjectGroups, Groups);
    O.End = static_cast<uint32_t>(P.ObjectGroups.size());
    std::set<uint32_t> Domains;
    std::map<uint32_t, std::vector<uint32_t>> ByShape;
    for (uint32_t G : Groups) {
      if (P.Groups[G].Shape != None)
        Domains.insert(P.Groups[G].Domain);
      ByShape[P.Groups[G].Shape].push_back(G);
    }
    O.Domains = append(P.ObjectDomains, Domains);
    O.DomainsEnd = static_cast<uint32_t>(P.ObjectDomains.size());
    O.Clusters = static_cast<uint32_t>(P.Clusters.size());
    if (P.Groups[*Groups.begin()].Root == RootKind::Param)
      for (const auto &[Shape, List] : ByShape)
        addCluster(Shape, List);
    O.ClustersEnd = static_cast<uint32_t>(P.Clusters.size());
    P.Objects.push_back(O);
  }

  void addCluster(uint32_t Shape, const std::vector<uint32_t> &Groups) {
    ProgramCluster C{};
    C.Shape = Shape;
    std::set<uint32_t> Domains, Consts;
    for (uint32_t G : Groups) {
      Domains.insert(P.Groups[G].Domain);
      Consts.insert(ConstsOf[G].begin(), ConstsOf[G].end());
    }
    addConstants(Consts, C.ConstBegin, C.ConstEnd);
    C.Domains = append(P.ObjectDomains, Domains);
    C.DomainsEnd = static_cast<uint32_t>(P.ObjectDomains.size());
    P.Clusters.push_back(C);
  }

  void findComplete() {
    std::vector<std::tuple<uint32_t, uint32_t, uint32_t>> Met;
    for (const ProgramSpan &S : P.Spans)
      for (uint32_t I = S.Begin; S.Objects != None && I < S.End; ++I)
        Met.emplace_back(S.Objects, P.Runs[I].Read, P.Runs[I].Write);
    std::sort(Met.begin(), Met.end());
    Met.erase(std::unique(Met.begin(), Met.end()), Met.end());
    std::vector<size_t> Counts(P.ObjectPairs.size());
    for (const auto &[Objects, Read, Write] : Met)
      ++Counts[Objects];
    for (size_t I = 0; I < Counts.size(); ++I) {
      ProgramObjectPair &Q = P.ObjectPairs[I];
      Q.Complete =
          Counts[I] == GroupsOf[Q.Read].size() * GroupsOf[Q.Write].size();
    }
  }

  static uint32_t append(std::vector<uint32_t> &To,
                         const std::set<uint32_t> &What) {
    const auto Begin = static_cast<uint32_t>(To.size());
    To.insert(To.end(), What.begin(), What.end());
    return Begin;
  }

  uint32_t object(uint32_t Group, bool Writes) {
    const ProgramGroup &G = P.Groups[Group];
    auto [It, New] =
        Known.emplace(std::make_tuple(Writes, G.Root, G.Base, G.Symbol),
                      static_cast<uint32_t>(GroupsOf.size()));
    if (New)
      GroupsOf.emplace_back();
    GroupsOf[It->second].insert(Group);
    return It->second;
  }

  /// Some launch may find the access's set to be exactly what is touched.
  bool mayBeExact(const ProgramAccess &A) const {
    const ProgramGroup &G = P.Groups[A.Group];
    const ProgramDomain &D = P.Domains[G.Domain];
    if (!A.Must || G.Top || G.Root == RootKind::Unknown || isHandle(G.Root) ||
        !G.Independent || D.Correlated)
      return false;
    return std::all_of(P.Steps.begin() + D.Begin, P.Steps.begin() + D.End,
                       [&](const ProgramStep &S) {
                         return S.Kind != StepKind::Define ||
                                P.Vars[S.Index].Exact;
                       });
  }

  void addPair(uint32_t I) {
    const ProgramPair &Q = P.Pairs[I];
    const ProgramAccess &R = P.Accesses[Q.Read], &W = P.Accesses[Q.Write];
    const bool MayClobber =
        Q.Kind == PairKind::Linked ||
        (Q.Kind == PairKind::Test && mayBeExact(R) && mayBeExact(W));
    ProgramRun *Run = P.Runs.empty() ? nullptr : &P.Runs.back();
    if (Run && Run->Read == R.Group && Run->Write == W.Group &&
        Run->Kind == Q.Kind) {
      Run->End = I + 1;
      Run->MayClobber |= MayClobber;
      return;
    }
    const uint32_t Objects = objects(R.Group, W.Group, Q.Kind);
    const auto Index = static_cast<uint32_t>(P.Runs.size());
    // A group is never apart from itself.
    const bool Screened = Q.Kind == PairKind::Test && R.Group != W.Group;
    P.Runs.push_back(
        {R.Group, W.Group, I, I + 1, Q.Kind, MayClobber, Screened});
    P.OnlyTests = P.OnlyTests && Q.Kind == PairKind::Test;
    ProgramSpan *Span = P.Spans.empty() ? nullptr : &P.Spans.back();
    if (Span && Span->Objects == Objects && Span->Kind == Q.Kind)
      Span->End = Index + 1;
    else
      P.Spans.push_back({Objects, Index, Index + 1, Q.Kind, false});
  }

  /// The pair of objects that two groups are in.
  uint32_t objects(uint32_t Read, uint32_t Write, PairKind Kind) {
    if (Kind != PairKind::Test)
      return None;
    const uint32_t R = object(Read, false), W = object(Write, true);
    auto [It, New] = KnownPairs.emplace(
        std::pair(R, W), static_cast<uint32_t>(P.ObjectPairs.size()));
    if (New)
      P.ObjectPairs.push_back({R, W, false});
    return It->second;
  }
};

} // namespace

void buildRuns(Program &P) { Builder(P).run(); }

} // namespace reprise
