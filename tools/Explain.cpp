//===- Explain.cpp - `reprise explain` ------------------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Commands.h"
#include "Printable.h"
#include "Settle.h"
#include "Table.h"

#include <nlohmann/json.hpp>

using namespace llvm;

namespace reprise {

static const char *kindName(reprise_access_kind K) {
  switch (K) {
  case REPRISE_ACCESS_READ:
    return "read";
  case REPRISE_ACCESS_WRITE:
    return "write";
  case REPRISE_ACCESS_ATOMIC:
    return "atomic";
  }
  return "?";
}

/// What the reader should know about an access besides its address.
static std::string remark(const Access &A) {
  std::string Text;
  auto Add = [&](const std::string &S) {
    Text += (Text.empty() ? "" : "; ") + S;
  };
  if (A.Kind != REPRISE_ACCESS_WRITE && !A.LiveIn)
    Add("never live-in (" + A.Rule + ")");
  else if (!A.Rule.empty())
    Add(A.Rule);
  if (A.Reason != REPRISE_REASON_NONE)
    Add(reprise_reason_text(A.Reason) +
        (A.Detail.empty() ? "" : " (" + A.Detail + ")"));
  if (!A.Must)
    Add("may not happen");
  return Text;
}

static const char *relation(const Pair &P) {
  if (P.Kind == PairKind::Ordered)
    return "depends on the order of threads";
  return P.Kind == PairKind::Linked ? "the write overwrites what was read"
                                    : "must not meet";
}

static void printText(const Kernel &K) {
  outs() << "kernel     " << printable(K.Demangled) << '\n';
  if (K.Loc.Line)
    outs() << "defined    " << printable(location(K.Loc)) << '\n';
  outs() << "class      " << reprise_class_name(K.Class) << '\n';
  if (!K.Condition.empty())
    outs() << "condition  " << printable(K.Condition) << '\n';
  for (const std::string &N : K.Notes)
    outs() << "note       " << printable(N) << '\n';

  outs() << "\naccesses of global memory (offsets in bytes)\n";
  Table T({"#", "KIND", "ADDRESS", "BYTES", "LOCATION", "REMARK"});
  for (size_t I = 0; I < K.Accesses.size(); ++I) {
    const Access &A = K.Accesses[I];
    T.add({std::to_string(I), kindName(A.Kind), A.Text,
           A.Width ? std::to_string(A.Width) : "?", location(A.Loc),
           remark(A)});
  }
  T.print(outs());
  for (const Effect &E : K.Effects)
    outs() << "effect: " << reprise_reason_text(E.Reason)
           << (E.Detail.empty() ? "" : " (" + printable(E.Detail) + ")") << ' '
           << printable(location(E.Loc)) << '\n';

  outs() << "\npairs that decide\n";
  if (K.Pairs.empty())
    outs() << "none: no byte can be both read live-in and written\n";
  else {
    Table Pairs({"READ", "WRITE", "RELATION"});
    for (const Pair &P : K.Pairs)
      Pairs.add({std::to_string(P.Read) + " " + K.Accesses[P.Read].Text,
                 std::to_string(P.Write) + " " + K.Accesses[P.Write].Text,
                 relation(P)});
    Pairs.print(outs());
  }

  std::vector<Settling> All = allThatSettles(K);
  if (!All.empty())
    outs() << "\nwhat would settle what is unknown\n";
  for (const Settling &S : All)
    outs() << reprise_reason_name(S.Reason) << ": " << printable(S.Text)
           << '\n';
}

static void printJson(const Kernel &K) {
  nlohmann::ordered_json J;
  J["name"] = K.Name;
  J["demangled"] = K.Demangled;
  J["class"] = reprise_class_name(K.Class);
  J["condition"] = K.Condition;
  J["notes"] = K.Notes;
  J["file"] = K.Loc.File;
  J["line"] = K.Loc.Line;
  auto &Accesses = J["accesses"] = nlohmann::ordered_json::array();
  for (const Access &A : K.Accesses)
    Accesses.push_back({{"kind", kindName(A.Kind)},
                        {"address", A.Text},
                        {"width", A.Width},
                        {"live_in", A.LiveIn},
                        {"rule", A.Rule},
                        {"must", A.Must},
                        {"reason", reprise_reason_name(A.Reason)},
                        {"detail", A.Detail},
                        {"file", A.Loc.File},
                        {"line", A.Loc.Line},
                        {"column", A.Loc.Column}});
  auto &Effects = J["effects"] = nlohmann::ordered_json::array();
  for (const Effect &E : K.Effects)
    Effects.push_back({{"reason", reprise_reason_name(E.Reason)},
                       {"detail", E.Detail},
                       {"file", E.Loc.File},
                       {"line", E.Loc.Line}});
  auto &Pairs = J["pairs"] = nlohmann::ordered_json::array();
  for (const Pair &P : K.Pairs)
    Pairs.push_back(
        {{"read", P.Read}, {"write", P.Write}, {"relation", relation(P)}});
  auto &Settled = J["settled_by"] = nlohmann::ordered_json::array();
  for (const Settling &S : allThatSettles(K))
    Settled.push_back(
        {{"reason", reprise_reason_name(S.Reason)}, {"text", S.Text}});
  outs() << J.dump(2, ' ', false,
                   nlohmann::ordered_json::error_handler_t::replace)
         << '\n';
}

int runExplain(ExplainRequest Request) {
  Request.Options.Analysis.Witness = true;
  auto K = loadKernel(Request.Input, Request.Kernel, Request.Options);
  if (!K)
    return reportError(K.takeError());
  if (Request.Json)
    printJson(*K);
  else
    printText(*K);
  return Satisfied;
}

} // namespace reprise
