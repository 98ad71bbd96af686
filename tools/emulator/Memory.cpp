//===- Memory.cpp - Which addresses a grid may use, what became of them ---===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Memory.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

#include <algorithm>
#include <cstring>
#include <sys/mman.h>

namespace reprise::emulator {

//===----------------------------------------------------------------------===//
// Arenas
//===----------------------------------------------------------------------===//

Arena::~Arena() {
  if (Data)
    munmap(Data, Capacity);
}

bool Arena::reset(size_t Bytes, bool Low32) {
  constexpr size_t Cheap = size_t(1) << 20; // To clear by hand.
  if (Data && Used > Cheap)
    madvise(Data, Used, MADV_DONTNEED);
  else if (Data)
    std::memset(Data, 0, Used);
  Used = Bytes;
  if (Bytes <= Capacity)
    return true;
  if (Data)
    munmap(Data, Capacity);
  Capacity = std::max<size_t>((Bytes + 4095) / 4096 * 4096, Capacity * 2);
  int Flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
  if (Low32)
    Flags |= MAP_32BIT;
  void *P = mmap(nullptr, Capacity, PROT_READ | PROT_WRITE, Flags, -1, 0);
  if (P == MAP_FAILED) {
    Data = nullptr;
    Capacity = Used = 0;
    return false;
  }
  Data = static_cast<uint8_t *>(P);
  return true;
}

//===----------------------------------------------------------------------===//
// Regions
//===----------------------------------------------------------------------===//

std::string Memory::begin(llvm::ArrayRef<Allocation> Allocations,
                          llvm::ArrayRef<Symbol> Symbols, bool Traced) {
  Regions.clear();
  Others.clear();
  Last = nullptr;
  for (const Allocation &A : Allocations) {
    if (A.Address + A.Size < A.Address)
      return "the allocation at 0x" + llvm::utohexstr(A.Address, true) +
             " is larger than the address space";
    Region R;
    R.Begin = A.Address;
    R.End = A.Address + A.Size;
    if (A.Size)
      Regions.push_back(R);
  }
  for (const Symbol &S : Symbols) {
    Region R;
    R.K = S.Constant ? Region::Kind::Constant : Region::Kind::Symbol;
    R.Begin = S.Address;
    R.End = S.Address + S.Size;
    R.Name = S.Name;
    Regions.push_back(R);
  }
  llvm::sort(Regions, [](const Region &A, const Region &B) {
    return A.Begin < B.Begin;
  });
  uint64_t Bytes = 0;
  for (size_t I = 0; I < Regions.size(); ++I) {
    if (I && Regions[I].Begin < Regions[I - 1].End)
      return "allocations overlap at 0x" +
             llvm::utohexstr(Regions[I].Begin, true);
    if (Regions[I].K != Region::Kind::Constant)
      Bytes += Regions[I].End - Regions[I].Begin;
  }
  if (!Traced)
    return "";
  if (!States.reset(Bytes + 16) || !Infos.reset(Bytes * sizeof(ByteInfo)))
    return "there is no memory for a trace of " + std::to_string(Bytes) +
           " bytes; trace less";
  uint64_t At = 0;
  for (Region &R : Regions) {
    if (R.K == Region::Kind::Constant)
      continue;
    R.ShadowDelta = static_cast<int64_t>(
        reinterpret_cast<uint64_t>(States.data()) + At - R.Begin);
    R.Infos = reinterpret_cast<ByteInfo *>(Infos.data()) + At;
    At += R.End - R.Begin;
  }
  return "";
}

void Memory::addRegion(const Region &R) {
  Regions.insert(llvm::upper_bound(Regions, R,
                                   [](const Region &A, const Region &B) {
                                     return A.Begin < B.Begin;
                                   }),
                 R);
  Last = nullptr;
}

const Region *Memory::find(uint64_t Address) const {
  if (Last && Address >= Last->Begin && Address < Last->End)
    return Last;
  auto It =
      llvm::upper_bound(Regions, Address, [](uint64_t A, const Region &R) {
        return A < R.Begin;
      });
  if (It == Regions.begin() || Address >= std::prev(It)->End)
    return nullptr;
  return Last = &*std::prev(It);
}

const Region *Memory::nearest(uint64_t Address) const {
  const Region *Best = nullptr;
  uint64_t Least = ~uint64_t(0);
  for (const Region &R : Regions) {
    if (R.K == Region::Kind::Local)
      continue;
    uint64_t D = Address < R.Begin ? R.Begin - Address
                 : Address < R.End ? 0
                                   : Address - R.End;
    if (D < Least) {
      Least = D;
      Best = &R;
    }
  }
  return Best;
}

//===----------------------------------------------------------------------===//
// Tracing
//===----------------------------------------------------------------------===//

bool Memory::ordered(Moment Write, Moment Now) const {
  if (Write.Thread == Now.Thread)
    return true;
  uint32_t Block = Now.Thread / ThreadsPerBlock;
  if (Write.Thread / ThreadsPerBlock != Block)
    return false;
  if (Write.Block < Now.Block)
    return true;
  uint32_t First = Block * ThreadsPerBlock;
  return (Write.Thread - First) / 32 == (Now.Thread - First) / 32 &&
         Write.Warp < Now.Warp;
}

bool Memory::isWrittenBefore(const Region &R, uint64_t Address,
                             Moment Now) const {
  if (!(*R.shadow(Address) & ShadowWritten))
    return false;
  if (ordered(R.Infos[Address - R.Begin].Writer, Now))
    return true;
  if (Others.empty())
    return false;
  auto It = Others.find(Address);
  return It != Others.end() &&
         llvm::any_of(It->second, [&](Moment W) { return ordered(W, Now); });
}

void Memory::read(const Region &R, uint64_t Address, uint32_t Bytes, Moment Now,
                  uint32_t Site) {
  for (uint64_t A = Address; A < Address + Bytes; ++A) {
    uint8_t &S = *R.shadow(A);
    if (S & ShadowReadFinal)
      continue;
    bool Live = (S & ShadowLiveIn) || !isWrittenBefore(R, A, Now);
    if (Live) {
      if (!(S & ShadowLiveIn)) {
        ByteInfo &Info = R.Infos[A - R.Begin];
        Info.Reader = Now.Thread;
        Info.ReaderSite = Site;
        if (!(S & ShadowWritten))
          S |= ShadowLiveInHere;
      }
      S |= ShadowLiveIn | ShadowReadFinal;
      if (S & ShadowWritten)
        S |= ShadowWriteFinal;
    }
    S |= ShadowRead | ShadowPlain;
  }
}

void Memory::write(const Region &R, uint64_t Address, uint32_t Bytes,
                   Moment Now, uint32_t Site) {
  for (uint64_t A = Address; A < Address + Bytes; ++A) {
    uint8_t &S = *R.shadow(A);
    if (S & ShadowWriteFinal)
      continue;
    ByteInfo &Info = R.Infos[A - R.Begin];
    if (!(S & ShadowWritten)) {
      Info.Writer = Now;
      Info.WriterSite = Site;
    } else if (Info.Writer.Thread != Now.Thread) {
      std::vector<Moment> &More = Others[A];
      if (llvm::none_of(More, [&](Moment W) { return W.Thread == Now.Thread; }))
        More.push_back(Now);
    }
    S |= ShadowWritten;
    if ((S & ShadowAtomic) && !(S & ShadowPlain) &&
        (Info.Repeatable & RepeatableBitwise))
      continue; // See repeat.
    S |= ShadowPlain;
    if (S & ShadowLiveIn)
      S |= ShadowWriteFinal | ShadowReadFinal;
  }
}

void Memory::repeat(const Region &R, uint64_t Address, uint32_t Bytes,
                    Moment Now, uint32_t Site, uint32_t Kind) {
  for (uint64_t A = Address; A < Address + Bytes; ++A) {
    uint8_t &S = *R.shadow(A);
    ByteInfo &Info = R.Infos[A - R.Begin];
    if (S == 0) {
      S = ShadowRead | ShadowWritten | ShadowAtomic | ShadowLiveIn |
          ShadowLiveInHere;
      Info.Repeatable = Kind;
      Info.Reader = Now.Thread;
      Info.Writer = Now;
      Info.ReaderSite = Info.WriterSite = Site;
      continue;
    }
    if (!(S & ShadowPlain) && Info.Repeatable == Kind)
      continue;
    if (!(S & (ShadowRead | ShadowAtomic)) && (Kind & RepeatableBitwise) &&
        !isWrittenBefore(R, A, Now)) {
      S = ShadowRead | ShadowWritten | ShadowAtomic | ShadowLiveIn;
      Info.Repeatable = Kind;
      Info.Reader = Now.Thread;
      Info.ReaderSite = Site;
      continue;
    }
    read(R, A, 1, Now, Site);
    write(R, A, 1, Now, Site);
    S |= ShadowAtomic;
  }
}

void Memory::mark(const Region &R, uint64_t Address, uint32_t Bytes,
                  uint8_t Bits) {
  for (uint64_t A = Address; A < Address + Bytes; ++A)
    *R.shadow(A) |= Bits;
}

} // namespace reprise::emulator
