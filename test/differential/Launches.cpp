//===- Launches.cpp - Random launches -------------------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Launches.h"

#include <algorithm>
#include <cstdio>
#include <cstring>

namespace reprise::differential {

namespace {

struct Buffer {
  int64_t Offset, Size;
  bool Far;
};

int64_t drawScalar(const Param &P, Random &R) {
  if (P.Divisor)
    return R.of<int64_t>({1, 2, 3, 4, 5, 8, 10, 16, 40});
  if (P.Big && R.percent(70))
    return R.of<int64_t>({0x7fffffff, 0x80000000, 0xffffffff, 0x100000000, 0}) +
           R.between(-20, 20);
  unsigned Kind = static_cast<unsigned>(R.below(100));
  if (Kind < 55)
    return R.between(0, 16);
  if (Kind < 85)
    return R.between(8, 64);
  if (Kind < 93)
    return R.between(-8, 0);
  if (Kind < 96)
    return R.of<int64_t>({INT32_MAX, INT32_MIN, UINT32_MAX, 0x40000000,
                          0x80000000, 0x10000, 32767, -32768}) +
           R.between(-2, 2);
  return R.between(80, 300);
}

std::array<uint32_t, 3> drawDims(Random &R, int Dims, uint32_t Most) {
  std::array<uint32_t, 3> D = {1, 1, 1};
  for (int I = 0; I < Dims; ++I) {
    uint32_t N = 1 + static_cast<uint32_t>(R.below(
                         R.percent(20) ? Most : std::min<uint32_t>(Most, 6)));
    D[static_cast<size_t>(I)] = N;
    Most = std::max<uint32_t>(Most / N, 1);
  }
  return D;
}

/// N in Dims factors, in any order.
std::array<uint32_t, 3> factors(Random &R, int Dims, uint32_t N) {
  std::array<uint32_t, 3> D = {1, 1, 1};
  for (uint32_t F = 2; N > 1;)
    if (N % F) {
      ++F;
    } else {
      D[R.below(static_cast<uint64_t>(Dims))] *= F;
      N /= F;
    }
  return D;
}

/// Of a kernel of StopGenerator.h. Its buffers, by what it does with them:
///
///   a0, a1: 256 and 128 elements   a2: two for each thread   a3: 128
LaunchSpec drawOwned(const Kernel &K, Random &R) {
  LaunchSpec L;
  constexpr uint32_t MostThreads = 384;
  // As many as fill warps, one more, one less, and what else there is.
  auto Threads = R.percent(50)
                     ? R.of<uint32_t>({1, 31, 32, 33, 63, 64, 65, MostOwners})
                     : static_cast<uint32_t>(R.between(2, MostOwners));
  uint32_t Blocks = std::min<uint32_t>(
      static_cast<uint32_t>(R.between(1, R.percent(20) ? 40 : 6)),
      MostThreads / Threads);
  L.Block = factors(R, K.Dims, Threads);
  if (L.Block[2] > 64) // As devices have it.
    std::swap(L.Block[0], L.Block[2]);
  L.Grid = factors(R, K.Dims, Blocks);
  L.Content = R.below(4);
  L.Map = R.percent(60);
  bool Apart = R.percent(70);
  int64_t Next = Margin;
  for (const Param &P : K.Params) {
    if (!P.Pointer) {
      L.Arguments.push_back(R.between(0, R.percent(80) ? 40 : 200));
      continue;
    }
    size_t I = L.Arguments.size();
    int64_t Size = I == 2 ? int64_t(8) * MostThreads : 4 * (I ? 128 : 256);
    if (I && R.percent(6)) { // The same as an earlier one, or shifted.
      Apart = false;
      L.Arguments.push_back(L.Arguments[R.below(I)] +
                            (R.percent(50) ? 0 : 4 * R.between(0, 40)));
      Next = std::max(Next, L.Arguments.back() + Size);
      continue;
    }
    L.Arguments.push_back(Next);
    if (L.Map)
      L.Allocations.push_back({Next, Size});
    Next += Size + 64;
  }
  if (L.Map && !Apart)
    L.Allocations = {{Margin, Next - Margin}};
  return L;
}

} // namespace

LaunchSpec draw(const Kernel &K, Random &R) {
  if (K.Owned)
    return drawOwned(K, R);
  LaunchSpec L;
  L.Grid = drawDims(R, R.percent(5) ? 3 : K.Dims, 8);
  L.Block = drawDims(R, R.percent(5) ? 3 : K.Dims, 48);
  L.Content = R.below(4);
  if (R.percent(12))
    L.Far = (int64_t(1) << R.between(31, 35)) * (R.percent(50) ? 1 : -1);
  std::vector<Buffer> Buffers;
  int64_t Next = Margin;
  for (const Param &P : K.Params) {
    if (P.Image) { // Where it lies is drawn below.
      L.Arguments.push_back(0x10001);
      L.Images.push_back({L.Arguments.back(), Margin, 4});
      continue;
    }
    if (!P.Pointer) {
      L.Arguments.push_back(drawScalar(P, R));
      continue;
    }
    int64_t Size = 16 * (R.percent(20) ? R.between(1, 30) : R.between(40, 160));
    int64_t Align = bytesOf(P.T), Offset = Next;
    bool Far = L.Far && R.percent(50);
    unsigned Kind = static_cast<unsigned>(R.below(100));
    if (Kind < 62 || Buffers.empty()) {
      Offset += R.percent(30) ? 0 : 16 * R.between(1, 20); // Or adjacent.
    } else {
      const Buffer &B = Buffers[R.below(Buffers.size())];
      Far = B.Far && !R.percent(20);
      if (Kind < 76)
        Offset = B.Offset; // The same.
      else if (Kind < 90)
        Offset = B.Offset + Align * R.between(-12, 40);
      else if (Kind < 97)
        Offset = B.Offset + R.between(0, B.Size - 1);
      else
        Offset = B.Offset + B.Size;
    }
    if (R.percent(1)) {
      L.Arguments.push_back(Null);
      continue;
    }
    Offset = std::clamp<int64_t>(Offset / Align * Align, Margin,
                                 WindowBytes - Margin - 2048);
    Size = std::min(Size, WindowBytes - Margin - Offset);
    Next = std::max(Next, Offset + Size);
    Buffers.push_back({Offset, Size, Far});
    L.Arguments.push_back(Offset + (Far ? L.Far : 0));
    if (P.Table)
      L.Tables.push_back({L.Arguments.back(), {}});
  }
  for (TableSpec &T : L.Tables)
    for (int64_t &To : T.To) {
      const Buffer &B = Buffers[R.below(Buffers.size())];
      To = B.Offset / 4 * 4 + 4 * R.between(0, 16) + (B.Far ? L.Far : 0);
    }
  for (ImageSpec &I : L.Images)
    if (!Buffers.empty()) {
      const Buffer &B = Buffers[R.below(Buffers.size())];
      int64_t Begin = (B.Offset + 3) / 4 * 4 + (B.Far ? L.Far : 0);
      int64_t Most = (B.Size - 3) / 4;
      int64_t Skip = R.percent(50) ? 0 : R.between(0, Most - 1);
      I.Offset = Begin + 4 * Skip;
      I.Elements = R.between(1, Most - Skip);
    }
  L.NoInBounds = R.percent(12);
  L.Map = R.percent(60);
  if (!L.Map)
    return L;
  L.Symbols = K.HasVariable && R.percent(80);
  L.Bindings = !L.Images.empty() && R.percent(80);
  for (Buffer &B : Buffers)
    B.Offset += B.Far ? L.Far : 0;
  // Buffers that touch become one allocation, or stay apart where they can.
  std::sort(
      Buffers.begin(), Buffers.end(),
      [](const Buffer &A, const Buffer &B) { return A.Offset < B.Offset; });
  for (const Buffer &B : Buffers) {
    if (!L.Allocations.empty()) {
      LaunchSpec::Piece &Last = L.Allocations.back();
      int64_t End = Last.Offset + Last.Size;
      if (B.Offset < End || (B.Offset - End < 64 && R.percent(30))) {
        Last.Size = std::max(End, B.Offset + B.Size) - Last.Offset;
        continue;
      }
    }
    L.Allocations.push_back({B.Offset, B.Size});
  }
  return L;
}

std::vector<uint8_t> pack(const Kernel &K, const LaunchSpec &L, uint64_t Base) {
  std::vector<size_t> Offsets;
  std::vector<uint8_t> Block(layOut(K, Offsets));
  for (size_t I = 0; I < K.Params.size(); ++I) {
    const Param &P = K.Params[I];
    int64_t V = L.Arguments[I];
    if (P.Pointer)
      V = V == Null ? 0 : static_cast<int64_t>(Base) + V;
    std::memcpy(&Block[Offsets[I]], &V, P.Pointer ? 8 : bytesOf(P.T));
  }
  return Block;
}

static std::string hex(uint64_t V) {
  char Text[24];
  std::snprintf(Text, sizeof(Text), "0x%llx",
                static_cast<unsigned long long>(V));
  return Text;
}

std::string commandLine(const Kernel &K, const LaunchSpec &L, uint64_t Base) {
  auto Dims = [](const std::array<uint32_t, 3> &D) {
    return std::to_string(D[0]) + "," + std::to_string(D[1]) + "," +
           std::to_string(D[2]);
  };
  std::string Text = "--kernel " + K.Name + " --grid " + Dims(L.Grid) +
                     " --block " + Dims(L.Block);
  std::vector<size_t> Offsets;
  std::vector<uint8_t> Block = pack(K, L, Base);
  size_t Struct = Block.size();
  layOut(K, Offsets);
  for (size_t I = 0; I < K.Params.size(); ++I) {
    if (K.Params[I].InStruct) {
      Struct = std::min(Struct, Offsets[I]);
      continue;
    }
    uint64_t Bits = 0;
    size_t Size = K.Params[I].Pointer ? 8 : bytesOf(K.Params[I].T);
    std::memcpy(&Bits, &Block[Offsets[I]], Size);
    Text += " --arg " + hex(Bits);
  }
  if (Struct < Block.size()) {
    Text += " --arg hex:";
    for (; Struct < Block.size(); ++Struct) {
      char Digits[4];
      std::snprintf(Digits, sizeof(Digits), "%02x", Block[Struct]);
      Text += Digits;
    }
  }
  for (const LaunchSpec::Piece &P : L.Allocations)
    Text += " --alloc " + hex(Base + static_cast<uint64_t>(P.Offset)) + ":" +
            std::to_string(P.Size);
  for (const ImageSpec &I : L.Images)
    if (L.Bindings)
      Text += " --texture " + hex(static_cast<uint64_t>(I.Handle)) + "=" +
              hex(Base + static_cast<uint64_t>(I.Offset)) + ":" +
              std::to_string(4 * I.Elements);
  if (L.NoInBounds)
    Text += " --no-in-bounds";
  return Text;
}

} // namespace reprise::differential
