//===- Sequence.cpp - Random sequences of operations, and their execution -===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Sequence.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace reprise::window {

static uint8_t *at(uint64_t Address) {
  return reinterpret_cast<uint8_t *>(Address);
}

static uint64_t addressOf(const void *P) {
  return reinterpret_cast<uint64_t>(P);
}

Device::Device(emulator::Program &P) : Program(P), Arena(256), Host(64) {
  for (const Member &M : family()) {
    auto K = Program.prepare(M.Name);
    if (!K || (*K)->paramBytes() != ParamBytes) {
      std::fprintf(stderr, "reprise-window-test: %s cannot be executed\n",
                   M.Name);
      std::exit(2);
    }
    Kernels.push_back(*K);
  }
  Parts.push_back({window::addressOf(Arena.data()), Arena.size() * 8});
  Parts.push_back({window::addressOf(Host.data()), Host.size() * 8});
  for (const char *Name : {ConstantName, VariableName})
    for (const emulator::Symbol &S : Program.symbols())
      if (S.Name == Name)
        Parts.push_back({S.Address, VariableInts * 4});
}

Device::~Device() { reprise_allocations_free(Map); }

//===----------------------------------------------------------------------===//
// Memory
//===----------------------------------------------------------------------===//

void Device::reset(Random &R) {
  for (const Part &P : Parts)
    for (size_t I = 0; I < P.Bytes; I += 4) {
      const auto Word = static_cast<uint32_t>(
          R.percent(70) ? R.below(8) : R.between(-100, 100));
      std::memcpy(at(P.Address + I), &Word, 4);
    }
  Buffers.clear();
  Table = Parts[0].Address;
  const uint64_t End = Parts[0].Address + Parts[0].Bytes;
  uint64_t Next = Table + 32;
  for (uint64_t N = R.between(2, 6); N-- > 0;) {
    const uint64_t Bytes = 4 * static_cast<uint64_t>(R.between(8, 80));
    if (Next + Bytes > End)
      break;
    Buffers.push_back({Next, Bytes});
    Next += Bytes + 8 * (1 + R.below(4));
  }
  for (size_t I = 0; I < 2; ++I) {
    const uint64_t To = Buffers[R.below(Buffers.size())].address;
    std::memcpy(at(Table + 8 * I), &To, 8);
  }
  Allocations = {{Table, 16}};
  for (const reprise_range &B : Buffers)
    Allocations.push_back({B.address, B.size});

  reprise_allocations_free(Map);
  Map = nullptr;
  if (!R.percent(85))
    return;
  std::vector<reprise_range> Ranges = Buffers;
  Ranges.push_back({Table, 16});
  const reprise_symbol Variable{VariableName, Parts[3].Address, Parts[3].Bytes};
  if (reprise_allocations_create(Ranges.data(), Ranges.size(), &Variable,
                                 R.percent(80) ? 1 : 0, &Map) != REPRISE_OK)
    std::abort();
}

size_t Device::imageBytes() const {
  size_t Bytes = 0;
  for (const Part &P : Parts)
    Bytes += P.Bytes;
  return Bytes;
}

Image Device::image() const {
  Image I;
  for (const Part &P : Parts)
    I.insert(I.end(), at(P.Address), at(P.Address) + P.Bytes);
  return I;
}

void Device::restore(const Image &I) const {
  size_t Offset = 0;
  for (const Part &P : Parts) {
    std::memcpy(at(P.Address), I.data() + Offset, P.Bytes);
    Offset += P.Bytes;
  }
}

std::optional<size_t> Device::offsetOf(uint64_t Address) const {
  size_t Offset = 0;
  for (const Part &P : Parts) {
    if (Address - P.Address < P.Bytes)
      return Offset + (Address - P.Address);
    Offset += P.Bytes;
  }
  return std::nullopt;
}

std::vector<size_t> Device::offsetsIn(const reprise_range &Range) const {
  std::vector<size_t> Offsets;
  size_t Offset = 0;
  for (const Part &P : Parts) {
    for (size_t I = 0; I < P.Bytes; ++I)
      if (P.Address + I - Range.address < Range.size)
        Offsets.push_back(Offset + I);
    Offset += P.Bytes;
  }
  return Offsets;
}

bool Device::isHost(uint64_t Address) const {
  return Address - Parts[1].Address < Parts[1].Bytes;
}

//===----------------------------------------------------------------------===//
// Drawing
//===----------------------------------------------------------------------===//

