//===- GridTexture.cpp - Textures bound to linear memory ------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Grid.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/bit.h"

#include <algorithm>
#include <cstring>

using namespace llvm;

namespace reprise::emulator {

/// One channel as the four bytes that the kernel gets.
static uint32_t channel(const LinearTexture &T, const uint8_t *From) {
  uint32_t Raw = 0;
  std::memcpy(&Raw, From, T.Bits / 8);
  if (T.Bits == 32)
    return Raw;
  auto Value = static_cast<int32_t>(Raw);
  if (T.Signed)
    Value = static_cast<int32_t>(Raw << (32 - T.Bits)) >> (32 - T.Bits);
  if (!T.Normalized)
    return static_cast<uint32_t>(Value);
  auto Largest = static_cast<float>((1u << (T.Bits - T.Signed)) - 1);
  return llvm::bit_cast<uint32_t>(
      std::max(static_cast<float>(Value) / Largest, -1.0f));
}

void Grid::fetch(uint64_t Handle, int32_t Index, uint32_t Texel[4]) {
  auto It = llvm::find_if(L.Textures, [&](const LinearTexture &One) {
    return One.Handle == Handle;
  });
  bool Sound = It != L.Textures.end() &&
               (It->Bits == 8 || It->Bits == 16 || It->Bits == 32) &&
               (It->Channels == 1 || It->Channels == 2 || It->Channels == 4);
  if (!Sound) {
    fault(FaultKind::Unsupported, callSite(), 0, 0,
          "the launch names no texture in linear memory with the handle 0x" +
              utohexstr(Handle, /*LowerCase=*/true));
    leave();
  }
  std::fill_n(Texel, 4, 0);
  if (Index < 0 || static_cast<uint64_t>(Index) >= It->Elements)
    return;
  uint32_t Bytes = It->Bits / 8u * It->Channels;
  uint64_t Address = It->Address + static_cast<uint64_t>(Index) * Bytes;
  if (K.Traced)
    read(callSite(), Address, Bytes);
  else
    locate(callSite(), Address, Bytes);
  for (uint32_t C = 0; C < It->Channels; ++C)
    Texel[C] = channel(*It, atAddress<uint8_t>(Address) + C * (It->Bits / 8u));
}

} // namespace reprise::emulator
