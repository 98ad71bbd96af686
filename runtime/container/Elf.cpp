//===- Elf.cpp - The parts of an ELF file that device code has ----------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Elf.h"

#include <algorithm>
#include <elf.h>

namespace reprise {

namespace {

constexpr uint16_t MachineCuda = 190;

bool readHeader(std::string_view Bytes, Elf64_Ehdr &H) {
  if (Bytes.size() < sizeof H || Bytes.substr(0, 4) != "\177ELF")
    return false;
  std::memcpy(&H, Bytes.data(), sizeof H);
  return H.e_ident[EI_CLASS] == ELFCLASS64 && H.e_ident[EI_DATA] == ELFDATA2LSB;
}

/// The file's sections, as far as they lie in it.
class Sections {
public:
  Sections(std::string_view File, const Elf64_Ehdr &H) : Bytes(File) {
    if (H.e_shentsize != sizeof(Elf64_Shdr) || H.e_shoff > Bytes.size())
      return;
    Table = Bytes.substr(H.e_shoff);
    Count = std::min<uint64_t>(H.e_shnum, Table.size() / sizeof(Elf64_Shdr));
    // More sections than a 16-bit number holds: the first has their number.
    Elf64_Shdr First;
    if (H.e_shnum == 0 && Table.size() >= sizeof First) {
      std::memcpy(&First, Table.data(), sizeof First);
      Count =
          std::min<uint64_t>(First.sh_size, Table.size() / sizeof(Elf64_Shdr));
    }
  }

  uint64_t count() const { return Count; }

  bool get(uint64_t I, Elf64_Shdr &S) const {
    if (I >= Count)
      return false;
    std::memcpy(&S, Table.data() + I * sizeof S, sizeof S);
    return true;
  }

  bool content(const Elf64_Shdr &S, std::string_view &Content) const {
    if (S.sh_type == SHT_NOBITS || S.sh_offset > Bytes.size() ||
        S.sh_size > Bytes.size() - S.sh_offset)
      return false;
    Content = Bytes.substr(S.sh_offset, S.sh_size);
    return true;
  }

private:
  std::string_view Bytes, Table;
  uint64_t Count = 0;
};

} // namespace

bool isRelocatableCubin(std::string_view Bytes) {
  Elf64_Ehdr H;
  return readHeader(Bytes, H) && H.e_machine == MachineCuda &&
         H.e_type == ET_REL;
}

uint64_t elfSize(const char *Start) {
  Elf64_Ehdr H;
  if (!readHeader({Start, sizeof H}, H))
    return 0;
  uint64_t End = sizeof H;
  auto Grow = [&End](uint64_t Offset, uint64_t Size) {
    // Nothing that is loaded is as large as that.
    if (Size < UINT32_MAX && Offset < UINT32_MAX)
      End = std::max(End, Offset + Size);
  };
  Grow(H.e_phoff, uint64_t{H.e_phnum} * H.e_phentsize);
  Grow(H.e_shoff, uint64_t{H.e_shnum} * H.e_shentsize);
  if (H.e_shentsize != sizeof(Elf64_Shdr) || H.e_shoff >= UINT32_MAX)
    return End;
  for (unsigned I = 0; I < H.e_shnum; ++I) {
    Elf64_Shdr S;
    std::memcpy(&S, Start + H.e_shoff + I * sizeof S, sizeof S);
    if (S.sh_type != SHT_NOBITS && S.sh_type != SHT_NULL)
      Grow(S.sh_offset, S.sh_size);
  }
  return End;
}

bool forEachSymbol(
    std::string_view Bytes,
    const std::function<void(std::string_view, std::string_view)> &Fn) {
  Elf64_Ehdr H;
  if (!readHeader(Bytes, H))
    return false;
  Sections All(Bytes, H);
  for (uint64_t I = 0; I < All.count(); ++I) {
    Elf64_Shdr Table, Strings;
    std::string_view Symbols, Names;
    if (!All.get(I, Table) || Table.sh_type != SHT_SYMTAB)
      continue;
    if (!All.content(Table, Symbols) || !All.get(Table.sh_link, Strings) ||
        !All.content(Strings, Names))
      return false;
    for (; Symbols.size() >= sizeof(Elf64_Sym);
         Symbols.remove_prefix(sizeof(Elf64_Sym))) {
      Elf64_Sym S;
      std::memcpy(&S, Symbols.data(), sizeof S);
      Elf64_Shdr Home;
      std::string_view Content;
      if (S.st_shndx == SHN_UNDEF || S.st_shndx >= SHN_LORESERVE)
        continue;
      if (S.st_name >= Names.size())
        return false;
      std::string_view Name = Names.substr(S.st_name);
      Name = Name.substr(0, Name.find('\0'));
      if (!All.get(S.st_shndx, Home))
        return false;
      // A symbol's value counts from its section's start, linked or not.
      if (!All.content(Home, Content) || S.st_value > Content.size() ||
          S.st_size > Content.size() - S.st_value)
        Content = {};
      else
        Content = Content.substr(S.st_value, S.st_size);
      Fn(Name, Content);
    }
  }
  return true;
}

} // namespace reprise
