//===- Emulated.cpp - A launch of a table, for the emulator ---------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Emulated.h"

#include "llvm/ADT/STLExtras.h"

#include <algorithm>

namespace reprise::suites {

emulator::Launch emulated(const HostLaunch &L) {
  emulator::Launch Run;
  Run.Grid = {L.Grid.X, L.Grid.Y, L.Grid.Z};
  Run.Block = {L.Block.X, L.Block.Y, L.Block.Z};
  Run.DynamicShared = L.DynamicShared;
  for (const DeviceRange &A : *L.Allocations)
    Run.Allocations.push_back({A.Address, A.Bytes});
  for (const LinearTexture &T : *L.Textures) {
    emulator::LinearTexture &To = Run.Textures.emplace_back();
    To.Handle = T.Handle;
    To.Address = T.Address;
    To.Elements = T.Elements;
    To.Channels = T.Channels;
    To.Bits = T.Bits;
    To.Signed = T.Signed;
    To.Rows = T.Rows;
    if (T.Array) // Memory of its own, and the kernel may read it.
      Run.Allocations.push_back(
          {T.Address, T.Elements * std::max<uint64_t>(T.Rows, 1) * T.Channels *
                          T.Bits / 8});
  }
  llvm::sort(Run.Allocations, [](const auto &X, const auto &Y) {
    return X.Address < Y.Address;
  });
  return Run;
}

} // namespace reprise::suites
