//===- Decision.cpp - The runtime's verdict on one launch -----------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Decision.h"
#include "Json.h"

#include "llvm/ADT/ScopeExit.h"

using namespace llvm;

namespace reprise {

static Error failed(const char *What, reprise_status Status,
                    const char *Detail = "") {
  return createStringError(std::errc::invalid_argument, "%s: %s%s%s", What,
                           reprise_status_name(Status), *Detail ? ": " : "",
                           Detail);
}

static Expected<reprise_allocations *> allocationsOf(const LaunchRecord &L) {
  std::vector<reprise_range> Ranges;
  Ranges.reserve(L.Allocations.size());
  for (const LaunchRecord::Range &R : L.Allocations)
    Ranges.push_back({R.Address, R.Size});
  std::vector<reprise_symbol> Symbols;
  Symbols.reserve(L.Symbols.size());
  for (const LaunchRecord::Variable &V : L.Symbols)
    Symbols.push_back({V.Name.c_str(), V.Address, V.Size});
  reprise_allocations *Result = nullptr;
  reprise_status S = reprise_allocations_create(
      Ranges.data(), Ranges.size(), Symbols.data(), Symbols.size(), &Result);
  if (S != REPRISE_OK)
    return failed("--alloc", S,
                  "ranges must not be empty, overlap or pass the end of the "
                  "address space");
  return Result;
}

Expected<Decision> decide(const Kernel &K, const LaunchRecord &L,
                          bool NoInBounds) {
  auto Allocations = allocationsOf(L);
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
  std::copy(L.Grid.begin(), L.Grid.end(), Launch.grid);
  std::copy(L.Block.begin(), L.Block.end(), Launch.block);
  Launch.dynamic_shared = L.DynamicShared;
  Launch.flags = NoInBounds ? REPRISE_LAUNCH_NO_IN_BOUNDS : 0;
  Launch.arguments = L.Arguments.data();
  Launch.arguments_size = L.Arguments.size();
  Launch.allocations = *Allocations;

  Decision D;
  if (reprise_status S = reprise_check(Handle, &Launch, &D.Result))
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
    D.Backup.resize(Count);
    S = reprise_backup_set(Handle, &Launch, &Again, &Bounded, D.Backup.data(),
                           Count, &Count);
  }
  if (S != REPRISE_OK)
    return failed("the backup set cannot be computed", S);
  D.Bounded = Bounded != 0;
  return D;
}

uint64_t Decision::backupBytes() const {
  uint64_t Sum = 0;
  for (const reprise_range &R : Backup)
    Sum += R.size;
  return Sum;
}

std::vector<std::string> assumptionNames(uint32_t Bits) {
  std::vector<std::string> Names;
  if (Bits & REPRISE_ASSUME_IN_BOUNDS)
    Names.push_back("in-bounds");
  if (Bits & REPRISE_ASSUME_NO_OUTSIDE_WRITER)
    Names.push_back("no-outside-writer");
  return Names;
}

} // namespace reprise
