//===- GridAccess.cpp - Accesses: bounds, traces, points to stop at -------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Grid.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MathExtras.h"

#include <cstring>

using namespace llvm;

namespace reprise::emulator {

/// Reports of uninitialised reads that are kept.
static constexpr size_t MostReports = 8;

static std::string describe(const SiteInfo &S, uint64_t Address,
                            uint64_t Bytes) {
  const char *Verb = S.Kind == AccessKind::Read    ? "reads "
                     : S.Kind == AccessKind::Write ? "writes "
                                                   : "updates ";
  return Verb + std::to_string(Bytes) + " bytes at 0x" +
         utohexstr(Address, /*LowerCase=*/true);
}

static std::string describe(const Region &R) {
  switch (R.K) {
  case Region::Kind::Global:
    return "the allocation at 0x" + utohexstr(R.Begin, true) + " of " +
           std::to_string(R.End - R.Begin) + " bytes";
  case Region::Kind::Symbol:
  case Region::Kind::Constant:
    return "the variable " + R.Name + " of " + std::to_string(R.End - R.Begin) +
           " bytes";
  case Region::Kind::Shared:
    return "the block's shared memory of " + std::to_string(R.End - R.Begin) +
           " bytes";
  case Region::Kind::Local:
    break;
  }
  return "local memory";
}

static std::string outside(const SiteInfo &S, const Memory &Mem,
                           uint64_t Address, uint64_t Bytes) {
  std::string Text = describe(S, Address, Bytes) + ", outside of ";
  const Region *Near = Mem.nearest(Address);
  if (!Near)
    return Text + "all memory: the launch has no allocations";
  Text += "every allocation; the nearest is " + describe(*Near);
  if (Address < Near->Begin)
    return Text + ", " + std::to_string(Near->Begin - Address) +
           " bytes further on";
  if (Address >= Near->End)
    return Text + ", which ended " + std::to_string(Address - Near->End) +
           " bytes before";
  return Text + ", which ends inside the access";
}

/// The region that the access lies in; a fault where there is none.
const Region &Grid::locate(uint32_t Site, uint64_t Address, uint64_t Bytes) {
  const SiteInfo &S = K.Sites[Site];
  const Region *R = Mem.find(Address);
  auto Width = static_cast<uint32_t>(std::min<uint64_t>(Bytes, ~0u));
  if (R && R->K == Region::Kind::Local && !Res.Workers.contains(Address))
    R = nullptr;
  if (!R || Bytes > R->End - Address) {
    fault(FaultKind::OutOfBounds, Site, Address, Width,
          outside(S, Mem, Address, Bytes));
    leave();
  }
  if (S.Alignment > 1 && Address % S.Alignment) {
    fault(FaultKind::Misaligned, Site, Address, Width,
          describe(S, Address, Bytes) + ", which is no multiple of " +
              std::to_string(S.Alignment));
    leave();
  }
  if (R->K == Region::Kind::Constant && S.Kind != AccessKind::Read) {
    fault(FaultKind::ReadOnly, Site, Address, Width,
          describe(S, Address, Bytes) + " in constant memory, " + describe(*R));
    leave();
  }
  return *R;
}

/// Lets compiled code go on by itself inside of R.
void Grid::cache(uint32_t Site, const Region &R) {
  const SiteInfo &S = K.Sites[Site];
  if (!Caching || !S.Width || R.K == Region::Kind::Local)
    return;
  if (K.Traced && !R.ShadowDelta)
    return;
  // Its loads are counted.
  if (L.Host.Address >= R.Begin && L.Host.Address < R.End)
    return;
  uint64_t Low = alignTo(R.Begin, S.Alignment);
  if (Low + S.Width > R.End)
    return;
  K.Caches[Site] = {Low, (R.End - S.Width - Low) / S.Alignment + 1,
                    R.ShadowDelta};
}

/// Checks come after LLVM's optimisations where nothing is traced. Those make
/// `c ? p[i] : n` one load, of p[i] or of n's place in the argument block; the
/// same with a field of the thread's context. A kernel cannot have such an
/// address.
bool Grid::isUnpacking(const SiteInfo &S, uint64_t Address) const {
  auto Within = [&](const void *Begin, size_t Size) {
    uint64_t Offset = Address - reinterpret_cast<uint64_t>(Begin);
    return Offset < Size && S.Width <= Size - Offset;
  };
  return !K.Traced && S.Kind == AccessKind::Read &&
         (Within(L.Params.data(), L.Params.size()) ||
          Within(&Running->Context, sizeof(ThreadContext)));
}

void Grid::check(uint32_t Site, uint64_t Address) {
  if (isUnpacking(K.Sites[Site], Address))
    return;
  cache(Site, locate(Site, Address, K.Sites[Site].Width));
  hostActs(Address);
}

/// Before a thread loads the host's word.
void Grid::hostActs(uint64_t Address) {
  if (Address != L.Host.Address || !Address)
    return;
  void *Word = atAddress<void>(Address);
  const uint64_t Load = ++Out.SignalLoads;
  if (Load == L.Host.Load) {
    std::memcpy(&BeforeHost, Word, sizeof BeforeHost);
    std::memcpy(Word, &L.Host.Value, sizeof L.Host.Value);
  } else if (L.Host.Stale && L.Host.Load && Load > L.Host.Load) {
    // A bit of a product's upper half is as good as a random one.
    constexpr uint64_t Odd = 0x9e3779b97f4a7c15;
    const bool Old = ((L.Host.Stale + Load) * Odd) >> 63;
    std::memcpy(Word, Old ? &BeforeHost : &L.Host.Value, sizeof BeforeHost);
  }
}

/// One access to global memory: here the grid is stopped, or another thread
/// runs first.
void Grid::step(const Region &R, bool Writes) {
  if (R.K != Region::Kind::Global && R.K != Region::Kind::Symbol) {
    // Shared memory may be raced for, too.
    if (R.K == Region::Kind::Shared && chance())
      yield();
    return;
  }
  if (StopNext) {
    stop(Status::Stopped);
    leave();
  }
  if (chance())
    yield();
  ++Out.Accesses;
  if (L.Stop.K == Cut::Kind::Access && Out.Accesses >= L.Stop.N) {
    stop(Status::Stopped);
    leave();
  }
  if (Writes)
    countStore(R);
}

/// The store itself comes before the cut.
void Grid::countStore(const Region &R) {
  if (!Stepping || (R.K != Region::Kind::Global && R.K != Region::Kind::Symbol))
    return;
  ++Out.Stores;
  StopNext = L.Stop.K == Cut::Kind::Store && Out.Stores >= L.Stop.N;
}

/// The region of an access whose turn has come.
const Region &Grid::enter(uint32_t Site, uint64_t Address, uint64_t Bytes,
                          bool Writes) {
  const Region *R = &locate(Site, Address, Bytes);
  cache(Site, *R);
  if (Stepping) {
    step(*R, Writes);
    R = Mem.find(Address); // Blocks that began meanwhile have moved it.
  }
  hostActs(Address);
  return *R;
}

void Grid::log(const Region &R, uint64_t Address, uint32_t Bytes,
               AccessKind Kind) {
  if (R.K == Region::Kind::Shared || R.K == Region::Kind::Local)
    return;
  uint32_t Thread = Running->Now.Thread;
  for (uint64_t A = Address; A < Address + Bytes; ++A) {
    bool LiveIn = Kind != AccessKind::Write && R.ShadowDelta &&
                  !Mem.isWrittenBefore(R, A, Running->Now);
    if (!Events.empty()) {
      Event &E = Events.back();
      if (E.Thread == Thread && E.Kind == Kind && E.LiveIn == LiveIn &&
          E.Address + E.Bytes == A) {
        ++E.Bytes;
        continue;
      }
    }
    Events.push_back({Thread, 1, A, Kind, LiveIn});
  }
}

void Grid::uninitialised(uint32_t Site, uint64_t Address, uint32_t Bytes) {
  if (Out.Uninitialised.size() >= MostReports)
    return;
  Fault F;
  F.Where = place(*Running, Site);
  F.Address = Address;
  F.Bytes = Bytes;
  F.Text = K.Name + ": " + F.Where.str() + ": reads " + std::to_string(Bytes) +
           " bytes of shared memory that nobody wrote";
  Out.Uninitialised.push_back(std::move(F));
}

void Grid::read(uint32_t Site, uint64_t Address, uint32_t Bytes) {
  noteRead(enter(Site, Address, Bytes, /*Writes=*/false), Site, Address, Bytes);
}

void Grid::noteRead(const Region &R, uint32_t Site, uint64_t Address,
                    uint32_t Bytes) {
  if (L.Trace == TraceLevel::Threads)
    log(R, Address, Bytes, AccessKind::Read);
  if (!R.ShadowDelta)
    return;
  if (R.K != Region::Kind::Shared) {
    Mem.read(R, Address, Bytes, Running->Now, Site);
    return;
  }
  uint8_t *S = R.shadow(Address);
  if (!std::all_of(S, S + Bytes, [](uint8_t B) { return B & ShadowWritten; })) {
    uninitialised(Site, Address, Bytes);
    std::fill_n(S, Bytes, static_cast<uint8_t>(ShadowReadFinal)); // Once.
  }
}

void Grid::write(uint32_t Site, uint64_t Address, uint32_t Bytes) {
  const Region &R = enter(Site, Address, Bytes, /*Writes=*/true);
  if (L.Trace == TraceLevel::Threads)
    log(R, Address, Bytes, AccessKind::Write);
  if (!R.ShadowDelta)
    return;
  if (R.K == Region::Kind::Shared)
    std::fill_n(R.shadow(Address), Bytes,
                static_cast<uint8_t>(ShadowWritten | ShadowReadFinal |
                                     ShadowWriteFinal));
  else
    Mem.write(R, Address, Bytes, Running->Now, Site);
}

void Grid::atomic(uint32_t Site, uint64_t Address) {
  noteAtomic(enter(Site, Address, K.Sites[Site].Width, /*Writes=*/true), Site,
             Address);
}

/// What is not as expected is only read.
void Grid::compareAndSwap(uint32_t Site, uint64_t Address,
                          const void *Expected) {
  uint32_t Width = K.Sites[Site].Width;
  const Region &R = enter(Site, Address, Width, /*Writes=*/false);
  if (std::memcmp(atAddress<void>(Address), Expected, Width) != 0)
    return noteRead(R, Site, Address, Width);
  countStore(R);
  noteAtomic(R, Site, Address);
}

void Grid::noteAtomic(const Region &R, uint32_t Site, uint64_t Address) {
  const SiteInfo &S = K.Sites[Site];
  if (L.Trace == TraceLevel::Threads)
    log(R, Address, S.Width, AccessKind::Atomic);
  if (!R.ShadowDelta)
    return;
  if (R.K == Region::Kind::Shared) {
    uint8_t *B = R.shadow(Address);
    if (!std::all_of(B, B + S.Width,
                     [](uint8_t X) { return X & ShadowWritten; }))
      uninitialised(Site, Address, S.Width);
    std::fill_n(B, S.Width,
                static_cast<uint8_t>(ShadowWritten | ShadowReadFinal |
                                     ShadowWriteFinal));
    return;
  }
  if (S.Repeatable) {
    Mem.repeat(R, Address, S.Width, Running->Now, Site, S.Repeatable);
    return;
  }
  Mem.read(R, Address, S.Width, Running->Now, Site);
  Mem.write(R, Address, S.Width, Running->Now, Site);
  Mem.mark(R, Address, S.Width, ShadowAtomic);
}

/// Copies and fills of a length that only the run knows.
void Grid::range(uint32_t Site, uint64_t Address, uint64_t Bytes) {
  if (!Bytes)
    return;
  if (!K.Traced) {
    locate(Site, Address, Bytes);
    return;
  }
  constexpr uint64_t Most = 1u << 30;
  for (uint64_t Done = 0; Done < Bytes; Done += Most) {
    auto Part = static_cast<uint32_t>(std::min(Bytes - Done, Most));
    if (K.Sites[Site].Kind == AccessKind::Read)
      read(Site, Address + Done, Part);
    else
      write(Site, Address + Done, Part);
  }
}

void Grid::localFault(uint32_t Site, uint64_t Address) {
  fault(FaultKind::OutOfBounds, Site, Address, K.Sites[Site].Width,
        describe(K.Sites[Site], Address, K.Sites[Site].Width) +
            ", outside of a local variable");
  leave();
}

uint32_t Grid::isInSpace(uint64_t Address, uint32_t Space) const {
  const Region *R = Mem.find(Address);
  if (!R)
    return 0;
  switch (R->K) {
  case Region::Kind::Shared:
    return Space == 3;
  case Region::Kind::Local:
    return Space == 5;
  case Region::Kind::Constant:
    return Space == 4;
  default:
    return Space == 1;
  }
}

} // namespace reprise::emulator
