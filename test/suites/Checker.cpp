//===- Checker.cpp - Launches of one kernel, through the C interface ------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Checker.h"
#include "Json.h"

#include "llvm/ADT/StringRef.h"
#include "llvm/ADT/Twine.h"

#include <chrono>

using namespace llvm;

namespace reprise::suites {

static Error failure(const Twine &What) {
  return createStringError(std::make_error_code(std::errc::invalid_argument),
                           What);
}

Expected<std::unique_ptr<Checker>>
Checker::create(const Kernel &K, ArrayRef<emulator::Symbol> Variables) {
  std::unique_ptr<Checker> C(new Checker);
  C->SymbolNames.reserve(Variables.size()); // Their texts must not move.
  for (const emulator::Symbol &S : Variables)
    if (S.Size) {
      C->SymbolNames.push_back(S.Name);
      C->Symbols.push_back({C->SymbolNames.back().c_str(), S.Address, S.Size});
    }
  Module Single;
  Single.Kernels.push_back(K);
  std::string Text = writeJson(Single);
  char Message[512] = "";
  if (reprise_db_load(Text.data(), Text.size(), &C->Db, Message,
                      sizeof Message))
    return failure(Twine("the summary does not load: ") + Message);
  C->Handle = reprise_db_find(C->Db, K.Name.c_str());
  return C;
}

Checker::~Checker() {
  reprise_allocations_free(Allocations);
  reprise_db_free(Db);
}

Expected<std::vector<uint8_t>> Checker::pack(const HostLaunch &L) const {
  size_t Count = reprise_kernel_param_count(Handle);
  if (Count != L.Arguments.size())
    return failure(Twine(L.Kernel) + " has " + Twine(Count) +
                   " parameters, and the launch gives " +
                   Twine(L.Arguments.size()));
  std::vector<uint8_t> Block(reprise_kernel_param_bytes(Handle));
  for (size_t I = 0; I < Count; ++I) {
    reprise_param_info Info;
    reprise_kernel_param(Handle, I, &Info);
    const std::vector<uint8_t> &Bytes = L.Arguments[I];
    if (Bytes.size() != Info.size)
      return failure(Twine(L.Kernel) + ": parameter " + Twine(I) + " (" +
                     Info.name + ") has " + Twine(Info.size) +
                     " bytes, and the launch gives " + Twine(Bytes.size()));
    std::copy(Bytes.begin(), Bytes.end(), Block.begin() + Info.offset);
  }
  return Block;
}

reprise_launch Checker::launch(const HostLaunch &L,
                               const std::vector<uint8_t> &Block) {
  if (Known != L.Allocations || KnownTextures != L.Textures ||
      KnownContents != L.Contents) {
    std::vector<reprise_range> Ranges;
    for (const DeviceRange &R : *L.Allocations)
      Ranges.push_back({R.Address, R.Bytes});
    reprise_allocations_free(Allocations);
    Allocations = nullptr;
    std::vector<reprise_binding> Bindings;
    for (const LinearTexture &T : *L.Textures) {
      reprise_binding &B = Bindings.emplace_back();
      B.handle = T.Handle;
      B.kind = REPRISE_HANDLE_TEXTURE;
      if (!T.Array) // An array has no addresses.
        B.memory = {T.Address, T.Elements * T.Channels * T.Bits / 8};
    }
    std::vector<reprise_content> Contents;
    for (const SymbolContent &C : *L.Contents)
      Contents.push_back(
          {C.Name.c_str(), C.Offset, C.Bytes.data(), C.Bytes.size()});
    reprise_memory_map Map = {};
    Map.struct_size = sizeof Map;
    Map.ranges = Ranges.data();
    Map.range_count = Ranges.size();
    Map.symbols = Symbols.data();
    Map.symbol_count = Symbols.size();
    Map.bindings = Bindings.data();
    Map.binding_count = Bindings.size();
    Map.contents = Contents.data();
    Map.content_count = Contents.size();
    // Anything wrong with the map leaves none, and nothing is proved.
    reprise_allocations_create_map(&Map, &Allocations);
    Known = L.Allocations;
    KnownTextures = L.Textures;
    KnownContents = L.Contents;
  }
  reprise_launch C = {};
  C.grid[0] = L.Grid.X, C.grid[1] = L.Grid.Y, C.grid[2] = L.Grid.Z;
  C.block[0] = L.Block.X, C.block[1] = L.Block.Y, C.block[2] = L.Block.Z;
  C.dynamic_shared = L.DynamicShared;
  C.arguments = Block.data();
  C.arguments_size = Block.size();
  C.allocations = Allocations;
  return C;
}

Expected<reprise_result> Checker::check(const HostLaunch &L,
                                        const std::vector<uint8_t> &Block) {
  reprise_launch C = launch(L, Block);
  reprise_result Result;
  if (reprise_status S = reprise_check(Handle, &C, &Result))
    return failure(Twine(L.Kernel) + ": " + reprise_status_name(S));
  return Result;
}

double Checker::time(const HostLaunch &L, const std::vector<uint8_t> &Block) {
  using Clock = std::chrono::steady_clock;
  // The clock itself takes some tens of nanoseconds.
  constexpr unsigned Tries = 5, Checks = 4;
  reprise_launch C = launch(L, Block);
  reprise_result Result;
  double Best = 0;
  for (unsigned T = 0; T < Tries; ++T) {
    auto Start = Clock::now();
    for (unsigned I = 0; I < Checks; ++I)
      reprise_check(Handle, &C, &Result);
    double Each =
        std::chrono::duration<double, std::nano>(Clock::now() - Start).count() /
        Checks;
    Best = T ? std::min(Best, Each) : Each;
  }
  return Best;
}

std::string Checker::describe(uint32_t Access) const {
  reprise_access_info Info;
  if (Access == REPRISE_NO_ACCESS ||
      reprise_kernel_access(Handle, Access, &Info))
    return "";
  const char *Kind = Info.kind == REPRISE_ACCESS_READ    ? "read "
                     : Info.kind == REPRISE_ACCESS_WRITE ? "write "
                                                         : "atomic ";
  return Kind + std::string(Info.text) + " at line " +
         std::to_string(Info.line);
}

} // namespace reprise::suites
