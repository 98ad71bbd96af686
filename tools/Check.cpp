//===- Check.cpp - `reprise check` ----------------------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Goes the way of every user of the runtime: the summary is loaded through
// the C interface, and the launch is decided there.
//
//===----------------------------------------------------------------------===//

#include "Arguments.h"
#include "Commands.h"
#include "Decision.h"
#include "Printable.h"
#include "Settle.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"

#include <nlohmann/json.hpp>

using namespace llvm;

namespace reprise {

namespace {

/// The launch of the command line.
Expected<LaunchRecord> launchOf(const CheckRequest &Request, const Kernel &K) {
  LaunchRecord L;
  auto Grid = parseDimensions(Request.Grid, "--grid");
  if (!Grid)
    return Grid.takeError();
  auto Block = parseDimensions(Request.Block, "--block");
  if (!Block)
    return Block.takeError();
  auto Arguments = packArguments(K, Request.Arguments);
  if (!Arguments)
    return Arguments.takeError();
  L.Kernel = K.Name;
  L.Grid = *Grid;
  L.Block = *Block;
  L.DynamicShared = Request.DynamicShared;
  L.Arguments = std::move(*Arguments);
  for (const std::string &Text : Request.Allocations) {
    auto R = parseRange(Text, "--alloc");
    if (!R)
      return R.takeError();
    L.Allocations.push_back({R->address, R->size});
  }
  for (const std::string &Text : Request.Symbols) {
    auto [Name, Where] = StringRef(Text).split('=');
    auto R = parseRange(Where, "--symbol NAME=");
    if (!R)
      return R.takeError();
    L.Symbols.push_back({Name.str(), R->address, R->size});
  }
  for (auto [Texts, Kind] :
       {std::pair(&Request.Textures, REPRISE_HANDLE_TEXTURE),
        std::pair(&Request.Surfaces, REPRISE_HANDLE_SURFACE)})
    for (const std::string &Text : *Texts) {
      auto B = parseBinding(Text, Kind);
      if (!B)
        return B.takeError();
      L.Bindings.push_back(*B);
    }
  for (const std::string &Text : Request.Contents) {
    auto C = parseContent(Text);
    if (!C)
      return C.takeError();
    L.Contents.push_back(std::move(*C));
  }
  return L;
}

std::string range(const reprise_range &R) {
  std::string Text;
  raw_string_ostream OS(Text);
  OS << format_hex(R.address, 1) << " .. " << format_hex(R.address + R.size, 1)
     << " (" << R.size << " bytes)";
  return Text;
}

/// What would settle a verdict unknown.
std::string settledBy(const Kernel &K, const reprise_result &R) {
  for (Id I : {R.write, R.read})
    if (I != REPRISE_NO_ACCESS && K.Accesses[I].Reason == R.reason)
      return whatSettles(K, R.reason, I, None, K.Accesses[I].Detail);
  return whatSettles(K, R.reason, R.read, R.write);
}

void printText(const Kernel &K, const Decision &A) {
  const reprise_result &R = A.Result;
  outs() << "kernel   " << printable(K.Demangled) << '\n';
  outs() << "verdict  " << reprise_verdict_name(R.verdict) << '\n';
  if (R.verdict == REPRISE_UNKNOWN)
    outs() << "reason   " << reprise_reason_name(R.reason) << ": "
           << reprise_reason_text(R.reason) << '\n'
           << "settle   " << printable(settledBy(K, R)) << '\n';
  auto Line = [&](const char *Label, uint32_t Index) {
    if (Index == REPRISE_NO_ACCESS)
      return;
    const Access &X = K.Accesses[Index];
    std::string Where = location(X.Loc);
    outs() << Label << printable(X.Text + (Where.empty() ? "" : " at " + Where))
           << '\n';
  };
  Line("reads    ", R.read);
  Line("writes   ", R.write);
  if (R.clobbered.size)
    outs() << "bytes    " << range(R.clobbered) << '\n';
  if (R.verdict != REPRISE_IDEMPOTENT) {
    if (!A.Bounded)
      outs() << "backup   not bounded: no set of bytes makes it restartable\n";
    else
      outs() << "backup   " << A.backupBytes() << " bytes in "
             << A.Backup.size()
             << (A.Backup.size() == 1 ? " range\n" : " ranges\n");
  }
  auto Names = assumptionNames(R.assumptions);
  if (!Names.empty())
    outs() << "assumes  " << join(Names, ", ") << '\n';
}

nlohmann::ordered_json accessJson(const Kernel &K, uint32_t Index) {
  if (Index == REPRISE_NO_ACCESS)
    return nullptr;
  const Access &A = K.Accesses[Index];
  return {{"index", Index},
          {"address", A.Text},
          {"file", A.Loc.File},
          {"line", A.Loc.Line},
          {"column", A.Loc.Column}};
}

void printJson(const Kernel &K, const Decision &A) {
  const reprise_result &R = A.Result;
  nlohmann::ordered_json J;
  J["kernel"] = K.Name;
  J["demangled"] = K.Demangled;
  J["verdict"] = reprise_verdict_name(R.verdict);
  J["reason"] = reprise_reason_name(R.reason);
  J["settled_by"] = R.verdict == REPRISE_UNKNOWN ? settledBy(K, R) : "";
  J["assumptions"] = assumptionNames(R.assumptions);
  J["read"] = accessJson(K, R.read);
  J["write"] = accessJson(K, R.write);
  J["clobbered"] = {{"address", R.clobbered.address},
                    {"size", R.clobbered.size}};
  nlohmann::ordered_json Ranges = nlohmann::ordered_json::array();
  for (const reprise_range &B : A.Backup)
    Ranges.push_back({{"address", B.address}, {"size", B.size}});
  J["backup"] = {{"bounded", A.Bounded},
                 {"bytes", A.backupBytes()},
                 {"ranges", std::move(Ranges)}};
  outs() << J.dump(2, ' ', false,
                   nlohmann::ordered_json::error_handler_t::replace)
         << '\n';
}

} // namespace

int runCheck(const CheckRequest &Request) {
  if (!Request.Launches.empty())
    return runCheckLaunches(Request);
  auto K = loadKernel(Request.Input, Request.Kernel, Request.Options);
  if (!K)
    return reportError(K.takeError());
  auto L = launchOf(Request, *K);
  if (!L)
    return reportError(L.takeError());
  auto D = Decider::create(*K);
  if (!D)
    return reportError(D.takeError());
  auto A = D->decide(*L, Request.NoInBounds);
  if (!A)
    return reportError(A.takeError());
  if (Request.Json)
    printJson(*K, *A);
  else
    printText(*K, *A);
  switch (A->Result.verdict) {
  case REPRISE_IDEMPOTENT:
    return Satisfied;
  case REPRISE_CLOBBERS:
    return Violated;
  case REPRISE_UNKNOWN:
    break;
  }
  return Undecided;
}

} // namespace reprise
