//===- Decision.cpp - The runtime's verdict on one launch -----------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Decision.h"
#include "Json.h"

using namespace llvm;

namespace reprise {

static Error failed(const char *What, reprise_status Status,
                    const char *Detail = "") {
  return createStringError(std::errc::invalid_argument, "%s: %s%s%s", What,
                           reprise_status_name(Status), *Detail ? ": " : "",
                           Detail);
}

namespace {

/// A launch as the C interface takes it.
class CLaunch {
public:
  CLaunch(const LaunchRecord &L, bool NoInBounds) {
    std::copy(L.Grid.begin(), L.Grid.end(), Launch.grid);
    std::copy(L.Block.begin(), L.Block.end(), Launch.block);
    Launch.dynamic_shared = L.DynamicShared;
    Launch.flags = NoInBounds ? REPRISE_LAUNCH_NO_IN_BOUNDS : 0;
    Launch.arguments = L.Arguments.data();
    Launch.arguments_size = L.Arguments.size();
  }
  CLaunch(const CLaunch &) = delete;
  CLaunch &operator=(const CLaunch &) = delete;
  ~CLaunch() { reprise_allocations_free(Allocations); }

  Error setAllocations(const LaunchRecord &L) {
    std::vector<reprise_range> Ranges;
    Ranges.reserve(L.Allocations.size());
    for (const LaunchRecord::Range &R : L.Allocations)
      Ranges.push_back({R.Address, R.Size});
    std::vector<reprise_symbol> Symbols;
    Symbols.reserve(L.Symbols.size());
    for (const LaunchRecord::Variable &V : L.Symbols)
      Symbols.push_back({V.Name.c_str(), V.Address, V.Size});
    std::vector<reprise_binding> Bindings;
    Bindings.reserve(L.Bindings.size());
    for (const LaunchRecord::Binding &B : L.Bindings)
      Bindings.push_back({B.Handle, B.Kind, 0, {B.Address, B.Size}, B.Array});
    std::vector<reprise_content> Contents;
    Contents.reserve(L.Contents.size());
    for (const LaunchRecord::Content &C : L.Contents)
      Contents.push_back(
          {C.Name.c_str(), C.Offset, C.Bytes.data(), C.Bytes.size()});
    reprise_memory_map Map{};
    Map.struct_size = sizeof Map;
    Map.ranges = Ranges.data();
    Map.range_count = Ranges.size();
    Map.symbols = Symbols.data();
    Map.symbol_count = Symbols.size();
    Map.bindings = Bindings.data();
    Map.binding_count = Bindings.size();
    Map.contents = Contents.data();
    Map.content_count = Contents.size();
    reprise_status S = reprise_allocations_create_map(&Map, &Allocations);
    if (S != REPRISE_OK)
      return failed("the launch's memory", S,
                    "ranges must not be empty, overlap or pass the end of the "
                    "address space; a handle or a byte must not be given twice "
                    "with different meanings");
    Launch.allocations = Allocations;
    return Error::success();
  }

  reprise_launch Launch = {};

private:
  reprise_allocations *Allocations = nullptr;
};

} // namespace

static Error refused(reprise_status S) {
  return failed("this launch cannot be checked", S,
                S == REPRISE_ERROR_LAUNCH
                    ? "no GPU accepts this grid and block for the kernel"
                    : "");
}

Expected<Decider> Decider::create(const Kernel &K) {
  Module Single;
  Single.Kernels.push_back(K);
  std::string Text = writeJson(Single);
  reprise_db *Db = nullptr;
  char Message[512] = "";
  if (reprise_status S = reprise_db_load(Text.data(), Text.size(), &Db, Message,
                                         sizeof Message))
    return failed("the summary does not load", S, Message);
  Decider D;
  D.Db.reset(Db);
  D.Handle = reprise_db_find(Db, K.Name.c_str());
  return D;
}

Expected<reprise_result> Decider::check(const LaunchRecord &L,
                                        bool NoInBounds) const {
  CLaunch C(L, NoInBounds);
  if (Error E = C.setAllocations(L))
    return std::move(E);
  reprise_result Result;
  if (reprise_status S = reprise_check(Handle, &C.Launch, &Result))
    return refused(S);
  return Result;
}

Expected<Decision> Decider::decide(const LaunchRecord &L,
                                   bool NoInBounds) const {
  CLaunch C(L, NoInBounds);
  if (Error E = C.setAllocations(L))
    return std::move(E);
  Decision D;
  if (reprise_status S = reprise_check(Handle, &C.Launch, &D.Result))
    return refused(S);
  reprise_result Again;
  int Bounded = 0;
  size_t Count = 0;
  reprise_status S = reprise_backup_set(Handle, &C.Launch, &Again, &Bounded,
                                        nullptr, 0, &Count);
  if (S == REPRISE_ERROR_CAPACITY) {
    D.Backup.resize(Count);
    S = reprise_backup_set(Handle, &C.Launch, &Again, &Bounded, D.Backup.data(),
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
