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
    for (const std::set<uint32_t> &Groups : GroupsOf) {
      const auto Begin = static_cast<uint32_t>(P.ObjectGroups.size());
      P.ObjectGroups.insert(P.ObjectGroups.end(), Groups.begin(), Groups.end());
      P.Objects.push_back(
          {Begin, static_cast<uint32_t>(P.ObjectGroups.size())});
    }
    for (ProgramSpan &S : P.Spans) {
      S.Screened = isWorthScreening(S);
      P.UsesHulls |= S.Screened;
    }
    for (ProgramRun &R : P.Runs) {
      R.Screened = R.Kind == PairKind::Test && R.End - R.Begin >= 3;
      P.UsesHulls |= R.Screened;
    }
  }

private:
  Program &P;
  /// By object.
  std::vector<std::set<uint32_t>> GroupsOf;
  /// Objects by role, root, base and symbol.
  std::map<std::tuple<bool, RootKind, uint32_t, uint32_t>, uint32_t> Known;

  /// The constants of each group's offsets; of those that are numbers already,
  /// the ends are enough.
  void collectConstants() {
    std::vector<std::set<uint32_t>> ConstsOf(P.Groups.size());
    for (const ProgramAccess &A : P.Accesses)
      if (A.Group != None && A.Const != None)
        ConstsOf[A.Group].insert(A.Const);
    for (size_t G = 0; G < P.Groups.size(); ++G) {
      P.Groups[G].ConstBegin = static_cast<uint32_t>(P.GroupConsts.size());
      std::vector<uint32_t> Numbers;
      for (uint32_t C : ConstsOf[G])
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
      P.Groups[G].ConstEnd = static_cast<uint32_t>(P.GroupConsts.size());
    }
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
    const uint32_t ReadObject = object(R.Group, false),
                   WriteObject = object(W.Group, true);
    const auto Index = static_cast<uint32_t>(P.Runs.size());
    P.Runs.push_back({R.Group, W.Group, I, I + 1, Q.Kind, MayClobber, false});
    ProgramSpan *Span = P.Spans.empty() ? nullptr : &P.Spans.back();
    if (Span && Span->Read == ReadObject && Span->Write == WriteObject &&
        Span->Kind == Q.Kind)
      Span->End = Index + 1;
    else
      P.Spans.push_back(
          {ReadObject, WriteObject, Index, Index + 1, Q.Kind, false});
  }

  /// Its objects' hulls ask for all of their groups, which deciding the runs
  /// may not.
  bool isWorthScreening(const ProgramSpan &S) const {
    return S.Kind == PairKind::Test &&
           S.End - S.Begin >=
               2 * (GroupsOf[S.Read].size() + GroupsOf[S.Write].size());
  }
};

} // namespace

void buildRuns(Program &P) { Builder(P).run(); }

} // namespace reprise
