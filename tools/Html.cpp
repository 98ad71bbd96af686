//===- Html.cpp - The audit as a page -------------------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Libraries have thousands of kernels with dozens of accesses that look alike.
// So texts of accesses are numbers of entries in one list, accesses and pairs
// are arrays, and a kernel at a time is in memory as JSON. tools/report/ holds
// the page and, in model.js, what reads this data.
//
//===----------------------------------------------------------------------===//

#include "Html.h"
#include "Input.h"
#include "Printable.h"
#include "Report.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/StringMap.h"

#include <nlohmann/json.hpp>

#include <set>

using namespace llvm;

namespace reprise {

namespace {

using Json = nlohmann::ordered_json;

/// Each text once, by number.
class Texts {
public:
  size_t operator()(const std::string &Text) {
    auto [It, New] = Numbers.try_emplace(Text, List.size());
    if (New)
      List.push_back(printable(Text));
    return It->second;
  }
  size_t operator()(reprise_reason Reason) {
    if (Reason == REPRISE_REASON_NONE)
      return (*this)("");
    Reasons.insert(Reason);
    return (*this)(reprise_reason_name(Reason));
  }
  Json list() const { return List; }

  /// What the reasons that occur mean, by their names.
  Json reasons() const {
    Json Out = Json::object();
    for (reprise_reason R : Reasons)
      Out[reprise_reason_name(R)] = reprise_reason_text(R);
    return Out;
  }

private:
  std::set<reprise_reason> Reasons;
  StringMap<size_t> Numbers;
  std::vector<std::string> List;
};

Json printableAll(const std::vector<std::string> &List) {
  Json Out = Json::array();
  for (const std::string &Text : List)
    Out.push_back(printable(Text));
  return Out;
}

/// JSON has `<` in strings only, where it may be written as an escape.
void write(raw_ostream &OS, const Json &J) {
  std::string Text = J.dump();
  StringRef Rest = Text;
  while (!Rest.empty()) {
    auto [Before, After] = Rest.split('<');
    OS << Before;
    if (Before.size() < Rest.size())
      OS << "\\u003c";
    Rest = After;
  }
}

Json imageJson(const ImageNote &N) {
  Json J;
  J["label"] = printable(N.label());
  J["path"] = printable(N.Path);
  J["kind"] = printable(N.Kind);
  J["arch"] = printable(N.Arch);
  if (N.Major)
    J["ptx"] = std::to_string(N.Major) + "." + std::to_string(N.Minor);
  if (!N.Name.empty())
    J["name"] = printable(N.Name);
  J["stored"] = N.StoredSize;
  J["size"] = N.Size;
  J["relocatable"] = N.Relocatable;
  J["requested"] = N.Requested;
  if (N.Kernels)
    J["kernels"] = *N.Kernels;
  if (!N.Hash.empty())
    J["sha256"] = N.Hash;
  return J;
}

Json inputJson(const AuditedInput &Input) {
  Json J;
  J["path"] = printable(Input.Path);
  J["failure"] = printable(Input.Failure, /*KeepLines=*/true);
  J["problems"] = printableAll(Input.Report.Problems);
  if (Input.IsBinary) {
    J["images"] = Json::array();
    for (const ImageNote &N : Input.Report.Images)
      J["images"].push_back(imageJson(N));
  }
  return J;
}

/// [kind, text, bytes, live-in, must, rule, reason, detail, file, line, column]
Json accessJson(const Access &A, Texts &Text) {
  return Json::array({static_cast<int>(A.Kind), Text(A.Text), A.Width,
                      A.LiveIn ? 1 : 0, A.Must ? 1 : 0, Text(A.Rule),
                      Text(A.Reason), Text(A.Detail), Text(A.Loc.File),
                      A.Loc.Line, A.Loc.Column});
}

const char *kindName(reprise_param_kind K) {
  switch (K) {
  case REPRISE_PARAM_BYTES:
    return "bytes";
  case REPRISE_PARAM_POINTER:
    return "pointer";
  case REPRISE_PARAM_INTEGER:
    return "integer";
  case REPRISE_PARAM_FLOAT:
    return "float";
  }
  return "";
}

Json kernelJson(const AuditRow &R, size_t Input, Texts &Text) {
  const Kernel &K = R.K;
  Json J;
  J["name"] = printable(K.Name);
  J["signature"] = printable(K.Demangled);
  J["short"] = printable(shortName(K));
  J["class"] = reprise_class_name(K.Class);
  J["condition"] = printable(K.Condition);
  J["reasons"] = reasonsOf(K);
  J["notes"] = printableAll(K.Notes);
  J["file"] = printable(K.Loc.File);
  J["line"] = K.Loc.Line;
  J["input"] = Input;
  if (R.From) {
    J["image"] = R.From->Image;
    J["others"] = R.From->Others;
  }
  Json &Params = J["params"] = Json::array();
  for (const Param &P : K.Params)
    Params.push_back(
        Json::array({printable(P.Name), kindName(P.Kind), P.Offset, P.Size}));
  Json &Accesses = J["accesses"] = Json::array();
  for (const Access &A : K.Accesses)
    Accesses.push_back(accessJson(A, Text));
  // [reason, detail, file, line, column]
  Json &Effects = J["effects"] = Json::array();
  for (const Effect &E : K.Effects)
    Effects.push_back(
        Json::array({Text(E.Reason), Text(E.Detail), Text(E.Loc.File),
                     E.Loc.Line, E.Loc.Column}));
  // [read, write, kind]
  J["pairs"] = K.Pairs.size();
  Json &Shown = J["shown"] = Json::array();
  for (const Pair &P : ArrayRef(K.Pairs).take_front(MaxPairsOnPage))
    Shown.push_back(Json::array({P.Read, P.Write, static_cast<int>(P.Kind)}));
  return J;
}

} // namespace

void writeHtml(const AuditResult &Audit, raw_ostream &OS) {
  OS << ReportHead << "{\"producer\":";
  write(OS, std::string("reprise ") + reprise_version());

  OS << ",\n\"inputs\":[";
  const char *Comma = "\n";
  DenseMap<const AuditedInput *, size_t> Numbers;
  for (const AuditedInput &Input : Audit.Inputs) {
    Numbers.try_emplace(&Input, Numbers.size());
    OS << Comma;
    write(OS, inputJson(Input));
    Comma = ",\n";
  }

  OS << "],\n\"kernels\":[";
  Comma = "\n";
  Texts Text;
  for (const AuditRow &R : Audit.Rows) {
    OS << Comma;
    write(OS, kernelJson(R, Numbers.lookup(R.Input), Text));
    Comma = ",\n";
  }

  OS << "],\n\"texts\":";
  write(OS, Text.list());
  OS << ",\n\"reasons\":";
  write(OS, Text.reasons());
  OS << "}" << ReportTail;
}

} // namespace reprise