bool Device::drawLaunch(Random &R, Step &S) const {
  S.K = Step::Kind::Launch;
  S.Kernel = R.below(Kernels.size());
  const Member &M = family()[S.Kernel];
  int64_t N = R.between(1, 24);
  const int64_t Stride = R.between(1, 4);
  int64_t Scale = Stride;
  uint64_t Pointers[3] = {0, 0, 0};
  for (size_t P = 0; P < 3; ++P) {
    const Member::Reach &Reach = M.Pointers[P];
    const reprise_range &B = Buffers[R.below(Buffers.size())];
    const auto Ints = static_cast<int64_t>(B.size / 4);
    const int64_t Start = R.percent(60) ? 0 : R.between(0, Ints / 2);
    Pointers[P] = B.address + 4 * static_cast<uint64_t>(Start);
    if (Reach.Whole)
      Scale = std::min<int64_t>(Ints - Start,
                                1 + static_cast<int64_t>(R.below(40)));
    // The last int that thread N - 1 reaches must be there.
    const int64_t Step = Reach.Scale * (Reach.ByStride ? Stride : 1);
    const int64_t Room = Ints - Start - 1 - Reach.Plus;
    if (Room < 0)
      return false;
    if (Step > 0)
      N = std::min(N, Room / Step + 1);
  }
  const auto Block = static_cast<uint32_t>(R.between(1, 8));
  const auto Grid = static_cast<uint32_t>(R.between(1, 4));
  const bool Reduces = std::strcmp(M.Name, "reduce") == 0;
  if (Reduces && static_cast<int64_t>(Grid) > 4)
    return false;
  S.L = {};
  S.L.Grid = {Grid, 1, 1};
  S.L.Block = {Block, 1, 1};
  const int32_t Numbers[3] = {static_cast<int32_t>(N),
                              static_cast<int32_t>(Scale),
                              static_cast<int32_t>(R.between(0, 100))};
  S.L.Params.resize(ParamBytes);
  std::memcpy(S.L.Params.data(), Pointers, 24);
  std::memcpy(S.L.Params.data() + 24, Numbers, 12);
  std::memcpy(S.L.Params.data() + 40, &Table, 8);
  S.L.Allocations = Allocations;
  S.L.Order = {M.Racing ? emulator::Schedule::Kind::Shuffled
                        : emulator::Schedule::Kind::Sequential,
               R.next()};
  S.L.InstructionLimit = 100000;
  return true;
}

void Device::drawCopy(Random &R, Step &S) const {
  S.K = R.percent(30) ? Step::Kind::Fill : Step::Kind::Copy;
  S.Value = static_cast<uint8_t>(R.next());
  S.Rows = R.percent(75) ? 1 : 1 + R.below(4);
  S.Width = 1 + R.below(R.percent(50) ? 16 : 64);
  S.Pitch = S.Width + R.below(8);
  S.FromPitch = S.Width + R.below(8);
  auto Place = [&](size_t Pitch, bool Device) {
    reprise_range B = Buffers[R.below(Buffers.size())];
    if (!Device && S.Outside)
      B = {Parts[1].Address, Parts[1].Bytes / 2}; // Nobody writes it.
    else if (!Device)
      B = {Parts[1].Address + Parts[1].Bytes / 2, Parts[1].Bytes / 2};
    else if (R.percent(12))
      B = {Parts[R.percent(60) ? 2 : 3].Address, VariableInts * 4};
    const size_t Span = Pitch * (S.Rows - 1) + S.Width;
    if (Span > B.size) {
      S.Rows = 1;
      S.Width = std::min<size_t>(S.Width, B.size);
      return B.address;
    }
    return B.address + (R.percent(50) ? 0 : R.below(B.size - Span + 1));
  };
  const unsigned Way = static_cast<unsigned>(R.below(3));
  S.Outside = Way == 1 && R.percent(50);
  S.To = Place(S.Pitch, S.K == Step::Kind::Fill || Way != 0);
  S.From = S.K == Step::Kind::Fill ? S.To : Place(S.FromPitch, Way != 1);
  const auto Overlaps = [&] {
    return S.To < S.From + S.FromPitch * S.Rows &&
           S.From < S.To + S.Pitch * S.Rows;
  };
  if (S.K == Step::Kind::Copy && Overlaps())
    S.K = Step::Kind::Fill;
}

void Device::note(Flags &F, uint64_t Begin, uint64_t End) const {
  F.resize(imageBytes());
  for (uint64_t A = Begin; A < End; ++A)
    if (auto Offset = offsetOf(A))
      F[*Offset] = true;
}

/// The first run.
bool Device::execute(Step &S) const {
  for (Flags *F : {&S.LiveIn, &S.Written, &S.Clobbered})
    F->assign(imageBytes(), false);
  if (S.K == Step::Kind::Launch) {
    emulator::Launch L = S.L;
    L.Trace = emulator::TraceLevel::Bytes;
    const emulator::Result R = Kernels[S.Kernel]->run(L);
    if (R.S != emulator::Status::Finished)
      return false;
    for (const emulator::Range &X : R.Trace.LiveIn)
      note(S.LiveIn, X.Begin, X.End);
    for (const emulator::Range &X : R.Trace.Written)
      note(S.Written, X.Begin, X.End);
    for (const emulator::Range &X : R.Trace.Clobbered)
      note(S.Clobbered, X.Begin, X.End);
    if (std::strcmp(family()[S.Kernel].Name, "read_constant") == 0)
      note(S.LiveIn, Parts[2].Address, Parts[2].Address + Parts[2].Bytes);
    return true;
  }
  for (size_t Row = 0; Row < S.Rows; ++Row) {
    note(S.Written, S.To + Row * S.Pitch, S.To + Row * S.Pitch + S.Width);
    if (S.K == Step::Kind::Copy)
      note(S.LiveIn, S.From + Row * S.FromPitch,
           S.From + Row * S.FromPitch + S.Width);
  }
  transfer(S, S.Rows);
  return true;
}

