//===- HostElf.cpp - Put other fatbins into a program ---------------------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "HostElf.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Object/ELF.h"
#include "llvm/Support/MathExtras.h"

#include <algorithm>
#include <cstring>

using namespace llvm;
using namespace llvm::ELF;

namespace reprise {

static constexpr uint32_t RecordMagic = 0x466243B1;
static constexpr uint64_t RecordSize = 24, PointerInRecord = 8;

template <typename T> static T get(StringRef From, uint64_t At) {
  T Value;
  std::memcpy(&Value, From.data() + At, sizeof Value);
  return Value;
}
template <typename T>
static void put(std::string &To, uint64_t At, const T &Value) {
  std::memcpy(To.data() + At, &Value, sizeof Value);
}

static Error refuse(const Twine &Why) {
  return createStringError(std::make_error_code(std::errc::invalid_argument),
                           Why);
}

/// The relocation that adds where the file was loaded.
static uint32_t relativeOf(uint16_t Machine) {
  return Machine == EM_X86_64    ? uint32_t(R_X86_64_RELATIVE)
         : Machine == EM_AARCH64 ? uint32_t(R_AARCH64_RELATIVE)
                                 : 0;
}

uint64_t HostElf::page() const {
  return Head.e_machine == EM_X86_64 ? 0x1000 : 0x10000;
}

StringRef HostElf::fatbins() const { return content(Sections[Fatbin]); }

Expected<HostElf> HostElf::open(StringRef Bytes) {
  auto Elf = object::ELFFile<object::ELF64LE>::create(Bytes);
  if (!Elf)
    return Elf.takeError();
  HostElf H;
  H.Bytes = Bytes;
  H.Head = get<Header>(Bytes, 0);
  if (H.Head.e_ident[EI_CLASS] != ELFCLASS64 ||
      H.Head.e_ident[EI_DATA] != ELFDATA2LSB || !relativeOf(H.Head.e_machine))
    return refuse("only programs for x86-64 and aarch64 can be rewritten");
  if (H.Head.e_type != ET_EXEC && H.Head.e_type != ET_DYN &&
      H.Head.e_type != ET_REL)
    return refuse("it is no program, library or object");
  auto Sections = Elf->sections();
  if (!Sections)
    return Sections.takeError();
  bool Has = false;
  for (const auto &S : *Sections) {
    auto Name = Elf->getSectionName(S);
    if (!Name)
      return Name.takeError();
    Section Own;
    std::memcpy(&Own, &S, sizeof Own);
    if (Own.sh_type != SHT_NOBITS && Own.sh_type != SHT_NULL) {
      auto Content = Elf->getSectionContents(S);
      if (!Content)
        return Content.takeError();
    }
    if (*Name == ".nv_fatbin") {
      if (Has)
        return refuse("it has several sections .nv_fatbin");
      Has = true;
      H.Fatbin = H.Sections.size();
    }
    H.Sections.push_back(Own);
    H.Names.push_back(Name->str());
  }
  if (!Has || H.Sections[H.Fatbin].sh_type == SHT_NOBITS)
    return refuse("it has no section .nv_fatbin");
  if (H.Head.e_type == ET_REL)
    return H;
  auto Segments = Elf->program_headers();
  if (!Segments)
    return Segments.takeError();
  for (const auto &P : *Segments) {
    Segment Own;
    std::memcpy(&Own, &P, sizeof Own);
    H.Segments.push_back(Own);
  }
  if (Error E = H.findRecords())
    return std::move(E);
  return H;
}

/// Records, and where their pointers come from.
Error HostElf::findRecords() {
  std::map<uint64_t, uint64_t> Relocated; ///< Address to place of the addend.
  std::set<uint64_t> Others;              ///< Addresses that others change.
  for (const Section &S : Sections) {
    if (S.sh_type != SHT_RELA || !(S.sh_flags & SHF_ALLOC))
      continue;
    for (uint64_t At = 0; At + sizeof(Elf64_Rela) <= S.sh_size;
         At += sizeof(Elf64_Rela)) {
      auto R = get<Elf64_Rela>(Bytes, S.sh_offset + At);
      if (R.getType() == relativeOf(Head.e_machine))
        Relocated[R.r_offset] =
            S.sh_offset + At + offsetof(Elf64_Rela, r_addend);
      else
        Others.insert(R.r_offset);
    }
  }
  Found.emplace();
  const Section &Old = Sections[Fatbin];
  for (const auto &[S, Name] : zip(Sections, Names)) {
    if (Name != ".nvFatBinSegment" || S.sh_type == SHT_NOBITS)
      continue;
    for (uint64_t At = 0; At + RecordSize <= S.sh_size; At += RecordSize) {
      if (get<uint32_t>(Bytes, S.sh_offset + At) != RecordMagic)
        continue;
      Record R;
      R.Pointer = S.sh_offset + At + PointerInRecord;
      R.Value = get<uint64_t>(Bytes, R.Pointer);
      uint64_t Address = S.sh_addr + At + PointerInRecord;
      if (Others.count(Address))
        return refuse("a record's pointer has a relocation of an unknown kind");
      if (auto It = Relocated.find(Address); It != Relocated.end()) {
        R.Addend = It->second;
        R.Value = get<uint64_t>(Bytes, It->second);
      }
      if (R.Value < Old.sh_addr || R.Value - Old.sh_addr >= Old.sh_size)
        continue;
      Records.push_back(R);
      Found->insert(R.Value - Old.sh_addr);
    }
  }
  return Error::success();
}

/// A program header for what was added. It takes the place of a note's: what a
/// program's notes say is said to tools, which find them by the section.
Error HostElf::newSegment(std::string &Out, uint64_t Offset, uint64_t Address,
                          uint64_t Size) const {
  std::vector<Segment> All = Segments;
  auto Given = std::find_if(All.rbegin(), All.rend(), [](const Segment &P) {
    return P.p_type == PT_NOTE;
  });
  // One that is there a second time, if there is one.
  for (const Segment &P : All)
    if (P.p_type == PT_GNU_PROPERTY)
      for (auto It = All.rbegin(); It != All.rend(); ++It)
        if (It->p_type == PT_NOTE && It->p_vaddr == P.p_vaddr)
          Given = It;
  if (Given == All.rend())
    return refuse("it has no program header of a note that could be given up "
                  "for the new segment; link it with -Wl,--build-id");
  All.erase(std::next(Given).base());
  // In the order of addresses: behind the last one.
  auto Last = std::find_if(All.rbegin(), All.rend(), [](const Segment &P) {
    return P.p_type == PT_LOAD;
  });
  Segment New = {};
  New.p_type = PT_LOAD;
  New.p_flags = PF_R;
  New.p_offset = Offset;
  New.p_vaddr = New.p_paddr = Address;
  New.p_filesz = New.p_memsz = Size;
  New.p_align = page();
  All.insert(Last.base(), New);
  for (const auto &[I, P] : enumerate(All))
    put(Out, Head.e_phoff + I * sizeof(Segment), P);
  return Error::success();
}

Error HostElf::moveInObject(std::string &Out,
                            const std::map<uint64_t, uint64_t> &Moved) const {
  auto Follow = [&](uint64_t Offset) {
    auto It = Moved.find(Offset);
    return It == Moved.end() ? Offset : It->second;
  };
  for (const Section &S : Sections) {
    if (S.sh_type == SHT_SYMTAB)
      for (uint64_t At = 0; At + sizeof(Elf64_Sym) <= S.sh_size;
           At += sizeof(Elf64_Sym)) {
        auto Symbol = get<Elf64_Sym>(Bytes, S.sh_offset + At);
        if (Symbol.st_shndx != Fatbin || Symbol.getType() == STT_SECTION)
          continue;
        Symbol.st_value = Follow(Symbol.st_value);
        put(Out, S.sh_offset + At, Symbol);
      }
    if (S.sh_type == SHT_REL)
      return refuse("its relocations are of a kind that programs of its "
                    "machine do not have");
    if (S.sh_type != SHT_RELA || S.sh_link >= Sections.size())
      continue;
    const Section &Table = Sections[S.sh_link];
    for (uint64_t At = 0; At + sizeof(Elf64_Rela) <= S.sh_size;
         At += sizeof(Elf64_Rela)) {
      auto R = get<Elf64_Rela>(Bytes, S.sh_offset + At);
      uint64_t Place = R.getSymbol() * sizeof(Elf64_Sym);
      if (Place + sizeof(Elf64_Sym) > Table.sh_size)
        return refuse("a relocation names a symbol that is not there");
      auto Symbol = get<Elf64_Sym>(Bytes, Table.sh_offset + Place);
      if (Symbol.st_shndx != Fatbin || Symbol.getType() != STT_SECTION)
        continue;
      R.r_addend = static_cast<int64_t>(Follow(R.r_addend));
      put(Out, S.sh_offset + At, R);
    }
  }
  return Error::success();
}

Expected<std::string>
HostElf::withFatbins(StringRef New,
                     const std::map<uint64_t, uint64_t> &Moved) const {
  std::string Out = Bytes.str();
  Section Place = Sections[Fatbin];
  uint64_t Align = Head.e_type == ET_REL
                       ? std::max<uint64_t>(Place.sh_addralign, 8)
                       : page();
  uint64_t Offset = alignTo(Out.size(), Align);
  Out.resize(Offset);
  Out += New;
  if (Head.e_type == ET_REL) {
    if (Error E = moveInObject(Out, Moved))
      return std::move(E);
  } else {
    uint64_t End = 0;
    for (const Segment &P : Segments)
      if (P.p_type == PT_LOAD)
        End = std::max(End, P.p_vaddr + P.p_memsz);
    constexpr uint64_t Most = uint64_t(1) << 47;
    if (End > Most)
      return refuse("its segments lie where no program can have them");
    uint64_t Address = alignTo(End, page());
    if (Error E = newSegment(Out, Offset, Address, New.size()))
      return std::move(E);
    for (const Record &R : Records) {
      auto It = Moved.find(R.Value - Place.sh_addr);
      if (It == Moved.end())
        return refuse("a record leads to the middle of a fatbin");
      uint64_t Value = Address + It->second;
      if (R.Addend)
        put(Out, *R.Addend, Value);
      // Relocations with an addend of their own do not read it.
      if (!R.Addend || get<uint64_t>(Bytes, R.Pointer) == R.Value)
        put(Out, R.Pointer, Value);
    }
    Place.sh_addr = Address;
  }
  Place.sh_offset = Offset;
  Place.sh_size = New.size();
  put(Out, Head.e_shoff + Fatbin * sizeof(Section), Place);
  return Out;
}

} // namespace reprise
