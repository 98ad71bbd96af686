//===- GridTexture.cpp - Textures -----------------------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Grid.h"

#include "llvm/ADT/APFloat.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/bit.h"

#include <algorithm>
#include <cmath>
#include <cstring>

using namespace llvm;

namespace reprise::emulator {

using Mode = LinearTexture::Mode;

/// A half as a float, exactly.
static float fromHalf(uint32_t Bits) {
  APFloat V(APFloat::IEEEhalf(), APInt(16, Bits));
  bool Loses;
  V.convert(APFloat::IEEEsingle(), APFloat::rmNearestTiesToEven, &Loses);
  return V.convertToFloat();
}

/// One channel as the four bytes that the kernel gets.
static uint32_t channel(const LinearTexture &T, const uint8_t *From) {
  uint32_t Raw = 0;
  std::memcpy(&Raw, From, T.Bits / 8);
  if (T.Bits == 32)
    return Raw;
  if (T.Float)
    return llvm::bit_cast<uint32_t>(fromHalf(Raw));
  auto Value = static_cast<int32_t>(Raw);
  if (T.Signed)
    Value = static_cast<int32_t>(Raw << (32 - T.Bits)) >> (32 - T.Bits);
  if (!T.Normalized)
    return static_cast<uint32_t>(Value);
  auto Largest = static_cast<float>((1u << (T.Bits - T.Signed)) - 1);
  return llvm::bit_cast<uint32_t>(
      std::max(static_cast<float>(Value) / Largest, -1.0f));
}

/// The element that a place outside of [0, Size) stands for; -1: none.
static int64_t resolve(int64_t At, int64_t Size, Mode Outside) {
  if (At >= 0 && At < Size)
    return At;
  switch (Outside) {
  case Mode::Clamp:
    return At < 0 ? 0 : Size - 1;
  case Mode::Wrap:
    return (At % Size + Size) % Size;
  case Mode::Mirror: {
    int64_t In = (At % (2 * Size) + 2 * Size) % (2 * Size);
    return In < Size ? In : 2 * Size - 1 - In;
  }
  case Mode::Border:
    break;
  }
  return -1;
}

/// A coordinate in elements, small enough for integers.
static double scaled(float Given, int64_t Size, bool Unit, Mode Outside) {
  double X = Given;
  if (!(X == X)) // Not a number.
    return 0;
  auto N = static_cast<double>(Size);
  if (Unit)
    X *= N;
  if (Outside == Mode::Wrap || Outside == Mode::Mirror)
    X = std::isinf(X) ? 0 : std::fmod(X, 2 * N);
  return std::clamp(X, -0x1p40, 0x1p40);
}

/// The texture with this handle. A fault where there is none, or where it has
/// other dimensions.
const LinearTexture &Grid::texture(uint64_t Handle, uint32_t Dims) {
  auto It = llvm::find_if(L.Textures, [&](const LinearTexture &One) {
    return One.Handle == Handle;
  });
  bool Sound = It != L.Textures.end() &&
               (It->Bits == 8 || It->Bits == 16 || It->Bits == 32) &&
               (It->Channels == 1 || It->Channels == 2 || It->Channels == 4) &&
               Dims == (It->Slices ? 3u
                        : It->Rows ? 2u
                                   : 1u) &&
               std::max({It->Elements, It->Rows, It->Slices}) < 1u << 31;
  if (!Sound) {
    fault(FaultKind::Unsupported, callSite(), 0, 0,
          "the launch names no texture of " + std::to_string(Dims) +
              (Dims == 1 ? " dimension" : " dimensions") +
              " with the handle 0x" + utohexstr(Handle, /*LowerCase=*/true));
    leave();
  }
  return *It;
}

/// Reads the element at a place that is inside.
void Grid::element(const LinearTexture &T, const int64_t At[3],
                   uint32_t Texel[4]) {
  uint32_t Bytes = T.Bits / 8u * T.Channels;
  uint64_t Pitch = T.Pitch ? T.Pitch : T.Elements * Bytes;
  uint64_t Row =
      static_cast<uint64_t>(At[2]) * T.Rows + static_cast<uint64_t>(At[1]);
  uint64_t Address =
      T.Address + Row * Pitch + static_cast<uint64_t>(At[0]) * Bytes;
  if (K.Traced)
    read(callSite(), Address, Bytes);
  else
    locate(callSite(), Address, Bytes);
  for (uint32_t C = 0; C < T.Channels; ++C)
    Texel[C] = channel(T, atAddress<uint8_t>(Address) + C * (T.Bits / 8u));
}

void Grid::fetch(uint64_t Handle, int32_t Index, uint32_t Texel[4]) {
  const LinearTexture &T = texture(Handle, 1);
  std::fill_n(Texel, 4, 0);
  if (Index < 0 || static_cast<uint64_t>(Index) >= T.Elements)
    return;
  const int64_t At[3] = {Index, 0, 0};
  element(T, At, Texel);
}

void Grid::sample(uint64_t Handle, uint32_t Dims, const float Where[3],
                  uint32_t Texel[4]) {
  const LinearTexture &T = texture(Handle, Dims);
  std::fill_n(Texel, 4, 0);
  if (!T.Elements)
    return;
  if (T.Linear && T.Bits != 32 && !T.Float && !T.Normalized) {
    fault(FaultKind::Unsupported, callSite(), 0, 0,
          "a texture of integers cannot be filtered");
    leave();
  }
  const int64_t Sizes[3] = {
      static_cast<int64_t>(T.Elements),
      static_cast<int64_t>(std::max<uint64_t>(T.Rows, 1)),
      static_cast<int64_t>(std::max<uint64_t>(T.Slices, 1))};
  int64_t First[3] = {};
  float Part[3] = {}; // Of the element after First.
  Mode Outside[3] = {};
  for (uint32_t D = 0; D < Dims; ++D) {
    Outside[D] = T.Outside[D];
    if (!T.UnitCoordinates && Outside[D] != Mode::Border)
      Outside[D] = Mode::Clamp;
    double X = scaled(Where[D], Sizes[D], T.UnitCoordinates, Outside[D]);
    if (T.Linear)
      X -= 0.5;
    double Floor = std::floor(X);
    First[D] = static_cast<int64_t>(Floor);
    if (T.Linear) // Eight bits of fraction, as the hardware has.
      Part[D] = static_cast<float>(std::round((X - Floor) * 256) / 256);
  }
  float Sum[4] = {};
  for (uint32_t Corner = 0; Corner < (T.Linear ? 1u << Dims : 1u); ++Corner) {
    int64_t At[3] = {};
    float Weight = 1;
    bool Inside = true;
    for (uint32_t D = 0; D < Dims; ++D) {
      bool Next = Corner >> D & 1;
      At[D] = resolve(First[D] + Next, Sizes[D], Outside[D]);
      Weight *= Next ? Part[D] : 1 - Part[D];
      Inside &= At[D] >= 0;
    }
    if (!Inside)
      continue;
    element(T, At, Texel);
    for (uint32_t C = 0; T.Linear && C < T.Channels; ++C)
      Sum[C] += Weight * llvm::bit_cast<float>(Texel[C]);
  }
  for (uint32_t C = 0; T.Linear && C < 4; ++C)
    Texel[C] = llvm::bit_cast<uint32_t>(Sum[C]);
}

void Grid::surface(const SurfaceAccess &A, uint64_t Handle,
                   const int32_t Where[3], uint8_t *Data) {
  const LinearTexture &T = texture(Handle, A.Dims);
  auto Row = static_cast<int64_t>(T.Elements * (T.Bits / 8u) * T.Channels);
  // The first place of an access that is outside, and the last one inside.
  const int64_t Ends[3] = {Row - A.Bytes + 1, static_cast<int64_t>(T.Rows),
                           static_cast<int64_t>(T.Slices)};
  int64_t At[3] = {};
  bool Inside = true;
  for (uint32_t D = 0; D < A.Dims; ++D) {
    At[D] = Where[D];
    if (A.Outside == SurfaceAccess::Mode::Clamp)
      At[D] = std::clamp<int64_t>(At[D], 0, std::max<int64_t>(Ends[D], 1) - 1);
    Inside &= At[D] >= 0 && At[D] < Ends[D];
  }
  bool Trap = !Inside && A.Outside != SurfaceAccess::Mode::Zero;
  if (Trap || At[0] % A.Bytes) {
    fault(
        Trap ? FaultKind::OutOfBounds : FaultKind::Misaligned, callSite(), 0,
        A.Bytes,
        std::string(A.Writes ? "writes " : "reads ") + std::to_string(A.Bytes) +
            " bytes of a surface at byte " + std::to_string(Where[0]) +
            " of row " + std::to_string(Where[1]) + " of slice " +
            std::to_string(Where[2]) +
            (Trap ? ", outside of it" : ", which is no multiple of the bytes"));
    leave();
  }
  if (!Inside) {
    if (!A.Writes)
      std::fill_n(Data, A.Bytes, uint8_t(0));
    return;
  }
  uint64_t Pitch = T.Pitch ? T.Pitch : static_cast<uint64_t>(Row);
  uint64_t Address =
      T.Address + static_cast<uint64_t>(At[0]) +
      (static_cast<uint64_t>(At[2]) * T.Rows + static_cast<uint64_t>(At[1])) *
          Pitch;
  if (!K.Traced)
    locate(callSite(), Address, A.Bytes);
  else if (A.Writes)
    write(callSite(), Address, A.Bytes);
  else
    read(callSite(), Address, A.Bytes);
  auto *There = atAddress<uint8_t>(Address);
  std::copy_n(A.Writes ? Data : There, A.Bytes, A.Writes ? There : Data);
}

} // namespace reprise::emulator
