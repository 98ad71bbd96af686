//===- Audit.cpp - `reprise audit` ----------------------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Commands.h"
#include "Json.h"
#include "Table.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/GlobPattern.h"

#include <nlohmann/json.hpp>

using namespace llvm;

namespace reprise {

namespace {

struct Row {
  std::string Input;
  Kernel K;
};

/// Reasons of the enumeration that stand in the way somewhere in K.
std::vector<std::string> reasonsOf(const Kernel &K) {
  std::vector<std::string> Names;
  auto Add = [&](reprise_reason R) {
    std::string Name = reprise_reason_name(R);
    if (R != REPRISE_REASON_NONE && !is_contained(Names, Name))
      Names.push_back(Name);
  };
  for (const Effect &E : K.Effects)
    Add(E.Reason);
  for (const Pair &P : K.Pairs)
    for (Id A : {P.Read, P.Write})
      Add(K.Accesses[A].Reason);
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

void printTable(const std::vector<Row> &Rows) {
  Table T({"KERNEL", "CLASS", "LOCATION", "CONDITION OR REASON"});
  for (const Row &R : Rows)
    T.add({shortName(R.K), reprise_class_name(R.K.Class), location(R.K.Loc),
           explanation(R.K)});
  T.print(outs());
  size_t Counts[4] = {0, 0, 0, 0};
  for (const Row &R : Rows)
    ++Counts[R.K.Class];
  outs() << Rows.size() << (Rows.size() == 1 ? " kernel: " : " kernels: ")
         << Counts[REPRISE_CLASS_IDEMPOTENT] << " idempotent, "
         << Counts[REPRISE_CLASS_NON_IDEMPOTENT] << " non-idempotent, "
         << Counts[REPRISE_CLASS_CONDITIONAL] << " conditional, "
         << Counts[REPRISE_CLASS_UNKNOWN] << " unknown\n";
}

void printJson(const std::vector<Row> &Rows) {
  nlohmann::ordered_json List = nlohmann::ordered_json::array();
  for (const Row &R : Rows) {
    nlohmann::ordered_json J;
    J["name"] = R.K.Name;
    J["demangled"] = R.K.Demangled;
    J["class"] = reprise_class_name(R.K.Class);
    J["condition"] = R.K.Condition;
    J["reasons"] = reasonsOf(R.K);
    J["notes"] = R.K.Notes;
    J["file"] = R.K.Loc.File;
    J["line"] = R.K.Loc.Line;
    J["input"] = R.Input;
    J["accesses"] = R.K.Accesses.size();
    J["pairs"] = R.K.Pairs.size();
    List.push_back(std::move(J));
  }
  nlohmann::ordered_json Root;
  Root["kernels"] = std::move(List);
  outs() << Root.dump(2, ' ', false,
                      nlohmann::ordered_json::error_handler_t::replace)
         << '\n';
}

Error writeDatabase(const std::string &Path, const Module &M) {
  std::error_code EC;
  raw_fd_ostream OS(Path, EC);
  if (!EC) {
    OS << writeJson(M) << '\n';
    OS.close();
    EC = OS.error();
    OS.clear_error();
  }
  if (EC)
    return createStringError(EC, "cannot write %s: %s", Path.c_str(),
                             EC.message().c_str());
  return Error::success();
}

} // namespace

int runAudit(const AuditRequest &Request) {
  std::vector<GlobPattern> Globs;
  for (const std::string &P : Request.Kernels) {
    auto G = GlobPattern::create(P);
    if (!G)
      return reportError(G.takeError());
    Globs.push_back(std::move(*G));
  }
  for (const std::string &C : Request.Require)
    if (C != "idempotent" && C != "non-idempotent" && C != "conditional" &&
        C != "unknown")
      return reportError(createStringError(
          std::errc::invalid_argument,
          "'%s' is no class; --require takes idempotent, non-idempotent, "
          "conditional, unknown, separated by commas",
          C.c_str()));

  int Status = Satisfied;
  std::vector<Row> Rows;
  Module All;
  for (const std::string &Input : Request.Inputs) {
    auto M = loadInput(Input, Request.Options);
    if (!M) {
      Status = reportError(M.takeError()); // The other inputs go on.
      continue;
    }
    All.Producer = M->Producer;
    All.Target = M->Target;
    All.Source = Request.Inputs.size() == 1 ? M->Source : "";
    erase_if(M->Kernels, [&](const Kernel &K) {
      return !Globs.empty() && none_of(Globs, [&](const GlobPattern &G) {
        return G.match(K.Name) || G.match(shortName(K)) || G.match(K.Demangled);
      });
    });
    for (const Kernel &K : M->Kernels)
      Rows.push_back({Input, K});
    concatenate(All, std::move(*M));
  }
  if (Request.Json)
    printJson(Rows);
  else
    printTable(Rows);
  if (!Request.Database.empty() && Status == Satisfied)
    if (Error E = writeDatabase(Request.Database, All))
      return reportError(std::move(E));
  if (Status != Satisfied)
    return Status;
  if (!Request.Require.empty())
    for (const Row &R : Rows)
      if (!is_contained(Request.Require, reprise_class_name(R.K.Class))) {
        errs() << "reprise: " << shortName(R.K) << " is "
               << reprise_class_name(R.K.Class) << ", required "
               << join(Request.Require, " or ") << '\n';
        Status = Violated;
      }
  return Status;
}

} // namespace reprise
