//===- Embedded.cpp - Read summaries back out of finished programs --------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Embedded.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Object/ELFObjectFile.h"
#include "llvm/Support/Endian.h"

#include <algorithm>

#include <lz4.h>
#include <zstd.h>

using namespace llvm;
using namespace llvm::support::endian;

namespace reprise {

namespace {

constexpr uint32_t FatbinMagic = 0xBA55ED50;
constexpr StringLiteral ArrayPrefix = "__reprise_summary_";
constexpr uint64_t MaxImage = 256u << 20;
constexpr uint16_t CudaMachine = 190;

Error broken(const Twine &What) {
  return createStringError(std::make_error_code(std::errc::illegal_byte_sequence),
                           What);
}

class Reader {
public:
  Error file(StringRef Bytes) {
    if (Bytes.starts_with(StringRef("\177ELF", 4)))
      return elf(Bytes);
    if (Bytes.size() >= 4 && read32le(Bytes.data()) == FatbinMagic)
      return fatbins(Bytes);
    return ptx(Bytes);
  }

  std::vector<std::string> take() { return std::move(Texts); }

private:
  void add(StringRef Text) {
    Text = Text.take_until([](char C) { return C == '\0'; });
    if (std::find(Texts.begin(), Texts.end(), Text) == Texts.end())
      Texts.push_back(Text.str());
  }

  Error elf(StringRef Bytes) {
    auto Object = object::ObjectFile::createELFObjectFile(
        MemoryBufferRef(Bytes, "image"), /*InitContent=*/false);
    if (!Object)
      return Object.takeError();
    auto *Elf = dyn_cast<object::ELFObjectFileBase>(Object->get());
    if (!Elf)
      return Error::success();
    if (Elf->getEMachine() == CudaMachine)
      return cubin(*Elf);
    for (const object::SectionRef &S : Elf->sections()) {
      auto Name = S.getName();
      if (!Name)
        return Name.takeError();
      if (*Name != ".nv_fatbin" && *Name != "__nv_relfatbin")
        continue;
      auto Content = S.getContents();
      if (!Content)
        return Content.takeError();
      if (Error E = fatbins(*Content))
        return E;
    }
    return Error::success();
  }

  Error cubin(const object::ELFObjectFileBase &Elf) {
    for (const object::ELFSymbolRef Symbol : Elf.symbols()) {
      auto Name = Symbol.getName();
      if (!Name)
        return Name.takeError();
      if (!Name->starts_with(ArrayPrefix))
        continue;
      auto Section = Symbol.getSection();
      if (!Section)
        return Section.takeError();
      if (*Section == Elf.section_end())
        continue;
      auto Content = (*Section)->getContents();
      if (!Content)
        return Content.takeError();
      auto Value = Symbol.getValue();
      if (!Value)
        return Value.takeError();
      uint64_t Offset = *Value, Size = Symbol.getSize();
      if (Offset > Content->size() || Size > Content->size() - Offset)
        return broken("summary lies outside its section");
      add(Content->substr(Offset, Size));
    }
    return Error::success();
  }

  Error fatbins(StringRef Bytes) {
    while (Bytes.size() >= 16) {
      if (read32le(Bytes.data()) != FatbinMagic) {
        // Padding between fatbins is zero; they are aligned to 8 bytes.
        if (read64le(Bytes.data()) != 0)
          return broken("not a fatbin header");
        Bytes = Bytes.drop_front(8);
        continue;
      }
      uint64_t Header = read16le(Bytes.data() + 6);
      uint64_t Size = read64le(Bytes.data() + 8);
      if (Header < 16 || Header > Bytes.size() ||
          Size > Bytes.size() - Header)
        return broken("fatbin is cut off");
      if (Error E = entries(Bytes.substr(Header, Size)))
        return E;
      uint64_t Step = alignTo(Header + Size, 8);
      Bytes = Bytes.drop_front(std::min<uint64_t>(Step, Bytes.size()));
    }
    return Error::success();
  }

  Error entries(StringRef Bytes) {
    while (Bytes.size() >= 64) {
      const char *P = Bytes.data();
      uint16_t Kind = read16le(P);
      uint64_t Header = read32le(P + 4), Payload = read64le(P + 8);
      uint64_t Packed = read32le(P + 16), Flags = read64le(P + 40);
      uint64_t Unpacked = read64le(P + 56);
      if (Header < 64 || Header > Bytes.size() ||
          Payload > Bytes.size() - Header)
        return broken("fatbin entry is cut off");
      StringRef Image = Bytes.substr(Header, Payload);
      Bytes = Bytes.drop_front(Header + Payload);
      if (Kind != 1 && Kind != 2)
        continue;
      SmallVector<char, 0> Buffer;
      if (Flags & (0x2000 | 0x8000)) {
        if (Packed > Image.size() || Unpacked > MaxImage)
          return broken("compressed image has a senseless size");
        if (Error E = unpack(Image.take_front(Packed), Flags & 0x8000,
                             Unpacked, Buffer))
          return E;
        Image = StringRef(Buffer.data(), Buffer.size());
      }
      if (Error E = Kind == 1 ? ptx(Image) : elf(Image))
        return E;
    }
    return Error::success();
  }

  static Error unpack(StringRef Packed, bool Zstd, uint64_t Size,
                      SmallVectorImpl<char> &Out) {
    Out.resize_for_overwrite(Size);
    bool Ok;
    if (Zstd) {
      size_t N = ZSTD_decompress(Out.data(), Out.size(), Packed.data(),
                                 Packed.size());
      Ok = !ZSTD_isError(N) && N == Size;
    } else {
      int N = LZ4_decompress_safe(Packed.data(), Out.data(),
                                  static_cast<int>(Packed.size()),
                                  static_cast<int>(Out.size()));
      Ok = N >= 0 && static_cast<uint64_t>(N) == Size;
    }
    return Ok ? Error::success() : broken("image does not decompress");
  }

  /// `.global .align 1 .b8 __reprise_summary_x[3] = {123, 125, 0};`
  Error ptx(StringRef Text) {
    for (size_t At = Text.find(ArrayPrefix); At != StringRef::npos;
         At = Text.find(ArrayPrefix, At + 1)) {
      StringRef Rest = Text.drop_front(At);
      size_t Open = Rest.find('{'), End = Rest.find(';');
      if (Open == StringRef::npos || End == StringRef::npos || End < Open)
        continue; // A mention, not the definition.
      StringRef List = Rest.slice(Open + 1, Rest.find('}'));
      std::string Json;
      while (!List.trim().empty()) {
        auto [Number, Tail] = List.split(',');
        unsigned Byte;
        if (Number.trim().getAsInteger(0, Byte) || Byte > 255)
          return broken("summary in PTX is not a list of bytes");
        Json.push_back(static_cast<char>(Byte));
        List = Tail;
      }
      add(Json);
    }
    return Error::success();
  }

  std::vector<std::string> Texts;
};

} // namespace

bool mayHoldEmbedded(MemoryBufferRef File) {
  StringRef Bytes = File.getBuffer();
  return Bytes.starts_with(StringRef("\177ELF", 4)) ||
         (Bytes.size() >= 4 && read32le(Bytes.data()) == FatbinMagic) ||
         Bytes.contains("\n.version ") || Bytes.starts_with(".version ");
}

Expected<std::vector<std::string>> embeddedSummaries(MemoryBufferRef File) {
  Reader R;
  if (Error E = R.file(File.getBuffer()))
    return std::move(E);
  return R.take();
}

} // namespace reprise
