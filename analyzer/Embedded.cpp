//===- Embedded.cpp - Read summaries back out of finished programs --------===//
//
// Part of Reprise, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Embedded.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Object/ELF.h"

using namespace llvm;

namespace reprise {

namespace {

using Elf64 = object::ELF64LE;

constexpr StringLiteral ArrayPrefix = "__reprise_summary_";

Error broken(const Twine &What) {
  return createStringError(
      std::make_error_code(std::errc::illegal_byte_sequence), What);
}

void add(StringRef Text, std::vector<std::string> &Texts) {
  Text = Text.take_until([](char C) { return C == '\0'; });
  if (!is_contained(Texts, Text))
    Texts.push_back(Text.str());
}

/// The bytes of a symbol: in a linked cubin, as in one that is not, its value
/// counts from its section's start.
Error symbol(const object::ELFFile<Elf64> &Elf, const Elf64::Sym &S,
             std::vector<std::string> &Texts) {
  if (S.st_shndx == ELF::SHN_UNDEF || S.st_shndx >= ELF::SHN_LORESERVE)
    return Error::success();
  auto Section = Elf.getSection(S.st_shndx);
  if (!Section)
    return Section.takeError();
  auto Content = Elf.getSectionContents(**Section);
  if (!Content)
    return Content.takeError();
  if (S.st_value > Content->size() || S.st_size > Content->size() - S.st_value)
    return broken("summary lies outside its section");
  add(toStringRef(*Content).substr(S.st_value, S.st_size), Texts);
  return Error::success();
}

Error cubin(StringRef Bytes, std::vector<std::string> &Texts) {
  auto Elf = object::ELFFile<Elf64>::create(Bytes);
  if (!Elf)
    return Elf.takeError();
  auto Sections = Elf->sections();
  if (!Sections)
    return Sections.takeError();
  for (const Elf64::Shdr &Table : *Sections) {
    if (Table.sh_type != ELF::SHT_SYMTAB)
      continue;
    auto Symbols = Elf->symbols(&Table);
    if (!Symbols)
      return Symbols.takeError();
    auto Strings = Elf->getStringTableForSymtab(Table, *Sections);
    if (!Strings)
      return Strings.takeError();
    for (const Elf64::Sym &S : *Symbols) {
      auto Name = S.getName(*Strings);
      if (!Name)
        return Name.takeError();
      if (Name->starts_with(ArrayPrefix))
        if (Error E = symbol(*Elf, S, Texts))
          return E;
    }
  }
  return Error::success();
}

/// `.global .align 1 .b8 __reprise_summary_x[3] = {123, 125, 0};`
Error ptx(StringRef Text, std::vector<std::string> &Texts) {
  // From statement to statement: no byte is looked at twice.
  for (size_t At = Text.find(ArrayPrefix); At != StringRef::npos;
       At = Text.find(ArrayPrefix, At)) {
    StringRef Rest = Text.drop_front(At);
    Rest = Rest.take_front(Rest.find(';'));
    At += Rest.size();
    size_t Open = Rest.find('{'), Close = Rest.find('}');
    if (Open == StringRef::npos || Close == StringRef::npos || Close < Open)
      continue; // A mention, not the definition.
    StringRef List = Rest.slice(Open + 1, Close);
    std::string Json;
    while (!List.trim().empty()) {
      auto [Number, Tail] = List.split(',');
      unsigned Byte;
      if (Number.trim().getAsInteger(0, Byte) || Byte > 255)
        return broken("summary in PTX is not a list of bytes");
      Json.push_back(static_cast<char>(Byte));
      List = Tail;
    }
    add(Json, Texts);
  }
  return Error::success();
}

class Collector : public ImageVisitor {
public:
  void image(const Image &I) override {
    if (I.Kind != ImageKind::Ptx && I.Kind != ImageKind::Cubin)
      return;
    auto Bytes = load(I);
    Error E =
        Bytes ? appendEmbedded(I.Kind, Bytes->get(), Texts) : Bytes.takeError();
    if (E)
      problem({I.path(), toString(std::move(E))});
  }
  void problem(const Problem &P) override {
    if (First.empty())
      First = P.Where + (P.Where.empty() ? "" : ": ") + P.What;
  }

  std::vector<std::string> Texts;
  std::string First;
};

} // namespace

Error appendEmbedded(ImageKind Kind, StringRef Payload,
                     std::vector<std::string> &Texts) {
  switch (Kind) {
  case ImageKind::Ptx:
    return ptx(Payload, Texts);
  case ImageKind::Cubin:
    return cubin(Payload, Texts);
  case ImageKind::LtoIr:
  case ImageKind::Unknown:
    break;
  }
  return Error::success();
}

bool mayHoldEmbedded(MemoryBufferRef File) {
  return isContainer(File.getBuffer());
}

Expected<std::vector<std::string>> embeddedSummaries(MemoryBufferRef File) {
  Collector C;
  if (Error E = visitImages(File, C))
    return std::move(E);
  if (!C.First.empty())
    return broken(C.First);
  return std::move(C.Texts);
}

} // namespace reprise
