//===- Cubin.cpp - Kernels and parameters of machine code -----------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Cubin.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/BinaryFormat/ELF.h"
#include "llvm/Object/ELF.h"
#include "llvm/Support/Endian.h"

#include <algorithm>
#include <map>

using namespace llvm;
using namespace llvm::support::endian;

namespace reprise {

namespace {

using Elf64 = object::ELF64LE;
using Elf64File = object::ELFFile<Elf64>;

constexpr uint8_t EntryFlag = 0x10; ///< STO_CUDA_ENTRY, in st_other.
constexpr uint8_t FirstNewAbi = 8;
constexpr StringLiteral InfoPrefix = ".nv.info.";

enum Attribute : uint8_t {
  ParamCbank = 0x0a,
  KparamInfo = 0x17,
  CbankParamSize = 0x19,
  KparamInfoV2 = 0x45,
};
constexpr uint8_t FormatSized = 4;
constexpr uint8_t CompatFormat = 2, CompatArchOnly = 9;

/// Attribute, its value (formats 1 to 3) and payload. False from F stops.
/// Returns false when the list is cut off.
bool forEachAttribute(
    StringRef Bytes,
    function_ref<void(uint8_t, uint8_t, uint16_t, StringRef)> F) {
  while (Bytes.size() >= 4) {
    auto Format = static_cast<uint8_t>(Bytes[0]);
    auto Attribute = static_cast<uint8_t>(Bytes[1]);
    uint16_t Value = read16le(Bytes.data() + 2);
    Bytes = Bytes.drop_front(4);
    StringRef Payload;
    if (Format == FormatSized) {
      if (Value > Bytes.size())
        return false;
      Payload = Bytes.take_front(Value);
      Bytes = Bytes.drop_front(Value);
    }
    F(Format, Attribute, Value, Payload);
  }
  return true;
}

/// Fills K from its .nv.info section.
class InfoReader {
public:
  explicit InfoReader(CubinKernel &Kernel) : K(Kernel) {}

  void read(StringRef Bytes) {
    bool Whole = forEachAttribute(
        Bytes, [&](uint8_t Format, uint8_t A, uint16_t Value, StringRef P) {
          if (A == CbankParamSize && Format != FormatSized)
            Block = Value;
          else if (A == ParamCbank && P.size() >= 8) {
            K.ParamBase = read16le(P.data() + 4);
            Block = read16le(P.data() + 6);
          } else if ((A == KparamInfo || A == KparamInfoV2) && P.size() >= 12)
            param(P, A == KparamInfoV2);
        });
    finish(Whole);
  }

private:
  void param(StringRef P, bool V2) {
    uint16_t Ordinal = read16le(P.data() + 4);
    uint32_t Packed = read32le(P.data() + 8);
    CubinParam Param{read16le(P.data() + 6),
                     V2 ? Packed & 0xffff : Packed >> 18};
    Repeated |= !ByOrdinal.emplace(Ordinal, Param).second;
  }

  void finish(bool Whole) {
    std::vector<CubinParam> Params;
    uint64_t End = 0;
    bool Sound = Whole && !Repeated;
    for (auto [Ordinal, P] : ByOrdinal) {
      Sound &= Ordinal == Params.size() && P.Offset >= End;
      End = uint64_t(P.Offset) + P.Size;
      Params.push_back(P);
    }
    if (!Sound || (Block && End > *Block)) {
      K.Problem = "the parameter attributes contradict each other";
      return;
    }
    K.ParamBytes = Block ? *Block : static_cast<uint32_t>(End);
    K.Params = std::move(Params);
  }

