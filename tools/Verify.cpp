//===- Verify.cpp - `reprise verify` --------------------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Arguments.h"
#include "Printable.h"
#include "Verification.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"

#include <nlohmann/json.hpp>

using namespace llvm;
using Json = nlohmann::ordered_json;

namespace reprise {

/// The launch of the command line, in Memory.
static Expected<LaunchRecord> launchOf(const VerifyRequest &Request,
                                       const Kernel &K, const Buffers &Memory) {
  auto Grid = parseDimensions(Request.Grid, "--grid");
  if (!Grid)
    return Grid.takeError();
  auto Block = parseDimensions(Request.Block, "--block");
  if (!Block)
    return Block.takeError();
  std::vector<std::string> Values;
  for (const std::string &Text : Request.Arguments) {
    auto Value = Memory.resolve(Text);
    if (!Value)
      return createStringError(std::errc::invalid_argument, "--arg %s: %s",
                               Text.c_str(),
                               toString(Value.takeError()).c_str());
    Values.push_back(std::move(*Value));
  }
  auto Arguments = packArguments(K, Values);
  if (!Arguments)
    return Arguments.takeError();
  LaunchRecord L;
  L.Kernel = K.Name;
  L.Grid = *Grid;
  L.Block = *Block;
  L.DynamicShared = Request.DynamicShared;
  L.Arguments = std::move(*Arguments);
  for (const std::string &Text : Request.Textures) {
    auto [Handle, Name] = StringRef(Text).split('=');
    const emulator::Allocation *A = Memory.find(Name);
    LaunchRecord::Binding B;
    if (!A || Handle.getAsInteger(0, B.Handle) || !B.Handle)
      return createStringError(std::errc::invalid_argument,
                               "--texture takes HANDLE=BUFFER, not '%s'",
                               Text.c_str());
    B.Address = A->Address;
    B.Size = A->Size;
    L.Bindings.push_back(B);
  }
  for (const std::string &Text : Request.Constants) {
    auto C = parseContent(Text);
    if (!C)
      return C.takeError();
    L.Contents.push_back(std::move(*C));
  }
  return L;
}

static void printText(const Kernel &K, const Verification &V) {
  const reprise_result &R = V.Runtime;
  const Observation &O = V.Oracle;
  outs() << "kernel   " << printable(K.Demangled) << '\n';
  outs() << "oracle   " << printable(V.Summary) << '\n';
  outs() << "runtime  " << reprise_verdict_name(R.verdict);
  if (R.verdict == REPRISE_UNKNOWN)
    outs() << ": " << reprise_reason_name(R.reason) << ": "
           << reprise_reason_text(R.reason);
  outs() << '\n';
  switch (V.Agrees) {
  case Agreement::Agrees:
    outs() << "agree    yes\n";
    break;
  case Agreement::Disagrees:
    outs() << "agree    NO: a verdict idempotent is wrong; please report it\n";
    break;
  case Agreement::Conservative:
    outs() << "agree    conservative: no run shows that it must not be run "
              "again\n";
    break;
  case Agreement::NotCompared:
    outs() << "agree    not compared\n";
    break;
  }
  if (O.First) {
    outs() << "byte     " << printable(V.Where) << " ("
           << format_hex(O.First->Address, 1) << "), the first of "
           << O.ClobberedBytes << '\n';
    outs() << "reader   " << printable(O.First->Reader.str()) << '\n';
    outs() << "writer   " << printable(O.First->Writer.str()) << '\n';
  }
  if (!O.Uninitialised.empty())
    outs() << "note     " << printable(O.Uninitialised) << '\n';
  auto Names = assumptionNames(R.assumptions);
  if (!Names.empty())
    outs() << "assumes  " << join(Names, ", ") << '\n';
}

int runVerify(const VerifyRequest &Request) {
  if (!Request.Launches.empty())
    return runVerifyLaunches(Request);
  auto Memory = Buffers::create(Request.Buffers, Request.Seed);
  if (!Memory)
    return reportError(Memory.takeError());
  auto Input = DeviceInput::open(Request.Input, Request.Kernel, Request.Options,
                                 /*WithCode=*/true);
  if (!Input)
    return reportError(Input.takeError());
  auto Found = (*Input)->find(Request.Kernel);
  if (!Found)
    return reportError(Found.takeError());
  const Kernel &K = *Found->Summary;
  auto L = launchOf(Request, K, *Memory);
  if (!L)
    return reportError(L.takeError());
  auto V = verifyLaunch(**Input, *Found, std::move(*L), *Memory,
                        Request.oracle(), Request.NoInBounds);
  if (!V)
    return reportError(V.takeError());
  if (Request.Json) {
    Json J = {{"kernel", K.Name}, {"demangled", K.Demangled}};
    J.update(toJson(*V));
    outs() << J.dump(2, ' ', false, Json::error_handler_t::replace) << '\n';
  } else {
    printText(K, *V);
  }
  return V->status();
}

} // namespace reprise
