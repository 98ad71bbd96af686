//===- Host.cpp - What a benchmark's host code does -----------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Host.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <sys/mman.h>

namespace reprise::suites {

// More than any GPU has; nothing is backed by memory before it is written.
static constexpr uint64_t SpaceBytes = uint64_t(1) << 39;

static uint8_t *reserve(void *Wish) {
  void *P = mmap(Wish, SpaceBytes, PROT_READ | PROT_WRITE,
                 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (P == MAP_FAILED) {
    std::perror("reprise-suites: no address space for buffers");
    std::exit(2);
  }
  return static_cast<uint8_t *>(P);
}

Host::Host(Scale Sizes) : S(Sizes) {
  // The same addresses in every run, where they are free.
  // NOLINTNEXTLINE(performance-no-int-to-ptr)
  Space = reserve(reinterpret_cast<void *>(uint64_t(1) << 44));
  Where.Address = reinterpret_cast<uint64_t>(Space);
}

Host::Host(Scale Sizes, Placement Other)
    : S(Sizes), Where(std::move(Other)), Space(reserve(nullptr)) {}

Host::~Host() { munmap(Space, SpaceBytes); }

void *Host::allocate(const char *Name, uint64_t Bytes) {
  constexpr uint64_t Alignment = 512;
  if (Bytes == 0 || Bytes > SpaceBytes - Used) {
    std::fprintf(stderr, "reprise-suites: buffer %s cannot have %llu bytes\n",
                 Name, static_cast<unsigned long long>(Bytes));
    std::exit(2);
  }
  DeviceRange R{Where.Address + Used, Bytes};
  Used += (Bytes + Alignment - 1) / Alignment * Alignment;
  Alive.push_back(R); // Addresses only grow.
  Buffers.push_back({Name, R});
  AliveNow = nullptr;
  // NOLINTNEXTLINE(performance-no-int-to-ptr)
  return reinterpret_cast<void *>(R.Address);
}

void Host::release(const void *Buffer) {
  auto It = std::find_if(Alive.begin(), Alive.end(), [&](const DeviceRange &R) {
    return R.Address == reinterpret_cast<uint64_t>(Buffer);
  });
  if (It == Alive.end()) {
    std::fprintf(stderr, "reprise-suites: release of what is no buffer\n");
    std::exit(2);
  }
  Alive.erase(It);
  AliveNow = nullptr;
}

void MemoryStep::carryOut(const FindSymbol &Find) const {
  // NOLINTBEGIN(performance-no-int-to-ptr)
  auto *There = reinterpret_cast<uint8_t *>(To);
  switch (K) {
  case Kind::Write:
    std::copy(Content.begin(), Content.end(), There);
    return;
  case Kind::Copy:
    std::memmove(There, reinterpret_cast<const void *>(From), Bytes);
    return;
  case Kind::Fill:
    std::memset(There, Value, Bytes);
    return;
  case Kind::Symbol:
    std::copy(Content.begin(), Content.end(),
              Find(Symbol, Offset + Content.size()) + Offset);
    return;
  }
  // NOLINTEND(performance-no-int-to-ptr)
}

MemoryStep &Host::step(MemoryStep::Kind K) {
  MemoryStep &M = Steps.emplace_back().Memory;
  M.K = K;
  return M;
}

void Host::writeBytes(void *To, const void *From, size_t Bytes) {
  if (!fills())
    return;
  MemoryStep &M = step(MemoryStep::Kind::Write);
  M.To = reinterpret_cast<uint64_t>(To);
  const auto *P = static_cast<const uint8_t *>(From);
  M.Content.assign(P, P + Bytes);
}

void Host::copy(void *To, const void *From, size_t Bytes) {
  if (!fills())
    return;
  MemoryStep &M = step(MemoryStep::Kind::Copy);
  M.To = reinterpret_cast<uint64_t>(To);
  M.From = reinterpret_cast<uint64_t>(From);
  M.Bytes = Bytes;
}

void Host::fill(void *To, uint8_t Value, size_t Bytes) {
  if (!fills())
    return;
  MemoryStep &M = step(MemoryStep::Kind::Fill);
  M.To = reinterpret_cast<uint64_t>(To);
  M.Value = Value;
  M.Bytes = Bytes;
}

void Host::setSymbolBytes(const char *Name, const void *From, size_t Bytes,
                          size_t Offset) {
  MemoryStep &M = step(MemoryStep::Kind::Symbol);
  M.Symbol = Name;
  M.Offset = Offset;
  const auto *P = static_cast<const uint8_t *>(From);
  M.Content.assign(P, P + Bytes);
  remember({M.Symbol, Offset, M.Content});
}

void Host::remember(SymbolContent New) {
  // Earlier pieces lose what is written over.
  std::erase_if(Contents, [&](SymbolContent &Old) {
    if (Old.Name != New.Name)
      return false;
    const uint64_t Begin = std::max(Old.Offset, New.Offset);
    const uint64_t End =
        std::min(Old.Offset + Old.Bytes.size(), New.Offset + New.Bytes.size());
    if (Begin >= End)
      return false;
    std::copy_n(New.Bytes.begin() + static_cast<ptrdiff_t>(Begin - New.Offset),
                End - Begin,
                Old.Bytes.begin() + static_cast<ptrdiff_t>(Begin - Old.Offset));
    return End - Begin == Old.Bytes.size();
  });
  if (!New.Bytes.empty())
    Contents.push_back(std::move(New));
  ContentsNow = nullptr;
}

uint64_t Host::texture(const void *Data, size_t Elements, unsigned Channels,
                       unsigned Bits, bool Signed) {
  LinearTexture T;
  T.Address = reinterpret_cast<uint64_t>(Data);
  T.Elements = Elements;
  T.Channels = static_cast<uint8_t>(Channels);
  T.Bits = static_cast<uint8_t>(Bits);
  T.Signed = Signed;
  return add(T);
}

uint64_t Host::add(LinearTexture T) {
  const uint64_t Bytes =
      T.Elements * std::max<uint64_t>(T.Rows, 1) * T.Channels * T.Bits / 8;
  T.Handle = 0x7e000001 + Textures.size(); // Looks like no address.
  if (Where.Texture)
    T.Handle = Where.Texture(T, {content(T.Address), Bytes});
  Textures.push_back(T);
  TexturesNow = nullptr;
  return T.Handle;
}

uint64_t Host::arrayOver(const void *Data, size_t Width, size_t Height,
                         unsigned Channels, unsigned Bits) {
  release(Data); // Not among what pointers may point into.
  LinearTexture T;
  T.Address = reinterpret_cast<uint64_t>(Data);
  T.Elements = Width;
  T.Rows = Height;
  T.Channels = static_cast<uint8_t>(Channels);
  T.Bits = static_cast<uint8_t>(Bits);
  T.Array = true;
  return add(T);
}

LaunchHandle Host::record(const char *Kernel, Dim3 Grid, Dim3 Block,
                          std::vector<std::vector<uint8_t>> Arguments) {
  if (!AliveNow)
    AliveNow = std::make_shared<std::vector<DeviceRange>>(Alive);
  if (!TexturesNow)
    TexturesNow = std::make_shared<std::vector<LinearTexture>>(Textures);
  if (!ContentsNow)
    ContentsNow = std::make_shared<std::vector<SymbolContent>>(Contents);
  auto L = std::make_unique<HostLaunch>();
  L->Kernel = Kernel;
  L->Grid = Grid;
  L->Block = Block;
  L->Arguments = std::move(Arguments);
  L->Allocations = AliveNow;
  L->Textures = TexturesNow;
  L->Contents = ContentsNow;
  HostLaunch &Result = *L;
  Steps.emplace_back().Launch = std::move(L);
  return LaunchHandle(Result);
}

static std::vector<Benchmark> &registry() {
  static std::vector<Benchmark> All;
  return All;
}

Registration::Registration(const char *Suite, const char *Name,
                           void (*Launches)(Host &)) {
  registry().push_back({Suite, Name, Launches});
}

std::vector<Benchmark> allBenchmarks() {
  std::vector<Benchmark> All = registry();
  std::sort(All.begin(), All.end(), [](const auto &A, const auto &B) {
    return std::tie(A.Suite, A.Name) < std::tie(B.Suite, B.Name);
  });
  return All;
}

} // namespace reprise::suites
