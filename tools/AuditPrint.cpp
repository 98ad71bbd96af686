//===- AuditPrint.cpp - An audit as text and JSON -------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Audit.h"
#include "Commands.h"
#include "Printable.h"
#include "Resolved.h"
#include "Table.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"

#include <map>

#include <nlohmann/json.hpp>

using namespace llvm;

namespace reprise {

using Json = nlohmann::ordered_json;

std::vector<std::string> reasonsOf(const Kernel &K) {
  std::vector<std::string> Names;
  auto Add = [&](reprise_reason R) {
    std::string Name = reprise_reason_name(R);
    if (R != REPRISE_REASON_NONE && !is_contained(Names, Name))
      Names.push_back(Name);
  };
  for (const Effect &E : K.Effects)
    Add(E.Reason);
  for (const Pair &P : K.Pairs) {
    if (P.Kind == PairKind::Ordered)
      Add(REPRISE_REASON_ORDER_DEPENDENT);
    for (Id A : {P.Read, P.Write})
      Add(K.Accesses[A].Reason);
  }
  return Names;
}

std::string explanation(const Kernel &K) {
  if (!K.Condition.empty())
    return K.Condition;
  std::string Text;
  for (const std::string &N : K.Notes)
    Text += (Text.empty() ? "" : "; ") + N;
  return Text;
}

namespace {

/// "1 image", "2 images".
std::string count(size_t N, const char *What) {
  return std::to_string(N) + " " + What + (N == 1 ? "" : "s");
}

size_t countResolved(const AuditResult &Audit) {
  return count_if(Audit.Rows, [](const AuditRow &R) {
    return (R.K.Class == REPRISE_CLASS_IDEMPOTENT ||
            R.K.Class == REPRISE_CLASS_CONDITIONAL) &&
           reasonsThatStay(R.K).empty();
  });
}

/// What of a binary has no answer: kernels again in images beside the one that
/// answers, unless they carry the same summary, and images that nobody can look
/// into.
void printNotAnalysed(const BinaryReport &Report, raw_ostream &OS) {
  std::map<std::string, size_t> Again, Opaque;
  for (const Origin &O : Report.Origins)
    for (size_t I : O.Others)
      if (!is_contained(O.Agreeing, I))
        ++Again[Report.Images[I].label()];
  for (const ImageNote &N : Report.Images)
    if (N.Requested && !N.Kernels)
      ++Opaque[N.label()];
  for (const auto &[Label, N] : Again)
    OS << "no answer for " << Label << ": " << count(N, "kernel") << '\n';
  for (const auto &[Label, N] : Opaque)
    OS << "not looked into: " << count(N, "image") << " " << Label << '\n';
}

} // namespace

void printTable(const AuditResult &Audit, raw_ostream &OS) {
  const std::vector<AuditRow> &Rows = Audit.Rows;
  bool Images = any_of(Rows, [](const AuditRow &R) { return R.From; });
  std::vector<std::string> Header = {"KERNEL", "CLASS", "LOCATION"};
  if (Images)
    Header.push_back("IMAGE");
  Header.push_back("CONDITION OR REASON");
  Table T(Header);
  for (const AuditRow &R : Rows) {
    std::vector<std::string> Cells = {
        shortName(R.K), reprise_class_name(R.K.Class), location(R.K.Loc)};
    if (Images)
      Cells.push_back(R.image());
    Cells.push_back(explanation(R.K));
    T.add(Cells);
  }
  T.print(OS);
  for (const AuditedInput &Input : Audit.Inputs)
    printNotAnalysed(Input.Report, OS);
  size_t Counts[4] = {0, 0, 0, 0};
  for (const AuditRow &R : Rows)
    ++Counts[R.K.Class];
  OS << Rows.size() << (Rows.size() == 1 ? " kernel: " : " kernels: ")
     << Counts[REPRISE_CLASS_IDEMPOTENT] << " idempotent, "
     << Counts[REPRISE_CLASS_NON_IDEMPOTENT] << " non-idempotent, "
     << Counts[REPRISE_CLASS_CONDITIONAL] << " conditional, "
     << Counts[REPRISE_CLASS_UNKNOWN] << " unknown\n"
     << "resolved at launch: " << countResolved(Audit) << " of "
     << Counts[REPRISE_CLASS_IDEMPOTENT] + Counts[REPRISE_CLASS_CONDITIONAL]
     << " idempotent or conditional\n";
  if (ProofCounts All = Audit.proofs(); All.Undecided)
    OS << All.Undecided << " of " << All.Queries
       << " proofs undecided within Z3's limit (--solver-limit)\n";
  if (!Audit.OfTree)
    return;
  if (Audit.failed())
    OS << "\ncould not be analysed\n";
  for (const AuditedInput &Input : Audit.Inputs)
    if (!Input.Failure.empty())
      OS << printable(Input.Failure) << '\n';
  OS << '\n'
     << count(Audit.Inputs.size(), "input") << ": "
     << Audit.Inputs.size() - Audit.failed() << " analysed, " << Audit.failed()
     << " failed\n";
}

void printStatistics(const AuditResult &Audit, raw_ostream &OS) {
  auto Milliseconds = [](double Seconds) {
    return formatv("{0:F1}", Seconds * 1e3).str();
  };
  Table T({"KERNEL", "QUERIES", "UNDECIDED", "MILLISECONDS"});
  for (const AuditRow &R : Audit.Rows)
    if (R.Proofs.Queries)
      T.add({shortName(R.K), std::to_string(R.Proofs.Queries),
             std::to_string(R.Proofs.Undecided),
             Milliseconds(R.Proofs.Seconds)});
  T.print(OS);
  ProofCounts All = Audit.proofs();
  OS << "Z3: " << All.Queries << " queries for "
     << count(Audit.Rows.size(), "kernel") << ", " << All.Undecided
     << " undecided, " << Milliseconds(All.Seconds) << " ms in this run\n";
}

Json binaryJson(const std::string &Input, const BinaryReport &Report) {
  Json Images = Json::array();
  for (const ImageNote &N : Report.Images) {
    Json J;
    J["number"] = N.Number;
    J["path"] = N.Path;
    J["kind"] = N.Kind;
    J["arch"] = N.Arch;
    if (N.Major)
      J["ptx_version"] =
          std::to_string(N.Major) + "." + std::to_string(N.Minor);
    if (!N.Name.empty())
      J["name"] = N.Name;
    J["stored_size"] = N.StoredSize;
    J["size"] = N.Size;
    J["relocatable"] = N.Relocatable;
    J["requested"] = N.Requested;
    if (N.Kernels)
      J["kernels"] = *N.Kernels;
    if (!N.Hash.empty())
      J["sha256"] = N.Hash;
    Images.push_back(std::move(J));
  }
  Json J;
  J["input"] = Input;
  J["images"] = std::move(Images);
  J["problems"] = Report.Problems;
  return J;
}

void print(const Json &J, raw_ostream &OS) {
  OS << J.dump(2, ' ', false, Json::error_handler_t::replace) << '\n';
}

static Json proofsJson(const ProofCounts &C) {
  return {{"queries", C.Queries}, {"undecided", C.Undecided}};
}

static Json inputsJson(const AuditResult &Audit) {
  Json List = Json::array();
  for (const AuditedInput &Input : Audit.Inputs)
    List.push_back({{"input", Input.Path},
                    {"kernels", count_if(Audit.Rows,
                                         [&](const AuditRow &R) {
                                           return R.Input == &Input;
                                         })},
                    {"failure", Input.Failure},
                    {"messages", Input.Messages}});
  return List;
}

Json auditJson(const AuditResult &Audit) {
  Json List = Json::array();
  for (const AuditRow &R : Audit.Rows) {
    Json J;
    J["name"] = R.K.Name;
    J["demangled"] = R.K.Demangled;
    J["class"] = reprise_class_name(R.K.Class);
    J["condition"] = R.K.Condition;
    J["reasons"] = reasonsOf(R.K);
    J["resolved"] = nullptr;
    J["stays"] = Json::array();
    if (R.K.Class != REPRISE_CLASS_NON_IDEMPOTENT) {
      for (reprise_reason Reason : reasonsThatStay(R.K))
        J["stays"].push_back(reprise_reason_name(Reason));
      J["resolved"] = J["stays"].empty();
    }
    J["notes"] = R.K.Notes;
    J["file"] = R.K.Loc.File;
    J["line"] = R.K.Loc.Line;
    J["input"] = R.Input->Path;
    J["accesses"] = R.K.Accesses.size();
    J["pairs"] = R.K.Pairs.size();
    J["proofs"] = proofsJson(R.Proofs);
    J["params"] = Json::array();
    for (const Param &P : R.K.Params)
      J["params"].push_back(
          {{"name", P.Name}, {"offset", P.Offset}, {"size", P.Size}});
    if (R.From) {
      J["image"] = R.From->Image;
      J["other_images"] = R.From->Others;
    }
    List.push_back(std::move(J));
  }
  Json Root;
  Root["kernels"] = std::move(List);
  Root["resolved"] = countResolved(Audit);
  Root["proofs"] = proofsJson(Audit.proofs());
  for (const AuditedInput &Input : Audit.Inputs)
    if (Input.IsBinary)
      Root["binaries"].push_back(binaryJson(Input.Path, Input.Report));
  if (Audit.OfTree) {
    Root["inputs"] = inputsJson(Audit);
    Root["summary"] = {{"inputs", Audit.Inputs.size()},
                       {"failed", Audit.failed()},
                       {"kernels", Audit.Rows.size()}};
    for (reprise_class C :
         {REPRISE_CLASS_IDEMPOTENT, REPRISE_CLASS_NON_IDEMPOTENT,
          REPRISE_CLASS_CONDITIONAL, REPRISE_CLASS_UNKNOWN})
      Root["summary"][reprise_class_name(C)] = count_if(
          Audit.Rows, [&](const AuditRow &R) { return R.K.Class == C; });
  }
  return Root;
}

} // namespace reprise
