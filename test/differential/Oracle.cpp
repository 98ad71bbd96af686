//===- Oracle.cpp - One launch: what is said and what happens -------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Oracle.h"
#include "Random.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <sys/mman.h>

namespace reprise::differential {

const char *nameOf(Wrong W) {
  static constexpr const char *Names[] = {
      "no",
      "said idempotent, but a byte is clobbered",
      "said clobbers, but no byte is",
      "the backup set lacks a clobbered byte",
      "said idempotent, but a second run leaves other memory",
      "the C interface refused the launch"};
  return Names[static_cast<unsigned>(W)];
}

//===----------------------------------------------------------------------===//
// Memory
//===----------------------------------------------------------------------===//

Window::Window() {
  void *P = mmap(nullptr, Bytes, PROT_READ | PROT_WRITE,
                 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (P == MAP_FAILED) {
    std::perror("reprise-differential: no address space for buffers");
    std::exit(2);
  }
  Data = static_cast<uint8_t *>(P) + Before;
}

Window::~Window() { munmap(Data - Before, Bytes); }

void Window::fill(uint64_t Content, int64_t Far) {
  static const auto Contents = [] {
    std::array<std::array<uint32_t, WindowBytes / 4>, 4> All;
    for (size_t I = 0; I < All.size(); ++I) {
      Random R(I + 1);
      for (uint32_t &Word : All[I]) // Mostly small, for indices.
        Word = static_cast<uint32_t>(R.percent(88)   ? R.below(40)
                                     : R.percent(50) ? R.next()
                                                     : R.between(-3, 3));
    }
    return All;
  }();
  std::memcpy(Data, Contents[Content % Contents.size()].data(), WindowBytes);
  if (Far)
    std::memcpy(Data + Far, Contents[(Content + 1) % Contents.size()].data(),
                WindowBytes);
}

//===----------------------------------------------------------------------===//
// Runs
//===----------------------------------------------------------------------===//

Oracle::Oracle(Window &W, const Kernel &K, emulator::Program &Program,
               emulator::Kernel &Code, uint64_t Most)
    : W(W), K(K), Program(Program), Code(Code), Most(Most) {
  for (const emulator::Symbol &S : Program.symbols())
    if (K.HasVariable && S.Name == variableName(K))
      Variable = S;
}

void Oracle::fill(const LaunchSpec &L) {
  W.fill(L.Content, L.Far);
  for (const TableSpec &T : L.Tables)
    for (size_t I = 0; I < T.To.size(); ++I) {
      uint64_t To = W.base() + static_cast<uint64_t>(T.To[I]);
      std::memcpy(W.data() + T.Offset + 8 * I, &To, 8);
    }
  if (Variable.Size)
    std::memcpy(reinterpret_cast<void *>(Variable.Address), W.data(),
                static_cast<size_t>(Variable.Size));
}

std::string Oracle::nameOfByte(uint64_t Address) const {
  if (Address - Variable.Address < Variable.Size)
    return "byte " + std::to_string(Address - Variable.Address) +
           " of the variable";
  return "byte " + std::to_string(static_cast<int64_t>(Address - W.base())) +
         " of the window";
}

emulator::Launch Oracle::launch(const LaunchSpec &L) const {
  emulator::Launch E;
  E.Grid = {L.Grid[0], L.Grid[1], L.Grid[2]};
  E.Block = {L.Block[0], L.Block[1], L.Block[2]};
  E.Params = pack(K, L, W.base());
  E.InstructionLimit = Most;
  if (K.DynamicShared)
    E.DynamicShared = 4 * static_cast<uint32_t>(K.Shared);
  if (!L.Map)
    E.Allocations = {{W.base(), static_cast<uint64_t>(WindowBytes)}};
  if (!L.Map && L.Far)
    E.Allocations.push_back({W.base() + static_cast<uint64_t>(L.Far),
                             static_cast<uint64_t>(WindowBytes)});
  for (const LaunchSpec::Piece &P : L.Allocations)
    E.Allocations.push_back({W.base() + static_cast<uint64_t>(P.Offset),
                             static_cast<uint64_t>(P.Size)});
  for (const ImageSpec &I : L.Images) {
    emulator::LinearTexture T;
    T.Handle = static_cast<uint64_t>(I.Handle);
    T.Address = W.base() + static_cast<uint64_t>(I.Offset);
    T.Elements = static_cast<uint64_t>(I.Elements);
    T.Signed = true;
    E.Textures.push_back(T);
  }
  return E;
}

static bool intersect(const std::vector<emulator::Range> &A,
                      const std::vector<emulator::Range> &B) {
  for (size_t I = 0, J = 0; I < A.size() && J < B.size();) {
    if (A[I].Begin < B[J].End && B[J].Begin < A[I].End)
      return true;
    A[I].End < B[J].End ? ++I : ++J;
  }
  return false;
}

static const char *faultName(emulator::FaultKind K) {
  switch (K) {
  case emulator::FaultKind::OutOfBounds:
    return "out of bounds";
  case emulator::FaultKind::Misaligned:
    return "misaligned";
  case emulator::FaultKind::Barrier:
    return "barrier";
  case emulator::FaultKind::Limit:
    return "too long";
  default:
    return "other";
  }
}

Observation Oracle::observe(const LaunchSpec &L) {
  fill(L);
  emulator::Launch E = launch(L);
  E.Trace = emulator::TraceLevel::Bytes;
  emulator::Result R = Code.run(E);
  Observation O;
  O.Instructions = R.Instructions;
  if (R.S != emulator::Status::Finished) {
    O.Fault = faultName(R.Problem.Kind);
    if (O.Fault == "other")
      O.Fault = R.Problem.Text;
    return O;
  }
  O.Decided = true;
  O.Clobbers = !R.Trace.Clobbered.empty();
  O.Overwrites = O.Clobbers || intersect(R.Trace.LiveIn, R.Trace.Written);
  if (R.Trace.First) {
    emulator::Clobber &First = *R.Trace.First;
    // Lines are those of a file with other kernels, which is gone.
    First.Reader.Source.clear();
    First.Writer.Source.clear();
    O.First = nameOfByte(First.Address) + ": read by " + First.Reader.str() +
              ", written by " + First.Writer.str();
  }
  O.Clobbered = std::move(R.Trace.Clobbered);
  return O;
}

bool Oracle::staysInAllocations(const LaunchSpec &L) {
  if (L.Allocations.size() > Window::Rooms)
    return false;
  fill(L);
  emulator::Launch E = launch(L);
  E.Allocations.clear();
  std::vector<size_t> Offsets;
  layOut(K, Offsets);
  for (size_t P = 0; P < L.Allocations.size(); ++P) {
    const LaunchSpec::Piece &Piece = L.Allocations[P];
    // Somewhere else in each room, so that no distance is like another.
    uint8_t *To =
        W.room(P) + 4096 * (1 + 37 * P * P % 97) + (Piece.Offset & 15);
    std::memcpy(To, W.data() + Piece.Offset, static_cast<size_t>(Piece.Size));
    auto Base = reinterpret_cast<uint64_t>(To);
    E.Allocations.push_back({Base, static_cast<uint64_t>(Piece.Size)});
  }
  /// Where the byte at an offset into the window is now.
  auto Moved = [&](int64_t Offset) -> std::optional<uint64_t> {
    for (size_t P = 0; P < L.Allocations.size(); ++P)
      if (int64_t In = Offset - L.Allocations[P].Offset;
          In >= 0 && In < L.Allocations[P].Size)
        return E.Allocations[P].Address + static_cast<uint64_t>(In);
    return std::nullopt;
  };
  for (size_t I = 0; I < K.Params.size(); ++I)
    if (auto There = Moved(L.Arguments[I]); There && K.Params[I].Pointer)
      std::memcpy(&E.Params[Offsets[I]], &*There, 8);
  for (size_t I = 0; I < L.Images.size(); ++I)
    if (auto There = Moved(L.Images[I].Offset))
      E.Textures[I].Address = *There;
  for (const TableSpec &T : L.Tables)
    for (size_t I = 0; I < T.To.size(); ++I)
      if (auto At = Moved(T.Offset + static_cast<int64_t>(8 * I)))
        if (auto To = Moved(T.To[I]))
          std::memcpy(reinterpret_cast<void *>(*At), &*To, 8);
  return Code.run(E).S == emulator::Status::Finished;
}

/// True when the launch, stopped anywhere and run again, leaves other memory
/// than clean runs. The first of those and the re-run take their turns in the
/// same order.
bool Oracle::replayDiffers(const LaunchSpec &L, uint64_t Seed) {
  using Order = emulator::Schedule::Kind;
  Random R(Seed);
  emulator::Replay Try;
  Try.Again.K = R.of({Order::Sequential, Order::Shuffled, Order::Random});
  Try.Again.Seed = R.next();
  fill(L);
  emulator::Replayer Runs(Program, Code, launch(L));
  if (Runs.clean(Try.Again).S != emulator::Status::Finished)
    return false;
  Try.First = {Order::Random, R.next()};
  Try.Stop.K = emulator::Cut::Kind::Store;
  Try.Stop.N = 1 + R.below(R.percent(50) ? 8 : 200);
  // Threads that race may leave something else in each run, stopped or not:
  // only a result that a clean run always has tells anything.
  const emulator::Schedule Confirm[] = {{Try.Again.K, R.next()},
                                        {Try.Again.K, R.next()}};
  return Runs.kill(Try, Confirm).K == emulator::Outcome::Kind::Differs;
}

//===----------------------------------------------------------------------===//
// Answers
//===----------------------------------------------------------------------===//

Answer Oracle::ask(const reprise_kernel *Summary, const LaunchSpec &L,
                   bool WithBackup) const {
  Answer A;
  reprise_allocations *Map = nullptr;
  if (L.Map) {
    std::vector<reprise_range> Ranges;
    for (const LaunchSpec::Piece &P : L.Allocations)
      Ranges.push_back({W.base() + static_cast<uint64_t>(P.Offset),
                        static_cast<uint64_t>(P.Size)});
    std::string Name = variableName(K);
    reprise_symbol Own = {Name.c_str(), Variable.Address, Variable.Size};
    bool HasOwn = L.Symbols && Variable.Size;
    if (HasOwn)
      Ranges.push_back({Variable.Address, Variable.Size});
    std::vector<reprise_binding> Bindings;
    for (const ImageSpec &I : L.Images)
      if (L.Bindings)
        Bindings.push_back({static_cast<uint64_t>(I.Handle),
                            REPRISE_HANDLE_TEXTURE,
                            0,
                            {W.base() + static_cast<uint64_t>(I.Offset),
                             static_cast<uint64_t>(4 * I.Elements)},
                            0});
    reprise_memory_map Known = {};
    Known.struct_size = sizeof(Known);
    Known.ranges = Ranges.data();
    Known.range_count = Ranges.size();
    Known.symbols = &Own;
    Known.symbol_count = HasOwn ? 1 : 0;
    Known.bindings = Bindings.data();
    Known.binding_count = Bindings.size();
    A.Status = reprise_allocations_create_map(&Known, &Map);
    if (A.Status != REPRISE_OK)
      return A;
  }
  std::vector<uint8_t> Block = pack(K, L, W.base());
  reprise_launch X = {};
  std::copy(L.Grid.begin(), L.Grid.end(), X.grid);
  std::copy(L.Block.begin(), L.Block.end(), X.block);
  X.arguments = Block.data();
  X.arguments_size = Block.size();
  X.allocations = Map;
  X.flags = L.NoInBounds ? REPRISE_LAUNCH_NO_IN_BOUNDS : 0;
  A.Status = reprise_check(Summary, &X, &A.Result);
  if (WithBackup && A.Status == REPRISE_OK) {
    int Bounded = 0;
    size_t Count = 0;
    reprise_result Same;
    A.Backup.resize(1024);
    reprise_status S = reprise_backup_set(
        Summary, &X, &Same, &Bounded, A.Backup.data(), A.Backup.size(), &Count);
    A.Bounded = S == REPRISE_OK && Bounded;
    A.Backup.resize(A.Bounded ? Count : 0);
  }
  reprise_allocations_free(Map);
  return A;
}

/// Each of Bytes is in one of Sets, which are sorted.
static bool covered(const std::vector<emulator::Range> &Bytes,
                    const std::vector<reprise_range> &Sets) {
  for (const emulator::Range &R : Bytes) {
    uint64_t At = R.Begin;
    for (const reprise_range &S : Sets)
      if (S.address <= At && At < S.address + S.size)
        At = S.address + S.size;
    if (At < R.End)
      return false;
  }
  return true;
}

Wrong Oracle::judge(const LaunchSpec &L, const Answer &A, const Observation &O,
                    bool Replays, uint64_t Seed) {
  if (A.Status != REPRISE_OK)
    return Wrong::Error;
  if (!O.Decided)
    return Wrong::No;
  if (A.Result.verdict == REPRISE_CLOBBERS && !O.Overwrites)
    return (A.Result.assumptions & REPRISE_ASSUME_IN_BOUNDS) && L.Map &&
                   !staysInAllocations(L)
               ? Wrong::No
               : Wrong::Clobbers;
  if (O.Clobbers) {
    Wrong X = A.Result.verdict == REPRISE_IDEMPOTENT         ? Wrong::Idempotent
              : A.Bounded && !covered(O.Clobbered, A.Backup) ? Wrong::Backup
                                                             : Wrong::No;
    // An assumption that the launch breaks makes nothing wrong. (The backup
    // set may use it without saying so.)
    if (X != Wrong::No && L.Map && !L.NoInBounds && !staysInAllocations(L))
      return Wrong::No;
    return X;
  }
  if (Replays && A.Result.verdict == REPRISE_IDEMPOTENT &&
      replayDiffers(L, Seed))
    return Wrong::Replay;
  return Wrong::No;
}

} // namespace reprise::differential
