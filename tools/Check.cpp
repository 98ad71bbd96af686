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
#include "Json.h"
#include "Printable.h"

#include "llvm/ADT/ScopeExit.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"

#include <nlohmann/json.hpp>

using namespace llvm;

namespace reprise {

namespace {

struct Answer {
  reprise_result Result;
  bool Bounded = false;
  std::vector<reprise_range> Backup;
};

Error failed(const char *What, reprise_status Status, const char *Detail = "") {
  return createStringError(std::errc::invalid_argument, "%s: %s%s%s", What,
                           reprise_status_name(Status), *Detail ? ": " : "",
                           Detail);
}

Expected<reprise_allocations *> allocationsOf(const CheckRequest &Request) {
  std::vector<reprise_range> Ranges;
  for (const std::string &Text : Request.Allocations) {
    auto R = parseRange(Text, "--alloc");
    if (!R)
      return R.takeError();
    Ranges.push_back(*R);
  }
  std::vector<std::string> Names;
  std::vector<reprise_symbol> Symbols;
  Names.reserve(Request.Symbols.size());
  for (const std::string &Text : Request.Symbols) {
    auto [Name, Where] = StringRef(Text).split('=');
    auto R = parseRange(Where, "--symbol NAME=");
    if (!R)
      return R.takeError();
    Names.push_back(Name.str());
    Symbols.push_back({Names.back().c_str(), R->address, R->size});
  }
  reprise_allocations *Result = nullptr;
  reprise_status S = reprise_allocations_create(
      Ranges.data(), Ranges.size(), Symbols.data(), Symbols.size(), &Result);
  if (S != REPRISE_OK)
    return failed("--alloc", S,
                  "ranges must not be empty, overlap or pass the end of the "
                  "address space");
  return Result;
}

Expected<Answer> decide(const CheckRequest &Request, const Kernel &K) {
  auto Grid = parseDimensions(Request.Grid, "--grid");
  if (!Grid)
    return Grid.takeError();
  auto Block = parseDimensions(Request.Block, "--block");
  if (!Block)
    return Block.takeError();
  auto Arguments = packArguments(K, Request.Arguments);
  if (!Arguments)
    return Arguments.takeError();
  auto Allocations = allocationsOf(Request);
  if (!Allocations)
    return Allocations.takeError();
  auto FreeAllocations =
      make_scope_exit([&] { reprise_allocations_free(*Allocations); });

  Module Single;
  Single.Kernels.push_back(K);
  std::string Text = writeJson(Single);
  reprise_db *Db = nullptr;
  char Message[512] = "";
  if (reprise_status S = reprise_db_load(Text.data(), Text.size(), &Db, Message,
                                         sizeof Message))
    return failed("the summary does not load", S, Message);
  auto FreeDb = make_scope_exit([&] { reprise_db_free(Db); });
  const reprise_kernel *Handle = reprise_db_find(Db, K.Name.c_str());

  reprise_launch Launch = {};
  std::copy(Grid->begin(), Grid->end(), Launch.grid);
  std::copy(Block->begin(), Block->end(), Launch.block);
  Launch.dynamic_shared = Request.DynamicShared;
  Launch.flags = Request.NoInBounds ? REPRISE_LAUNCH_NO_IN_BOUNDS : 0;
  Launch.arguments = Arguments->data();
  Launch.arguments_size = Arguments->size();
  Launch.allocations = *Allocations;

  Answer A;
  if (reprise_status S = reprise_check(Handle, &Launch, &A.Result))
    return failed("this launch cannot be checked", S,
                  S == REPRISE_ERROR_LAUNCH
                      ? "no GPU accepts this grid and block for the kernel"
                      : "");
  reprise_result Again;
  int Bounded = 0;
  size_t Count = 0;
  reprise_status S =
      reprise_backup_set(Handle, &Launch, &Again, &Bounded, nullptr, 0, &Count);
  if (S == REPRISE_ERROR_CAPACITY) {
    A.Backup.resize(Count);
    S = reprise_backup_set(Handle, &Launch, &Again, &Bounded, A.Backup.data(),
                           Count, &Count);
  }
  if (S != REPRISE_OK)
    return failed("the backup set cannot be computed", S);
  A.Bounded = Bounded != 0;
  return A;
}

uint64_t backupBytes(const Answer &A) {
  uint64_t Sum = 0;
  for (const reprise_range &R : A.Backup)
    Sum += R.size;
  return Sum;
}

std::vector<std::string> assumptions(uint32_t Bits) {
  std::vector<std::string> Names;
  if (Bits & REPRISE_ASSUME_IN_BOUNDS)
    Names.push_back("in-bounds");
  if (Bits & REPRISE_ASSUME_NO_OUTSIDE_WRITER)
    Names.push_back("no-outside-writer");
  return Names;
}

std::string range(const reprise_range &R) {
  std::string Text;
  raw_string_ostream OS(Text);
  OS << format_hex(R.address, 1) << " .. " << format_hex(R.address + R.size, 1)
     << " (" << R.size << " bytes)";
  return Text;
}

void printText(const Kernel &K, const Answer &A) {
  const reprise_result &R = A.Result;
  outs() << "kernel   " << printable(K.Demangled) << '\n';
  outs() << "verdict  " << reprise_verdict_name(R.verdict) << '\n';
  if (R.verdict == REPRISE_UNKNOWN)
    outs() << "reason   " << reprise_reason_name(R.reason) << ": "
           << reprise_reason_text(R.reason) << '\n';
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
      outs() << "backup   " << backupBytes(A) << " bytes in " << A.Backup.size()
             << (A.Backup.size() == 1 ? " range\n" : " ranges\n");
  }
  auto Names = assumptions(R.assumptions);
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

void printJson(const Kernel &K, const Answer &A) {
  const reprise_result &R = A.Result;
  nlohmann::ordered_json J;
  J["kernel"] = K.Name;
  J["demangled"] = K.Demangled;
  J["verdict"] = reprise_verdict_name(R.verdict);
  J["reason"] = reprise_reason_name(R.reason);
  J["assumptions"] = assumptions(R.assumptions);
  J["read"] = accessJson(K, R.read);
  J["write"] = accessJson(K, R.write);
  J["clobbered"] = {{"address", R.clobbered.address},
                    {"size", R.clobbered.size}};
  nlohmann::ordered_json Ranges = nlohmann::ordered_json::array();
  for (const reprise_range &B : A.Backup)
    Ranges.push_back({{"address", B.address}, {"size", B.size}});
  J["backup"] = {{"bounded", A.Bounded},
                 {"bytes", backupBytes(A)},
                 {"ranges", std::move(Ranges)}};
  outs() << J.dump(2, ' ', false,
                   nlohmann::ordered_json::error_handler_t::replace)
         << '\n';
}

} // namespace

int runCheck(const CheckRequest &Request) {
  auto K = loadKernel(Request.Input, Request.Kernel, Request.Options);
  if (!K)
    return reportError(K.takeError());
  auto A = decide(Request, *K);
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
