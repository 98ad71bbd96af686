//===- FatbinParts.cpp - Take a fatbin apart and put it together ----------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "FatbinParts.h"
#include "Fatbin.h"

#include "llvm/Support/Endian.h"
#include "llvm/Support/MathExtras.h"

#include <zstd.h>

using namespace llvm;
using namespace llvm::support;

namespace reprise {

namespace {

constexpr uint64_t FatbinHeader = 16, EntryHeader = 64;
/// Fields of an entry.
constexpr size_t HeaderSizeAt = 4, PayloadSizeAt = 8, PackedSizeAt = 16,
                 OptionsAt = 20, FlagsAt = 40, UnpackedSizeAt = 56;
constexpr uint64_t FlagLz4 = 0x2000, FlagZstd = 0x8000;

class Collector : public ImageVisitor {
public:
  void image(const Image &I) override { Images.push_back(I); }
  void problem(const Problem &) override { Broken = true; }
  std::vector<Image> Images;
  bool Broken = false;
};

template <typename T> void put(std::string &To, size_t At, uint64_t Value) {
  endian::write<T>(To.data() + At, static_cast<T>(Value), endianness::little);
}

} // namespace

/// u32 offset and u32 length, both from the header's start.
StringRef FatbinEntry::options() const {
  uint64_t At = endian::read32le(Header.data() + OptionsAt);
  if (At < EntryHeader || At + 8 > Header.size())
    return "";
  uint64_t Begin = endian::read32le(Header.data() + At);
  uint64_t Size = endian::read32le(Header.data() + At + 4);
  if (Begin > Header.size() || Size > Header.size() - Begin)
    return "";
  return Header.substr(Begin, Size).rtrim('\0').trim();
}

std::optional<FatbinParts> takeApart(StringRef Bytes, const Image &Place) {
  if (!isFatbin(Bytes))
    return std::nullopt;
  FatbinParts Parts;
  uint64_t Header = endian::read16le(Bytes.data() + 6);
  uint64_t Size = endian::read64le(Bytes.data() + 8);
  if (Header < FatbinHeader || Header > Bytes.size() ||
      Size > Bytes.size() - Header)
    return std::nullopt;
  Parts.Header = Bytes.take_front(Header);
  Parts.Size = Header + Size;
  Collector All;
  visitFatbins(Bytes.take_front(Parts.Size), Place, All);
  if (All.Broken)
    return std::nullopt;
  StringRef Rest = Bytes.substr(Header, Size);
  for (Image &I : All.Images) {
    // visitFatbins has checked that they fit.
    uint64_t Own = endian::read32le(Rest.data() + HeaderSizeAt);
    uint64_t Payload = endian::read64le(Rest.data() + PayloadSizeAt);
    I.Fatbin = Place.Fatbin;
    Parts.Entries.push_back(
        {I, Rest.take_front(Own), Rest.substr(Own, Payload)});
    Rest = Rest.drop_front(Own + Payload);
  }
  return Parts;
}

std::string withText(const FatbinEntry &E, StringRef Text) {
  std::string Payload = Text.str();
  Payload.push_back('\0');
  uint64_t Unpacked = Payload.size(), Packed = 0;
  bool Zstd = E.Where.Pack == Packing::Zstd;
  if (Zstd) {
    std::string Frame(ZSTD_compressBound(Payload.size()), '\0');
    size_t Size = ZSTD_compress(Frame.data(), Frame.size(), Payload.data(),
                                Payload.size(), ZSTD_CLEVEL_DEFAULT);
    Zstd = !ZSTD_isError(Size) && Size <= UINT32_MAX;
    if (Zstd) {
      Frame.resize(Size);
      Payload = std::move(Frame);
      Packed = Size;
    }
  }
  Payload.resize(alignTo(Payload.size(), 8));
  uint64_t Flags = endian::read64le(E.Header.data() + FlagsAt);
  Flags &= ~(FlagLz4 | FlagZstd);
  std::string Entry = E.Header.str();
  put<uint64_t>(Entry, PayloadSizeAt, Payload.size());
  put<uint32_t>(Entry, PackedSizeAt, Packed);
  put<uint64_t>(Entry, FlagsAt, Zstd ? Flags | FlagZstd : Flags);
  put<uint64_t>(Entry, UnpackedSizeAt, Zstd ? Unpacked : 0);
  return Entry + Payload;
}

std::string putTogether(StringRef Header, ArrayRef<std::string> Entries) {
  std::string Fatbin = Header.str();
  for (const std::string &E : Entries)
    Fatbin += E;
  put<uint64_t>(Fatbin, 8, Fatbin.size() - Header.size());
  return Fatbin;
}

} // namespace reprise
