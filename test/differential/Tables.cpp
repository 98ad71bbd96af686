//===- Tables.cpp - What a campaign prints --------------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Tables.h"

#include "llvm/Support/Format.h"

#include <algorithm>
#include <nlohmann/json.hpp>

using namespace llvm;

namespace reprise::differential {

static double missed(const Count &C) {
  return C.Clean ? 100.0 * static_cast<double>(C.Clean - C.Proved) /
                       static_cast<double>(C.Clean)
                 : 0;
}

static std::vector<std::pair<std::string, uint64_t>>
largestFirst(const std::map<std::string, uint64_t> &M) {
  std::vector<std::pair<std::string, uint64_t>> V(M.begin(), M.end());
  std::sort(V.begin(), V.end(), [](auto &A, auto &B) {
    return std::pair(B.second, A.first) < std::pair(A.second, B.first);
  });
  return V;
}

void printText(const Options &O, const Statistics &S, double Seconds,
               raw_ostream &OS) {
  OS << S.Decided << " launches of " << S.Kernels << " kernels, form "
     << nameOf(O.F) << ", seed " << O.Seed << ", "
     << format("%.1f s, %.0f launches/s", Seconds,
               static_cast<double>(S.Decided) / Seconds)
     << '\n';
  OS << S.Failures.size() << " wrong; " << S.Clobbering << " clobber ("
     << S.SaidClobbers << " said so), " << S.All.Clean << " are clean ("
     << S.All.Proved << " found idempotent); " << S.Replays
     << " stopped and run again, " << S.Backups << " backup sets checked\n";
  for (auto &[Why, N] : largestFirst(S.Undecided))
    OS << "  undecided: " << N << ' ' << Why << '\n';
  for (auto &[Why, N] : largestFirst(S.Refused))
    OS << "  kernels not run: " << N << ' ' << Why << '\n';
  OS << "\n| feature | clean launches | not proved |\n|---|---|---|\n";
  OS << "| all | " << S.All.Clean << " | " << format("%.1f %%", missed(S.All))
     << " |\n";
  std::vector<std::pair<std::string, Count>> Rows(S.Features.begin(),
                                                  S.Features.end());
  std::sort(Rows.begin(), Rows.end(), [](auto &A, auto &B) {
    return std::pair(missed(B.second), A.first) <
           std::pair(missed(A.second), B.first);
  });
  for (auto &[Name, C] : Rows)
    OS << "| " << Name << " | " << C.Clean << " | "
       << format("%.1f %%", missed(C)) << " |\n";
  OS << "\n| reason of those not proved | launches |\n|---|---|\n";
  for (auto &[Why, N] : largestFirst(S.Reasons))
    OS << "| `" << Why << "` | " << N << " |\n";
}

void printJson(const Options &O, const Statistics &S, raw_ostream &OS) {
  nlohmann::ordered_json J;
  J["seed"] = O.Seed;
  J["form"] = nameOf(O.F);
  J["kernels"] = S.Kernels;
  J["launches"] = S.Decided;
  J["wrong"] = S.Failures.size();
  J["clobbering"] = S.Clobbering;
  J["said_clobbers"] = S.SaidClobbers;
  J["clean"] = S.All.Clean;
  J["found_idempotent"] = S.All.Proved;
  J["replays"] = S.Replays;
  J["backup_sets"] = S.Backups;
  J["undecided"] = S.Undecided;
  J["not_run"] = S.Refused;
  J["reasons"] = S.Reasons;
  for (const auto &[Name, C] : S.Features)
    J["features"][Name] = {{"clean", C.Clean}, {"found_idempotent", C.Proved}};
  OS << J.dump(2) << '\n';
}

ArrayRef<RuleName> ruleNames() {
  static const RuleName Names[] = {
      {Rule::GuardDirection, "guard-direction"},
      {Rule::GuardSign, "guard-sign"},
      {Rule::NoWrap, "no-wrap"},
      {Rule::SignedDivision, "signed-division"},
      {Rule::LaunchDims, "launch-dims"},
      {Rule::LastIteration, "last-iteration"},
      {Rule::R2Dominance, "r2-dominance"},
      {Rule::R2Address, "r2-address"},
      {Rule::CoverOrder, "cover-order"},
      {Rule::CoverEnds, "cover-ends"},
      {Rule::AtomicWrites, "atomic-writes"},
      {Rule::AtomicReads, "atomic-reads"},
      {Rule::IndirectOffset, "indirect-offset"},
      {Rule::Widths, "widths"},
      {Rule::Checks, "checks"},
      {Rule::LastValue, "last-value"},
      {Rule::MayAsMust, "may-as-must"},
      {Rule::UnknownPointers, "unknown-pointers"},
      {Rule::UnknownAllocation, "unknown-allocation"},
      {Rule::AllocationPart, "allocation-part"},
      {Rule::LinkedPairs, "linked-pairs"},
      {Rule::HullsOnly, "hulls-only"},
      {Rule::EarlierWrites, "earlier-writes"},
  };
  return Names;
}

bool printWeakened(const Weakened &W, const std::vector<Rule> &Rules,
                   raw_ostream &OS) {
  bool All = W.WrongWithout == 0 && W.Decided;
  OS << W.Decided << " launches, " << W.WrongWithout
     << " wrong with all rules in place\n";
  for (const RuleName &N : ruleNames()) {
    if (std::find(Rules.begin(), Rules.end(), N.R) == Rules.end())
      continue;
    auto It = W.CaughtAfter.find(N.R);
    if (It == W.CaughtAfter.end() || !It->second) {
      OS << left_justify(N.Name, 20) << "NOT CAUGHT\n";
      All = false;
      continue;
    }
    OS << left_justify(N.Name, 20) << "caught after " << It->second
       << " launches: " << W.How.at(N.R) << '\n';
  }
  return All;
}

} // namespace reprise::differential