  CubinKernel &K;
  std::map<uint16_t, CubinParam> ByOrdinal;
  std::optional<uint32_t> Block;
  bool Repeated = false;
};

std::optional<Elf64::Ehdr> header(StringRef Bytes) {
  if (!Bytes.starts_with("\177ELF") || Bytes.size() < sizeof(Elf64::Ehdr) ||
      Bytes[ELF::EI_CLASS] != ELF::ELFCLASS64 ||
      Bytes[ELF::EI_DATA] != ELF::ELFDATA2LSB)
    return std::nullopt;
  Elf64::Ehdr H;
  memcpy(&H, Bytes.data(), sizeof H);
  if (H.e_machine != ELF::EM_CUDA)
    return std::nullopt;
  return H;
}

/// .nv.compat is a list of attributes too; number 9 is 1 for an 'a' target.
bool isArchOnly(StringRef Bytes) {
  bool Result = false;
  auto Elf = Elf64File::create(Bytes);
  if (!Elf) {
    consumeError(Elf.takeError());
    return false;
  }
  auto Sections = Elf->sections();
  if (!Sections) {
    consumeError(Sections.takeError());
    return false;
  }
  for (const Elf64::Shdr &S : *Sections) {
    auto Name = Elf->getSectionName(S);
    auto Content = Elf->getSectionContents(S);
    if (Name && Content && *Name == ".nv.compat")
      forEachAttribute(toStringRef(*Content), [&](uint8_t Format, uint8_t A,
                                                  uint16_t V, StringRef) {
        Result |= Format == CompatFormat && A == CompatArchOnly && V == 1;
      });
    consumeError(Name.takeError());
    consumeError(Content.takeError());
  }
  return Result;
}

} // namespace

Arch cubinArch(StringRef Bytes) {
  Arch A;
  auto H = header(Bytes);
  if (!H)
    return A;
  bool New = H->e_ident[ELF::EI_ABIVERSION] >= FirstNewAbi;
  A.Sm = (H->e_flags >> (New ? 8 : 0)) & 0xff;
  if (isArchOnly(Bytes))
    A.Variant = 'a';
  return A;
}

Expected<std::vector<CubinKernel>> readCubin(StringRef Bytes) {
  if (!header(Bytes))
    return createStringError(
        std::make_error_code(std::errc::illegal_byte_sequence),
        "the image is not a cubin");
  auto Elf = Elf64File::create(Bytes);
  if (!Elf)
    return Elf.takeError();
  auto Sections = Elf->sections();
  if (!Sections)
    return Sections.takeError();

  StringMap<StringRef> Infos;
  const Elf64::Shdr *Symbols = nullptr;
  for (const Elf64::Shdr &S : *Sections) {
    if (S.sh_type == ELF::SHT_SYMTAB && !Symbols)
      Symbols = &S;
    auto Name = Elf->getSectionName(S);
    if (!Name)
      return Name.takeError();
    if (!Name->starts_with(InfoPrefix))
      continue;
    auto Content = Elf->getSectionContents(S);
    if (!Content)
      return Content.takeError();
    Infos.try_emplace(Name->drop_front(InfoPrefix.size()),
                      toStringRef(*Content));
  }

  std::vector<CubinKernel> Kernels;
  if (!Symbols)
    return Kernels;
  auto Table = Elf->symbols(Symbols);
  if (!Table)
    return Table.takeError();
  auto Strings = Elf->getStringTableForSymtab(*Symbols, *Sections);
  if (!Strings)
    return Strings.takeError();
  for (const Elf64::Sym &S : *Table) {
    if (S.getType() != ELF::STT_FUNC || !(S.st_other & EntryFlag) ||
        S.st_shndx == ELF::SHN_UNDEF)
      continue;
    auto Name = S.getName(*Strings);
    if (!Name)
      return Name.takeError();
    CubinKernel K;
    K.Name = Name->str();
    auto Info = Infos.find(*Name);
    if (Info == Infos.end())
      K.Problem = "there is no section .nv.info for the kernel";
    else
      InfoReader(K).read(Info->second);
    Kernels.push_back(std::move(K));
  }
  return Kernels;
}

} // namespace reprise