Step Device::next(Random &R) {
  const Image Before = image();
  for (;;) {
    Step S;
    const uint64_t Draw = R.below(100);
    if (Draw < 2) {
      S.LiveIn = S.Written = S.Clobbered = Flags(imageBytes());
      return S;
    }
    if (Draw >= 72)
      drawCopy(R, S);
    else if (!drawLaunch(R, S))
      continue;
    if (execute(S))
      return S;
    restore(Before);
  }
}

//===----------------------------------------------------------------------===//
// Running
//===----------------------------------------------------------------------===//

void Device::transfer(const Step &S, size_t Rows) const {
  for (size_t Row = 0; Row < Rows; ++Row)
    if (S.K == Step::Kind::Copy)
      std::memcpy(at(S.To + Row * S.Pitch), at(S.From + Row * S.FromPitch),
                  S.Width);
    else
      std::memset(at(S.To + Row * S.Pitch), S.Value, S.Width);
}

bool Device::run(const Step &S, Random *Cut,
                 const emulator::Schedule *Order) const {
  if (S.K == Step::Kind::Fence)
    return true;
  if (S.K != Step::Kind::Launch) {
    transfer(S, Cut ? Cut->below(S.Rows + 1) : S.Rows);
    return true;
  }
  emulator::Launch L = S.L;
  if (Order)
    L.Order = *Order;
  if (Cut) {
    L.Stop.K =
        Cut->of({emulator::Cut::Kind::Store, emulator::Cut::Kind::Store,
                 emulator::Cut::Kind::Access, emulator::Cut::Kind::Block});
    L.Stop.N = 1 + Cut->below(L.Stop.K == emulator::Cut::Kind::Block ? 3 : 20);
  }
  return Kernels[S.Kernel]->run(L).S != emulator::Status::Faulted;
}

reprise_status Device::append(reprise_window *W, const reprise_db *Db,
                              const Step &S, uint64_t *Number) const {
  if (S.K == Step::Kind::Fence)
    return reprise_window_fence(W, Number);
  if (S.K == Step::Kind::Launch) {
    reprise_launch L = {};
    L.grid[0] = S.L.Grid.X;
    L.block[0] = S.L.Block.X;
    L.grid[1] = L.grid[2] = L.block[1] = L.block[2] = 1;
    L.arguments = S.L.Params.data();
    L.arguments_size = S.L.Params.size();
    L.allocations = Map;
    return reprise_window_launch(
        W, reprise_db_find(Db, family()[S.Kernel].Name), &L, Number, nullptr);
  }
  auto Region = [&](uint64_t Address, size_t Pitch) {
    reprise_region X = {};
    X.kind = S.Outside && isHost(Address) ? REPRISE_REGION_OUTSIDE
             : isHost(Address)            ? REPRISE_REGION_HOST
                                          : REPRISE_REGION_DEVICE;
    X.address = Address;
    X.width = S.Width;
    X.rows = S.Rows;
    X.pitch = Pitch;
    return X;
  };
  const reprise_region To = Region(S.To, S.Pitch),
                       From = Region(S.From, S.FromPitch);
  return reprise_window_copy(W, &To, S.K == Step::Kind::Copy ? &From : nullptr,
                             Map, Number);
}

std::string Step::str(const Device &D) const {
  char Text[200];
  auto Name = [&](uint64_t Address) {
    return static_cast<long long>(D.offsetOf(Address).value_or(0));
  };
  if (K == Kind::Fence)
    return "fence";
  if (K == Kind::Launch) {
    uint64_t P[3];
    int32_t N[3];
    std::memcpy(P, L.Params.data(), 24);
    std::memcpy(N, L.Params.data() + 24, 12);
    std::snprintf(Text, sizeof Text,
                  "%s<<<%u, %u>>>(%lld, %lld, %lld, n %d, s %d, k %d)",
                  family()[Kernel].Name, L.Grid.X, L.Block.X, Name(P[0]),
                  Name(P[1]), Name(P[2]), N[0], N[1], N[2]);
  } else {
    std::snprintf(Text, sizeof Text, "%s to %lld from %lld, %zu rows of %zu",
                  K == Kind::Copy ? "copy" : "fill", Name(To), Name(From), Rows,
                  Width);
  }
  return Text;
}

} // namespace reprise::window
