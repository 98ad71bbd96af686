//===- Fatbin.cpp - The entries of fatbins --------------------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Fatbin.h"
#include "Elf.h"

#include <algorithm>

namespace reprise {

namespace {

constexpr uint32_t FatbinMagic = 0xBA55ED50;
constexpr uint64_t FatbinHeader = 16, EntryHeader = 64, Alignment = 8;
constexpr uint64_t FlagLz4 = 0x2000, FlagZstd = 0x8000;
constexpr uint64_t FlagArchOnly = 0x100000, FlagFamily = 0x200000;

/// Header and size of the fatbin at the start of Bytes; nothing is checked but
/// that the header is there.
struct Extent {
  explicit Extent(std::string_view Bytes)
      : Header(read16le(Bytes.data() + 6)), Size(read64le(Bytes.data() + 8)) {}
  bool fits(std::string_view Bytes) const {
    return Header >= FatbinHeader && Header <= Bytes.size() &&
           Size <= Bytes.size() - Header;
  }
  uint64_t Header, Size;
};

std::string_view trimmed(std::string_view Name) {
  return Name.substr(0, Name.find_last_not_of('\0') + 1);
}

bool isEntry(std::string_view Bytes) {
  if (Bytes.size() < EntryHeader)
    return false;
  uint64_t Header = read32le(Bytes.data() + 4);
  return Header >= EntryHeader && Header <= Bytes.size() &&
         read64le(Bytes.data() + 8) <= Bytes.size() - Header;
}

void fail(const Image &Place, ImageVisitor &V, std::string What) {
  V.problem({Place.path(), std::move(What)});
}

/// The entry at the start of Bytes, which isEntry() holds for.
Image readEntry(std::string_view Bytes, const Image &Place) {
  const char *P = Bytes.data();
  uint64_t Header = read32le(P + 4), Payload = read64le(P + 8);
  uint64_t Packed = read32le(P + 16);
  uint64_t NameAt = read32le(P + 32), NameSize = read32le(P + 36);
  Image I = Place;
  I.RawKind = read16le(P);
  I.Kind = I.RawKind == 1   ? ImageKind::Ptx
           : I.RawKind == 2 ? ImageKind::Cubin
           : I.RawKind == 8 ? ImageKind::LtoIr
                            : ImageKind::Unknown;
  I.Minor = read16le(P + 24);
  I.Major = read16le(P + 26);
  I.Flags = read64le(P + 40);
  I.Target.Sm = read32le(P + 28);
  I.Target.Variant = I.Flags & FlagArchOnly ? 'a'
                     : I.Flags & FlagFamily ? 'f'
                                            : char(0);
  if (NameAt >= EntryHeader && NameAt <= Header && NameSize <= Header - NameAt)
    I.Name = trimmed(Bytes.substr(NameAt, NameSize));
  I.Stored = Bytes.substr(Header, Payload);
  if (I.Flags & (FlagLz4 | FlagZstd)) {
    I.Pack = I.Flags & FlagZstd ? Packing::Zstd : Packing::Lz4;
    I.StoredSize = Packed;
    I.Size = read64le(P + 56);
  } else {
    I.StoredSize = I.Size = Payload;
  }
  if (I.Kind == ImageKind::Cubin && I.Pack == Packing::None)
    I.Relocatable |= isRelocatableCubin(I.Stored);
  return I;
}

/// Bytes are what follows the header of a fatbin.
void visitEntries(std::string_view Bytes, Image Place, ImageVisitor &V) {
  Place.Entry = 0;
  for (; Bytes.size() >= EntryHeader; ++Place.Entry) {
    if (!isEntry(Bytes))
      return fail(Place, V,
                  "the sizes in this fatbin entry are wrong; it and "
                  "those behind it are lost");
    Image I = readEntry(Bytes, Place);
    Bytes.remove_prefix(read32le(Bytes.data() + 4) + I.Stored.size());
    if (I.StoredSize > I.Stored.size()) {
      fail(Place, V, "the packed size is larger than the payload");
      continue;
    }
    I.Stored = I.Stored.substr(0, I.StoredSize);
    V.image(I);
  }
  if (Bytes.find_first_not_of('\0') != std::string_view::npos)
    fail(Place, V, "the fatbin ends with something that is no entry");
}

/// First multiple of eight at or after From where a fatbin may begin.
size_t nextMagic(std::string_view Bytes, size_t From) {
  for (size_t I = (From + Alignment - 1) / Alignment * Alignment;
       I + FatbinHeader <= Bytes.size(); I += Alignment)
    if (isFatbin(Bytes.substr(I)))
      return I;
  return Bytes.size();
}

} // namespace

bool isFatbin(std::string_view Bytes) {
  const char *P = Bytes.data();
  return Bytes.size() >= FatbinHeader && read32le(P) == FatbinMagic &&
         read16le(P + 4) == 1;
}

void visitFatbins(std::string_view Bytes, const Image &Where, ImageVisitor &V) {
  Image Place = Where;
  Place.InFatbin = true;
  Place.Fatbin = 0;
  bool Reported = false;
  for (size_t At = 0; At < Bytes.size();) {
    size_t Next = nextMagic(Bytes, At);
    std::string_view Gap = Bytes.substr(At, Next - At);
    if (!Reported && Gap.find_first_not_of('\0') != std::string_view::npos) {
      fail(Where, V, "there is something other than fatbins");
      Reported = true;
    }
    if (Next == Bytes.size())
      return;
    std::string_view Rest = Bytes.substr(Next);
    Extent E(Rest);
    if (E.fits(Rest)) {
      visitEntries(Rest.substr(E.Header, E.Size), Place, V);
      At = Next + E.Header + E.Size;
    } else if (E.Header < FatbinHeader || E.Header > Rest.size()) {
      fail(Place, V, "the fatbin's header is wrong");
      At = Next + Alignment;
    } else {
      // Cut off, or a size that lies: the entries that are there count, and
      // those of a fatbin behind it are found by its header.
      fail(Place, V, "the fatbin is cut off");
      size_t Behind = nextMagic(Rest, E.Header);
      visitEntries(Rest.substr(E.Header, Behind - E.Header), Place, V);
      At = Next + Behind;
    }
    ++Place.Fatbin;
  }
}

void searchFatbins(std::string_view Bytes, uint64_t Address, const Image &Where,
                   ImageVisitor &V) {
  Bytes.remove_prefix(
      std::min<uint64_t>((0 - Address) % Alignment, Bytes.size()));
  Image Place = Where;
  Place.InFatbin = true;
  Place.Fatbin = 0;
  for (size_t At = nextMagic(Bytes, 0); At < Bytes.size();
       At = nextMagic(Bytes, At)) {
    std::string_view Rest = Bytes.substr(At);
    Extent E(Rest);
    if (!E.fits(Rest) || !isEntry(Rest.substr(E.Header, E.Size))) {
      At += Alignment;
      continue;
    }
    visitEntries(Rest.substr(E.Header, E.Size), Place, V);
    At += E.Header + E.Size;
    ++Place.Fatbin;
  }
}

} // namespace reprise
